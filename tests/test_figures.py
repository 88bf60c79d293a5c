"""Figures as people and rules write them, with their exact value and unit."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.figures import figures, han_value, plain

EXAMPLES: list[tuple[str, list[tuple[Fraction | int, str]]]] = [
    ("300户到600户的至少配备4人", [(300, "户"), (600, "户"), (4, "人")]),
    ("一万二千户", [(12000, "户")]),
    ("一万二户", [(12000, "户")]),
    ("三百五户", [(350, "户")]),
    ("一百零五人", [(105, "人")]),
    ("十九人", [(19, "人")]),
    ("两名", [(2, "名")]),
    ("1,234.5元", [(Fraction("1234.5"), "元")]),
    ("2.8亿元", [(280_000_000, "元")]),
    ("50万元", [(500_000, "元")]),
    ("投入2.8亿多元", [(280_000_000, "元")]),
    ("30%", [(Fraction(3, 10), "%")]),
    ("百分之五", [(Fraction(1, 20), "%")]),
    ("百分之十二", [(Fraction(3, 25), "%")]),
    ("千分之三", [(Fraction(3, 1000), "%")]),
    ("2‰", [(Fraction(1, 500), "%")]),
    ("不少于三分之二", [(Fraction(2, 3), "%")]),
    ("2/3", [(Fraction(2, 3), "%")]),
    ("十五个工作日", [(15, "个工作日")]),
    ("年满60周岁", [(60, "周岁")]),
    ("2021年3月1日", [(2021, "年"), (3, "月"), (1, "日")]),
    ("二〇二〇年", [(2020, "年")]),
    ("1-2名", [(1, ""), (2, "名")]),
    ("第三方评估", []),
    ("社会组织", []),
]


@pytest.mark.parametrize(("text", "expected"), EXAMPLES, ids=[text for text, _ in EXAMPLES])
def test_a_figure_has_an_exact_value_and_its_unit(
    text: str, expected: list[tuple[Fraction | int, str]]
) -> None:
    assert [(f.value, f.unit) for f in figures(text)] == expected


def test_a_figure_stands_where_it_says() -> None:
    text = "服务对象４千多名，另有三百户。".replace("４", "4")
    assert [text[f.start : f.end] for f in figures(text)] == [f.text for f in figures(text)]
    assert [(f.text, f.value, f.approximate) for f in figures(text)] == [
        ("4千多名", 4000, True),
        ("三百户", 300, False),
    ]


def test_a_division_by_zero_in_a_text_is_no_accident() -> None:
    assert [f.value for f in figures("3/0")] == [3]
    assert [f.value for f in figures("零分之三")] == [3]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Fraction(12), "12"),
        (Fraction(29, 2), "14.5"),
        (Fraction(14, 3), "4.67"),
        (Fraction(1200), "1200"),
    ],
)
def test_values_are_written_as_people_write_them(value: Fraction, expected: str) -> None:
    assert plain(value) == expected


def _han(number: int) -> str:
    digits = "零一二三四五六七八九"
    written, zero = "", False
    for scale, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // scale % 10
        if digit:
            written += ("零" if zero and written else "") + digits[digit] + name
        zero = digit == 0
    return written


@given(st.integers(min_value=1, max_value=9999))
def test_a_written_numeral_is_read_back(number: int) -> None:
    """The writer is the plain one (一千零五): every number up to 9999 comes back."""
    assert han_value(_han(number)) == number


@given(st.text(alphabet="零一二三十百万亿0123456789.,%户元年/分之第多", max_size=25))
def test_no_text_of_numerals_breaks_the_reading(text: str) -> None:
    for figure in figures(text):
        assert text[figure.start : figure.end] == figure.text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("合同签了一年半", [("一年半", 1.5, "年")]),
        ("半年一签", [("半年", 0.5, "年")]),
        ("用了两个半月", [("两个半月", 2.5, "个月")]),
        ("三天半", [("三天半", 3.5, "天")]),
        ("上半年，过半数，一半，每半年", []),
    ],
)
def test_a_half_belongs_to_its_figure(text: str, told: list[tuple[str, float, str]]) -> None:
    assert [(f.text, float(f.value), f.unit) for f in figures(text)] == told
