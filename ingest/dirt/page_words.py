"""The words by which the lines of a web page are known, from page_words.toml."""

import tomllib
from pathlib import Path

WORDS = tomllib.loads(Path(__file__).with_name("page_words.toml").read_text(encoding="utf-8"))


def any_of(kind: str) -> str:
    """The patterns of one kind in page_words.toml as one alternation, the longest first."""
    return "|".join(sorted(WORDS[kind], key=len, reverse=True))
