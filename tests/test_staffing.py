"""What a table or so many for each gives for the figures of a question, added up or set off."""

from fractions import Fraction

import pytest
from passages import asked, candidates, passage

from assistant.citations import Claim, verify
from assistant.staffing import by_figure

TABLE = "县级民政局配备经办人员，300户以下的至少配备2人，300户到600户的至少配备4人，600户以上的至少配备6人。"
STREETS = "街道配备经办人员，100户以下的至少配备1人，100户到500户的至少配备3人，500户以上的至少配备5人。"
EACH = "每个村（社区）配备1-2名协理员。"


def worked(question: str, *texts: str) -> Claim | None:
    """The claim worked out of the texts (one passage), which must pass verification."""
    query = asked(question)
    claims = by_figure(query, candidates(passage("\n".join(texts))))
    assert verify(claims, query)[1] == []
    return claims[0] if claims else None


def said(question: str, *texts: str) -> str:
    claim = worked(question, *texts)
    return claim.text if claim else ""


@pytest.mark.parametrize(
    ("households", "people"),
    [(1, 2), (299, 2), (301, 4), (450, 4), (599, 4), (601, 6), (12000, 6)],
)
def test_a_figure_gets_its_own_band(households: int, people: int) -> None:
    text = said(f"县民政局有{households}户，要配几个人？", TABLE)
    assert f"至少{people}人" in text
    assert sum(f"至少配备{other}人" in text for other in (2, 4, 6)) == 1


@pytest.mark.parametrize(("households", "bands_named"), [(300, (2, 4)), (600, (4, 6))])
def test_on_a_boundary_both_bands_are_named_and_neither_is_chosen(
    households: int, bands_named: tuple[int, int]
) -> None:
    text = said(f"县民政局有{households}户，要配几个人？", TABLE)
    assert "没有写明" in text
    assert all(f"至少配备{people}人" in text for people in bands_named)


def test_a_figure_written_in_words_gets_its_band_too() -> None:
    assert "至少6人" in said("县民政局有一千二百户，要配几个人？", TABLE)


def test_of_two_tables_the_one_of_the_body_asked_about_is_applied() -> None:
    assert "至少4人" in said("县民政局有450户，要配几个人？", TABLE, STREETS)
    assert "至少3人" in said("街道有450户，要配几个人？", TABLE, STREETS)
    # The 区 of 辖区 and of 社区 is no district.
    assert "至少3人" in said("街道办辖区有450户，要配几个人？", TABLE, STREETS)
    assert "至少3人" in said("街道的社区有450户，要配几个人？", TABLE, STREETS)


def test_several_figures_are_added_up_with_the_sum_shown() -> None:
    text = said("县民政局有450户，一个街道有200户，另一个街道有800户，一共要配几个人？", TABLE, STREETS)
    assert "4+3+5=12人" in text


def test_figures_of_two_provisions_are_added_up_each_beside_its_own() -> None:
    query = asked("广东一个街道有200户，辖20个村，经办人员加协理员一共多少人？")
    claims = by_figure(query, candidates(passage(STREETS), passage(EACH, start=200)))
    assert [c.passage.chunk.text for c in claims] == [STREETS, EACH]
    assert "3+20=23人" in claims[-1].text
    assert verify(claims, query)[1] == []
    assert verify(claims[1:], query)[0] == [], "a sum is not told without the claim its figure comes from"


@pytest.mark.parametrize(
    ("have", "told"), [("2个", "还差2人（4-2=2）"), ("3名", "还差1人（4-3=1）"), ("5个", "已经达到")]
)
def test_what_is_lacking_is_the_difference(have: str, told: str) -> None:
    assert told in said(f"县民政局有450户，眼下就{have}经办，离最低要求还差几个？", TABLE)


def test_a_number_for_each_gives_a_range() -> None:
    claim = worked("有20个村，要配多少名协理员？", EACH)
    assert claim is not None
    assert "20到40名" in claim.text
    assert [w.result for w in claim.working] == [20, 40]


def test_a_figure_of_another_unit_is_in_no_band() -> None:
    assert worked("县民政局有450人，要配几个人？", TABLE) is None


def test_a_table_is_not_applied_where_nothing_is_to_be_counted() -> None:
    assert worked("县民政局有450户，由谁主管？", TABLE) is None


def test_a_band_s_result_that_is_wrong_would_be_rejected() -> None:
    """The figure of another band stands in the quote; the working and the words come from one place."""
    claim = worked("县民政局有450户，一个街道有200户，一共要配几个人？", TABLE, STREETS)
    assert claim is not None
    (step,) = claim.working
    assert step.operands == (4, 3)
    assert step.result == 7
    assert claim.given == (Fraction(450), Fraction(200))


TWICE = [
    ("县民政局去年450户，今年涨到700户，最低要加几个人？", "最低数增加6-4=2人"),
    ("县民政局原来700户，现在降到290户，能少配几个人？", "最低数减少6-2=4人"),
    ("县民政局从310户变成590户，要不要加人，加几个？", "最低数不变"),
    ("县民政局前年250户、今年350户，一共要加几个人？", "最低数增加4-2=2人"),
    ("甲县民政局450户，乙县民政局200户，甲县比乙县多配几个人？", "相差4-2=2人"),
    ("甲县民政局450户，乙县民政局500户，最低数相差几个人？", "最低数相同"),
]


@pytest.mark.parametrize(("question", "told"), TWICE)
def test_one_body_at_two_times_and_two_set_against_each_other_are_not_added_up(
    question: str, told: str
) -> None:
    text = said(question, TABLE)
    assert told in text
    assert "合计" not in text


def test_no_difference_is_told_where_a_figure_lies_between_two_bands() -> None:
    text = said("县民政局去年300户，今年涨到700户，最低要加几个人？", TABLE)
    assert "没有写明" in text
    assert "增加" not in text


def test_one_town_beside_the_number_of_its_villages_counts_nothing() -> None:
    text = said("一个镇有20个村，要配多少名协理员？", EACH)
    assert text.startswith("20个，每个1-2名，共20到40名（最少20名，最多40名）")
    assert "合计" not in text


def test_a_number_for_one_is_not_multiplied() -> None:
    assert said("一个村配几名协理员？", EACH) == ""


PILOT = "各市州要明确一个县开展试点。试点县民政局要加强统筹，选择2-3个乡镇抓好试点。"


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("12个市州，每个市州定一个县，县里再选乡镇，乡镇最少多少个？", "共24到36个"),
        ("15个试点县，每个县都选满乡镇，一共多少个乡镇？", "共30到45个"),
        ("2019年起每个市州定几个县，县里再选几个乡镇？", ""),
        ("12个市州，乡镇一共多少个？", ""),  # how many counties each has is not said
    ],
)
def test_so_many_chosen_by_each_are_counted_where_the_question_says_each(question: str, told: str) -> None:
    text = said(question, PILOT)
    assert told in text if told else text == ""


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("镇上有23个村和4个社区，协理员最多几名？", "23+4=27个，每个1-2名，共27到54名"),
        ("镇上有8个村3个社区，协理员现有9名，还差几名？", "还差2名（11-9=2）"),
        ("甲镇23个村，乙镇10个村，协理员各要几名？", "合计至少23+10=33人，最多46+20=66人"),
        ("街道有社区6个、村10个，协理员至少几名？", "6+10=16个，每个1-2名，共16到32名"),
        ("镇上12个社区，配了10名协理员，还差几名？", "还差2名（12-10=2）"),
    ],
)
def test_counts_under_one_rule_are_added_first(question: str, told: str) -> None:
    assert told in said(question, EACH)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("两个县民政局各450户，一共几个人？", "至少4人，两个共4×2=8人"),
        ("县民政局300户，另一个县450户，一共几个人？", "2+4=6人（交界归前档）或4+4=8人（交界归后档）"),
        ("县民政局300户，现有3人，够不够？", "归前档的已经达到，归后档的还差4-3=1人"),
        ("600户以上的县民政局比300户以下的多配几个人？", "相差6-2=4人"),
        ("县里有两万户居民，县民政局的对象450户，要配几个人？", "至少4人。"),
    ],
)
def test_bodies_and_boundaries_and_residents(question: str, told: str) -> None:
    assert told in said(question, TABLE)
