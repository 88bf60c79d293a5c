import subprocess
import sys

import pytest

from ingest.words import STOP_WORDS, fold, words

CUTS = {
    "城鄉低保標準每月300元": ["城乡", "低保", "标准", "每月", "300", "300元", "元"],
    "公益一类事业单位": ["公益", "一类", "事业", "单位", "事业单位"],
    "增长3.5%，共１,２００户": ["增长", "3.5%", "共", "1200", "1200户", "户"],
    "粤民函〔2021〕15号": ["粤民函", "2021", "15", "15号", "号"],
    "Ａ４纸 PDF": ["a4", "纸", "pdf"],
    "　——……《》": [],
    "": [],
}


@pytest.mark.parametrize(("text", "expected"), CUTS.items())
def test_words_in_order(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_traditional_and_simplified_documents_meet() -> None:
    assert words("社會工作服務的購買主體") == words("社会工作服务的购买主体")


def test_fold_keeps_a_list_of_numbers_apart() -> None:
    """Only a comma before exactly three digits is a thousands separator."""
    assert fold("1,000元；1,2,3；10,0000") == "1000元;1,2,3;10,0000"


def test_a_question_loses_its_stop_words_but_not_all_it_has() -> None:
    assert words("买方是谁？", question=True) == ["买方"]
    assert words("是谁？", question=True) == words("是谁？") == ["是", "谁"]
    assert "县" not in STOP_WORDS


def test_import_is_light_and_first_use_is_quiet() -> None:
    """The dictionary loads on the first cut, without a word on the terminal and with warnings as errors."""
    script = (
        "import sys; from ingest.words import words; assert 'jieba' not in sys.modules;"
        "assert words('低保') == ['低保']"
    )
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=True
    )
    assert (run.stdout, run.stderr) == ("", "")
