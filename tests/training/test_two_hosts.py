"""Two augmentation workers as on two hosts: they share the database, the broker and an S3-compatible storage only."""

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from celery import current_app
from django.db import connection

from tests.e2e.site import wait_until
from tests.paths import ROOT
from tests.s3 import Bucket, running_storage
from tests.training.factories import bars_and_rings, make_drawing
from training import services
from training.augmenting import shards
from training.augmenting.configuration import RunConfig
from training.models import TrainingRun
from training.runs import execution

State = TrainingRun.State
pytestmark = pytest.mark.django_db(transaction=True)
START_SECONDS = 180


@pytest.fixture
def bucket(settings) -> Iterator[Bucket]:
    with running_storage() as bucket:
        settings.STORAGES = {**settings.STORAGES, "artifacts": bucket.setting()}
        yield bucket


@contextlib.contextmanager
def host(folder: Path, bucket: Bucket) -> Iterator[subprocess.Popen[bytes]]:
    """Run an augmentation worker with a home, a data folder and temporary files of its own."""
    folder.mkdir()
    database = connection.settings_dict
    url = (
        f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    )
    own = dict.fromkeys(("HOME", "DATA_DIR", "TMPDIR"), str(folder))
    environment = {**os.environ, **own, **bucket.environment(), "DATABASE_URL": url}
    command = [sys.executable, "-m", "celery", "-A", "digitsite", "worker", "-Q", "augmentation"]
    with (folder / "log").open("wb") as log:
        options = ["-n", f"augmentation@{folder.name}", "--pool", "solo", "--loglevel", "INFO"]
        worker = subprocess.Popen([*command, *options], cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait()


def test_two_hosts_share_the_augmentation_of_a_run_and_give_what_one_gives(bucket, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(shards, "SHARD_IMAGES", 600)  # in this process, which plans them: enough for both
    monkeypatch.setattr(services, "enqueue_preparation", lambda run: None)
    for split, count in (("train", 12), ("validation", 1), ("test", 1)):
        for label, ink in bars_and_rings(count, 1):
            make_drawing(label, split, ink=ink)
    current_app.control.purge()
    logs = [tmp_path / name / "log" for name in ("one", "two")]
    with host(tmp_path / "one", bucket), host(tmp_path / "two", bucket):
        wait_until(
            lambda: len(current_app.control.ping(timeout=1)) == 2,
            START_SECONDS,
            lambda: "\n".join(log.read_text() for log in logs),
        )
        run = services.start_run("digits", config=RunConfig(copies=100), architecture="small")
        execution.prepare_run(run.pk)
        wait_until(lambda: state_of(run) == State.AUGMENTED, START_SECONDS, lambda: logs[0].read_text())
    lines = " ".join(run.lines.values_list("text", flat=True))
    assert len(set(re.findall(r"augmented by \S+:(\d+)", lines))) == 2, "both have worked"
    shared = shards.load_shards(run)
    services.cancel_run(run)
    assert not [name for name in bucket.names() if name.startswith(shards.shards_of(run))]

    alone = services.retry_run(run)
    execution.prepare_run(alone.pk)
    for shard in alone.shards.all():
        execution.augment_shard(shard.pk)
    alone.refresh_from_db()
    images, classes = shards.load_shards(alone)
    assert len(images) == 120 * 101
    assert np.array_equal(images, shared[0]) and np.array_equal(classes, shared[1])
    current_app.control.purge()


def state_of(run: TrainingRun) -> str:
    run.refresh_from_db()
    return run.state
