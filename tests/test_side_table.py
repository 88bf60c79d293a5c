"""A comparison in the chat is a table: a row a place, its words marked, its provisions beside it."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant import PolicyAssistant
from assistant.reply import Reply
from assistant.sides import Point, Side
from page.answers import answer
from page.side_table import marked, pieces, side_table


def reply(assistant: PolicyAssistant, question: str) -> Reply:
    return Reply.of(assistant.answer(question), assistant.library.policies())


def test_a_comparison_is_shown_as_a_table_and_each_cell_links_what_it_cites(
    assistant: PolicyAssistant,
) -> None:
    told = reply(assistant, "广东和安徽的社区服务经费有什么不同？")
    shown = answer(told)
    assert shown.count('<table class="compared sides">') == 1
    assert re.findall(r'<th scope="row">(.*?)</th>', shown) == ["广东", "安徽"]
    assert shown.count('class="chip"') == len(told.citations)
    assert "：" not in re.sub(r"<[^>]+>", "", shown).split("广东")[0]  # the lines are not told twice


def test_what_the_text_says_beside_the_lines_stays(assistant: PolicyAssistant) -> None:
    told = reply(assistant, "广东和安徽的社区服务经费有什么不同？")
    shown = answer(replace(told, text=f"广东更高：见下表[1]。\n{told.text}\n关于“工资”：现有文件没有规定。"))
    before, after = shown.split("<table")[0], shown.split("</table>")[1]
    assert "广东更高" in before
    assert 'class="cite"' in before
    assert "工资" in after


def test_an_answer_reworded_is_shown_as_it_is_worded(assistant: PolicyAssistant) -> None:
    told = replace(reply(assistant, "广东和安徽的社区服务经费有什么不同？"), text="另有说法。")
    assert "<table" not in answer(told)
    assert "另有说法。" in answer(told)


def test_an_answer_that_compares_nothing_is_shown_as_text(assistant: PolicyAssistant) -> None:
    told = replace(reply(assistant, "广东和安徽的社区服务经费有什么不同？"), sides=())
    shown = answer(told)
    assert "<table" not in shown
    assert "广东" in shown


def test_a_silent_place_is_a_row_that_says_so_and_nothing_becomes_markup(
    assistant: PolicyAssistant,
) -> None:
    told = reply(assistant, "广东和安徽的社区服务经费有什么不同？")
    hostile = Side("<b>甲</b>", (Point("<script>2人</script>", (1,)),))
    shown = side_table(replace(told, sides=(hostile, Side("乙"), Side("丙", held=False))))
    assert "现有文件未作规定" in shown
    assert "没有收录这里的文件" in shown
    assert "<script>" not in shown
    assert "<b>甲" not in shown


def test_versions_are_headed_as_versions(assistant: PolicyAssistant) -> None:
    told = reply(assistant, "广东和安徽的社区服务经费有什么不同？")
    assert "地区" in side_table(told)
    versions = replace(told, sides=(Side("2019年版"), Side("2024年版")))
    assert "版本" in side_table(versions)
    assert "地区" not in side_table(versions)


def test_marks_are_cut_out_of_their_text() -> None:
    assert pieces("至少2人", [(2, 4)]) == [("至少", False), ("2人", True)]
    assert marked("至少<2人\n等", [(3, 5)]) == "至少&lt;<ins>2人</ins><br>等"
