"""Style sheets in, what they say about an element out: selectors and cascade of CSS 2.1 (5, 6.4).

Selectors beyond types, classes, ids, attributes, descendants and children choose nothing, and so do rules
that hold for some screens only.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lxml import html

COMMENT = re.compile(r"(?s)/\*.*?(?:\*/|$)|<!--|-->")
ESCAPE = re.compile(r"\\([\da-fA-F]{1,6})\s?|\\(.)")
FOR_READERS = re.compile(r"@media\s*(?:only\s+)?(?:screen|all)\s*|@supports\b.*", re.IGNORECASE)
COMPOUND = re.compile(r"(\*|[a-z][\w-]*)?((?:[.#][\w-]+|\[[^\]\[]*\])*)", re.IGNORECASE)
SIMPLE = re.compile(r"[.#][\w-]+|\[([\w-]+)(?:=[\"']?([^\"'\]]*)[\"']?)?\]")
SPACED = ("font", "color", "background", "background-color")  # values in which a space means something
LONGEST = 8  # parts of a selector
PATIENCE = 200_000
"""So many comparisons of a rule with an element a page is worth; beyond them its sheets say nothing."""
Declared = dict[str, str]
Part = tuple[str, str, tuple[str, ...]]  # how it joins what is after it, type, classes and the like
Rank = tuple[bool, int, int, int, int]  # important, ids, classes, types, order


@dataclass(frozen=True)
class Rule:
    """A selector, its last part first, and the declarations for what it chooses."""

    parts: tuple[Part, ...]
    says: tuple[tuple[str, str], ...]
    order: int

    def rank(self, important: bool) -> Rank:
        """How strong it is against others."""
        simple = [one for _, _, several in self.parts for one in several]
        ids = sum(one[0] == "#" for one in simple)
        types = sum(kind not in ("", "*") for _, kind, _ in self.parts)
        return important, ids, len(simple) - ids, types, self.order

    def matches(self, element: html.HtmlElement, at: int = 0) -> bool:
        """Whether it chooses the element."""
        _, kind, simple = self.parts[at]
        if kind not in ("", "*", element.tag) or not all(_has(element, one) for one in simple):
            return False
        if at + 1 == len(self.parts):
            return True
        if self.parts[at + 1][0] == ">":
            parent = element.getparent()
            return parent is not None and self.matches(parent, at + 1)
        return any(self.matches(above, at + 1) for above in element.iterancestors())

    @property
    def key(self) -> str:
        """What an element must have for the rule to be worth a comparison: a class, an id or a type."""
        _, kind, simple = self.parts[0]
        return next((one for one in simple if one[0] in ".#"), kind or "*")


class Sheets:
    """The style sheets of one page; `of_interest` are rules that are tried first."""

    def __init__(self, text: str, of_interest: Callable[[Declared], bool]) -> None:
        self._rules: dict[str, list[Rule]] = defaultdict(list)
        self._of_interest: dict[str, list[Rule]] = defaultdict(list)
        self._left = PATIENCE
        for rule in _rules(text):
            self._rules[rule.key].append(rule)
            if of_interest(_plain(rule.says)):
                self._of_interest[rule.key].append(rule)

    def interesting(self, element: html.HtmlElement) -> bool:
        """Whether a rule of interest chooses the element."""
        return next(self._matching(self._of_interest, element), None) is not None

    def declared(self, element: html.HtmlElement, own: str = "") -> Declared:
        """What holds for the element by all rules and its own style."""
        ranked = [
            (rule.rank(_is_important(value)), name, value)
            for rule in self._matching(self._rules, element)
            for name, value in rule.says
        ]
        most = 10**9
        ranked += (((_is_important(value), most, 0, 0, 0), name, value) for name, value in declarations(own))
        ranked.sort(key=lambda one: one[0])
        return _plain((name, value) for _, name, value in ranked)

    def _matching(self, rules: dict[str, list[Rule]], element: html.HtmlElement) -> Iterator[Rule]:
        keys = {f".{name}" for name in element.get("class", "").split()[:50]}
        for key in (*sorted(keys), f"#{element.get('id')}", str(element.tag), "*"):
            for rule in rules.get(key, ()):
                self._left -= 1
                if self._left < 0:
                    return
                if rule.matches(element):
                    yield rule


def declarations(body: str) -> Iterator[tuple[str, str]]:
    """Example: declarations("Display : none !important; x") -> ("display", "none!important")"""
    body = ESCAPE.sub(lambda m: chr(min(int(m[1], 16), 0xFFFD)) if m[1] else m[2], COMMENT.sub("", body))
    for one in body.split(";"):
        name, _, value = one.partition(":")
        name = name.strip().lower()
        if value:
            spaced = re.sub(r"\s+", " ", value).replace(" !", "!").replace("! ", "!").strip().lower()
            yield name, spaced if name in SPACED else spaced.replace(" ", "")


def _rules(text: str) -> Iterator[Rule]:
    order = 0
    for selectors, body in _blocks(COMMENT.sub("", text)):
        says = tuple(declarations(body))
        for selector in selectors.split(","):
            parts = _parts(selector)
            if parts and says:
                order += 1
                yield Rule(parts, says, order)


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Selectors and declarations of every rule that is not within one for some screens only."""
    around: list[str] = []
    start = 0
    for brace in re.finditer("[{}]", text):
        said, start = text[start : brace.start()], brace.end()
        if brace[0] == "{":
            around.append(said.rpartition(";")[2].strip())
        elif around:
            selectors = around.pop()
            if all(FOR_READERS.fullmatch(one) for one in around):
                yield selectors, said


def _parts(selector: str) -> tuple[Part, ...]:
    """Example: _parts("div > .x p") -> (("", "p", ()), (" ", "", (".x",)), (">", "div", ()))."""
    found: list[Part] = []
    joined = ""
    for token in reversed(selector.replace(">", " > ").split()):
        if token == ">":
            joined = ">"
            continue
        compound = COMPOUND.fullmatch(token)
        simple = tuple(one[0] for one in SIMPLE.finditer(compound[2])) if compound else ()
        if compound is None or "".join(simple) != compound[2] or len(found) == LONGEST:
            return ()
        found.append((joined, (compound[1] or "").lower(), simple))
        joined = " "
    return tuple(found)


def _has(element: html.HtmlElement, simple: str) -> bool:
    if simple[0] == ".":
        return simple[1:] in element.get("class", "").split()
    if simple[0] == "#":
        return bool(element.get("id") == simple[1:])
    asked = SIMPLE.fullmatch(simple)
    return asked is not None and asked[1] in element.attrib and asked[2] in (None, element.get(asked[1]))


def _is_important(value: str) -> bool:
    return value.endswith("!important")


def _plain(says: object) -> Declared:
    assert hasattr(says, "__iter__")
    return {name: value.removesuffix("!important") for name, value in says}
