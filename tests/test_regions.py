"""Places in questions and papers, by GB/T 2260."""

import time

import pytest

from ingest.regions import (
    ABBREVIATIONS,
    Mention,
    ancestors,
    cut_out,
    find_regions,
    region,
    region_named,
    similar_regions,
)


def named(text: str) -> list[str]:
    return [mention.region.short for mention in find_regions(text)]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("广东乡镇配几个人", ["广东"]),
        ("固原市和威海的低保", ["固原", "威海"]),
        ("四川省民政厅关于试点的通知", ["四川"]),
        ("上海市社会救助条例", ["上海"]),
        ("北京市朝阳区的社工站", ["北京", "朝阳"]),
        ("寧夏和廣東省", ["宁夏", "广东"]),
        ("全国统一的规定", ["全国"]),
        ("吉林的规定", ["吉林"]),
        ("景宁县和雄安新区", ["景宁", "雄安"]),
        ("京津冀协同", ["北京", "天津", "河北"]),
        ("江西乡镇的社工站和河北比呢", ["江西", "河北"]),
    ],
)
def test_names_and_short_names_count(text: str, places: list[str]) -> None:
    assert named(text) == places


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("粤的乡镇街道经办救助分几档配人", ["广东"]),
        ("皖 新增公共服务支出", ["安徽"]),
        ("湘 社工站每年投多少钱", ["湖南"]),
        ("川渝两地", ["四川", "重庆"]),
        ("“皖七条”是什么", ["安徽"]),
        ("宁、粤、皖三省", ["宁夏", "广东", "安徽"]),
        ("和湘比呢", ["湖南"]),
        ("那粤呢", ["广东"]),
        ("川省的试点", ["四川"]),
        ("云贵川", ["云南", "贵州", "四川"]),
        ("宁夏、安徽与湘", ["宁夏", "安徽", "湖南"]),
    ],
)
def test_one_character_names_count_where_nothing_else_is_meant(text: str, places: list[str]) -> None:
    assert named(text) == places


@pytest.mark.parametrize(
    "text",
    [
        "湘菜好吃",
        "宁可不要新增",
        "云计算青年吉祥甘愿",
        "川流不息的桂花",
        "贵方藏书",
        "京剧和秦腔",
        "新的规定、新办法",
        "新晋的社工",
        "贵省的规定",
        "晋升津贴",
        "长治久安",
        "普通化肥",
        "日照时间",
        "西南山区的示范县",
        "城区和郊区",
        "和平区的社工",
        "三社联动",
        "新市区建设",
        "长江西路和淮河北岸",
    ],
)
def test_ordinary_words_are_no_places(text: str) -> None:
    assert named(text) == []


def test_every_province_is_known_by_its_short_name() -> None:
    provinces = [region(code) for code in ABBREVIATIONS.values()]
    assert all(named(f"{one.short}的规定") == [one.short] for one in provinces)


def test_places_are_cut_out_of_a_text() -> None:
    text = "广东和宁夏的社工站"
    assert cut_out(text, find_regions(text)) == "和的社工站"
    assert cut_out(text, find_regions(text), "某地") == "某地和某地的社工站"


def test_a_mention_is_a_span_of_the_text() -> None:
    assert find_regions("在广州市办") == [Mention(region("440100"), 1, 4)]


def test_a_place_lies_in_its_province_and_the_nation() -> None:
    assert ancestors("640402") == ("640402", "640400", "640000", "100000")
    assert ancestors("310115") == ("310115", "310000", "100000")
    assert ancestors("100000") == ("100000",)


def test_a_name_a_short_name_and_an_abbreviation_name_one_place() -> None:
    assert region_named("广东省") == region_named("广东") == region_named("粤") == region("440000")
    assert region_named("全国") == region("100000")
    assert region_named("朝阳区") is None
    assert region_named("无此地") is None


def test_a_question_is_read_in_a_millisecond() -> None:
    question = "广东乡镇街道辖区内有450户救助对象，固原市、和平区、朝阳区呢，需要配备多少人？"
    find_regions(question)
    began = time.perf_counter()
    for _ in range(50):
        find_regions(question)
    assert (time.perf_counter() - began) / 50 < 0.005


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("宁厦信息公开这块", ["宁夏"]),
        ("广冻配几个人", ["广东"]),
        ("安微的规定", ["安徽"]),
        ("湖喃社工站", ["湖南"]),
        ("安宁下来", []),
        ("海难救助", []),
        ("云南与湖南", []),
        ("怎么购买服务", []),
    ],
)
def test_a_province_misspelt_by_sound_is_recognised(text: str, places: list[str]) -> None:
    assert [mention.region.short for mention in similar_regions(text)] == places
