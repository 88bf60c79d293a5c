"""The shipped documents: their cards, their mark as digests, each figure held against its source; and the
questions asked of them."""

import json
import os
import re
import tarfile
import unicodedata
from datetime import date
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
BENCH = Path(os.environ.get("BENCH_DIR", ROOT.parent / "shared"))
CORPUS = ROOT / "corpus"
DIGESTS = sorted(CORPUS.glob("*/*.md"))
NATIONAL = sorted(CORPUS.glob("national/*.md"))
QUESTIONS = sorted((ROOT / "evals" / "questions").glob("*.jsonl"))
FIELDS = {
    "title": str,
    "issuers": list,
    "document_number": str | None,
    "rank": str | None,
    "region": str | None,
    "published": date | None,
    "effective": date | None,
    "expires": date | None,
    "supersedes": list,
    "source": str | None,
    "source_title": str | None,
    "digest": bool,
}
RANKS = {"法律", "行政法规", "部门规章", "规范性文件", "报道、材料"}
PAGES = {"宁夏": "000", "广东": "001", "安徽": "002", "湖南": "003", "四川": "004"}
CLEAN = {"广东": "guangdong", "安徽": "anhui", "四川": "sichuan"}
NO_SOURCE = {"政府购买服务管理办法"}  # not among the laws at hand: written from knowledge, and says so
EXCERPTS = {"预算法"}
ORDINAL = "第[零一二三四五六七八九十百]+条"
HEAD = re.compile(rf"^({ORDINAL})(?:至({ORDINAL}))?[ \u3000]", re.M)
FIGURE = re.compile(
    r"\d+(?:\.\d+)?[%‰]?|[千百]分之[一二三四五六七八九十]+|[一二三四五六七八九]分之[一二三四五六七八九]"
    r"|[一二三四五六七八九十百千万]+(?:个工作日|个月|周岁|[日年元人家倍时]|万元)"
)

needs_bench = pytest.mark.skipif(not BENCH.is_dir(), reason="BENCH_DIR is absent: sources to compare with")


def name(path: Path) -> str:
    return path.stem


def card_and_body(path: Path) -> tuple[dict[str, object], str]:
    """The YAML front matter of a digest, and its text."""
    _, card, body = path.read_text("utf-8").split("---\n", 2)
    return yaml.safe_load(card), body


def figures(text: str) -> set[str]:
    """Numbers with the unit that makes them a rule: figures("二十日，2%") -> {"二十日", "2%"}"""
    return set(FIGURE.findall(unicodedata.normalize("NFKC", text)))


def bare_characters(text: str) -> str:
    """bare_characters("《意见》 明确，") -> 意见明确"""
    return re.sub(r"\W", "", unicodedata.normalize("NFKC", text))


def number(label: str) -> int:
    """number("第一百零九条") -> 109"""
    value = digit = 0
    for character in label.strip("第条"):
        if character in "十百":
            value += (digit or 1) * {"十": 10, "百": 100}[character]
            digit = 0
        else:
            digit = "零一二三四五六七八九".index(character)
    return value + digit


def articles(text: str) -> list[tuple[range, str]]:
    """(the numbers it covers, its text): a merged 第一条至第三条 covers 1, 2 and 3."""
    heads = list(HEAD.finditer(text))
    ends = [*(head.start() for head in heads[1:]), len(text)]
    return [
        (range(number(head[1]), number(head[2] or head[1]) + 1), text[head.end() : end])
        for head, end in zip(heads, ends, strict=True)
    ]


@pytest.fixture(scope="module")
def laws() -> dict[str, str]:
    """Name with date -> text: "政府采购法(2014-08-31)"."""
    wanted = {f"{name(path)}({card_and_body(path)[0]['published']})" for path in NATIONAL}
    with tarfile.open(BENCH / "laws" / "laws_md.tar.xz") as archive:
        found = {Path(member.name).stem: member for member in archive if Path(member.name).stem in wanted}
        files = {stem: archive.extractfile(member) for stem, member in found.items()}
        return {stem: file.read().decode() for stem, file in files.items() if file}


def test_there_are_digests() -> None:
    assert len(DIGESTS) == 20
    assert len(NATIONAL) == 15


@pytest.mark.parametrize("path", DIGESTS, ids=name)
def test_a_card_has_every_field_and_a_digest_says_that_it_is_one(path: Path) -> None:
    card, body = card_and_body(path)
    assert list(card) == list(FIELDS)
    assert [field for field, kind in FIELDS.items() if not isinstance(card[field], kind)] == []
    assert card["rank"] in RANKS
    assert card["region"] in {"全国", *PAGES}
    assert card["issuers"]
    assert card["digest"] is True
    heading, notice = [line for line in body.splitlines() if line][:2]
    assert heading.startswith("# ")
    assert notice.startswith("要点整理，非官方原文。")


@pytest.mark.parametrize("path", NATIONAL, ids=name)
def test_articles_follow_without_a_gap(path: Path) -> None:
    covered = [value for numbers, _ in articles(card_and_body(path)[1]) for value in numbers]
    if name(path) in EXCERPTS:
        assert covered == sorted(set(covered))
    else:
        assert covered == list(range(1, len(covered) + 1))


@needs_bench
@pytest.mark.parametrize("path", [p for p in NATIONAL if name(p) not in NO_SOURCE], ids=name)
def test_every_figure_of_an_article_stands_in_that_article_of_the_law(
    path: Path, laws: dict[str, str]
) -> None:
    card, body = card_and_body(path)
    source = {numbers[0]: text for numbers, text in articles(laws[f"{name(path)}({card['published']})"])}
    own = articles(body)
    assert {value for numbers, _ in own for value in numbers} <= set(source)
    if name(path) not in EXCERPTS:
        assert own[-1][0][-1] == max(source)
    for numbers, text in own:
        official = "".join(source[value] for value in numbers)
        assert figures(text) - figures(official) == set(), f"第{numbers[0]}条"


@needs_bench
@pytest.mark.parametrize("region", PAGES)
def test_every_figure_of_a_provincial_digest_stands_in_its_page(region: str) -> None:
    (path,) = CORPUS.glob(f"provinces/{region}-*.md")
    (page,) = (BENCH / "seeds").glob(f"{PAGES[region]}_*")
    own = re.findall(r"\d+(?:\.\d+)?", card_and_body(path)[1])
    source = re.findall(r"\d+(?:\.\d+)?", unicodedata.normalize("NFKC", page.read_text("utf-8", "replace")))
    joined = "".join(source)
    dates = {part for value in source for part in (value, value.lstrip("0"))}
    assert [value for value in own if value not in dates and value not in joined] == []


@needs_bench
@pytest.mark.parametrize("region", CLEAN)
def test_no_sentence_is_copied_from_the_page(region: str) -> None:
    (path,) = CORPUS.glob(f"provinces/{region}-*.md")
    page = (BENCH / "evals" / "clean" / f"{CLEAN[region]}.md").read_text("utf-8")
    card, body = card_and_body(path)
    bare, title = bare_characters(body), bare_characters(str(card["source_title"]))
    sentences = {bare_characters(part) for part in re.split(r"[。；;\n]", page)} - {title}
    assert [part for part in sentences if len(part) >= 25 and part in bare and "关于" not in part] == []


@pytest.mark.parametrize("path", QUESTIONS, ids=name)
def test_questions_quote_the_digests_and_their_answers_hold_their_own_facts(path: Path) -> None:
    questions = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert len({question["id"] for question in questions}) == len(questions)
    for question in questions:
        for evidence in question["evidence"]:
            assert evidence["quote"] in (CORPUS / evidence["doc"]).read_text("utf-8"), question["id"]
        asked_for_facts = question["expected"] not in {"abstain", "refuse", "redirect"}
        assert bool(question["evidence"]) == asked_for_facts, question["id"]
        if asked_for_facts:
            answer = unicodedata.normalize("NFKC", question["answer"])
            groups = [[unicodedata.normalize("NFKC", form) for form in g] for g in question["must_include"]]
            assert all(any(form in answer for form in group) for group in groups), question["id"]
