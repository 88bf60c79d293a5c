"""A card says what the paper says of itself; what it does not say is None."""

from datetime import date

import pytest

from ingest.card import RANKS, CardError, Policy, apply_card, dump_card, policy_id, split_front_matter
from ingest.dirt.page_facts import PageFacts
from ingest.drafting import draft

LAW = """# 中华人民共和国某某采购法

2002年6月29日 第九届全国人民代表大会常务委员会第二十八次会议通过

2014年8月31日 第十二届全国人民代表大会常务委员会第十次会议《关于修改〈某法〉等五部法律的决定》修正

## 第一章 总则

第一条 为了规范政府采购行为，制定本法。

第二条 本法自2003年1月1日起施行。《某某采购暂行条例》同时废止。
"""
NOTICE = """四川省民政厅 四川省财政厅

关于开展试点工作的通知

川民发〔2020〕5号

各市（州）民政局：

为做好试点工作，现就有关事项通知如下：

一、提高认识

各地要高度重视试点工作，加强组织领导，落实工作责任。本通知自2020年7月1日起施行，有效期5年。

四川省民政厅

四川省财政厅

2020年6月12日
"""
REPORT = """为提高民政保障能力，近日，省民政厅、省财政厅发布《关于深化购买社会服务改革的指导意见》\
（以下简称《意见》），明确提出购买服务改革“皖七条”。

《意见》明确，购买合同的履行期限不得超过3年。
"""


def test_a_law_counts_from_its_last_revision() -> None:
    policy = draft(LAW, "law.md", "i")
    assert policy == Policy(
        id="i",
        title="中华人民共和国某某采购法",
        issuers=("全国人民代表大会常务委员会",),
        rank="法律",
        region="100000",
        published=date(2014, 8, 31),
        effective=date(2014, 8, 31),
        supersedes=("某某采购暂行条例",),
        file_name="law.md",
        family="某某采购法@100000",
    )
    assert policy.version_date == date(2014, 8, 31)


def test_a_notice_says_who_when_and_how_long() -> None:
    assert draft(NOTICE, "notice.txt", "i") == Policy(
        id="i",
        title="四川省民政厅 四川省财政厅关于开展试点工作的通知",
        issuers=("四川省民政厅", "四川省财政厅"),
        document_number="川民发〔2020〕5号",
        rank="规范性文件",
        region="510000",
        published=date(2020, 6, 12),
        effective=date(2020, 7, 1),
        expires=date(2025, 6, 30),
        file_name="notice.txt",
        family="四川省民政厅四川省财政厅关于开展试点工作的通知@510000",
    )


@pytest.mark.parametrize(
    ("imprint", "issuers", "number", "published"),
    [
        ("江县民政局  江民〔2025〕3号  2025年3月1日", ("江县民政局",), "江民〔2025〕3号", date(2025, 3, 1)),
        ("江县民政局 2025年3月1日", ("江县民政局",), None, date(2025, 3, 1)),
        ("（江县民政局、江县财政局 江民〔2025〕3号）", ("江县民政局", "江县财政局"), "江民〔2025〕3号", None),
        ("江民〔2025〕3号 2025年3月1日", (), "江民〔2025〕3号", date(2025, 3, 1)),
        ("发文机关：江县民政局 文号：江民〔2025〕3号", ("江县民政局",), "江民〔2025〕3号", None),
    ],
)
def test_maker_number_and_day_in_one_line_are_no_part_of_the_title(
    imprint: str, issuers: tuple[str, ...], number: str | None, published: date | None
) -> None:
    """As they stand where a page was copied into a text file."""
    text = f"江县困难群众走访办法\n{imprint}\n各乡镇：\n第一条 每月走访一次。\n"
    policy = draft(text, "a.txt", "i")
    assert policy.title == "江县困难群众走访办法"
    assert (policy.issuers, policy.document_number, policy.published) == (issuers, number, published)


def test_a_report_names_what_it_reports_on_and_whose_it_is() -> None:
    policy = draft(REPORT, "002_5edbf8.txt", "i")
    assert policy.rank == RANKS[-1]
    assert policy.region == "340000"
    assert policy.issuers == ("安徽省民政厅", "安徽省财政厅")
    assert policy.source_title == "关于深化购买社会服务改革的指导意见"
    assert (policy.published, policy.effective, policy.document_number) == (None, None, None)


def test_the_page_around_a_text_gives_its_date_and_source() -> None:
    policy = draft(
        REPORT, "x.html", "i", page=PageFacts(published="2019-01-04", source="安徽日报", title="皖七条")
    )
    assert (policy.title, policy.published, policy.source) == ("皖七条", date(2019, 1, 4), "安徽日报")


@pytest.mark.parametrize(
    ("title", "note", "rank", "region"),
    [
        ("志愿服务条例", "2017年8月22日 中华人民共和国国务院令第685号公布", "行政法规", "100000"),
        ("政府购买服务管理办法", "2020年1月3日 中华人民共和国财政部令第102号公布", "部门规章", "100000"),
        (
            "杭州市城乡规划条例",
            "2010年12月22日 杭州市第十一届人民代表大会常务委员会第二十九次会议通过",
            "地方性法规",
            "330100",
        ),
        ("某市住房管理办法", "2019年5月1日 浙江省人民政府令第12号公布", "地方政府规章", "330000"),
        (
            "最高人民法院关于审理案件的规定",
            "2004年8月26日 最高人民法院审判委员会第1322次会议通过",
            "司法解释",
            "100000",
        ),
        (
            "景宁畲族自治县茶产业条例",
            "2019年6月14日 景宁畲族自治县人民代表大会通过",
            "自治条例和单行条例",
            "331127",
        ),
    ],
)
def test_rank_and_region_follow_from_who_made_it(title: str, note: str, rank: str, region: str) -> None:
    policy = draft(f"# {title}\n\n{note}\n\n第一条 为了规范管理，制定本规定。", "x.md", "i")
    assert (policy.rank, policy.region) == (rank, region)
    assert policy.published is not None


def test_a_dated_file_name_is_the_version_where_the_text_says_nothing_later() -> None:
    text = "# 某某条例\n\n第一条 为了规范管理，制定本条例。"
    assert draft(text, "某某条例(2019-03-02).md", "i").published == date(2019, 3, 2)
    assert draft(LAW, "某某采购法(2002-06-29).md", "i").published == date(2014, 8, 31)


def test_versions_share_a_family_and_parts_do_not() -> None:
    def family(title: str, first: str = "第一条") -> str:
        return draft(f"# {title}\n\n{first} 甲。", "x.md", "i").family

    assert family("中华人民共和国采购法") == family("中华人民共和国采购法（2014年修正）")
    assert family("中华人民共和国民法典") != family("中华人民共和国民法典", "第二百零五条")
    assert family("中华人民共和国宪法修正案（1999年）") != family("中华人民共和国宪法修正案（2004年）")


def test_a_card_written_by_hand_wins_and_null_is_unknown() -> None:
    corrected = apply_card(
        draft(NOTICE, "notice.txt", "i"),
        {
            "region": "广东",
            "published": "2019年1月4日",
            "expires": None,
            "issuers": "广东省民政厅",
            "extra": 1,
        },
    )
    assert corrected.region == "440000"
    assert corrected.published == date(2019, 1, 4)
    assert corrected.expires is None
    assert corrected.issuers == ("广东省民政厅",)
    assert corrected.effective == date(2020, 7, 1)
    assert corrected.family.endswith("@440000")


def test_a_card_can_be_written_and_read_again() -> None:
    policy = draft(NOTICE, "notice.txt", "i")
    front, text = split_front_matter(f"---\n{dump_card(policy)}---\n{NOTICE}")
    assert text == NOTICE
    assert front is not None
    assert apply_card(draft("某标题\n\n正文。", "notice.txt", "i"), front) == policy


def test_a_text_without_front_matter_is_left_alone() -> None:
    assert split_front_matter("第一段\n---\n第二段\n") == (None, "第一段\n---\n第二段\n")


@pytest.mark.parametrize(
    ("card", "words"),
    [
        ({"published": "去年"}, "published 应写作 2020-03-01"),
        ({"region": "火星"}, "不是省、市、县的名称"),
        ({"digest": "也许"}, "true 或 false"),
        ({"title": None}, "title 不能为空"),
    ],
)
def test_a_wrong_card_says_how_to_write_it(card: dict[str, object], words: str) -> None:
    with pytest.raises(CardError, match=words):
        apply_card(draft(NOTICE, "notice.txt", "i"), card)


def test_in_force_from_its_start_to_its_last_day() -> None:
    policy = draft(NOTICE, "notice.txt", "i")
    assert [
        policy.in_force(on)
        for on in (date(2020, 6, 30), date(2020, 7, 1), date(2025, 6, 30), date(2025, 7, 1))
    ] == [
        False,
        True,
        True,
        False,
    ]
    assert Policy(id="i", title="无日期").in_force(date(2020, 1, 1))


def test_a_policy_is_named_by_its_content() -> None:
    assert policy_id("甲".encode()) == policy_id("甲".encode()) != policy_id("乙".encode())
    assert len(policy_id(b"")) == 16
