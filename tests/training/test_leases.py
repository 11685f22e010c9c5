import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from training.errors import Cancelled
from training.models import TrainingRun
from training.runs import reaper
from training.runs.leases import Lease

State = TrainingRun.State
pytestmark = pytest.mark.django_db


@pytest.fixture
def run() -> TrainingRun:
    return TrainingRun.objects.create(network="digits", architecture="small", state=State.QUEUED)


def claim(run: TrainingRun) -> Lease | None:
    return Lease.claim(TrainingRun, run.pk, before=State.QUEUED, state=State.PREPARING)


def test_only_one_worker_gets_a_row(run: TrainingRun) -> None:
    assert claim(run) is not None
    assert claim(run) is None
    run.refresh_from_db()
    assert (run.state, run.attempts) == (State.PREPARING, 1)


def test_the_owner_writes_and_others_do_not(run: TrainingRun) -> None:
    lease = claim(run)
    lease.write(progress=0.5)
    TrainingRun.objects.filter(pk=run.pk).update(owner=uuid.uuid4())
    with pytest.raises(Cancelled):
        lease.write(progress=0.9)
    run.refresh_from_db()
    assert run.progress == 0.5


def test_a_lost_lease_is_noticed_without_asking_the_database(run: TrainingRun, django_assert_num_queries) -> None:
    lease = claim(run)
    lease.lost.set()
    with django_assert_num_queries(0), pytest.raises(Cancelled):
        lease.check()


def test_releasing_a_row_that_was_taken_changes_nothing(run: TrainingRun) -> None:
    lease = claim(run)
    TrainingRun.objects.filter(pk=run.pk).update(state=State.CANCELLED, owner=None)
    assert not lease.release(State.AUGMENTING)
    run.refresh_from_db()
    assert run.state == State.CANCELLED


@pytest.mark.django_db(transaction=True)
def test_the_heart_beats_while_the_body_works_and_learns_that_the_row_is_gone(run: TrainingRun, settings) -> None:
    settings.RUN_HEARTBEAT_SECONDS = 0.02
    lease = claim(run)
    long_ago = timezone.now() - timedelta(hours=1)
    TrainingRun.objects.filter(pk=run.pk).update(heartbeat_at=long_ago)
    with lease.beating():
        for _ in range(500):
            lease.lost.wait(0.02)
            run.refresh_from_db()
            if run.heartbeat_at > long_ago:
                break
        else:
            pytest.fail("no heartbeat")
        TrainingRun.objects.filter(pk=run.pk).update(state=State.CANCELLED, owner=None)
        assert lease.lost.wait(10)


def test_a_worker_whose_clock_is_behind_keeps_its_run_while_it_lives(run, sent, monkeypatch) -> None:
    now = timezone.now
    with monkeypatch.context() as on_the_worker:
        on_the_worker.setattr(timezone, "now", lambda: now() - timedelta(hours=1))
        lease = claim(run)
        reaps(run, lease, now, on_the_worker)
        lease.write(progress=0.5)
        reaps(run, lease, now, on_the_worker)
        lease._beat()
        reaps(run, lease, now, on_the_worker)


def reaps(run: TrainingRun, lease: Lease, now, on_the_worker) -> None:
    """Let the reaper of a host whose clock is right look once, and find the row at work."""
    with on_the_worker.context() as on_another_host:
        on_another_host.setattr(timezone, "now", now)
        reaper.reap()
    run.refresh_from_db()
    assert (run.state, run.owner) == (State.PREPARING, lease.owner)


def test_a_worker_whose_clock_is_ahead_is_missed_when_it_dies(run, sent, monkeypatch, settings) -> None:
    now = timezone.now
    with monkeypatch.context() as on_the_worker:
        on_the_worker.setattr(timezone, "now", lambda: now() + timedelta(hours=1))
        claim(run)
    settings.RUN_STALE_SECONDS = 0
    reaper.reap()
    run.refresh_from_db()
    assert run.state == State.QUEUED
