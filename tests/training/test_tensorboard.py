"""The event files are read back with TensorFlow's own reader."""

import io
import zipfile
from datetime import UTC, datetime

import pytest

from training.models import TrainingRun
from training.pages import tensorboard

BEGAN = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HISTORY = [
    {
        "epoch": n,
        "loss": 1 / n,
        "accuracy": 1 - 0.1 / n,
        "validation_loss": 2 / n,
        "validation_accuracy": 0.9,
        "seconds": 60,
        "learning_rate": 0.001,
    }
    for n in range(1, 301)
]


def test_tensorflow_reads_the_figures_that_were_written(tmp_path) -> None:
    import tensorflow as tf

    run = TrainingRun(pk=5, network="digits", history=HISTORY, started_at=BEGAN)
    zipfile.ZipFile(io.BytesIO(tensorboard.archive(run))).extractall(tmp_path)
    paths = {path.parent.name: path for path in tmp_path.rglob("events.out.tfevents.*")}
    events = {name: list(tf.compat.v1.train.summary_iterator(str(path))) for name, path in paths.items()}
    assert events["train"][0].file_version == "brain.Event:2"
    train, validation = events["train"][1:], events["validation"][1:]
    assert [event.step for event in train] == list(range(1, 301))
    assert train[1].wall_time == BEGAN.timestamp() + 120
    figures = {value.tag: value.simple_value for value in train[3].summary.value}
    assert figures == pytest.approx({"epoch_loss": 0.25, "epoch_accuracy": 0.975, "epoch_learning_rate": 0.001})
    figures = {value.tag: value.simple_value for value in validation[-1].summary.value}
    assert figures == pytest.approx({"epoch_loss": 2 / 300, "epoch_accuracy": 0.9})
