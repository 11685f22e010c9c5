"""The whole pipeline, with real fits on a few easy pictures: what a run does to its row, and to what is live."""

import errno
from datetime import timedelta
from zipfile import BadZipFile

import numpy as np
import pytest
from django.db import OperationalError
from django.utils import timezone

from datasets.models import Drawing
from datasets.services.deletion import delete_for_good
from tests.training.factories import bars_and_rings, make_drawing, make_version
from training import pipeline, sentences, services
from training.augmenting import shards
from training.augmenting.augmentation import Augmentation
from training.augmenting.configuration import RunConfig
from training.errors import TooFewDrawings, UnreadableArtifact
from training.judging.litert import LiteRTNetwork
from training.judging.selftest import SelfTest
from training.models import AugmentationShard, ModelVersion, PublishEvent, TrainingRun
from training.runs import execution, queue, reaper
from training.selection import CLASSES
from training.versions import artifacts, registry

State = TrainingRun.State
# Turned or stretched too far, the bars would stand for each other.
GENTLE = Augmentation(rotation=2, zoom=0.02, shear=0.0, shift=0.4)
QUICK = RunConfig(epochs=12, copies=2, batch_size=32, learning_rate=5e-3, augmentation=GENTLE)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def sent(monkeypatch, settings, tmp_path) -> list[tuple[str, int]]:
    """Collect what would go to the broker; keep artifacts apart."""
    messages: list[tuple[str, int]] = []
    monkeypatch.setattr(queue, "_send", lambda task, pk: messages.append((task.rsplit(".")[-1], pk)))
    settings.STORAGES = {
        **settings.STORAGES,
        "artifacts": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": "/artifacts/"},
        },
    }
    return messages


@pytest.fixture
def drawings() -> None:
    for split, count, seed in [("train", 12, 1), ("validation", 3, 2), ("test", 4, 3)]:
        for label, ink in bars_and_rings(count, seed):
            make_drawing(label, split, ink=ink)


def work_through(sent: list[tuple[str, int]]) -> None:
    """Do what workers do, until nothing is left to do."""
    while sent:
        task, pk = sent.pop(0)
        getattr(execution, task)(pk)


def start(network: str, **options) -> TrainingRun:
    options = {"architecture": "small", "config": QUICK, "publish": "always", **options}
    return services.start_run(network, **options)


def test_both_networks_are_trained_published_and_answer(drawings, sent, settings, tmp_path) -> None:
    digits, other = services.retrain(["digits", "digit-or-not"], architecture="small", config=QUICK, publish="always")
    work_through(sent)
    for run in (digits, other):
        run.refresh_from_db()
        assert (run.state, run.progress, run.error) == (State.SUCCEEDED, 1.0, "")
        assert 0 < len(run.history) <= QUICK.epochs
        version = registry.published(run.network)
        assert version.run == run
        assert version.metrics["n"] == {"digits": 40, "digit-or-not": 44}[run.network]
        assert version.metrics["accuracy"] > 0.9
        content = artifacts.read(version.tflite_path, version.tflite_sha256)
        SelfTest.from_json(version.self_test).check(LiteRTNetwork(content))
    assert other.trunk == registry.published("digits"), "digit-or-not takes the trunk of the digits just published"
    assert not AugmentationShard.objects.exists()
    assert not list((tmp_path / "augmentation").rglob("*.npz")), "the parts are deleted when the run has ended"


def test_a_candidate_is_held_when_there_are_too_few_test_drawings_to_compare(drawings, sent) -> None:
    start("digits")
    work_through(sent)
    champion = registry.published("digits")
    run = start("digits", publish="if_better", config=RunConfig(epochs=1, copies=0, augmentation=GENTLE))
    work_through(sent)
    run.refresh_from_db()
    assert run.state == State.SUCCEEDED
    assert "held" in run.outcome
    assert registry.published("digits") == champion
    assert ModelVersion.objects.count() == 2


def test_too_few_drawings_of_a_class_fail_at_once_and_name_it(sent) -> None:
    for label, ink in bars_and_rings(12, 1):
        if label != "4":
            make_drawing(label, ink=ink)
    run = start("digits")
    work_through(sent)
    run.refresh_from_db()
    assert run.state == State.FAILED
    assert "class 4" in run.error
    assert "received 0" in run.error
    assert run.attempts == 1
    for label, ink in bars_and_rings(12, 1):
        if label == "4":
            make_drawing(label, ink=ink)
    for split in ("validation", "test"):
        make_drawing("4", split)
    again = services.retry_run(run)
    task, pk = sent.pop(0)
    getattr(execution, task)(pk)
    again.refresh_from_db()
    assert (again.error, again.dataset_version.count("train", ["4"])) == ("", 12), "it has chosen anew"


@pytest.mark.parametrize("split", ["validation", "test"])
def test_a_split_of_which_the_last_drawing_is_deleted_meanwhile_is_named(drawings, sent, split: str) -> None:
    run = start("digits")
    task, pk = sent.pop(0)
    getattr(execution, task)(pk)
    delete_for_good(Drawing.objects.filter(split=split), actor=None, reason="asked for")
    work_through(sent)
    run.refresh_from_db()
    assert (run.state, run.outcome) == (State.FAILED, sentences.EMPTY_SPLIT.format(splits=split))


def test_digit_or_not_without_a_digits_version_says_what_is_missing(drawings, sent) -> None:
    run = start("digit-or-not")
    work_through(sent)
    run.refresh_from_db()
    assert (run.state, "published version of digits" in run.error) == (State.FAILED, True)


def test_a_run_cancelled_while_it_trains_publishes_nothing(drawings, sent, monkeypatch, settings) -> None:
    settings.RUN_HEARTBEAT_SECONDS = 0.05
    run = start("digits", config=RunConfig(epochs=200, copies=2))
    original = pipeline.fit

    def fit_and_cancel(*args, on_epoch, **kwargs):
        def cancel_after_the_first(figures):
            on_epoch(figures)
            services.cancel_run(run)

        return original(*args, on_epoch=cancel_after_the_first, **kwargs)

    monkeypatch.setattr(pipeline, "fit", fit_and_cancel)
    work_through(sent)
    run.refresh_from_db()
    assert run.state == State.CANCELLED
    assert len(run.history) == 1, "it has not gone on"
    assert not ModelVersion.objects.exists()


def test_a_worker_that_lost_its_run_publishes_nothing(drawings, sent, monkeypatch) -> None:
    run = start("digits", config=RunConfig(epochs=1, copies=0))
    original = pipeline.judge

    def taken_over(*args):
        TrainingRun.objects.filter(pk=run.pk).update(owner=None, state=State.AUGMENTED)
        return original(*args)

    monkeypatch.setattr(pipeline, "judge", taken_over)
    work_through(sent)
    assert not PublishEvent.objects.exists()
    assert not ModelVersion.objects.exists()
    run.refresh_from_db()
    assert run.state == State.AUGMENTED, "it is the next worker's now"


def test_a_task_delivered_twice_does_its_work_once(drawings, sent) -> None:
    run = start("digits", config=RunConfig(epochs=1, copies=0))
    sent += sent * 2
    while sent:
        task, pk = sent.pop(0)
        getattr(execution, task)(pk)
        getattr(execution, task)(pk)
    run.refresh_from_db()
    assert run.state == State.SUCCEEDED
    assert ModelVersion.objects.count() == PublishEvent.objects.count() == 1


def test_the_same_seed_gives_the_same_training_images_in_any_order(drawings, sent, monkeypatch) -> None:
    monkeypatch.setattr(shards, "SHARD_IMAGES", 75)
    images = []
    for backwards in (False, True):
        run = start("digits")
        execution.prepare_run(run.pk)
        rows = list(run.shards.order_by("-index" if backwards else "index"))
        assert len(rows) > 3
        for shard in rows:
            execution.augment_shard(shard.pk)
        run.refresh_from_db()
        images.append(shards.load_shards(run))
        services.cancel_run(run)
    assert np.array_equal(images[0][0], images[1][0])
    assert np.array_equal(images[0][1], images[1][1])
    assert len(images[0][0]) == 120 * (QUICK.copies + 1)


def test_starting_from_the_published_version_keeps_what_it_knows(drawings, sent) -> None:
    start("digits")
    work_through(sent)
    first = registry.published("digits")
    gentle = RunConfig(epochs=1, copies=0, learning_rate=1e-6, batch_size=32)
    start("digits", start_from="published", config=gentle)
    work_through(sent)
    second = registry.published("digits")
    assert second.trunk == first
    assert second.metrics["accuracy"] >= first.metrics["accuracy"] - 0.05


def test_an_error_nobody_foresaw_ends_in_the_row(drawings, sent, monkeypatch) -> None:
    def broken(*args, **kwargs):
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(pipeline, "fit", broken)
    run = start("digits", config=RunConfig(epochs=1, copies=0))
    work_through(sent)
    run.refresh_from_db()
    assert (run.state, run.error) == (State.FAILED, "ZeroDivisionError: division by zero")


def test_classes_are_the_outputs_of_the_networks() -> None:
    assert CLASSES["digits"] == list("0123456789")
    assert CLASSES["digit-or-not"] == ["not-a-digit", "digit"]


def test_a_run_against_a_version_that_was_tested_on_more_is_held(drawings, sent, settings) -> None:
    settings.GATE_MIN_ITEMS = 1
    start("digits")
    work_through(sent)
    champion = registry.published("digits")
    champion.metrics["by_source"]["mnist"] = {}
    champion.save()
    run = start("digits", publish="if_better")
    work_through(sent)
    run.refresh_from_db()
    assert "not tested on mnist" in run.outcome
    assert registry.published("digits") == champion


@pytest.mark.parametrize("content", [None, b"no network"])
def test_a_live_version_that_cannot_be_read_costs_no_fit_and_a_person_decides(
    drawings, sent, settings, tmp_path, client, content
) -> None:
    settings.GATE_MIN_ITEMS = 1
    start("digits")
    work_through(sent)
    champion = registry.published("digits")
    if content is None:
        (tmp_path / champion.tflite_path).unlink()
    else:
        (tmp_path / champion.tflite_path).write_bytes(content)
    run = start("digits", publish="if_better")
    work_through(sent)
    run.refresh_from_db()
    assert (run.state, run.error) == (State.SUCCEEDED, "")
    assert run.outcome.startswith(
        "digits 2 held for a person to decide (not compared with digits 1): the file of digits 1"
    )
    assert registry.published("digits") == champion
    gate = run.model_version.metrics["gate"]
    assert (gate["passed"], gate["needs_person"], gate["comparison"]) == (False, True, None)
    assert "Not compared with version 1" in client.get("/models/digits/2").content.decode()
    always = start("digits")
    work_through(sent)
    assert registry.published("digits").run == always, "who may publish without the comparison gets out of it"


def test_a_version_that_went_live_during_the_comparison_is_not_replaced(drawings, sent, monkeypatch) -> None:
    original = pipeline.judge

    def while_somebody_publishes(*args):
        verdict = original(*args)
        registry.publish(make_version(), reason="by hand")
        return verdict

    monkeypatch.setattr(pipeline, "judge", while_somebody_publishes)
    run = start("digits", publish="if_better")
    work_through(sent)
    run.refresh_from_db()
    assert "another version went live" in run.outcome
    assert registry.published("digits").run is None


def die_after(epoch: int, monkeypatch) -> None:
    """Let the worker vanish, as by `kill -9`, when it has kept the state after this epoch: nothing ends in the row."""
    original = pipeline.fit

    def fit_and_die(*args, on_state, **kwargs):
        def keep_and_die(state):
            on_state(state)
            if len(state().history) == epoch:
                raise SystemExit  # no `except Exception` sees it

        return original(*args, on_state=keep_and_die, **kwargs)

    monkeypatch.setattr(pipeline, "fit", fit_and_die)


def test_a_killed_workers_run_goes_on_at_its_epoch_and_gives_what_it_would_have(
    drawings, sent, monkeypatch, settings, tmp_path
) -> None:
    settings.RUN_CHECKPOINT_SECONDS = 0
    config = RunConfig(epochs=4, copies=2, batch_size=32, learning_rate=5e-3, augmentation=GENTLE)
    undisturbed = start("digits", config=config)
    work_through(sent)
    undisturbed.refresh_from_db()
    run = services.retry_run(undisturbed)
    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        die_after(2, patch)
        work_through(sent)
    run.refresh_from_db()
    assert (run.state, run.checkpoint["epoch"], len(run.history)) == (State.FITTING, 2, 2)
    assert len(list(tmp_path.glob(f"checkpoints/run-{run.pk}/*"))) == 1, "an older one is deleted"
    TrainingRun.objects.update(heartbeat_at=timezone.now() - timedelta(seconds=60))
    reaper.reap()
    work_through(sent)
    run.refresh_from_db()
    assert (run.state, run.checkpoint) == (State.SUCCEEDED, {})
    assert "goes on after epoch 2" in " ".join(run.lines.values_list("text", flat=True))
    for ours, theirs in zip(run.history, undisturbed.history, strict=True):
        assert ours["loss"] == pytest.approx(theirs["loss"], rel=1e-3)
        assert ours["validation_loss"] == pytest.approx(theirs["validation_loss"], rel=1e-3)
    assert not list(tmp_path.glob("checkpoints/**/*.npz")) + list(tmp_path.glob("augmentation/**/*.npz"))
    assert PublishEvent.objects.filter(version__run=run).count() == 1


def test_a_run_whose_workers_die_again_and_again_ends_well_as_long_as_each_gets_further(
    drawings, sent, monkeypatch, settings
) -> None:
    settings.RUN_CHECKPOINT_SECONDS = 0
    settings.RUN_MAX_ATTEMPTS = 2
    run = start("digits", config=RunConfig(epochs=4, copies=0, batch_size=32))
    for epoch in (1, 2, 3):
        with monkeypatch.context() as patch, pytest.raises(SystemExit):
            die_after(epoch, patch)
            work_through(sent)
        TrainingRun.objects.update(heartbeat_at=timezone.now() - timedelta(seconds=60))
        reaper.reap()
    work_through(sent)
    run.refresh_from_db()
    assert (run.state, run.error, len(run.history)) == (State.SUCCEEDED, "", 4)


def test_a_checkpoint_that_cannot_be_read_costs_its_epochs_and_not_the_run(
    drawings, sent, monkeypatch, settings, tmp_path
) -> None:
    settings.RUN_CHECKPOINT_SECONDS = 0
    run = start("digits", config=RunConfig(epochs=2, copies=0, batch_size=32))
    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        die_after(1, patch)
        work_through(sent)
    for path in tmp_path.glob("checkpoints/**/*.npz"):
        path.write_bytes(b"half a file")
    TrainingRun.objects.update(heartbeat_at=timezone.now() - timedelta(seconds=60))
    reaper.reap()
    work_through(sent)
    run.refresh_from_db()
    assert (run.state, len(run.history)) == (State.SUCCEEDED, 2)
    assert "begins anew" in " ".join(run.lines.values_list("text", flat=True))


@pytest.mark.parametrize(
    ("error", "reason", "is_public"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "no space left on the worker's disk", True),
        (MemoryError(), "out of memory: choose fewer copies", True),
        (TooFewDrawings({"4": 1}, 10), "too few drawings", True),
        (RuntimeError("what nobody foresaw"), "RuntimeError: what nobody foresaw", False),
        (BadZipFile("/srv/parts/part-1.npz"), "BadZipFile: /srv/parts", False),
        (UnreadableArtifact("expected the file /srv/parts/part-1.npz"), "expected the file /srv", False),
    ],
)
def test_a_failure_names_its_cause_and_what_to_do(drawings, sent, monkeypatch, error, reason, is_public) -> None:
    def broken(*args, **kwargs):
        raise error

    monkeypatch.setattr(pipeline, "fit", broken)
    run = start("digits", config=RunConfig(epochs=1, copies=0))
    work_through(sent)
    run.refresh_from_db()
    assert run.state == State.FAILED
    assert run.error.startswith(reason)
    assert run.outcome == (run.error if is_public else ""), "everybody may read it"


def test_a_full_disk_while_a_checkpoint_is_kept_does_not_stop_the_fit(drawings, sent, monkeypatch, settings) -> None:
    settings.RUN_CHECKPOINT_SECONDS = 0
    original = artifacts.write

    def write(path, content):
        if path.startswith("checkpoints"):
            raise OSError(errno.ENOSPC, "No space left on device")
        return original(path, content)

    monkeypatch.setattr(artifacts, "write", write)
    run = start("digits", config=RunConfig(epochs=1, copies=0))
    work_through(sent)
    run.refresh_from_db()
    assert run.state == State.SUCCEEDED
    assert "no checkpoint after epoch 1: [Errno 28]" in " ".join(run.lines.values_list("text", flat=True))


def test_a_database_that_goes_away_ends_nothing_and_the_run_is_taken_up_again(drawings, sent, monkeypatch) -> None:
    run = start("digits", config=RunConfig(epochs=1, copies=0))
    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "judge", lambda *args: (_ for _ in ()).throw(OperationalError("server closed")))
        work_through(sent)
    run.refresh_from_db()
    assert run.state == State.FITTING, "nobody has written that it failed"
    TrainingRun.objects.update(heartbeat_at=timezone.now() - timedelta(seconds=60))
    reaper.reap()
    work_through(sent)
    run.refresh_from_db()
    assert (run.state, run.attempts) == (State.SUCCEEDED, 2)


def test_all_classes_with_too_few_drawings_are_named(sent) -> None:
    for label, ink in bars_and_rings(12, 1):
        if label not in "47":
            make_drawing(label, ink=ink)
    make_drawing("7")
    run = start("digits")
    work_through(sent)
    run.refresh_from_db()
    assert "class 4: received 0; class 7: received 1. Approve more" in run.error
    assert "expected at least 10 of each class" in run.error


def test_the_log_tells_the_story_of_a_run(drawings, sent) -> None:
    run = start("digits", config=RunConfig(epochs=2, copies=0))
    work_through(sent)
    story = " / ".join(run.lines.values_list("text", flat=True))
    words_to_expect = ["created by", "queued", "chooses the drawings", "132 train", "part 1 augmented by"]
    words_to_expect += ["34,826 parameters", "epoch 2: loss", "testing what was exported", "digits 1 published"]
    for words in words_to_expect:
        assert words in story
