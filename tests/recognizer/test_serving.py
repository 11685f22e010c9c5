"""Swapping versions while they answer."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from django.core.files.storage import storages

from datasets.errors import Unavailable
from datasets.models import Room
from recognizer import serving
from recognizer.serving import Serving
from tests.recognizer.conftest import MakeVersion, some_pictures
from training.judging.litert import LiteRTNetwork
from training.models import ModelVersion, Network
from training.versions import registry

pytestmark = pytest.mark.django_db


def damage(version: ModelVersion) -> None:
    """Flip a byte in the middle of a version's file."""
    with open(storages["artifacts"].path(version.tflite_path), "r+b") as file:
        file.seek(2000)
        byte = file.read(1)
        file.seek(2000)
        file.write(bytes([byte[0] ^ 255]))


def test_nothing_published_is_unavailable(fresh_serving: Serving) -> None:
    assert fresh_serving.poll_once() is False
    with pytest.raises(Unavailable) as caught:
        fresh_serving.live()
    assert caught.value.code == "no_published_version"


def test_one_network_alone_is_not_enough(fresh_serving: Serving, make_version: MakeVersion) -> None:
    make_version(Network.DIGITS)
    fresh_serving.poll_once()
    assert fresh_serving.pair is None


def test_publishing_one_network_swaps_only_that_one(
    fresh_serving: Serving, live_pair: serving.LivePair, make_version: MakeVersion
) -> None:
    version = make_version(Network.DIGITS, 2)
    assert fresh_serving.poll_once() is True
    assert fresh_serving.live().digits.id == version.pk
    assert fresh_serving.live().digit_or_not is live_pair.digit_or_not
    assert fresh_serving.live().versions == {"digits": 2, "digit-or-not": 1}


def test_polling_again_without_a_publish_changes_nothing(
    fresh_serving: Serving, live_pair: serving.LivePair, django_assert_num_queries
) -> None:
    with django_assert_num_queries(1):
        assert fresh_serving.poll_once() is False
    assert fresh_serving.live() is live_pair


def test_rolling_back_swaps_as_publishing_does(
    fresh_serving: Serving, live_pair: serving.LivePair, make_version: MakeVersion
) -> None:
    make_version(Network.DIGITS, 2)
    fresh_serving.poll_once()
    registry.roll_back(Network.DIGITS, reason="for a test")
    fresh_serving.poll_once()
    assert fresh_serving.live() == live_pair


def _remove(version: ModelVersion) -> None:
    storages["artifacts"].delete(version.tflite_path)


def _other_preprocessing(version: ModelVersion) -> None:
    ModelVersion.objects.filter(pk=version.pk).update(preprocessing_version=99)


def _other_answers(version: ModelVersion) -> None:
    version.self_test["probabilities"][0] = [0.1] * 10
    version.save()


def _unreadable_self_test(version: ModelVersion) -> None:
    ModelVersion.objects.filter(pk=version.pk).update(self_test={})


SPOILERS = {
    "SHA-256": damage,
    "No such file": _remove,
    "preprocessing": _other_preprocessing,
    "expected answers within": _other_answers,
    "KeyError": _unreadable_self_test,
}


@pytest.mark.parametrize("reason", SPOILERS)
def test_a_spoilt_version_leaves_the_old_one_answering_and_raises_one_alarm(
    reason: str,
    fresh_serving: Serving,
    live_pair: serving.LivePair,
    make_version: MakeVersion,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(serving, "RETRY_SECONDS", 0)
    version = make_version(Network.DIGITS, 2)
    SPOILERS[reason](version)
    caplog.clear()  # TensorFlow has told how it made the version
    with caplog.at_level(logging.ERROR):
        assert fresh_serving.poll_once() is False
        assert fresh_serving.poll_once() is False
    assert fresh_serving.live() is live_pair
    [alarm] = fresh_serving.alarms
    assert (alarm.network, alarm.number) == ("digits", 2)
    assert reason in alarm.message
    assert len(caplog.records) == 1


def test_a_network_of_the_other_role_is_refused(
    fresh_serving: Serving, live_pair: serving.LivePair, make_version: MakeVersion
) -> None:
    two_classes = make_version(Network.DIGIT_OR_NOT, 1, publish=False)
    make_version(Network.DIGITS, 1, tflite_path=two_classes.tflite_path, tflite_sha256=two_classes.tflite_sha256)
    fresh_serving.poll_once()
    assert "expected 10 classes; received 2" in fresh_serving.alarms[0].message
    assert fresh_serving.live() is live_pair


def test_one_bad_network_does_not_hold_up_the_other(
    fresh_serving: Serving, live_pair: serving.LivePair, make_version: MakeVersion
) -> None:
    damage(make_version(Network.DIGITS, 2))
    make_version(Network.DIGIT_OR_NOT, 2)
    assert fresh_serving.poll_once() is True
    assert fresh_serving.live().versions == {"digits": 1, "digit-or-not": 2}


def test_the_alarm_ends_when_the_file_is_restored(
    fresh_serving: Serving,
    live_pair: serving.LivePair,
    make_version: MakeVersion,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(serving, "RETRY_SECONDS", 0)
    version = make_version(Network.DIGITS, 2)
    damage(version)
    fresh_serving.poll_once()
    damage(version)  # flips the byte back
    assert fresh_serving.poll_once() is True
    assert fresh_serving.alarms == ()
    assert fresh_serving.live().digits.number == 2


def test_the_alarm_ends_when_the_bad_version_is_rolled_back(
    fresh_serving: Serving, live_pair: serving.LivePair, make_version: MakeVersion
) -> None:
    damage(make_version(Network.DIGITS, 2))
    fresh_serving.poll_once()
    registry.roll_back(Network.DIGITS, reason="for a test")
    fresh_serving.poll_once()
    assert fresh_serving.alarms == ()


def test_a_bad_version_is_not_read_again_at_every_poll(
    fresh_serving: Serving,
    live_pair: serving.LivePair,
    make_version: MakeVersion,
    django_assert_num_queries,
) -> None:
    damage(make_version(Network.DIGITS, 2))
    fresh_serving.poll_once()
    with django_assert_num_queries(1):
        fresh_serving.poll_once()


def test_a_process_that_starts_walks_back_to_the_newest_published_version_that_passes(
    fresh_serving: Serving, make_version: MakeVersion
) -> None:
    make_version(Network.DIGIT_OR_NOT)
    make_version(Network.DIGITS, 1)
    make_version(Network.DIGITS, 2)
    make_version(Network.DIGITS, 1, publish=False)  # a held candidate: never to be served
    for _ in range(2):
        damage(make_version(Network.DIGITS, 2))
    fresh_serving.poll_once()
    assert fresh_serving.live().digits.number == 2
    assert [alarm.number for alarm in fresh_serving.alarms] == [5]


def test_after_walking_back_a_good_publish_is_taken(fresh_serving: Serving, make_version: MakeVersion) -> None:
    make_version(Network.DIGIT_OR_NOT)
    make_version(Network.DIGITS, 1)
    damage(make_version(Network.DIGITS, 2))
    fresh_serving.poll_once()
    make_version(Network.DIGITS, 2)
    fresh_serving.poll_once()
    assert fresh_serving.live().digits.number == 3
    assert fresh_serving.alarms == ()


def test_a_start_without_any_good_version_tells_what_it_tried(
    fresh_serving: Serving, make_version: MakeVersion
) -> None:
    make_version(Network.DIGIT_OR_NOT)
    damage(make_version(Network.DIGITS, 1))
    damage(make_version(Network.DIGITS, 2))
    fresh_serving.poll_once()
    assert fresh_serving.pair is None
    assert sorted(alarm.number for alarm in fresh_serving.alarms) == [1, 2]


def test_a_room_and_the_public_site_do_not_share_versions(make_version: MakeVersion) -> None:
    room = Room.objects.create(name="6b", slug="6b")
    make_version(Network.DIGITS, room=room)
    make_version(Network.DIGIT_OR_NOT, room=room)
    public, of_room = Serving(), Serving(room.pk)
    public.poll_once()
    of_room.poll_once()
    assert public.pair is None
    assert of_room.live().versions == {"digits": 1, "digit-or-not": 1}


def test_threads_with_distinct_inputs_get_right_answers_while_versions_swap(
    fresh_serving: Serving, live_pair: serving.LivePair, make_version: MakeVersion, shipped
) -> None:
    pictures = some_pictures(8, seed=1)
    expected = {
        variant: LiteRTNetwork(shipped(Network.DIGITS, variant).tflite).predict_many(pictures) for variant in (1, 2)
    }
    first = fresh_serving.live().digits.number
    over = threading.Event()

    def read(index: int) -> tuple[int, int]:
        answers = wrong = 0
        while not over.is_set():
            digits = fresh_serving.live().digits
            variant = 1 + (digits.number - first) % 2
            answers += 1
            wrong += not np.array_equal(digits.litert.predict(pictures[index]), expected[variant][index])
        return answers, wrong

    with ThreadPoolExecutor(8) as pool:
        readers = [pool.submit(read, index) for index in range(8)]
        try:
            for swap in range(20):
                make_version(Network.DIGITS, 2 - swap % 2)
                assert fresh_serving.poll_once() is True
        finally:
            over.set()
        results = [reader.result() for reader in readers]
    assert all(answers > 20 for answers, _ in results)
    assert sum(wrong for _, wrong in results) == 0
