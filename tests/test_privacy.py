"""Numbers that name a person do not stay in logs and feedback; other numbers do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from page.privacy import mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("我的电话13800138000，请回电", "我的电话〔电话〕，请回电"),
        ("+86 138-0013-8000", "〔电话〕"),
        ("１３８００１３８０００", "〔电话〕"),
        ("138\u200b0013\u200b8000", "〔电话〕"),
        ("0951-5915000转8012", "〔电话〕"),
        ("身份证11010519491231002X的老人", "身份证〔身份证号〕的老人"),
        ("110105 19491231 002x", "〔身份证号〕"),
        ("旧证110105491231002", "旧证〔身份证号〕"),
        ("卡号4111 1111 1111 1111。", "卡号〔银行卡号〕。"),
        ("6217000010001234567和13912345678", "6217000010001234567和〔电话〕"),
    ],
)
def test_private_numbers_are_masked_however_they_are_written(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    ["粤民发〔2022〕8号", "2026年11月22日", "300户到600户", "12345热线", "12,000,000,000元", "110000",
     "20260101123000", "r13800138000abc", "sha256 4111111111111111aa", "４００户"],
)  # fmt: skip
def test_other_numbers_stay_as_they_were_written(text: str) -> None:
    assert mask(text) == text


@given(st.text(max_size=60))
def test_masking_twice_is_masking_once(text: str) -> None:
    assert mask(mask(text)) == mask(text)
