"""The page's own words: each in both languages, and no key that is missing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from page import i18n

PAGE = Path(__file__).parent.parent / "page"
USED = re.compile(r"\b(?:label|say|both)\(\s*\"([\w.]+)\"")


@pytest.mark.parametrize("key", i18n.texts())
def test_a_text_stands_in_both_languages(key: str) -> None:
    """With the same values to be filled in, and nothing that is markup."""
    text = i18n.texts()[key]
    assert set(text) == {"zh", "en"}
    assert all(one.strip() and not set(one) & set("<>") for one in text.values())
    assert sorted(re.findall(r"\{\w*\}", text["zh"])) == sorted(re.findall(r"\{\w*\}", text["en"]))


def test_every_key_that_is_used_is_there() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in PAGE.rglob("*.py"))
    assert set(USED.findall(code)) - set(i18n.texts()) == set()


def test_a_key_that_is_not_there_is_a_fault_at_once() -> None:
    with pytest.raises(KeyError):
        i18n.label("no.such.key")
