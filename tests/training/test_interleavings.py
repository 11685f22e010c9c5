"""What happens to a run while somebody works on it: drawings go, workers stall, answers get lost.

Each interleaving is made by hand: what comes in between is called in between.
"""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from datasets.models import Drawing
from tests.datasets.locks import wait_until_somebody_waits_for_a_lock
from tests.training.factories import bars_and_rings, make_drawing
from training import pipeline, services
from training.augmenting import shards
from training.augmenting.augmentation import Augmentation
from training.augmenting.configuration import RunConfig
from training.models import TrainingRun
from training.runs import execution, reaper
from training.versions import artifacts, registry

State = TrainingRun.State
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sent", "artifacts_apart")]
SHORT = RunConfig(epochs=1, copies=2, batch_size=32, augmentation=Augmentation(rotation=2, shear=0.0))


@pytest.fixture
def drawings() -> None:
    for split, count, seed in [("train", 12, 1), ("validation", 3, 2), ("test", 4, 3)]:
        for label, ink in bars_and_rings(count, seed):
            make_drawing(label, split, ink=ink)


@pytest.fixture
def run(drawings) -> TrainingRun:
    return services.start_run("digits", architecture="small", config=SHORT, publish="always")


def augmented(run: TrainingRun) -> TrainingRun:
    """Take a run to where it waits for a training worker."""
    execution.prepare_run(run.pk)
    for shard in run.shards.all():
        execution.augment_shard(shard.pk)
    run.refresh_from_db()
    assert run.state == State.AUGMENTED
    return run


def test_a_run_started_while_another_is_being_started_waits_for_it(monkeypatch) -> None:
    original = services.note
    started: list[TrainingRun] = []

    def start_another() -> None:
        try:
            started.append(services.start_run("digits"))
        finally:
            connection.close()

    another = threading.Thread(target=start_another)

    def note_while_another_is_started(*args) -> None:
        monkeypatch.setattr(services, "note", original)
        original(*args)
        another.start()
        wait_until_somebody_waits_for_a_lock()

    monkeypatch.setattr(services, "note", note_while_another_is_started)
    first = services.start_run("digits")
    another.join(timeout=10)
    assert [run.state for run in (first, *started)] == [State.QUEUED, State.WAITING]


def test_a_drawing_deleted_after_it_was_augmented_is_not_learned_from_and_stops_nothing(run, monkeypatch) -> None:
    monkeypatch.setattr(shards, "SHARD_IMAGES", 75)
    augmented(run)
    before, _ = shards.load_shards(run)
    gone = Drawing.objects.filter(split="train", final_label="3").first()
    gone.delete()
    images, classes = shards.load_shards(run)
    assert len(images) == len(classes) == len(before) - (SHORT.copies + 1)
    assert (classes == 3).sum() == 11 * (SHORT.copies + 1)
    execution.execute_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.error) == (State.SUCCEEDED, "")
    assert registry.published("digits").metrics["training_images"] == len(images)


def test_a_worker_that_stalled_while_it_chose_the_drawings_writes_nothing_over_its_successor(run, monkeypatch) -> None:
    original = pipeline.freeze_version

    def freeze_and_stall(**options):
        version = original(**options)
        monkeypatch.setattr(pipeline, "freeze_version", original)
        TrainingRun.objects.update(heartbeat_at=timezone.now() - timedelta(seconds=60))
        reaper.reap()
        for label, ink in bars_and_rings(1, seed=9):
            make_drawing(label, ink=ink)
        execution.prepare_run(run.pk)  # the successor
        return version

    monkeypatch.setattr(pipeline, "freeze_version", freeze_and_stall)
    execution.prepare_run(run.pk)
    run.refresh_from_db()
    assert run.state == State.AUGMENTING
    assert run.dataset_version.number == 2, "what its shards are ranges of"


def test_a_lost_answer_to_the_last_commit_leaves_a_published_version_its_files(run, monkeypatch) -> None:
    augmented(run)
    original = pipeline.publish_or_hold

    def publish_and_lose_the_connection(*args):
        def lost() -> None:
            raise OperationalError("server closed the connection unexpectedly")

        outcome = original(*args)
        transaction.on_commit(lost)  # what is called right after the COMMIT
        return outcome

    monkeypatch.setattr(pipeline, "publish_or_hold", publish_and_lose_the_connection)
    execution.execute_run(run.pk)
    run.refresh_from_db()
    version = registry.published("digits")
    assert (run.state, version.run) == (State.SUCCEEDED, run)
    for kind in ("keras", "tflite", "predictions"):
        assert artifacts.read(getattr(version, f"{kind}_path"), getattr(version, f"{kind}_sha256"))


def test_a_version_that_could_not_be_registered_leaves_no_files(run, monkeypatch, artifacts_apart: Path) -> None:
    augmented(run)

    def broken(*args):
        raise RuntimeError("nobody foresaw this")

    monkeypatch.setattr(pipeline, "publish_or_hold", broken)
    execution.execute_run(run.pk)
    assert not [path for path in artifacts_apart.glob("models/**/*") if path.is_file()]


def test_a_checkpoint_that_is_written_while_the_run_is_cancelled_is_removed(
    run, monkeypatch, settings, artifacts_apart: Path
) -> None:
    settings.RUN_CHECKPOINT_SECONDS = 0
    augmented(run)
    original = artifacts.write

    def cancel_and_write(path: str, content: bytes) -> tuple[str, str]:
        if path.startswith("checkpoints"):
            services.cancel_run(run)
        return original(path, content)

    monkeypatch.setattr(artifacts, "write", cancel_and_write)
    execution.execute_run(run.pk)
    run.refresh_from_db()
    assert run.state == State.CANCELLED
    assert not [path for path in artifacts_apart.glob("checkpoints/**/*") if path.is_file()]
