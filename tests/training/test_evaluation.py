import json
import math

import numpy as np
import pytest

from training.errors import TrainingError
from training.judging.evaluation import calibration_error, confusion_matrix, detection, evaluate, wilson_interval

ANSWERS = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.4, 0.5, 0.1], [0.5, 0.3, 0.2]])
LABELS = np.array([0, 1, 0, 2])


def test_metrics_of_four_answers_by_hand():
    metrics = evaluate(ANSWERS, LABELS)
    assert metrics.n == 4
    assert metrics.accuracy == 0.5
    assert metrics.top2 == 0.75
    assert metrics.loss == pytest.approx(-(math.log(0.7) + math.log(0.8) + math.log(0.4) + math.log(0.2)) / 4)
    assert metrics.recall == [0.5, 1.0, 0.0]
    assert metrics.confusion == [[1, 1, 0], [0, 1, 0], [1, 0, 0]]
    assert metrics.detection is None


def test_metrics_go_through_json():
    metrics = evaluate(ANSWERS.astype(np.float32), LABELS.astype(np.uint8))
    assert json.loads(json.dumps(metrics.to_json()))["accuracy"] == 0.5


def test_a_class_without_drawings_has_no_recall():
    assert evaluate(ANSWERS[:2], LABELS[:2]).recall == [1.0, 1.0, None]


def test_an_answer_held_impossible_does_not_make_the_loss_infinite():
    assert math.isfinite(evaluate(np.array([[1.0, 0.0]]), np.array([1])).loss)


def test_equal_probabilities_count_the_first_two_classes_as_top_two():
    assert evaluate(np.full((3, 3), 1 / 3), np.array([0, 1, 2])).top2 == pytest.approx(2 / 3)


def test_nothing_to_evaluate_is_an_error():
    with pytest.raises(TrainingError, match="received 0 and 0"):
        evaluate(np.zeros((0, 10)), np.zeros(0, int))


def test_confusion_has_truth_in_rows_also_for_small_integers():
    labels, answers = np.array([9, 9, 0], np.uint8), np.array([8, 9, 0], np.uint8)
    matrix = confusion_matrix(labels, answers, 10)
    assert matrix[9, 8] == matrix[9, 9] == matrix[0, 0] == 1
    assert matrix.sum() == 3


@pytest.mark.parametrize(
    ("successes", "n", "expected"),
    [(10, 10, (0.7225, 1.0)), (0, 10, (0.0, 0.2775)), (81, 263, (0.2553, 0.3662)), (0, 0, (0.0, 1.0))],
)
def test_wilson_intervals_as_published(successes, n, expected):
    assert wilson_interval(successes, n) == pytest.approx(expected, abs=1e-4)  # 81 of 263: Newcombe 1998, table I


def test_certainty_that_comes_true_has_no_calibration_error():
    answers = np.tile([0.75, 0.25], (4, 1))
    assert calibration_error(answers, np.array([0, 0, 0, 1])) == pytest.approx(0)
    assert calibration_error(answers, np.array([1, 1, 1, 1])) == pytest.approx(0.75)
    assert calibration_error(np.array([[1.0, 0.0]]), np.array([0])) == 0


def test_detection_by_hand():
    scores = np.array([0.9, 0.8, 0.45, 0.3, 0.6, 0.1])
    found = detection(scores, np.array([True, True, True, False, False, False]))
    assert found.kept == pytest.approx(2 / 3)
    assert found.refused == pytest.approx(2 / 3)
    assert found.kept_at_95_refused == pytest.approx(2 / 3)  # with three others, all must be refused: above 0.6
    assert found.roc_auc == pytest.approx(8 / 9)


def test_the_threshold_of_95_percent_lets_one_in_twenty_through():
    others, digits = np.arange(100) / 100, np.array([0.945, 0.935])
    scores, is_digit = np.concatenate([others, digits]), np.arange(102) >= 100
    assert detection(scores, is_digit).kept_at_95_refused == 0.5


def test_scores_that_say_nothing_have_an_area_of_one_half():
    assert detection(np.full(6, 0.5), np.array([True, False] * 3)).roc_auc == 0.5


def test_two_classes_are_measured_as_detection_with_digits_as_the_second():
    metrics = evaluate(np.array([[0.9, 0.1], [0.2, 0.8]]), np.array([0, 1]))
    assert metrics.detection.kept == metrics.detection.refused == metrics.detection.roc_auc == 1


def test_detection_with_one_kind_only_says_what_it_can():
    found = evaluate(np.array([[0.2, 0.8], [0.6, 0.4]]), np.array([1, 1])).detection
    assert found.kept == 0.5
    assert found.refused is found.kept_at_95_refused is found.roc_auc is None
