"""What happens to a run while somebody works on it: drawings go, workers stall, answers get lost.

Each interleaving is made by hand: what comes in between is called in between.
"""

import pytest

from datasets.models import Drawing
from tests.training.factories import bars_and_rings, make_drawing
from training import execution, registry, services, shards
from training.augmentation import Augmentation
from training.configuration import RunConfig
from training.models import TrainingRun

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
