"""What a worker has written is shown in the reader's language."""

import re

import pytest
from django.utils import translation

from training import sentences

SENTENCES = {name: value for name, value in vars(sentences).items() if name.isupper() and name not in {"AND", "LISTS"}}
NAMES = re.compile(r"\{(\w+)\}")


@pytest.fixture
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    """Translate each sentence into itself between angle brackets."""
    monkeypatch.setattr(sentences, "gettext", lambda text: f"<{text}>")


@pytest.mark.parametrize("name", SENTENCES)
def test_each_sentence_is_found_again_with_its_values(name: str, german: None) -> None:
    sentence = SENTENCES[name]
    values = {value: f"7 {value}" for value in NAMES.findall(sentence)}
    written = sentence.format(**values)
    assert sentences.retold(written) == f"<{written}>"


def test_what_a_sentence_quotes_is_retold_as_well(german: None) -> None:
    reasons = [sentences.CLASS_LOSES.format(label=3, points="2.50", most=2.0), sentences.OVERTAKEN]
    against = sentences.COMPARED.format(champion="digits 1")
    written = sentences.HELD.format(version="digits 2", against=against, reasons=sentences.AND.join(reasons))
    assert sentences.retold(written) == (
        "<digits 2 held for a person to decide (<compared with digits 1>): "
        "<class 3 loses 2.50 points (at most 2.0 allowed)>; <another version went live during the comparison>>"
    )


def test_several_reasons_of_one_kind_are_several_sentences(german: None) -> None:
    reasons = [sentences.FEW_ITEMS_OF_CLASS.format(n=n, label=n, needed=50) for n in (5, 6, 7)]
    reasons.append(sentences.MAY_BE_LOWER.format(worst=0.5, most=0.3, points=0.1, n=900))
    written = sentences.AND.join(reasons)
    assert sentences.retold(written) == sentences.AND.join(f"<{reason}>" for reason in reasons)
    assert sentences.folded(written).others == reasons[1:]


@pytest.mark.parametrize("text", ["", "OSError: {gone}", "one; two"])
def test_what_is_no_sentence_of_ours_stays_as_it_is(text: str, german: None) -> None:
    assert sentences.retold(text) == text


def test_in_english_it_reads_as_it_was_written() -> None:
    written = sentences.AUGMENTING.format(done=3, total=8)
    with translation.override("en"):
        assert sentences.retold(written) == written
