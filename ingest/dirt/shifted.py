"""Text whose bytes were read by the wrong rule, restored by writing the bytes back.

Two kinds. A whole line in the wrong encoding (UTF-8 read as GBK: 鐨勯€氱煡). And a converter that worked
on GBK bytes: it saw 規 (D2 8E) inside 家庫 (BC D2 | 8E EC), wrote "(guī)" behind it, and so cut 庫 in two;
the lead byte 8E and the bracket became "?", and all that follows is read one byte late until the next cut.
The reading names the character that was seen, its second byte is the lost first byte, and so the text
comes back: 家?guī)旌汀叭… -> 家庫和“三…. What cannot be proven stands as U+FFFD.
"""

import re
from functools import cache

from ingest.dirt.characters import HANZI, SYLLABLE, _common, common_share, to_simplified
from ingest.dirt.repairs import Repair, Step

CUT = re.compile(rf"(?:\?|\ufffd\(?)(?P<reading>{SYLLABLE})\)")
LOST = "\ufffd"
# (how it was read, how it was written), and what such a line shows.
MISREAD = (
    ("gb18030", "utf-8", re.compile("[鈥锛銆鐨涓鏄绗鍜鍦鏈鎴鍏璇鍙]")),
    ("cp1252", "utf-8", re.compile("[à-ï][\u0080-\u00ff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")),
    ("latin-1", "utf-8", re.compile("[à-ï][\u0080-\u00bf]{2}")),
    ("latin-1", "gb18030", re.compile("[\u00a1-\u00fe]{4}")),
)


@cache
def _read_as(lead: int, reading: str) -> tuple[bytes, ...]:
    """GBK characters beginning with this byte and read so, everyday ones if there are any."""
    from pypinyin import pinyin

    found = []
    for trail in range(0x40, 0xFF):
        char = bytes([lead, trail]).decode("gbk", "ignore")
        if char and reading in pinyin(char, heteronym=True)[0]:
            found.append(char)
    everyday = [c for c in found if to_simplified(c) in _common() and to_simplified(c) != c]
    return tuple(c.encode("gbk") for c in everyday or found)


def _restore(before: str, first: str, run: str, last: str) -> str | None:
    """The text between two cuts, of which `run` is read one byte late; None unless exactly one fits."""
    try:
        trail = before.encode("gb18030")[1]
        late = run.encode("gb18030")  # gb18030 also holds the user-defined cells, where gbk would fail
    except (UnicodeEncodeError, IndexError):
        return None
    fits = set()
    for seen in _read_as(trail, first):
        whole = seen[1:] + late
        if len(whole) % 2 == 0 or re.search("[\x00-\x7f]", run):
            continue
        for end in _read_as(whole[-1], last):
            text = (whole[:-1] + end).decode("gb18030", "replace")
            if LOST not in text and common_share(text) > 0.9 and not re.search("[\ue000-\uf8ff]", text):
                fits.add(text)
    return fits.pop() if len({to_simplified(t) for t in fits}) == 1 else None


def restore_cut(text: str) -> Step:
    """Bring back characters that the converter cut in two.

    Example: restore_cut("項目?jī)?nèi)容") -> ("項目內容", [Repair("字节错位还原", "?jī)?nèi)", "內")])
    """
    repairs: list[Repair] = []
    lines = text.split("\n")
    for number, line in enumerate(lines):
        position = 0
        while (cut := CUT.search(line, position)) is not None:
            if cut.start() == 0 or not re.match(f"[{HANZI}]", line[cut.start() - 1]):
                position = cut.end()
                continue
            following = CUT.search(line, cut.end())
            restored = None
            if following is not None:
                run = line[cut.end() : following.start()]
                restored = _restore(line[cut.start() - 1], cut["reading"], run, following["reading"])
            end = following.end() if following is not None and restored is not None else cut.end()
            reason = "字节错位还原" if restored is not None else "字节损坏，无法还原"
            after = LOST if restored is None else restored
            repairs.append(Repair(reason, line[cut.start() : end], after))
            line = line[: cut.start()] + after + line[end:]
            position = cut.start() + len(after)
        lines[number] = line
    return "\n".join(lines), repairs


def _reread(line: str, seen: str, meant: str) -> str | None:
    """The line's bytes in the encoding meant; a few bytes that the misreading lost become U+FFFD."""
    try:
        data = line.replace(LOST, "?").encode(seen).replace(b"\xa2\xe3", b"\x80")  # € is 80 in cp936
    except UnicodeEncodeError:
        return None
    right = re.sub(f"{LOST}+\\??", LOST, data.decode(meant, "replace"))
    return right if right.count(LOST) <= 0.06 * len(right) + (len(right) > 8) else None


def restore_misread(text: str) -> Step:
    """Bring back lines that were decoded by the wrong encoding, where every byte fits the right one."""
    repairs = []
    lines = text.split("\n")
    for number, line in enumerate(lines):
        for seen, meant, sign in MISREAD:
            if not sign.search(line):
                continue
            right = _reread(line, seen, meant)
            if (
                right
                and re.search("[\u4e00-\u9fff]", right)
                and common_share(right) > max(0.85, common_share(line) - 0.1)
            ):
                repairs.append(Repair("编码误读还原", line, right))
                lines[number] = right
                break
    return "\n".join(lines), repairs
