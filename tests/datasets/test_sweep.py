"""The vandal sweep: what it proposes of a few days on the site, and what it leaves alone."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import User
from django.db.models import F
from django.utils import timezone

from datasets.errors import Conflict
from datasets.models import Contributor, Decision, Drawing
from datasets.preprocessing.strokes import Strokes, parse_strokes
from datasets.services import undo
from datasets.services.sweeping import BIN_SECONDS, Group, clear_out, sweep
from tests.datasets.crowds import Sent, honest, scribbles, send
from tests.datasets.factories import make_contributor, make_drawing, strokes_of

pytestmark = pytest.mark.django_db

DAY = 24 * 60  # minutes


@pytest.fixture
def moderator() -> User:
    return User.objects.create_user("mo")


def proposed(groups: list[Group]) -> set[int]:
    return {drawing for group in groups for drawing in group.drawings}


def trembling(strokes: Strokes, seed: int) -> Strokes:
    """Return the same drawing with a tremble of a third of a unit, as a program would vary it."""
    random, drawing = np.random.default_rng(seed), strokes.to_json()
    for stroke in drawing["strokes"]:
        stroke["points"] = [[round(value + random.normal(0, 0.3), 1) for value in p[:2]] for p in stroke["points"]]
    return parse_strokes(drawing)


def visitors(count: int, folder: Path) -> Iterator[Sent]:
    """A school of 30 in one lesson behind one address, people who draw some, and people who draw one."""
    random = np.random.default_rng(11)
    drawn = honest(count, folder)
    for place, (_, label, strokes) in enumerate(drawn[:600]):
        yield Sent(f"child {place % 30}", "school", 300 + 45 * random.random(), label, strokes)
    begun = {writer: random.uniform(20, 6 * DAY) for writer, _, _ in drawn}
    for place, (writer, label, strokes) in enumerate(drawn[600:]):
        if place % 2:
            status = "approved" if place % 3 else "pending"
            minute = begun[writer] + 10 * random.random()
            yield Sent(writer, f"home of {writer}" if minute < 2 * DAY else "", minute, label, strokes, status)
        else:
            minute = random.uniform(10, 6 * DAY)
            address = f"address {random.integers(300)}" if minute < 2 * DAY else ""
            yield Sent(f"passer-by {place}", address, minute, label, strokes)


def vandals() -> Iterator[Sent]:
    """400 scribbles under 400 cookies: many from one address, some from a few, some from fifty, some in the school."""
    random = np.random.default_rng(12)
    for place, (label, strokes) in enumerate(scribbles(400)):
        if place < 150:
            address, minute = "vandal", 500 + 25 * random.random()
        elif place < 270:
            address, minute = f"gang {place % 8}", 100 + 60 * random.random()
        elif place < 360:
            address, minute = f"botnet {place % 50}", 1500 + 12 * random.random()
        else:
            address, minute = "school", 320 + 6 * random.random()
        yield Sent(f"cookie {place}", address, minute, label, strokes, "approved" if place % 4 == 0 else "pending")


def test_the_sweep_proposes_the_scribbles_of_400_cookies_and_spares_2000_honest_drawings(tmp_path: Path) -> None:
    now = timezone.now()
    now -= timedelta(seconds=now.timestamp() % BIN_SECONDS)
    good, bad = send(visitors(2000, tmp_path), now=now), send(vandals(), now=now)
    for minutes_later in (0, 2.5, 5, 7.5):  # wherever the ten minutes begin in which bursts are looked for
        found = proposed(sweep().groups)
        assert len(set(bad) & found) >= 0.95 * 400, minutes_later
        assert len(set(good) & found) <= 0.01 * 2000, minutes_later
        Drawing.objects.update(created_at=F("created_at") + timedelta(minutes=2.5))


def test_true_digits_under_wrong_labels_are_proposed_and_the_right_ones_beside_them_are_not(tmp_path: Path) -> None:
    digits = [(label, strokes) for _, label, strokes in honest(240, tmp_path) if label != "not-a-digit"]
    good = send(Sent(f"honest {n // 4}", "office", 60 - n / 5, *one) for n, one in enumerate(digits[:100]))
    wrong = [(str((int(label) + 3) % 10), strokes) for label, strokes in digits[100:140]]
    bad = send(Sent(f"fresh {n}", f"cafe {n % 3}", 30 - n / 10, *one) for n, one in enumerate(wrong))
    found = proposed(sweep().groups)
    assert len(set(bad) & found) >= 38
    assert not set(good) & found


def test_all_of_one_cookie_is_one_group(tmp_path: Path) -> None:
    drawn = [Sent("vandal", "", 100 - n, *one) for n, one in enumerate(scribbles(30))]
    good = [
        Sent(f"hand {writer}", "", 100 - n / 9, label, s) for n, (writer, label, s) in enumerate(honest(60, tmp_path))
    ]
    bad, _ = send(drawn), send(good)
    [group] = sweep().groups
    assert (group.came_by, group.contributors, group.of) == ("contributor", 1, 30)
    assert len(set(group.drawings) & set(bad)) == len(group.drawings) >= 28


def test_a_class_that_draws_no_digits_and_says_so_is_left_alone(tmp_path: Path) -> None:
    others = [(label, strokes) for _, label, strokes in honest(300, tmp_path) if label == "not-a-digit"]
    send(Sent(f"child {n % 30}", "school", 45 - n / 10, *one) for n, one in enumerate(others))
    scribbled = [strokes for _, strokes in scribbles(30)]
    send(Sent(f"toddler {n}", "kindergarten", 45 - n, "not-a-digit", strokes) for n, strokes in enumerate(scribbled))
    assert sweep().groups == []


def test_one_drawing_sent_again_and_again_under_many_cookies_is_proposed_though_it_is_read_as_claimed(
    tmp_path: Path,
) -> None:
    send(Sent(f"hand {writer}", "", 90, label, strokes) for writer, label, strokes in honest(150, tmp_path))
    drawn = strokes_of("5", 3)
    copies = send(Sent(f"copy {n}", f"address {n}", 80 - n / 2, "5", trembling(drawn, n)) for n in range(12))
    [group] = sweep().groups
    assert group.came_by == "likeness"
    assert set(group.drawings) <= set(copies)
    assert len(group.drawings) >= 8


def test_a_group_is_cleared_out_by_one_decision_and_comes_back_by_one(moderator: User, tmp_path: Path) -> None:
    send(Sent(f"hand {writer}", "", 90, label, strokes) for writer, label, strokes in honest(60, tmp_path))
    bad = send(Sent(f"cookie {n}", "vandal", 60 - n, *one, "approved") for n, one in enumerate(scribbles(40)))
    [group] = sweep().groups
    decision = clear_out(group.drawings, actor=moderator, reason="scribbles")
    assert (decision.actor, decision.reason, decision.drawings_count) == (moderator, "scribbles", len(group.drawings))
    assert decision.contributors_count == group.contributors == len(group.drawings) >= 38
    assert set(Drawing.objects.filter(status="rejected").values_list("pk", flat=True)) == set(group.drawings)
    assert Decision.objects.count() == 1
    assert sweep().groups == []
    undo(decision, actor=moderator)
    assert Drawing.objects.filter(pk__in=bad, status="approved").count() == 40
    assert not Contributor.objects.exclude(blocked_at=None).exists()


def test_who_has_drawn_more_than_is_proposed_is_not_blocked(moderator: User) -> None:
    child, vandal = make_contributor(), make_contributor()
    good = [make_drawing(contributor=child) for _ in range(3)]
    clumsy, scribble, other = make_drawing(contributor=child), make_drawing(contributor=vandal), make_drawing()
    decision = clear_out([clumsy.pk, scribble.pk], actor=moderator, reason="scribbles")
    assert set(Contributor.objects.exclude(blocked_at=None)) == {vandal}
    assert set(Drawing.objects.filter(status="rejected")) == {clumsy, scribble}
    assert set(Drawing.objects.pending()) == {*good, other}
    undo(decision, actor=moderator)
    assert Drawing.objects.pending().count() == 6


def test_what_is_spared_stays_and_what_was_given_long_ago_counts(moderator: User) -> None:
    vandal, regular = make_contributor(), make_contributor()
    scribbled = [make_drawing(contributor=vandal) for _ in range(3)]
    spared = make_drawing(contributor=vandal)
    long_ago = timezone.now() - timedelta(days=90)
    good = [make_drawing(contributor=regular, status="approved", created_at=long_ago) for _ in range(4)]
    slips = [make_drawing(contributor=regular) for _ in range(2)]
    clear_out([drawing.pk for drawing in scribbled + slips], actor=moderator, reason="scribbles")
    assert set(Contributor.objects.exclude(blocked_at=None)) == {vandal}
    assert set(Drawing.objects.filter(status="rejected")) == {*scribbled, *slips}
    assert set(Drawing.objects.exclude(status="rejected")) == {spared, *good}


def test_without_anybody_to_block_the_drawings_are_rejected(moderator: User) -> None:
    child = make_contributor()
    drawn = [make_drawing(contributor=child) for _ in range(3)]
    assert clear_out([drawn[0].pk], actor=moderator, reason="a scribble").action == "reject"
    with pytest.raises(Conflict):
        clear_out([drawn[0].pk], actor=moderator, reason="a scribble")
