"""Hostile text files and web pages: bytes by kind, from a source of chance."""

from __future__ import annotations

from random import Random

from evals.prove.hostile import GOOD, HIDDEN, Made, Maker

RUNS = (
    "甲", "（", "1", "|", "，", "第一条", "((", " ", "《", "-", "“", "a ", "一、", "。", "#", "\u3000",
    "（一）", "1.", "、", "="
)  # fmt: skip
HIDING = (
    "<p style='display:none'>{}</p>", "<span style='color:#fff'>{}</span>", "<p hidden>{}</p>", "<!-- {} -->",
    "<font color=white>{}</font>", "<p style='font-size:0'>{}</p>", "<p style='visibility:hidden'>{}</p>",
    "<p style='position:absolute;left:-9999px'>{}</p>", "<template>{}</template>", "<noscript>{}</noscript>",
    "<script>document.write('{}')</script>", "<p style='opacity:0'>{}</p>",
    "<p aria-hidden=true style='height:0;overflow:hidden'>{}</p>",
    "<style>.x{{display:none}}</style><p class=x>{}</p>", "<p style='text-indent:-9999px'>{}</p>",
    "<p style='clip:rect(0,0,0,0);position:absolute'>{}</p>",
    "<details><summary></summary><p style='display:none'>{}</p></details>", "<textarea>{}</textarea>",
    "<input value='{}'>", "<style>div.y > p{{display:none}}</style><div class=y><p>{}</p></div>",
    "<p style='color:#fdfdfd'>{}</p>", "<p style='background:#123456;color:#123456'>{}</p>",
    "<p style='transform:scale(0)'>{}</p>", "<dialog>{}</dialog>", "<p aria-hidden=true>{}</p>",
    "<style>@media screen{{.z{{visibility:hidden}}}}</style><b class=z>{}</b>",
    "<p style='d\\69splay:none'>{}</p>"
)  # fmt: skip
ACTIVE = (
    "<script>while(1){}</script>", "<iframe src=https://evil.example></iframe>",
    "<meta http-equiv=refresh content='0;url=http://evil.example'>",
    "<object data=file:///etc/passwd></object>", "<base href=https://evil.example>", "<svg onload=alert(1)>",
    "<form action=//evil.example><input></form>", "<link rel=import href=http://evil.example>",
    "<img src=http://evil.example/x.png onerror=alert(1)>", "<embed src=//evil.example/x.swf>"
)  # fmt: skip
CARDS = (
    "title: !!python/object/apply:os.system ['touch pwned']",
    "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: &d [*c,*c]\ntitle: *d",
    "title: 2024-02-31\npublished: 2024-02-31",
    "published: 99999-01-01",
    "region: 火星",
    "title: [1,2]\nissuers: {a: b}",
    "title: null\nrank: 皇帝令",
    "published: {}",
    "supersedes: [[[[]]]]",
    "title: '" + "长" * 5000 + "'",
    "? {a: b}\n: c",
    'title: "\\0\\u202e"',
    "effective: 0001-01-01\nexpires: 9999-12-31",
    "- 1\n- 2",
    "title: &a\n  x: *a",
    "<<: [1]",
    "digest: maybe",
    "source: javascript:alert(1)",
    "title: 标题\ntitle: 标题二",
    "\tregion: 宁夏",
    "%YAML 9.9\n---\na: b",
)
CODECS = (
    "gb18030", "big5hkscs", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "hz", "shift_jis",
    "euc_kr", "cp1252", "latin-1"
)  # fmt: skip
DECLARED = (
    "utf-8", "gb2312", "big5", "utf-16", "utf-7", "x-user-defined", "iso-2022-cn", "hz-gb-2312", "ibm037",
    "无", "base64", "rot13", "idna"
)  # fmt: skip


def _page(body: str, head: str = "") -> bytes:
    return f"<html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>".encode(
        "utf-8", "replace"
    )


def _article(chance: Random) -> str:
    return "".join(f"<p>第{n}条 {GOOD.format(chance.randrange(10**6))}</p>" for n in range(1, 4))


def _empty(chance: Random) -> Made:
    data = chance.choice((b"", b" \n", b"\xef\xbb\xbf", b"\x00" * 100, b"\xff\xfe", "\u200b\u200b".encode()))
    return Made(
        chance.choice((".txt", ".md", ".html", ".pdf", ".docx", ".xlsx", ".zip", ".ofd", ".png")),
        data,
        refused=True,
    )


def _nulls(chance: Random) -> Made:
    text = GOOD.format(chance.randrange(10**6)) * 3
    at = chance.randrange(len(text))
    return Made(".txt", (text[:at] + "\x00" * chance.choice((1, 5, 5000)) + text[at:]).encode())


def _noise(chance: Random) -> Made:
    heads = (
        b"",
        b"%PDF-1.7\n",
        b"PK\x03\x04",
        b"\x89PNG\r\n\x1a\n",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"MZ",
        b"\x7fELF",
        b"{\\rtf1",
        b"<html>",
    )
    suffix = chance.choice(
        (
            ".txt",
            ".md",
            ".html",
            ".pdf",
            ".docx",
            ".doc",
            ".xlsx",
            ".ofd",
            ".png",
            ".jpg",
            ".tif",
            ".zip",
            ".exe",
            "",
            ".PDF",
        )
    )
    return Made(suffix, chance.choice(heads) + chance.randbytes(chance.choice((50, 5000, 200_000))))


def _coded(chance: Random) -> Made:
    text = GOOD.format(chance.randrange(10**6)) * chance.choice((1, 20))
    data = text.encode(chance.choice(CODECS), "ignore")
    if chance.random() < 0.5:
        return Made(".txt", chance.choice((b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")) + data)
    return Made(".html", b"<meta charset=" + chance.choice(DECLARED).encode() + b"><p>" + data + b"</p>")


def _cut_text(chance: Random) -> Made:
    data = (GOOD.format(chance.randrange(10**6)) * 30).encode(chance.choice(("utf-8", "gb18030", "utf-16")))
    return Made(".txt", data[: chance.randrange(1, len(data))])


def _long_line(chance: Random) -> Made:
    size = chance.choice((10_000, 200_000, 2_000_000))
    return Made(chance.choice((".txt", ".md")), (chance.choice(RUNS) * size)[:size].encode())


def _long_pair(chance: Random) -> Made:
    size = chance.choice((50_000, 500_000))
    unit = chance.choice(RUNS) + chance.choice(RUNS) + chance.choice(("", "\n", "\n\n", " "))
    return Made(".txt", (GOOD.format(1) + unit * (size // len(unit))).encode())


def _many_lines(chance: Random) -> Made:
    line = chance.choice(
        (
            "一、\n",
            "第一条\n",
            "\n",
            "甲\n",
            "（一）甲；\n",
            "| a |\n",
            "# 标题\n",
            "来源：某网\n",
            "第九千九百九十九条 甲。\n",
        )
    )
    return Made(".txt", (line * chance.choice((1000, 60_000))).encode())


def _nested_text(chance: Random) -> Made:
    depth = chance.choice((500, 20_000))
    pair = chance.choice(("（）", "《》", "“”", "【】", "()"))
    return Made(".txt", (GOOD.format(2) + pair[0] * depth + "甲" + pair[1] * depth).encode())


def _unseen(chance: Random) -> Made:
    marks = "\u202e\u2066\u200b\u2060\U000e0041\ufe0f\u115f\ue000\x07\x1b[31m\u0338"
    text = "".join(c + chance.choice(marks) for c in GOOD.format(chance.randrange(10**6)))
    return Made(".txt", text.encode())


def _card(chance: Random) -> Made:
    return Made(
        ".md", f"---\n{chance.choice(CARDS)}\n---\n第一条 {GOOD.format(chance.randrange(10**6))}".encode()
    )


def _deep_page(chance: Random) -> Made:
    depth, tag = (
        chance.choice((300, 5000, 100_000)),
        chance.choice(("div", "table><tr><td", "b", "ul><li", "blockquote", "span")),
    )
    return Made(".html", _page(f"<{tag}>" * depth + _article(chance)))


def _attributes(chance: Random) -> Made:
    many = chance.choice((2000, 100_000))
    flood = (
        " ".join(f"a{n}={n}" for n in range(many)) if chance.random() < 0.5 else "class='" + "x " * many + "'"
    )
    return Made(".html", _page(f"<div {flood}>{_article(chance)}</div>"))


def _hidden_page(chance: Random) -> Made:
    planted = chance.choice(HIDING).format(HIDDEN)
    return Made(
        ".html",
        _page(f"{_article(chance)}<p>补助标准为500元。</p>{planted}{_article(chance)}"),
        planted=HIDDEN,
    )


def _active_page(chance: Random) -> Made:
    return Made(
        ".html", _page(_article(chance) + chance.choice(ACTIVE) + _article(chance)), planted="evil.example"
    )


def _spans(chance: Random) -> Made:
    wide = chance.choice((10**3, 10**5, 10**9))
    rows = f"<tr><td rowspan={wide} colspan={wide}>甲</td><td>乙</td></tr><tr><td colspan={wide}>丙</td></tr>"
    return Made(".html", _page(f"{_article(chance)}<table>{rows}</table>"))


def _style_flood(chance: Random) -> Made:
    many = chance.choice((500, 5000))
    rules = "".join(f".c{n} p, div > .d{n}:not(.x) ~ p{{display:block}}" for n in range(many))
    body = "".join(f"<p class='c{n}'>第{n}项 甲。</p>" for n in range(many))
    return Made(".html", _page(body + _article(chance), f"<style>{rules}</style>"))


def _broken_page(chance: Random) -> Made:
    parts = (
        "<p",
        "<!--",
        "<![CDATA[",
        "</body>",
        "<a href='",
        "&#x110000;",
        "&#0;",
        "&lol;",
        "<table><td>",
        "\x00",
        "<title>",
        "<plaintext>",
        "<frameset><frame src=x>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]>",
    )
    body = "".join(chance.choice((_article(chance), chance.choice(parts))) for _ in range(12))
    return Made(".html", _page(body))


TEXTS: dict[str, Maker] = {
    "空文件": _empty,
    "空字节": _nulls,
    "乱字节": _noise,
    "编码": _coded,
    "截断的文本": _cut_text,
    "长行": _long_line,
    "长行两种": _long_pair,
    "许多行": _many_lines,
    "层层括号": _nested_text,
    "看不见的字": _unseen,
    "文件信息": _card,
    "深网页": _deep_page,
    "属性成堆": _attributes,
    "网页藏字": _hidden_page,
    "活动内容": _active_page,
    "跨格": _spans,
    "样式成堆": _style_flood,
    "破网页": _broken_page,
}
