"""Which figures of a question count something, and of how many bodies."""

import pytest

from assistant.counted import counted


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("县里5000户，两个镇各350户", [("5000户", "", ""), ("350户", "两个", "")]),
        ("三个350户的镇一共配几人", [("350户", "三个", "")]),
        ("5个乡镇都是300户", [("300户", "5个", "")]),
        ("一个镇有20个村", [("20个", "", "")]),
        ("镇上两万户居民，救助对象420户", [("420户", "", "")]),
        ("常住2万户，救助对象420户", [("420户", "", "")]),
        ("选1到2个乡镇，21个县各出一个", [("21个", "", "")]),
        ("选1-2个乡镇", []),
        ("从300户到700户要加几人", [("300户", "", ""), ("700户", "", "")]),
        ("8000户以上的比3000户以下的", [("8000户", "", "上"), ("3000户", "", "下")]),
    ],
)
def test_ranges_and_residents_count_nothing(question: str, told: list[tuple[str, str, str]]) -> None:
    found = [(c.figure.text, c.bodies.text if c.bodies else "", c.side) for c in counted(question)]
    assert found == told
