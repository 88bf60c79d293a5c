"""Two versions of one rule: what differs is told with its year, what is new is told as new."""

from dataclasses import replace
from datetime import date

import pytest
from passages import asked, candidates, passage

from assistant.citations import Claim, verify
from assistant.editions import bare, compared
from assistant.retrieval import Passage
from assistant.scope import replaced
from assistant.versions import only_one, versions
from ingest.card import Policy
from ingest.chunking import Chunk


def provision(year: int, n: int, text: str, later: bool, **marks: object) -> Passage:
    """The nth provision of the version of a year."""
    one = passage(text, in_force=later)
    policy = replace(one.policy, id=str(year), family="服务条例", effective=date(year, 1, 1))
    chunk = replace(one.chunk, id=f"{year}.{n}", policy_id=policy.id, ordinal=n)
    return replace(one, chunk=chunk, policy=policy, **marks)  # type: ignore[arg-type]


def told(question: str, *passages: Passage) -> tuple[list[tuple[str, str]], tuple[str, ...]]:
    """Group and text of each claim, all of which must pass verification, and who is silent."""
    query = asked(question)
    assert query.version == "change"
    claims, silent = versions(query, candidates(*passages))
    assert verify(claims, query)[1] == []
    return [(claim.group, claim.text) for claim in claims], silent


def test_a_figure_that_changed_is_told_of_both_versions_the_earlier_first() -> None:
    assert told(
        "服务条例的合同期限从几年改到几年？",
        provision(2024, 3, "第三条 合同期限不超过三年。", True),
        provision(2024, 4, "第四条 服务应当免费。", True),
        provision(2010, 2, "第二条 合同期限不超过一年。", False),
        provision(2010, 3, "第三条 服务应当免费。", False),
    ) == (
        [("2010年版", "第二条 合同期限不超过一年。"), ("2024年版", "第三条 合同期限不超过三年。")],
        (),
    )


def test_a_new_chapter_is_told_as_new_and_the_other_version_is_silent() -> None:
    text = "第四章 应急服务\n\n第九条 发生灾害时，应当提供应急服务。"
    assert told(
        "服务条例有没有新增应急服务一章？",
        provision(2024, 9, text, True, added="条"),
        provision(2024, 1, "第一条 服务应当免费。", True),
        provision(2010, 1, "第一条 服务可以收费。", False),
    ) == ([("2024年版", "新增：第九条 发生灾害时，应当提供应急服务。")], ("2010年版",))
    groups, _ = told(
        "服务条例有没有新增应急服务一章？",
        replace(provision(2024, 9, text, True, added="章"), chunk=_in_chapter(text)),
        provision(2024, 1, "第一条 服务应当免费。", True),
        provision(2010, 1, "第一条 服务可以收费。", False),
    )
    assert groups[-1][1].startswith("新增：第四章")


def _in_chapter(text: str) -> Chunk:
    return Chunk("2024.9", "2024", 9, ("第四章 应急服务", "第九条"), 0, len(text), text, "", "服务条例")


def test_what_did_not_change_is_told_as_unchanged() -> None:
    same, other = "合同期限不超过一年。", "服务应当免费。"
    groups, silent = told(
        "服务条例里合同期限有什么变化？",
        provision(2024, 3, f"第三条 {same}", True),
        provision(2010, 2, f"第二条 {same}", False),
        provision(2024, 4, f"第四条 {other}", True),
        provision(2010, 3, "第三条 服务可以收费。", False),
    )
    assert groups[1] == ("2024年版", f"没有改动，仍是：第三条 {same}")
    assert silent == ()


def test_a_phrase_that_is_gone_is_said_to_be_gone() -> None:
    groups, _ = told(
        "服务条例还有“困难户”这个说法吗？",
        provision(2024, 2, "第二条 低收入家庭，是指收入低于标准的家庭。", True),
        provision(2010, 2, "第二条 困难户，是指收入低于标准的家庭。", False),
    )
    assert groups[1][1].startswith("不再写“困难户”：第二条 低收入家庭")


def test_one_version_alone_is_said_to_be_alone() -> None:
    one = passage("第一条 合同期限不超过三年。")
    claim = Claim("合同期限不超过三年。", one, ("合同期限不超过三年。",))
    assert "没有找到可以对照的另一个版本" in only_one(asked("社区服务条例合同期限有什么变化"), [claim])[0]
    assert "没有找到更早的版本" in only_one(asked("修改前的社区服务条例怎么规定"), [claim])[0]
    assert only_one(asked("社区服务条例怎么规定"), [claim]) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [("第三条 依照本法第九条办理。", "第五条 依照本法第十条办理。"), ("（二）免费；", "（三）免费。")],
)
def test_another_number_alone_is_no_change(one: str, other: str) -> None:
    assert bare(one) == bare(other)


def test_provisions_of_two_versions_are_set_beside_each_other() -> None:
    def chunk(policy: str, n: int, chapter: str, text: str) -> Chunk:
        return Chunk(f"{policy}{n}", policy, n, (chapter, f"第{n}条"), 0, len(text), text, "", "")

    old = [chunk("o", 1, "第一章 总则", "服务应当免费。"), chunk("o", 2, "第一章 总则", "合同期限为一年。")]
    new = [
        chunk("n", 1, "第一章 总 则", "合同期限为三年。"),
        chunk("n", 2, "第二章 应急", "灾害时全天开放。"),
    ]
    found = compared(old, new)
    assert found.partner == {"o1": "", "o2": "n1", "n1": "o2", "n2": ""}
    assert (found.kind("n2"), found.kind("o1"), found.kind("n1")) == ("章", "条", "")
    assert found.beside(["o2"]) == {"o2", "n1", "n2"}


def test_the_provision_that_answers_is_told_with_its_counterpart_not_the_statement_alone() -> None:
    """第四条 answers as a whole in both versions; 第六条 of the later one scores higher alone."""
    query = asked("服务条例里谁来接待，2024年那次修改改了什么？")
    found = candidates(
        provision(2024, 6, "第六条 接待人员不按时到岗的，责令改正。", True),
        provision(2024, 4, "第四条 社区的志愿者负责接待。夜间来的，电话登记。", True),
        provision(2010, 3, "第三条 社区的职工负责接待。夜间来的，电话登记。", False),
        provision(2010, 8, "第八条 每年评比一次。", False),
    )
    scores = {6: 79.4, 4: 79.2, 3: 78.4, 8: 60.0}
    ranked = [
        replace(c, score=80.0 if "夜间" in c.statement.text else scores[c.passage.chunk.ordinal])
        for c in found
    ]
    claims, _ = versions(query, sorted(ranked, key=lambda c: -c.score))
    assert [claim.text for claim in claims] == [
        "第三条 社区的职工负责接待。",
        "第四条 社区的志愿者负责接待。",
    ]


@pytest.mark.parametrize(
    "question",
    [
        "2024年改条例前后，罚款差多少",
        "服务平台怎么定，服务条例前后两版说法有啥差别",
        "2010年的服务条例跟现在的有啥不一样",
        "许可从哪级到哪级了",
        "付款的期限，新条例比老的严在哪",
        "付款的期限，2010年条例跟2020年条例有什么不一样",
        "许可权前后改到了哪一级",
    ],
)
def test_a_question_about_a_change_is_read_as_one(question: str) -> None:
    assert asked(question).version == "change"


@pytest.mark.parametrize(
    ("question", "version"),
    [
        ("协会改了章程，街道说随便啥时候报都行", ""),
        ("伤比以前重了想调等级，多久能提", ""),
        ("服务条例没修改那会儿一共几条", "previous"),
        ("以前的服务条例怎么规定的", "previous"),
    ],
)
def test_what_is_changed_or_compared_in_a_case_is_not_the_rule(question: str, version: str) -> None:
    assert asked(question).version == version


def test_of_two_years_compared_the_later_names_the_day() -> None:
    both = asked("付款期限，2010年和2020年两版条例有什么不一样")
    assert (both.as_of, both.edition, both.against) == (date(2020, 12, 31), 2020, 2010)


def test_then_makes_a_day_the_day_asked_for() -> None:
    assert asked("2019年6月厂里收了货，当时的条例怎么规定付款").as_of == date(2019, 6, 30)
    assert asked("2019年6月厂里收了一批新货，怎么付款").as_of == date(2026, 6, 1)


def test_a_rule_that_another_name_replaced_is_gone_from_then_on() -> None:
    old = Policy(id="1", title="募捐条例", file_name="a", effective=date(2012, 1, 1), family="募捐条例")
    new = Policy(
        id="2", title="慈善条例", file_name="b", effective=date(2021, 1, 1), family="慈善条例",
        supersedes=("募捐条例",),
    )  # fmt: skip
    assert replaced([old, new], date(2020, 1, 1)) == frozenset()
    assert replaced([old, new], date(2022, 1, 1)) == {"1"}


def test_two_years_name_the_two_versions_and_now_means_today() -> None:
    both = asked("服务条例2010年版和2020年版有什么不同？")
    assert (both.edition, both.against) == (2020, 2010)
    now = asked("服务条例2010年的规定和现在的有什么不同？")
    assert (now.edition, now.against, now.as_of) == (0, 2010, date(2026, 6, 1))
