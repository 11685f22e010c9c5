from datetime import timedelta

import pytest
from django.utils import timezone

from training.errors import Cancelled
from training.leases import Lease
from training.models import TrainingRun

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
    TrainingRun.objects.filter(pk=run.pk).update(owner=None)
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
    TrainingRun.objects.filter(pk=run.pk).update(state=State.CANCELLED)
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
        lease.lost.wait(0.2)
        run.refresh_from_db()
        assert run.heartbeat_at > long_ago
        TrainingRun.objects.filter(pk=run.pk).update(state=State.CANCELLED)
        assert lease.lost.wait(2)
