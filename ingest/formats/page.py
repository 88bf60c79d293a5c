"""HTML as saved from a government site in, the article out: hidden text gone, tables as rows.

The article is the smallest element that holds most of the page's own (not linked) text; page furniture that
is left around it is the cleaner's work. Facts in <meta> (PubDate, ContentSource, ArticleTitle: the names of
the State Council's standard for government sites) go ahead as a line of the kind the cleaner understands.
"""

import re
from collections.abc import Iterator

from lxml import etree, html

from ingest.formats import RawText, UnreadableFile
from ingest.formats.page_looks import drop_unseen, remove
from ingest.formats.plain import decode
from ingest.formats.tables import row, spread

DROP = {
    "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "canvas", "select",
    "option", "datalist", "button", "input", "textarea", "audio", "video", "map", "nav", "head", "meter",
    "progress", "rp", "noframes", "noembed", "annotation",
}  # fmt: skip
BLOCK = {
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hr", "html", "li", "main", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot",
    "th", "thead", "tr", "ul", "br", "caption",
}  # fmt: skip
MAX_ATTRIBUTES = 1000  # of one tag; the parser takes the square of their number
LONG_TAG = re.compile("<[^<>]{4000,}>")
EMBEDDED = re.compile(r"data:[\w/+.;=-]*,[^\"'\s>]*")
WHOLE = {"p", "table", "tbody", "tr", "ul", "ol"}
SHARE = 0.8
"""An element that holds this share of its parent's own text is where the article is."""


def read_html(data: bytes, name: str = "") -> RawText:
    """Read one saved page.

    Example: b"<title>t</title><nav>x</nav><p>body<i hidden>9</i>" -> text "t\\n\\n\\n\\nbody", title "t"
    """
    source, encoding = decode(data)
    source = re.sub(r"^\s*<\?xml[^>]*\?>", "", source).replace("\x00", "")
    if any(tag[0].count("=") > MAX_ATTRIBUTES for tag in LONG_TAG.finditer(EMBEDDED.sub("", source))):
        raise UnreadableFile("网页里有的标签带着上千个属性，不像是保存的网页。请在浏览器中重新保存后再试。")
    try:
        tree = html.document_fromstring(source)
    except (etree.ParserError, etree.XMLSyntaxError):
        raise UnreadableFile("网页里没有内容。请在浏览器中重新保存网页后再试。") from None
    head, said = _head(tree), _title(tree)
    _drop_hidden(tree)
    body = tree.find("body") if tree.find("body") is not None else tree
    found = list(lines(_article(body)))
    whole = re.sub(r"\s", "", " ".join(_texts(body, "h1")) + said)
    named = [line.strip() for line in found if len(line) > 7 and re.sub(r"\s", "", line) in whole]
    title = (
        max(named, key=len, default="")
        or re.split(r"\s*[_|]+\s*|\s+[-–—]+\s+|-(?=[^-]*[网府厅局部会]$)", said)[0]
    )
    if title and not named:
        found = [title, "", *found]
    if head:
        at = found.index(named[0]) + 1 if named and named[0] in found else 1
        found[at:at] = ["", head, ""]
    text = "\n".join(found)
    visible = len(re.sub(r"\s|<[^>]*>", "", re.sub(r"(?is)<(script|style).*?</\1>", "", source)))
    if not text.strip() or (visible > 3000 and len(text) < 0.02 * visible):
        raise UnreadableFile(
            "网页很大却提取不到正文（由脚本生成，或嵌套过深）。请在浏览器中打开，把正文复制到 .docx 后再试。"
        )
    return RawText(text, "html", encoding, title or None)


def _head(tree: html.HtmlElement) -> str:
    """发布时间：… 来源：… from <meta>, or ""."""
    said = {m.get("name", "").lower(): (m.get("content") or "").strip() for m in tree.iter("meta")}
    parts = (("发布时间", said.get("pubdate", "")), ("来源", said.get("contentsource", "")))
    return "  ".join(f"{label}：{value}" for label, value in parts if value and len(value) < 30)


def _title(tree: html.HtmlElement) -> str:
    """What the page calls itself: <meta ArticleTitle>, or <title> with the site's name around it."""
    for meta in tree.iter("meta"):
        if meta.get("name", "").lower() == "articletitle" and meta.get("content"):
            return str(meta.get("content")).strip()
    return next(_texts(tree, "title"), "")


def _texts(tree: html.HtmlElement, tag: str) -> Iterator[str]:
    return (re.sub(r"\s+", " ", e.text_content()).strip() for e in tree.iter(tag))


def _drop_hidden(tree: html.HtmlElement) -> None:
    """Take out what a reader of the page would not see."""
    drop_unseen(tree)
    for element in list(tree.iter()):
        if not isinstance(element.tag, str) or element.tag in DROP:
            remove(element)


def _own_text(element: html.HtmlElement, memo: dict[html.HtmlElement, int]) -> int:
    """Characters of the element that are not links' (an attachment's link counts, a menu's does not)."""
    own = len((element.text or "").strip())
    for child in element:
        own += (0 if child.tag == "a" else _own_text(child, memo)) + len((child.tail or "").strip())
    memo[element] = own
    return own


def _article(body: html.HtmlElement) -> html.HtmlElement:
    memo: dict[html.HtmlElement, int] = {}
    whole = _own_text(body, memo)
    chosen = body
    while whole > 0:
        inner = [c for c in chosen if c.tag in BLOCK and memo.get(c, 0) >= SHARE * memo[chosen]]
        if not inner or (inner[0].tag in WHOLE and not _is_layout(inner[0])):
            return chosen
        chosen = inner[0]
    return chosen


def _is_layout(element: html.HtmlElement) -> bool:
    """A table that places the page's parts rather than holding data: nested, one column, or long cells."""
    table = element if element.tag == "table" else next(element.iterancestors("table"), None)
    if table is None:
        return False
    if next(table.iterdescendants("table"), None) is not None:
        return True
    widths = [len([c for c in tr if c.tag in ("td", "th")]) for tr in table.iter("tr")]
    return max(widths, default=0) <= 1 or any(
        len(c.text_content()) > 400 and len(list(c.iter("p", "br", "div"))) > 3 for c in table.iter("td")
    )


def lines(element: html.HtmlElement) -> Iterator[str]:
    """The element's text, one line a block, data tables as | rows |, headings marked with #."""
    buffer: list[str] = []

    def flush() -> Iterator[str]:
        text = re.sub(r"[ \t\r\n]+", " ", "".join(buffer)).strip(" ")
        buffer.clear()
        if text:
            yield text
            yield ""

    def walk(node: html.HtmlElement) -> Iterator[str]:
        if node.tag == "table" and not _is_layout(node):
            yield from flush()
            yield from _table(node)
            yield ""
        elif node.tag == "pre":
            yield from flush()
            yield from node.text_content().split("\n")
        else:
            if node.tag in BLOCK:
                yield from flush()
            buffer.append(node.text or "")
            for child in node:
                yield from walk(child)
                buffer.append(child.tail or "")
            if node.tag in BLOCK:
                yield from flush()

    yield from walk(element)
    yield from flush()


def _table(table: html.HtmlElement) -> Iterator[str]:
    cells = [
        [
            (re.sub(r"\s+", " ", " ".join(c.itertext())).strip(), _span(c, "rowspan"), _span(c, "colspan"))
            for c in tr
            if c.tag in ("td", "th")
        ]
        for tr in table.iter("tr")
    ]
    yield from map(row, spread(cells))


def _span(cell: html.HtmlElement, name: str) -> int:
    value = cell.get(name, "1").strip()
    return min(max(int(value), 1), 200) if value.isdigit() else 1
