"""The vandal sweep: which of the new drawings came together and look like vandalism, and away with them.

The database finds where something is wrong at all, by the live networks' opinions; what came that way is then read and
weighed by `datasets.suspicion`, in this order: by address, by contributor, by ten minutes, by likeness. Each drawing is
proposed once. Ten minutes begin every five: a burst across the end of some lies within the next. Only the site's own
drawings of the last days are looked at: while the addresses' hashes live, and before much has been trained with them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Count, QuerySet
from django.utils import timezone
from numpy.typing import NDArray

from datasets import likeness, suspicion
from datasets.labels import ACCEPTED_FROM, Label
from datasets.models import Contributor, Decision, Drawing, DrawingContent
from datasets.preprocessing.normalization import SIDE
from datasets.services.moderation import block_contributors, reject

BIN_SECONDS = 600  # a burst
GAIN = 8.0  # logarithm of the ratio of likelihoods from which on a share of vandals is believed
PROBABILITY = 0.8  # from which on a hand is proposed
HANDS = 4  # fewer are no group
CLEARLY_GOOD = -2.0  # weight: such a drawing is spared, whoever it is from
SMALLEST_CLUSTER = 8  # pictures alike
LIKE_HANDS = 4  # by so many contributors: one who practises is no vandal
MOST_ROWS = 50_000  # weighed in one sweep, the newest
MOST_COMPARED = 10_000  # pictures, the newest
MOST_MEASURED = 10_000  # drawings of which the way of the pen is followed

# Doubtful is a digit that is not read as the one claimed, or as none, and a digit claimed to be none. `few` of 100 are
# doubtful where people are honest; what no opinion says counts for the whole and not as doubtful.
CANDIDATES = """
    WITH recent AS MATERIALIZED (
        SELECT id, contributor_id, address_hash,
            floor(extract(epoch FROM created_at) / %(bin)s) AS bin,
            floor(extract(epoch FROM created_at) / %(bin)s + 0.5) AS shifted_bin,
            COALESCE(CASE COALESCE(NULLIF(final_label, ''), claimed_label)
                WHEN 'not-a-digit' THEN opinion_is_digit >= 0.9
                ELSE opinion_is_digit < %(accepted_from)s
                    OR opinion_digit::text <> COALESCE(NULLIF(final_label, ''), claimed_label)
            END, FALSE) AS doubtful
        FROM datasets_drawing
        WHERE room_id IS NULL AND source = 'site' AND status IN ('pending', 'approved') AND created_at >= %(since)s
    ), addresses AS (
        SELECT address_hash FROM recent WHERE address_hash <> '' GROUP BY 1
        HAVING count(*) FILTER (WHERE doubtful) >= 4 AND avg(doubtful::int) >= 0.12
    ), contributors AS (
        SELECT contributor_id FROM recent GROUP BY 1
        HAVING count(*) FILTER (WHERE doubtful) >= 4 AND avg(doubtful::int) >= 0.3
    ), bins AS (
        SELECT bin FROM recent GROUP BY 1
        HAVING count(*) FILTER (WHERE doubtful) >= 6 AND avg(doubtful::int) >= 0.2
    ), shifted_bins AS (
        SELECT shifted_bin FROM recent GROUP BY 1
        HAVING count(*) FILTER (WHERE doubtful) >= 6 AND avg(doubtful::int) >= 0.2
    )
    SELECT id FROM recent
    WHERE address_hash IN (TABLE addresses) OR contributor_id IN (TABLE contributors)
        OR bin IN (TABLE bins) OR shifted_bin IN (TABLE shifted_bins)
    ORDER BY id DESC LIMIT %(most)s
"""


@dataclass(frozen=True)
class Group:
    """Drawings to be rejected together, and why."""

    came_by: str  # "address", "contributor", "burst" or "likeness"
    drawings: list[int]  # ids, in the order in which they came
    contributors: int
    addresses: int  # known ones
    first: datetime
    last: datetime
    of: int  # so many came the same way in all
    no_digit: int  # claimed as digits and read as none
    other_digit: int  # read as other digits than claimed
    scribbled: int  # digits for which the pen went further than a digit takes


@dataclass(frozen=True)
class Sweep:
    """What a look at the last days has brought up."""

    groups: list[Group]  # the largest first
    looked_at: int  # drawings
    unread: int  # of them without an opinion of the live networks
    days: int  # so many have been looked at


@dataclass(frozen=True)
class Recent:
    """Drawings as columns, all (n,), in the order in which they came."""

    ids: NDArray[np.int64]
    contributors: NDArray[np.int64]
    addresses: NDArray[np.str_]  # "" where it is forgotten
    times: NDArray[np.float64]  # seconds
    claims_digit: NDArray[np.bool_]
    agrees: NDArray[np.bool_]
    confidence: NDArray[np.float64]  # NaN: not read
    is_digit: NDArray[np.float64]
    travel: NDArray[np.float64]  # NaN: not followed
    weights: NDArray[np.float64]


def sweep() -> Sweep:
    """Look at the pending and approved drawings of the last SWEEP_DAYS and propose groups of them to be rejected."""
    since = _since()
    window = Drawing.objects.public().recent(since)
    rows = _weighed(_read(_candidates(since)))
    free = np.ones(len(rows.ids), bool)
    groups = [
        *_by(rows.addresses, rows.contributors, "address", rows, free),
        *_by(rows.contributors, rows.ids, "contributor", rows, free),
        *(group for bursts in _bursts(rows) for group in _by(bursts, rows.contributors, "burst", rows, free)),
    ]
    proposed = {drawing for group in groups for drawing in group.drawings}
    groups += _alike(list(window.exclude(pk__in=proposed).order_by("-pk").values_list("pk", flat=True)[:MOST_COMPARED]))
    return Sweep(
        groups=sorted(groups, key=lambda group: -len(group.drawings)),
        looked_at=window.count(),
        unread=window.filter(opinion_is_digit=None).count(),
        days=settings.SWEEP_DAYS,
    )


@transaction.atomic
def clear_out(drawings: Iterable[int], *, actor: User | None, reason: str) -> Decision:
    """Reject these drawings (ids) and block whoever they are from: one decision, which one `undo` takes back.

    All others stay as they are. Who has sent more that is not among them than what is keeps drawing. Raises
    InvalidInput `reason_missing` and Conflict `nothing_to_change`.
    """
    ids = list(drawings)
    chosen = Drawing.objects.public().filter(pk__in=ids)
    others = Drawing.objects.public().exclude(status=Drawing.Status.REJECTED).exclude(pk__in=ids)
    of_hand = _counts(chosen)
    left = _counts(others.filter(contributor__in=of_hand))
    vandals = Contributor.objects.filter(pk__in=[hand for hand, count in of_hand.items() if count >= left.get(hand, 0)])
    if not vandals.filter(blocked_at=None).exists():
        return reject(chosen, actor=actor, reason=reason)
    return block_contributors(
        vandals, actor=actor, reason=reason, reject=False, also=chosen.values_list("pk", flat=True)
    )


def _counts(drawings: QuerySet[Drawing]) -> dict[int, int]:
    """Return how many drawings are by which contributor (ids)."""
    return dict(drawings.order_by().values_list("contributor").annotate(count=Count("pk")))


def _since() -> datetime:
    return timezone.now() - timedelta(days=settings.SWEEP_DAYS)


def _candidates(since: datetime) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            CANDIDATES, {"since": since, "bin": BIN_SECONDS, "most": MOST_ROWS, "accepted_from": ACCEPTED_FROM}
        )
        return [row[0] for row in cursor.fetchall()]


def _read(ids: list[int]) -> Recent:
    columns = ["pk", "contributor_id", "address_hash", "created_at", "claimed_label", "final_label", "opinion_digit"]
    found = Drawing.objects.filter(pk__in=ids).order_by("pk")
    table = list(found.values_list(*columns, "opinion_confidence", "opinion_is_digit"))
    labels = [final or claimed for _, _, _, _, claimed, final, *_ in table]
    return Recent(
        ids=np.array([row[0] for row in table], np.int64),
        contributors=np.array([row[1] for row in table], np.int64),
        addresses=np.array([row[2] for row in table], np.str_),
        times=np.array([row[3].timestamp() for row in table], np.float64),
        claims_digit=np.array([label != Label.NOT_A_DIGIT for label in labels], bool),
        agrees=np.array([label == str(row[6]) for label, row in zip(labels, table, strict=True)], bool),
        confidence=np.array([row[7] for row in table], np.float64),  # None becomes NaN
        is_digit=np.array([row[8] for row in table], np.float64),
        travel=np.full(len(table), np.nan),
        weights=np.zeros(len(table)),
    )


def _weighed(rows: Recent) -> Recent:
    """Return the rows with their weights; the pen is followed where a digit is claimed."""
    travel = rows.travel.copy()
    travel[rows.claims_digit] = _travels(rows.ids[rows.claims_digit])
    weights = suspicion.weights(rows.claims_digit, rows.agrees, rows.confidence, rows.is_digit, travel)
    return replace(rows, travel=travel, weights=weights)


def _travels(ids: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how far the pen went in the newest of these drawings; NaN for the others and for uploads."""
    contents = DrawingContent.objects.filter(pk__in=ids[-MOST_MEASURED:].tolist(), strokes__isnull=False)
    lines = contents.values_list("pk", "strokes__strokes").iterator(chunk_size=500)
    ways = {pk: suspicion.travel([s["points"] for s in strokes if not s["erase"]]) for pk, strokes in lines}
    return np.array([ways.get(pk, np.nan) for pk in ids.tolist()], np.float64)


def _by(
    keys: NDArray[Any], hands: NDArray[np.int64], came_by: str, rows: Recent, free: NDArray[np.bool_]
) -> list[Group]:
    """Return the groups among the free rows of a key, each judged as a mixture of hands, and take them from `free`.

    An empty key is none. Each is judged as a whole and in bursts: vandals are easier to tell in their hour than in a
    day of a school.
    """
    groups, series = [], _bursts(rows)
    for members in _same(keys, np.flatnonzero(free & (keys != keys.dtype.type()))):
        chosen = _suspects(hands[members], rows.weights[members])
        for bursts in series:
            for burst in _same(bursts, members):
                chosen |= np.isin(members, burst[_suspects(hands[burst], rows.weights[burst])])
        if chosen.any():
            free[members[chosen]] = False
            groups.append(_group(came_by, np.sort(members[chosen]), rows, len(members)))
    return groups


def _bursts(rows: Recent) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return in which ten minutes each came, (n,), twice: these begin in the middle of those."""
    return rows.times // BIN_SECONDS, (rows.times + BIN_SECONDS / 2) // BIN_SECONDS


def _same(keys: NDArray[Any], places: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Return the places by their keys."""
    order = places[np.argsort(keys[places], kind="stable")]
    edges = np.flatnonzero(keys[order][1:] != keys[order][:-1]) + 1
    return [members for members in np.split(order, edges) if len(members) >= HANDS]


def _suspects(hands: NDArray[np.int64], weights: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which drawings are to be proposed, (n,): all of a suspicious hand but the clearly good ones."""
    _, hand, count = np.unique(hands, return_inverse=True, return_counts=True)
    if len(count) < HANDS:
        return np.zeros(len(hands), bool)
    mixture = suspicion.mixture(np.bincount(hand, weights).astype(np.float64))
    suspicious = mixture.probabilities >= PROBABILITY
    if mixture.gain < GAIN or suspicious.sum() < HANDS:
        return np.zeros(len(hands), bool)
    return suspicious[hand] & (weights > CLEARLY_GOOD)


def _alike(ids: Iterable[int]) -> list[Group]:
    """Return the groups of pictures that are nearly the same, sent by several contributors."""
    contents = DrawingContent.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "normalized")
    found = [(pk, np.frombuffer(bytes(pixels), np.uint8)) for pk, pixels in contents.iterator(chunk_size=2000)]
    if len(found) < SMALLEST_CLUSTER:
        return []
    images = np.stack([pixels for _, pixels in found]).reshape(-1, SIDE, SIDE)
    groups = []
    for cluster in likeness.clusters(images, SMALLEST_CLUSTER):
        rows = _weighed(_read([found[place][0] for place in cluster]))
        if len(np.unique(rows.contributors)) >= LIKE_HANDS:
            groups.append(_group("likeness", np.arange(len(rows.ids)), rows, len(rows.ids)))
    return groups


def _group(came_by: str, places: NDArray[np.intp], rows: Recent, of: int) -> Group:
    digit, refused = rows.claims_digit[places], rows.is_digit[places] < ACCEPTED_FROM
    addresses = rows.addresses[places]
    times = rows.times[places]
    return Group(
        came_by=came_by,
        drawings=rows.ids[places].tolist(),
        contributors=len(np.unique(rows.contributors[places])),
        addresses=len(np.unique(addresses[addresses != ""])),
        first=datetime.fromtimestamp(times.min(), timezone.get_default_timezone()),
        last=datetime.fromtimestamp(times.max(), timezone.get_default_timezone()),
        of=of,
        no_digit=int((digit & refused).sum()),
        other_digit=int((digit & ~refused & ~rows.agrees[places] & ~np.isnan(rows.is_digit[places])).sum()),
        scribbled=int((digit & (rows.travel[places] >= suspicion.MOST_TRAVEL)).sum()),
    )
