"""What is said of a statement: neither less than can be understood alone nor more than answers."""

from dataclasses import replace

import pytest
from passages import asked, candidates, passage

from assistant.selection import choose


@pytest.fixture
def equally_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    """These statements have no features to be sure by."""
    monkeypatch.setattr("assistant.selection.confidence", lambda c: 0.5)


POINTS = (
    "一是坚持党的领导。各级党委研究部署。二是坚持科学推进。省级指导，县级为主。逐步铺开。"
    "三是坚持规范管理。制定标准。"
)


def test_a_bare_point_is_told_with_what_it_introduces() -> None:
    found = [c for c in candidates(passage(POINTS)) if "科学推进" in c.statement.text]
    (claim,) = choose(asked("怎么推进的"), found, 300)
    assert claim.text == "二是坚持科学推进。省级指导，县级为主。逐步铺开。"


def test_a_point_ends_at_the_limit_where_none_follows() -> None:
    text = "二是坚持科学推进。" + "省级指导，县级为主。" * 40
    found = candidates(passage(text))
    (claim,) = choose(asked("怎么推进的"), found[:1], 300)
    assert 200 < len(claim.text) <= 300


@pytest.mark.usefixtures("equally_sure")
@pytest.mark.parametrize(("gap", "told"), [(0.2, ["二十日内公开", "十五日内批复"]), (1.0, ["二十日内公开"])])
def test_the_figure_of_another_provision_is_told_only_where_it_answers_about_as_well(
    gap: float, told: list[str]
) -> None:
    one, other = candidates(
        passage("预算应当在批准后二十日内公开。"), passage("各部门应当在十五日内批复。", start=90)
    )
    claims = choose(asked("预算几天内公开"), [one, replace(other, score=one.score - gap)], 300)
    assert [
        words for words in ("二十日内公开", "十五日内批复") if any(words in c.text for c in claims)
    ] == told


@pytest.mark.parametrize(("sure", "told"), [(0.4, 2), (0.1, 1)])
def test_a_further_statement_is_told_only_where_about_as_sure(
    monkeypatch: pytest.MonkeyPatch, sure: float, told: int
) -> None:
    one, other = candidates(passage("预算应当公开。"), passage("决算应当公开。", start=90))
    monkeypatch.setattr("assistant.selection.confidence", lambda c: 0.9 if c is one else sure)
    other = replace(other, score=one.score - 0.1)
    assert len(choose(asked("什么应当公开"), [one, other], 300)) == told


@pytest.mark.parametrize(
    ("following", "told"),
    [
        ("情况复杂的，经批准可以延长30日。", True),
        ("但是紧急情况除外。", True),
        ("确需延长的，由负责人批准。", True),
        ("投诉人应当提交材料。", False),
    ],
)
def test_the_exception_to_a_rule_is_told_with_it(following: str, told: bool) -> None:
    found = candidates(passage(f"处理部门应当在30日内答复。{following}"))
    (claim,) = choose(asked("几天内答复"), found[:1], 300)
    assert (following in claim.text) is told


LIST = (
    "老年人享受下列优待：\n（一）优先就诊、取药、化验、检查，设立老年人专用窗口并安排专人引导；"
    "\n（二）免费乘坐公交车；\n（三）免费进入公园、博物馆、纪念馆、图书馆、文化馆和科技馆。"
)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("老年人免费乘坐公交车是怎么规定的", "老年人享受下列优待：\n（二）免费乘坐公交车"),
        ("老年人的优待有什么不同", LIST),
    ],
)
def test_in_brief_the_item_that_answers_is_told_with_what_introduces_it(question: str, told: str) -> None:
    """Only where it names what the lead does not; else the list is told whole."""
    item = [c for c in candidates(passage(LIST)) if "公交车" in c.statement.text]
    (claim,) = choose(asked(question), item, 300, brief=True)
    assert claim.text == told


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        (f"各地应当{'统筹安排资金，' * 9}鼓励购买服务；合同的期限不得超过三年。", "合同的期限不得超过三年。"),
        (f"各地应当{'统筹安排资金，' * 9}鼓励购买服务；逾期的不得超过三年。", None),
        (f"后果有两项：{'统筹安排资金，' * 9}依法处罚；合同的期限不得超过三年。", None),
        ("鼓励购买服务；合同的期限不得超过三年。", None),
    ],
)
def test_in_brief_the_clause_is_told_unless_it_leans_on_the_one_before(
    sentence: str, told: str | None
) -> None:
    last = candidates(passage(sentence))[-1:]
    (claim,) = choose(asked("合同期限几年"), last, 240, brief=True)
    assert claim.text == (told or sentence)


def test_an_order_is_told_with_what_follows_where_it_is_disobeyed() -> None:
    order = "建设单位未按照规定建设配套设施，" + "将住宅区交付使用的，" * 12 + "由主管部门责令限期改正；"
    fine = "逾期不改正的，处工程造价二倍以上五倍以下的罚款。"
    found = candidates(passage(order + fine))
    (claim,) = choose(asked("不建配套设施怎么罚"), found[:1], 300)
    assert claim.text == order + fine
    other = candidates(passage(order + "主管部门应当公布名单。"))
    (claim,) = choose(asked("不建配套设施怎么罚"), other[:1], 300)
    assert claim.text == order.rstrip("；")


FINES = (
    "按照下列规定处罚：\n（一）无证经营的，处五千元以上一万元以下罚款；"
    "\n（二）占道经营的，处二百元以上五百元以下罚款；逾期不改的，处一千元罚款；\n（三）乱倒垃圾的，责令改正。"
)


@pytest.mark.usefixtures("equally_sure")
@pytest.mark.parametrize(
    ("question", "lead", "told"),
    [
        ("占道经营罚多少钱", 2.0, ["占道经营", "逾期不改"]),
        (
            "占道经营罚多少钱",
            0.2,
            ["无证经营", "占道经营", "逾期不改", "乱倒垃圾"],
        ),  # which is meant is not clear
        ("占道经营归谁管", 2.0, ["无证经营", "占道经营", "逾期不改", "乱倒垃圾"]),  # no figure is asked
    ],
)
def test_of_a_list_of_figures_the_item_that_answers_is_told_alone(
    question: str, lead: float, told: list[str]
) -> None:
    found = candidates(passage(FINES))
    best = next(c for c in found if "占道" in c.statement.text)
    ranked = [replace(best, score=lead), *(replace(c, score=0.0) for c in found if c is not best)]
    said = "".join(claim.text for claim in choose(asked(question), ranked, 300))
    assert said.startswith("按照下列规定处罚：")
    assert [w for w in ("无证经营", "占道经营", "逾期不改", "乱倒垃圾") if w in said] == told
