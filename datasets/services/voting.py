"""What visitors say that a drawing shows: one voice a person and drawing, never on one's own.

A person is who has the cookie or the address; so two people behind one address get other drawings. Voters see neither
the claim nor one another's answers, and among what they get are drawings whose answer a moderator has given. Nobody
can choose what he votes on: the page is given drawings by `next_drawing`.

Votes recommend. Where REVIEW_APPROVES is set, trusted ones that confirm the claim approve, on record as a decision of
nobody; they never give a drawing another label.
"""

import random
from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet

from datasets.errors import Conflict, InvalidInput, NotAllowed
from datasets.labels import DIGITS
from datasets.locks import lose_patience
from datasets.models import Contributor, DecisionItem, Drawing, DrawingReport, Vote
from datasets.models.decisions import BY_VOTES
from datasets.models.votes import ANSWERS, SKIPPED
from datasets.services.moderation import approve
from datasets.services.reporting import report_drawing
from datasets.services.standing import locked, refuse_blocked
from datasets.services.tallying import recount

CHOSEN_FROM = 20  # drawings in need of votes: two who ask at the same moment mostly get different ones
LOOKED_THROUGH = 200  # decisions, for a known answer
KNOWN_AT_FIRST = 0.4  # of what a voter gets, until he is trusted
KNOWN_LATER = 0.1
VOTABLE = [Drawing.Status.PENDING, Drawing.Status.APPROVED]


@dataclass(frozen=True)
class Voter:
    """Who is asking: his contributor, if he has a cookie, and what his address has been hashed to these days."""

    contributor: Contributor | None
    addresses: tuple[str, ...]  # today's first

    @property
    def known(self) -> Contributor | None:
        return self.contributor if self.contributor is not None and self.contributor.pk else None


@dataclass(frozen=True)
class Tally:
    """How a voter did on drawings whose answer was known."""

    right: int
    answered: int

    @property
    def is_trusted(self) -> bool:
        enough = self.right >= settings.REVIEW_KNOWN_ANSWERS
        return enough and self.right >= settings.REVIEW_SHARE_RIGHT * self.answered


def next_drawing(voter: Voter, *, besides: Collection[int] = ()) -> Drawing | None:
    """Return a drawing for this voter, with its content, or None when there is nothing left for him to do.

    Pending drawings that lack votes come first, those that others have voted on before the rest. Drawings with a known
    answer are strewn in, and are all there is, up to a number, when nothing is pending.
    """
    refuse_blocked(voter.known)
    tally = tally_of(voter.known)
    is_test = random.random() < (KNOWN_LATER if tally.is_trusted else KNOWN_AT_FIRST)  # noqa: S311
    chosen = (is_test and _known_answer(voter, besides)) or _in_need(voter, besides)
    if chosen is None and tally.answered < settings.REVIEW_KNOWN_ANSWERS:
        chosen = _known_answer(voter, besides)
    if not chosen:
        return None
    return Drawing.objects.select_related("content").defer("content__image").get(pk=chosen)


@transaction.atomic
def vote(drawing_id: int, voter: Voter, answer: str, *, newcomer: Contributor.Kind) -> Vote:
    """Keep a voter's answer: a label, `unclear`, or `skipped`, which is no opinion but shows him the drawing no more.

    A voter without a cookie becomes a contributor of the kind `newcomer`. Raises InvalidInput `invalid_answer`,
    NotAllowed (`contributor_blocked`, `own_drawing`) and Conflict (`already_voted`, `drawing_gone`).
    """
    if answer not in dict(ANSWERS):
        raise InvalidInput("invalid_answer", f"Expected one of {', '.join(dict(ANSWERS))}; received {answer[:20]!r}.")
    lose_patience()
    hand = locked(voter.contributor or Contributor(kind=newcomer))
    refuse_blocked(hand)
    # Under the drawing's lock, so that votes at the same moment count one another.
    drawing = Drawing.objects.fit_for_voters().filter(status__in=VOTABLE, pk=drawing_id).select_for_update().first()
    if drawing is None:
        raise Conflict("drawing_gone", "Expected a drawing that is open to votes; this one has gone. Take the next.")
    _refuse_second(drawing, hand, voter.addresses)
    given = _create(drawing, hand, voter, answer)
    recount([drawing.pk])
    if settings.REVIEW_APPROVES and drawing.status == Drawing.Status.PENDING:
        _approve_if_confirmed(drawing)
    return given


@transaction.atomic
def skip_and_report(drawing_id: int, voter: Voter, *, newcomer: Contributor.Kind) -> Vote:
    """Say that a drawing is not fit to be seen: nobody is shown it until a moderator has looked. Raises as `vote`."""
    given = vote(drawing_id, voter, SKIPPED, newcomer=newcomer)
    report_drawing(given.drawing, reason=DrawingReport.Reason.OFFENSIVE)
    return given


def tally_of(contributor: Contributor | None) -> Tally:
    """Return how a contributor has voted where the answer was known."""
    votes = Vote.objects.filter(contributor=contributor).on_known_answers() if contributor else Vote.objects.none()
    return Tally(right=votes.filter(answer=F("expected")).count(), answered=votes.count())


def _for(drawings: QuerySet[Drawing], voter: Voter, besides: Collection[int]) -> QuerySet[Drawing]:
    """Leave out the voter's own drawings, those that he has voted on, and all that is so by his address."""
    votes = Vote.objects.filter(drawing=OuterRef("pk"))
    drawings = drawings.exclude(pk__in=besides)
    if voter.addresses:
        drawings = drawings.exclude(address_hash__in=voter.addresses)
        drawings = drawings.filter(~Exists(votes.filter(address_hash__in=voter.addresses)))
    if voter.known:
        drawings = drawings.exclude(contributor=voter.known)
        drawings = drawings.filter(~Exists(votes.filter(contributor=voter.known)))
    return drawings


def _in_need(voter: Voter, besides: Collection[int]) -> int | None:
    waiting = _for(
        Drawing.objects.fit_for_voters().pending().filter(votes_count__lt=settings.REVIEW_VOTES), voter, besides
    )
    found = list(waiting.order_by("-votes_count", "pk").values_list("pk", flat=True)[:CHOSEN_FROM])
    return random.choice(found) if found else None  # noqa: S311


def _known_answer(voter: Voter, besides: Collection[int]) -> int | None:
    """Return a drawing that a person has approved as a digit, from anywhere in the record.

    What was approved as no digit though the network accepts it is what people argue about: nobody is tested on that.
    """
    newest = DecisionItem.objects.aggregate(newest=Max("pk"))["newest"] or 0
    start = random.randint(0, newest)  # noqa: S311
    for part in (Q(pk__gte=start), Q(pk__lt=start)):
        decided = list(_by_people().filter(part).order_by("pk").values_list("drawing", flat=True)[:LOOKED_THROUGH])
        known = _for(
            Drawing.objects.fit_for_voters().approved().filter(pk__in=decided, ambiguous=False), voter, besides
        )
        found = list(known.values_list("pk", flat=True))
        if found:
            return random.choice(found)  # noqa: S311
    return None


def _by_people() -> QuerySet[DecisionItem]:
    return DecisionItem.objects.filter(
        decision__actor__isnull=False,
        status_after=Drawing.Status.APPROVED,
        label_after__in=DIGITS,
        drawing__status=Drawing.Status.APPROVED,
        drawing__final_label=F("label_after"),
    )


def _refuse_second(drawing: Drawing, hand: Contributor, addresses: tuple[str, ...]) -> None:
    if drawing.contributor_id == hand.pk or (drawing.address_hash and drawing.address_hash in addresses):
        raise NotAllowed("own_drawing", "Expected a vote on somebody else's drawing; this one comes from the voter.")
    if drawing.votes.filter(Q(contributor=hand) | Q(address_hash__in=addresses)).exists():
        raise Conflict("already_voted", "Expected one vote a person; there is one by this contributor or address.")


def _create(drawing: Drawing, hand: Contributor, voter: Voter, answer: str) -> Vote:
    is_known = drawing.status == Drawing.Status.APPROVED and _by_people().filter(drawing=drawing).exists()
    try:
        with transaction.atomic():
            return Vote.objects.create(
                drawing=drawing,
                contributor=hand,
                answer=answer,
                expected=drawing.final_label if is_known else "",
                address_hash=next(iter(voter.addresses), ""),
            )
    except IntegrityError:
        raise Conflict("already_voted", "Expected one vote a person; there is one already.") from None


def _approve_if_confirmed(drawing: Drawing) -> None:
    """Approve where enough trusted votes are for the claim, and at most one of them against it."""
    votes = drawing.votes.cast().filter(contributor__kind=Contributor.Kind.VISITOR).select_related("contributor")
    trusted = [vote.answer for vote in votes if tally_of(vote.contributor).is_trusted]
    confirming = trusted.count(drawing.claimed_label)
    if confirming < settings.REVIEW_TRUSTED_VOTES or len(trusted) - confirming > 1:
        return
    unchanged = Drawing.objects.fit_for_voters().pending().filter(pk=drawing.pk, claimed_label=drawing.claimed_label)
    unchanged = unchanged.filter(final_label__in=["", drawing.claimed_label])
    if unchanged.exists():  # it is locked: it stays so
        reason = (
            f"{BY_VOTES}{confirming} of {len(trusted)} trusted visitors say {drawing.claimed_label}, as was claimed"
        )
        approve(unchanged, actor=None, reason=reason)
