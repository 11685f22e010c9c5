"""The drawings: a narrow row to count and filter, and its content beside it."""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Case, CharField, F, Func, Q, SmallIntegerField, Value, When
from django.db.models.functions import Cast, Coalesce, NullIf
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from datasets.labels import ACCEPTED_FROM, DIGITS, Label
from datasets.models.contributors import Contributor, Room, Split

SHOWN = Q(status="approved", room__isnull=True)  # what the public gallery may show
PENDING = Q(status="pending", room__isnull=True)  # what the queue shows; in a room they are few
TO_VOTE_ON = Q(status="pending") & Q(room__isnull=True, reported_at__isnull=True, opinion_is_digit__gte=ACCEPTED_FROM)


class Verdict(models.TextChoices):
    """How the opinion of the live networks compares with the label."""

    AGREES = "agrees", _("agrees")
    DISAGREES = "disagrees", _("disagrees")
    NO_DIGIT = "no-digit", _("says no digit")  # where a digit is claimed
    UNREAD = "unread", _("not read yet")


MOST_DOUBT = 1000  # permille
UNREAD_DOUBT = 500  # neither in front of what is disputed nor behind what is plain
EASY_DOUBT = 50  # at most: the label has 95% or more
LOTS = 1000
MOST_COUNTED = 10_000

# The database keeps them up with the label and the opinion, whoever changes which: nothing here can be out of date.
LABEL = Coalesce(NullIf(F("final_label"), Value("")), F("claimed_label"))
READ_AS_LABELLED = Exact(Cast(F("opinion_digit"), CharField()), LABEL)
VERDICT = Case(
    When(Q(opinion_digit=None) | Q(opinion_confidence=None) | Q(opinion_is_digit=None), then=Value("unread")),
    When(Q(opinion_is_digit__lt=ACCEPTED_FROM) & Exact(LABEL, Value("not-a-digit")), then=Value("agrees")),
    When(opinion_is_digit__lt=ACCEPTED_FROM, then=Value("no-digit")),
    When(READ_AS_LABELLED, then=Value("agrees")),
    default=Value("disagrees"),
)
# The probability of the label, if the two networks are independent and the other nine digits are alike.
PROBABILITY = Case(
    When(Exact(LABEL, Value("not-a-digit")), then=1.0 - F("opinion_is_digit")),
    When(READ_AS_LABELLED, then=F("opinion_is_digit") * F("opinion_confidence")),
    default=F("opinion_is_digit") * (1.0 - F("opinion_confidence")) / 9.0,
)
DOUBT = Coalesce(Cast(MOST_DOUBT * (1.0 - PROBABILITY), SmallIntegerField()), UNREAD_DOUBT)
# 0 to 3: how sure the digits network is of the digit that it reads, whatever digit that is.
CONFIDENCE_BANDS = [0.5, 0.9, 0.99]
CONFIDENCE_BAND = Func(
    F("opinion_confidence"),
    template=f"width_bucket(%(expressions)s, ARRAY{CONFIDENCE_BANDS}::float8[])",
    output_field=SmallIntegerField(),
)
# The last two bytes of a random id are a die that is thrown once.
LOT = Func(
    F("public_id"),
    template="((get_byte(uuid_send(%(expressions)s), 14) * 256 + get_byte(uuid_send(%(expressions)s), 15)) %% 1000)",
    output_field=SmallIntegerField(),
)


def audited_lots() -> int:
    return round(LOTS * settings.MODERATION_AUDIT_SHARE)


class DrawingQuerySet(models.QuerySet["Drawing"]):
    """Every read starts with `public()` or `of_room(room)`, so that a room's drawings never leak."""

    def public(self) -> Self:
        return self.filter(room=None)

    def of_room(self, room: Room | None) -> Self:
        return self.filter(room=room)

    def given_by(self, contributor: Contributor | None) -> Self:
        """Return what somebody has given, in public and in rooms: it is his own. Of nobody, nothing."""
        return self.filter(contributor_id=contributor.pk) if contributor and contributor.pk else self.none()

    def tally(self) -> int:
        """Return how many there are, to MOST_COUNTED: nobody who gives very many waits until they are all counted."""
        return self.order_by()[:MOST_COUNTED].count()

    def pending(self) -> Self:
        return self.filter(status=Drawing.Status.PENDING)

    def approved(self) -> Self:
        return self.filter(status=Drawing.Status.APPROVED)

    def publicly_shown(self) -> Self:
        """Return what everybody may see: approved, in no room, and not reported since a moderator has looked."""
        return self.public().approved().filter(reported_at=None)

    def fit_for_voters(self) -> Self:
        """Return what visitors may judge: in no room, taken for a digit by the live network, reported by nobody."""
        return self.public().filter(reported_at=None, opinion_is_digit__gte=ACCEPTED_FROM)

    def from_sources(self, sources: list[str]) -> Self:
        return self.filter(source__in=sources) if sources else self

    def recent(self, since: datetime) -> Self:
        """Return what visitors have given since then and nobody has rejected."""
        return self.filter(source="site", created_at__gte=since).exclude(status=Drawing.Status.REJECTED)

    def unread(self) -> Self:
        """Return the drawings on which the live networks have said nothing yet."""
        return self.filter(opinion_digits_version=None)

    def read_by_others(self, digits: int, digit_or_not: int) -> "list[Self]":
        """Return the drawings that other versions than these have read: together all, each in one range of an index."""
        return [
            self.filter(opinion_digits_version__lt=digits),
            self.filter(opinion_digits_version__gt=digits),
            self.filter(opinion_digits_version=digits, opinion_digit_or_not_version__lt=digit_or_not),
            self.filter(opinion_digits_version=digits, opinion_digit_or_not_version__gt=digit_or_not),
        ]

    def easy(self) -> Self:
        """Return what the live networks are sure to be what it is said to be."""
        return self.filter(verdict=Verdict.AGREES, doubt__lte=EASY_DOUBT)

    def audited(self) -> Self:
        """Return the easy drawings that somebody has to look at one by one: a share of them, at random."""
        return self.easy().filter(lot__lt=audited_lots())


class Drawing(models.Model):
    """One submission: its labels, its moderation status, and what the live networks make of it."""

    class Kind(models.TextChoices):
        STROKES = "strokes", _("drawn here")
        IMAGE = "image", _("uploaded image")
        NORMALIZED = "normalized", _("imported at 28x28")

    class Status(models.TextChoices):
        PENDING = "pending", _("pending")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")

    class Device(models.TextChoices):
        MOUSE = "mouse", _("mouse")
        TOUCH = "touch", _("finger")
        PEN = "pen", _("pen")

    public_id = models.UUIDField(_("id"), default=uuid.uuid4, unique=True, editable=False)
    room = models.ForeignKey(Room, models.CASCADE, null=True, blank=True, verbose_name=_("room"))
    contributor = models.ForeignKey(Contributor, models.PROTECT, related_name="drawings", verbose_name=_("contributor"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    device = models.CharField(
        _("drawn with"), max_length=5, choices=Device.choices, blank=True, help_text=_("empty: nobody knows")
    )
    source = models.CharField(_("source"), max_length=30, default="site")
    source_key = models.CharField(_("key in the source"), max_length=80, null=True, blank=True)  # noqa: DJ001
    client_id = models.UUIDField(_("client's id"), null=True, blank=True)
    content_hash = models.CharField(_("SHA-256 of the content"), max_length=64)

    claimed_label = models.CharField(_("claimed label"), max_length=11, choices=Label.choices)
    prompt = models.CharField(
        _("asked for"), max_length=20, blank=True, help_text=_("what the page had asked for; empty: nothing")
    )
    claimed_at = models.DateTimeField(
        _("claim corrected"), null=True, blank=True, help_text=_("when the contributor claimed another label")
    )
    final_label = models.CharField(_("final label"), max_length=11, choices=Label.choices, blank=True)
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.PENDING)
    rejection_reason = models.CharField(_("reason of the rejection"), max_length=200, blank=True)
    split = models.CharField(_("split"), max_length=10, choices=Split.choices)
    same_hand = models.BooleanField(
        _("same hand"),
        default=False,
        help_text=_("split by drawing: the same person is in training and test"),
    )
    ambiguous = models.BooleanField(
        _("ambiguous"), default=False, help_text=_("no digit, but cannot be told from one by shape")
    )

    # What the live networks make of it. For the queue's order and filters, never for the label.
    opinion_digit = models.PositiveSmallIntegerField(_("read as"), null=True, blank=True)
    opinion_confidence = models.FloatField(_("confidence"), null=True, blank=True)
    opinion_is_digit = models.FloatField(_("probability of a digit"), null=True, blank=True)
    opinion_digits_version = models.PositiveIntegerField(null=True, blank=True)
    opinion_digit_or_not_version = models.PositiveIntegerField(null=True, blank=True)

    verdict = models.GeneratedField(
        expression=VERDICT,
        output_field=models.CharField(_("opinion"), max_length=9, choices=Verdict.choices),
        db_persist=True,
        verbose_name=_("opinion"),
    )
    doubt = models.GeneratedField(
        expression=DOUBT,
        output_field=models.SmallIntegerField(),
        db_persist=True,
        verbose_name=_("doubt"),
        help_text=_("in the label, permille: 1000 less the probability that the live networks give it"),
    )
    confidence_band = models.GeneratedField(
        expression=CONFIDENCE_BAND,
        output_field=models.SmallIntegerField(null=True),
        db_persist=True,
        verbose_name=_("band of confidence"),
    )
    lot = models.GeneratedField(
        expression=LOT,
        output_field=models.SmallIntegerField(),
        db_persist=True,
        verbose_name=_("lot"),
        help_text=_("0 to 999, at random: which drawings are audited"),
    )

    # What visitors make of it, who do not see the claim. A recommendation: only moderators give labels.
    votes_count = models.PositiveSmallIntegerField(_("votes"), default=0)
    votes_label = models.CharField(
        _("most say"), max_length=11, blank=True, help_text=_("a label or unclear; empty when no answer leads")
    )
    votes_share = models.FloatField(_("share of the votes"), null=True, blank=True)

    reported_at = models.DateTimeField(
        _("reported"),
        null=True,
        blank=True,
        help_text=_("on no public page until a moderator has looked"),
    )

    consent_version = models.CharField(_("consent"), max_length=20, blank=True)
    address_hash = models.CharField(_("keyed hash of the address, for 48 hours"), max_length=64, blank=True)
    created_at = models.DateTimeField(_("submitted"), default=timezone.now, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = DrawingQuerySet.as_manager()

    class Meta:
        verbose_name = _("drawing")
        verbose_name_plural = _("drawings")
        constraints = [
            models.UniqueConstraint(fields=["source", "source_key"], name="drawing_once_per_source"),
            models.UniqueConstraint(
                fields=["contributor", "room", "client_id"],
                condition=Q(client_id__isnull=False),
                nulls_distinct=False,  # as below
                name="drawing_once_per_client_id",
            ),
            models.UniqueConstraint(
                fields=["contributor", "room", "content_hash"],
                condition=Q(source="site"),
                nulls_distinct=False,  # no room is one group, the public
                name="drawing_once_per_content",
            ),
            models.CheckConstraint(
                condition=~Q(status="approved") | ~Q(final_label=""),
                name="approved_drawing_has_a_final_label",
            ),
        ]
        indexes = [
            # The queue: in the order of doubt or of age, either way round, all of it or one label, verdict or band of
            # confidence. What other filters leave is so little that the database sorts it, or so much that it is found
            # soon in every order. Each has the id, so that counting reads no row.
            models.Index(fields=["-doubt", "-id"], condition=PENDING, name="queue_doubt"),
            models.Index(fields=["-id"], condition=PENDING & Q(opinion_digits_version=None), name="queue_unread"),
            models.Index(fields=["claimed_label", "-doubt", "-id"], condition=PENDING, name="queue_label"),
            models.Index(fields=["verdict", "-doubt", "-id"], include=["lot"], condition=PENDING, name="queue_verdict"),
            models.Index(fields=["confidence_band", "-doubt", "-id"], condition=PENDING, name="queue_confidence"),
            models.Index(fields=["-created_at", "-id"], condition=PENDING, name="queue_date"),
            models.Index(
                F("opinion_digits_version"), F("opinion_digit_or_not_version"), condition=PENDING, name="queue_read_by"
            ),
            # The same of what is decided, in the order of age.
            models.Index(
                fields=["-id"],
                include=["claimed_label", "verdict"],
                condition=Q(status="rejected", room__isnull=True),
                name="rejected_drawings",
            ),
            models.Index(fields=["verdict", "-id"], include=["final_label"], condition=SHOWN, name="approved_verdict"),
            models.Index(fields=["-votes_count", "id"], condition=TO_VOTE_ON, name="drawings_to_vote_on"),
            models.Index(fields=["room", "status", "source"], name="drawing_selection"),
            models.Index(fields=["content_hash"], name="drawing_content"),
            # The gallery, the newest first: all, of a label, and of a source (where the label may be given as well).
            models.Index(fields=["-id"], condition=SHOWN, name="gallery"),
            models.Index(fields=["final_label", "-id"], condition=SHOWN, name="gallery_label"),
            models.Index(fields=["source", "final_label", "-id"], condition=SHOWN, name="gallery_source"),
            models.Index(F("address_hash"), condition=~Q(address_hash=""), name="drawing_address_hash"),
            models.Index(fields=["created_at"], condition=Q(source="site", room=None), name="drawing_recent"),
            models.Index(fields=["decided_at"], condition=Q(status="rejected"), name="drawing_rejected"),
            models.Index(F("reported_at"), condition=Q(reported_at__isnull=False), name="drawing_reported"),
            models.Index(F("claimed_at"), condition=Q(claimed_at__isnull=False), name="drawing_correction"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.label}"

    @property
    def label(self) -> str:
        """The final label, or what its contributor claimed as long as nobody has decided."""
        return self.final_label or self.claimed_label

    @property
    def is_digit(self) -> bool:
        return self.label in DIGITS

    @property
    def is_audited(self) -> bool:
        """Whether it is among the `audited` ones."""
        is_easy = self.verdict == Verdict.AGREES and self.doubt <= EASY_DOUBT
        return is_easy and self.lot < audited_lots()


class DrawingContent(models.Model):
    """What was drawn. The truth is `strokes`, `image` or (imported) `normalized`, by the drawing's kind."""

    drawing = models.OneToOneField(
        Drawing, models.CASCADE, primary_key=True, related_name="content", verbose_name=_("drawing")
    )
    strokes = models.JSONField(_("strokes"), null=True, blank=True)
    image = models.BinaryField(_("image, without what the file said about it"), null=True)
    normalized = models.BinaryField(_("28x28, one byte a pixel, ink high"))
    preprocessing_version = models.PositiveSmallIntegerField(_("preprocessing version"))

    class Meta:
        verbose_name = _("content of a drawing")
        verbose_name_plural = _("contents of drawings")

    def __str__(self) -> str:
        return f"content of {self.drawing_id}"
