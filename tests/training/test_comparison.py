from dataclasses import replace

import numpy as np
import pytest

from training.errors import TrainingError
from training.judging.comparison import Comparison, GateRules, compare, gate, sign_test
from training.judging.evaluation import evaluate

RULES = GateRules()


def answers(labels, wrong, certainty=0.98):
    """Return probabilities (n, 10) that name the label, but the next class at the indices `wrong`."""
    named = np.array(labels).copy()
    named[wrong] = (named[wrong] + 1) % 10
    probabilities = np.full((len(labels), 10), (1 - certainty) / 9)
    probabilities[np.arange(len(labels)), named] = certainty
    return probabilities


def comparison(lost=(), won=(), n=10_000, **options) -> Comparison:
    """Compare versions whose candidate loses and wins the drawings at these indices; classes repeat 0..9."""
    labels = np.arange(n) % 10
    return compare(answers(labels, list(won)), answers(labels, list(lost), **options), labels)


def test_flips_are_what_only_the_champion_reads_correctly():
    found = comparison(lost=[3, 14, 15], won=[7])
    assert found.flips == [3, 14, 15]
    assert found.loss_points == pytest.approx(0.02)
    assert [change.lost for change in found.classes] == [0, 0, 0, 1, 1, 1, 0, 0, 0, 0]
    assert found.classes[7].won == 1 and found.classes[7].loss_points == pytest.approx(-0.1)


def test_what_both_get_wrong_says_nothing():
    labels = np.arange(1000) % 10
    both_wrong = list(range(100))
    found = compare(answers(labels, [*both_wrong, 500]), answers(labels, both_wrong), labels)
    assert found.flips == []
    assert found.loss_points == pytest.approx(-0.1)


def test_the_interval_is_that_of_paired_shares():
    low, high = comparison(lost=range(30), won=range(100, 120)).loss_interval
    half = 195.9964 * np.sqrt(50 - 100 / 10_000) / 10_000
    assert (low, high) == pytest.approx((0.1 - half, 0.1 + half))


def test_an_equal_candidate_passes():
    verdict = gate(comparison(), RULES)
    assert verdict.passed and not verdict.needs_person
    assert verdict.reasons[0].startswith("accuracy changes by +0.00 points (at worst +0.00)")


def test_a_better_candidate_passes_and_says_by_how_much():
    verdict = gate(comparison(won=range(0, 1000, 7)), RULES)
    assert verdict.passed
    assert "+1.43 points" in verdict.reasons[0]


def test_a_candidate_that_may_be_much_worse_fails():
    verdict = gate(comparison(lost=range(30)), RULES)
    assert not verdict.passed
    assert "0.41 points lower" in verdict.reasons[0]


def test_a_loss_within_bounds_passes_only_when_there_are_drawings_enough_to_know():
    lost_one_in_a_thousand = comparison(lost=range(0, 10_000, 1000))
    assert gate(lost_one_in_a_thousand, RULES).passed
    assert not gate(comparison(lost=[0, 500], n=1000), RULES).passed


def test_few_drawings_need_a_person_however_good_the_candidate():
    verdict = gate(comparison(won=range(50), n=499), RULES)
    assert verdict.passed and verdict.needs_person
    assert "only 499 test drawings" in verdict.reasons[-1]
    assert not gate(comparison(won=range(50), n=500), RULES).needs_person


def test_a_class_that_clearly_gets_worse_fails_a_candidate_that_is_better_on_the_whole():
    fours = range(4, 1000, 10)
    verdict = gate(comparison(lost=list(fours)[:30], won=range(5, 2000, 10)), RULES)
    assert not verdict.passed
    assert verdict.reasons == ["class 4 loses 3.00 points (at most 2.0 allowed)"]


def test_classes_are_called_by_their_names():
    labels = np.array([0] * 900 + [1] * 29)
    found = compare(answers(labels, []), answers(labels, range(90)), labels)
    names = ["not-a-digit", "digit", *"23456789"]
    reasons = "; ".join(gate(found, RULES, names=names).reasons)
    assert "class not-a-digit loses 10.00 points" in reasons
    assert "only 29 test drawings of class digit, 30 are needed" in reasons


def test_one_lost_drawing_of_a_small_class_may_be_chance():
    labels = np.array([0] * 990 + [1] * 10)
    found = compare(answers(labels, range(50)), answers(labels, [990]), labels)
    assert found.classes[1].loss_points == 10
    assert gate(found, RULES).passed


def test_a_candidate_whose_certainty_means_less_fails():
    verdict = gate(comparison(won=range(50), certainty=0.6), RULES)
    assert not verdict.passed
    assert "certainty is further off" in verdict.reasons[0]


@pytest.mark.parametrize(
    ("milliseconds", "passed"), [((0.1, 0.25), True), ((0.1, 0.9), True), ((0.5, 1.4), True), ((0.5, 1.6), False)]
)
def test_a_candidate_may_be_slower_when_it_stays_fast(milliseconds, passed):
    assert gate(replace(comparison(), milliseconds=milliseconds), RULES).passed is passed


def test_answers_to_other_drawings_cannot_be_compared():
    labels = np.arange(10)
    with pytest.raises(TrainingError, match="received 9, 10 and 10"):
        compare(answers(labels, [])[:9], answers(labels, []), labels)


def test_the_first_version_passes_when_it_has_learned_something():
    labels = np.arange(100) % 10
    verdict = gate(None, RULES, metrics=evaluate(answers(labels, range(40)), labels))
    assert verdict.passed and not verdict.needs_person
    assert "60.00% of 100 drawings" in verdict.reasons[0]


def test_the_first_version_fails_when_it_only_names_the_commonest_class():
    labels = np.array([0] * 90 + [1] * 10)
    verdict = gate(None, RULES, metrics=evaluate(answers(labels, range(90, 100)), labels))
    assert not verdict.passed
    assert "no better than always naming the commonest class" in verdict.reasons[0]


@pytest.mark.parametrize(("lost", "won", "chance"), [(5, 0, 1 / 32), (3, 1, 5 / 16), (0, 0, 1), (0, 4, 1)])
def test_sign_test(lost, won, chance):
    assert sign_test(lost, won) == pytest.approx(chance)
