"""A page of a PDF painted as far as it decides what is seen: order, opacity, clips, layers, modes of text.

pdfminer tells none of them (ISO 32000-1: 8.5.4 clipping, 8.11 layers, 9.3.6 modes, 11.6.4 opacity), so every
object keeps its number in the order of painting and how it was painted, in the places of pdfplumber's marks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from pdfminer.pdfinterp import PDFPageInterpreter, PDFStackT
from pdfminer.pdftypes import PDFObjRef, dict_value, list_value, resolve1
from pdfminer.psparser import PSLiteral, literal_name
from pdfminer.utils import apply_matrix_pt
from pdfplumber.page import PDFPageAggregatorWithMarkedContent

OPAQUE, THIN, UNSEEN, BARRED = "opaque", "thin", "unseen", "barred"
"""How an object was painted: unseen has no ink, barred is clipped away or on a layer that is off."""
NO_INK = (3, 7)  # modes of rendering: invisible, and only a path to clip
FAINT = 0.1
SLACK = 1.0  # points by which a clip may be missed
Box = tuple[float, float, float, float]
NO_CLIP: Box = (-1e9, -1e9, 1e9, 1e9)


@dataclass(frozen=True)
class _State:
    """What q saves and Q brings back."""

    opacity: float = 1.0
    blended: bool = False
    clip: Box = NO_CLIP


class _Device(PDFPageAggregatorWithMarkedContent):
    """Numbers what is painted, and marks how."""

    mode = painted = 0
    state = _State()
    hidden = False  # by the layer that is on

    def render_string(self, textstate: Any, *rest: Any) -> None:
        self.mode = textstate.render
        super().render_string(textstate, *rest)
        self.mode = 0

    def tag_cur_item(self) -> None:
        if self.cur_item._objs:
            self.painted += 1
            item: Any = self.cur_item._objs[-1]
            item.mcid = self.painted
            item.tag = self._how(item)

    def _how(self, item: Any) -> str:
        x0, y0, x1, y1 = self.state.clip
        x, y = (item.x0 + item.x1) / 2, (item.y0 + item.y1) / 2
        if self.hidden or not (x0 - SLACK <= x <= x1 + SLACK and y0 - SLACK <= y <= y1 + SLACK):
            return BARRED
        if self.mode in NO_INK or self.state.opacity <= FAINT:
            return UNSEEN
        return THIN if self.state.opacity < 1 or self.state.blended else OPAQUE


class _Interpreter(PDFPageInterpreter):
    """Keeps the state of painting that pdfminer leaves out."""

    device: _Device
    layers: frozenset[int] = frozenset()  # the objects that are hidden layers

    def init_state(self, ctm: Any) -> None:
        super().init_state(ctm)
        self._states: list[_State] = []
        self._marked: list[bool] = []

    def do_q(self) -> None:
        super().do_q()
        self._states.append(self.device.state)

    def do_Q(self) -> None:  # noqa: N802 (the operators' names)
        super().do_Q()
        if self._states:
            self.device.state = self._states.pop()

    def do_Do(self, name: PDFStackT) -> None:  # noqa: N802
        """A form begins with the state around it, and what it sets ends with it."""
        state, hidden = self.device.state, self.device.hidden
        form = resolve1(self.xobjmap.get(literal_name(name)))
        self.device.hidden = hidden or self._is_hidden(getattr(form, "attrs", {}).get("OC"))
        super().do_Do(name)
        self.device.state, self.device.hidden = state, hidden

    def subinterp(self) -> PDFPageInterpreter:
        inner = super().subinterp()
        assert isinstance(inner, _Interpreter)
        inner.layers = self.layers
        return inner

    def do_gs(self, name: PDFStackT) -> None:
        states = dict_value(self.resources.get("ExtGState"))
        said = dict_value(states.get(literal_name(name)))
        opacity = resolve1(said.get("ca"))
        if isinstance(opacity, int | float):
            self.device.state = replace(self.device.state, opacity=float(opacity))
        if "BM" in said:
            blended = literal_name(resolve1(said["BM"])) not in ("Normal", "Compatible")
            self.device.state = replace(self.device.state, blended=blended)

    def do_W(self) -> None:  # noqa: N802
        points = [apply_matrix_pt(self.ctm, point) for point in self._points()]
        if points:
            x0, y0, x1, y1 = self.device.state.clip
            xs, ys = [x for x, _ in points], [y for _, y in points]
            clip = (max(x0, min(xs)), max(y0, min(ys)), min(x1, max(xs)), min(y1, max(ys)))
            self.device.state = replace(self.device.state, clip=clip)

    def do_W_a(self) -> None:  # noqa: N802
        self.do_W()

    def do_BMC(self, tag: PDFStackT) -> None:  # noqa: N802
        super().do_BMC(tag)
        self._marked.append(self.device.hidden)

    def do_BDC(self, tag: PDFStackT, props: PDFStackT) -> None:  # noqa: N802
        super().do_BDC(tag, props)
        self._marked.append(self.device.hidden)
        if isinstance(tag, PSLiteral) and literal_name(tag) == "OC" and isinstance(props, PSLiteral):
            of = dict_value(self.resources.get("Properties")).get(literal_name(props))
            self.device.hidden = self.device.hidden or self._is_hidden(of)

    def do_EMC(self) -> None:  # noqa: N802
        super().do_EMC()
        if self._marked:
            self.device.hidden = self._marked.pop()

    def _points(self) -> Iterator[tuple[float, float]]:
        for _, *numbers in self.curpath:
            for n in range(0, len(numbers) - 1, 2):
                yield numbers[n], numbers[n + 1]

    def _is_hidden(self, layer: Any) -> bool:
        """Whether a layer is switched off, or all of those that a membership names."""
        if isinstance(layer, PDFObjRef) and layer.objid in self.layers:
            return True
        members = dict_value(layer).get("OCGs") if layer is not None else None
        several = members if isinstance(resolve1(members), list) else [members] if members else []
        named = [member for member in list_value(several) if isinstance(member, PDFObjRef)]
        return bool(named) and all(member.objid in self.layers for member in named)


def painted(page: Any) -> Any:
    """The layout of pdfplumber's page, its objects numbered and marked."""
    device = _Device(page.pdf.rsrcmgr, pageno=page.page_number, laparams=page.pdf.laparams)
    interpreter = _Interpreter(page.pdf.rsrcmgr, device)
    interpreter.layers = _hidden_layers(page.pdf.doc.catalog)
    interpreter.process_page(page.page_obj)
    return device.get_result()


def _hidden_layers(catalog: dict[str, Any]) -> frozenset[int]:
    layers = dict_value(catalog.get("OCProperties"))
    default = dict_value(layers.get("D"))
    off = list(list_value(default.get("OFF")))
    if isinstance(default.get("BaseState"), PSLiteral) and literal_name(default["BaseState"]) == "OFF":
        off += list_value(layers.get("OCGs"))
    shown = {ref.objid for ref in list_value(default.get("ON")) if isinstance(ref, PDFObjRef)}
    return frozenset(ref.objid for ref in off if isinstance(ref, PDFObjRef)) - shown
