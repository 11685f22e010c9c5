"""Take a drawing from a visitor, once however often it is sent, and take it away again."""

import logging
import uuid
from dataclasses import dataclass

from celery import current_app
from django.core.cache import cache
from django.core.signing import Signer
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from datasets import hooks
from datasets.errors import Conflict, InvalidInput, NotAllowed
from datasets.labels import Label
from datasets.locks import FIRST_OF_A_PROGRAM, lock_one, lose_patience
from datasets.models import Contributor, Drawing, DrawingContent, Room
from datasets.preprocessing import contents
from datasets.preprocessing.contents import Content
from datasets.preprocessing.normalization import PREPROCESSING_VERSION
from datasets.preprocessing.strokes import Strokes
from datasets.prompting import check_prompt
from datasets.services.deletion import delete_drawings
from datasets.services.standing import locked, refuse_blocked
from datasets.splitting import split_for

logger = logging.getLogger(__name__)

SOURCE = "site"
SCORING_DELAY = 1  # seconds: one task scores all drawings that come within them


@dataclass(frozen=True)
class Submission:
    """What became of a drawing that was sent in."""

    drawing: Drawing
    created: bool  # False: it was there already
    deletion_token: str  # whoever has it may delete the drawing
    given: int  # by its contributor so far, as the page /contribute counts


def submit_drawing(
    *,
    contributor: Contributor | None,
    newcomer: Contributor.Kind = Contributor.Kind.VISITOR,
    label: str,
    consent_version: str,
    strokes: Strokes | None = None,
    image: bytes | None = None,
    client_id: uuid.UUID | None = None,
    prompt: str = "",
    device: str = "",
    address_hash: str = "",
    room: Room | None = None,
) -> Submission:
    """Keep a drawing as pending, given as strokes or as an image (PNG, JPEG or WebP).

    Without a contributor it is by a `newcomer` of that kind; programs of one `address_hash` are one contributor.
    Sent again by the same contributor in the same room, under the same `client_id` or with the same content, it is the
    same drawing; another label then corrects the claim. `prompt` is what the page had asked for, see
    `datasets.prompting`; `device` what it was drawn with, as in Drawing.Device. Raises InvalidInput (`invalid_label`,
    `invalid_prompt`, `invalid_device`, `invalid_request`, `blank_drawing`, `single_dot`, `several_symbols` and what is
    wrong with the image), NotAllowed `contributor_blocked` and, when a moderator has decided already, Conflict
    `already_decided`.
    """
    if label not in Label.values:
        raise InvalidInput("invalid_label", f"Expected one of {', '.join(Label.values)}; received {label[:20]!r}.")
    check_prompt(prompt, label)
    if device and device not in Drawing.Device.values:
        expected = ", ".join(Drawing.Device.values)
        raise InvalidInput("invalid_device", f"Expected one of {expected}, or none; received {device[:20]!r}.")
    content = _content(strokes, image)
    with transaction.atomic():
        lose_patience()
        hand = locked(contributor or _program_at(newcomer, address_hash) or _newcomer(newcomer, client_id, content))
        refuse_blocked(hand)
        drawing = _known(hand, client_id, content, room)
        created = False
        if drawing is None:
            drawing, created = _create(
                hand,
                client_id,
                content,
                room=room,
                claimed_label=label,
                prompt=prompt,
                device=device,
                consent_version=consent_version,
                address_hash=address_hash,
            )
        if created:
            transaction.on_commit(_enqueue_scoring, robust=True)
        else:
            _correct_claim(drawing, label)
        given = Drawing.objects.given_by(hand).tally()
    return Submission(drawing, created, deletion_token(drawing.public_id), given)


def deletion_token(public_id: uuid.UUID) -> str:
    """Return the token for a drawing: signed, so that none need be stored, and the same each time."""
    return Signer(salt="datasets.deletion").signature(str(public_id))


def delete_drawing(public_id: uuid.UUID, token: str) -> None:
    """Delete a drawing and its content; a drawing that is gone already is no error.

    The manifests of the versions that hold it keep its hash. Raises NotAllowed `invalid_deletion_token`.
    """
    if not constant_time_compare(token, deletion_token(public_id)):
        raise NotAllowed(
            "invalid_deletion_token", "Expected the deletion token that came with this drawing, received another."
        )
    with transaction.atomic():
        lose_patience()
        delete_drawings(Drawing.objects.filter(public_id=public_id))


def _content(strokes: Strokes | None, image: bytes | None) -> Content:
    if strokes is not None and image is None:
        return contents.of_strokes(strokes, single=True)
    if image is not None and strokes is None:
        return contents.of_image(image, single=True)
    received = "both" if strokes else "neither"
    raise InvalidInput("invalid_request", f"Expected either strokes or an image, received {received}.")


def _program_at(kind: Contributor.Kind, address_hash: str) -> Contributor | None:
    """Return the contributor that stands for the programs at an address today, if one has sent something, or None.

    He is found by his drawings, because no key of his may tell the address when its hash has been erased. Where there
    are none, the caller sends the first, and others at that moment wait for it.
    """
    if kind != Contributor.Kind.PROGRAM or not address_hash:
        return None
    drawings = Drawing.objects.filter(address_hash=address_hash, contributor__kind=kind).select_related("contributor")
    first = drawings.first()
    if first is None:
        lock_one(FIRST_OF_A_PROGRAM, address_hash)
        first = drawings.first()
    return first.contributor if first else None


def _newcomer(kind: Contributor.Kind, client_id: uuid.UUID | None, content: Content) -> Contributor:
    """Return a contributor for somebody without a cookie.

    His key follows from what he sends. When our answer, and with it the cookie, is lost on the way, he sends the same
    again and is the same contributor. Nobody else knows the `client_id`, which is random, and the content.
    """
    contributor = Contributor(source=SOURCE, kind=kind, key=uuid.uuid4().hex)
    if client_id is not None:
        sent = f"{client_id}/{content.content_hash}"
        contributor.key = salted_hmac("datasets.newcomer", sent, algorithm="sha256").hexdigest()
    return contributor


def _known(
    contributor: Contributor, client_id: uuid.UUID | None, content: Content, room: Room | None
) -> Drawing | None:
    """Return the contributor's drawing in this room with this `client_id`, or else with this content, or None."""
    same = Q(content_hash=content.content_hash, source=SOURCE)
    if client_id is not None:
        same |= Q(client_id=client_id)
    drawings = Drawing.objects.of_room(room).filter(same, contributor=contributor)
    return min(drawings, key=lambda drawing: drawing.client_id != client_id, default=None)


def _create(
    contributor: Contributor, client_id: uuid.UUID | None, content: Content, *, room: Room | None, **fields: str
) -> tuple[Drawing, bool]:
    """Return the new drawing and True, or the one that a request at the same moment has created and False."""
    public_id = uuid.uuid4()
    split, same_hand = split_for(contributor, room, public_id)
    try:
        with transaction.atomic():
            drawing = Drawing.objects.create(
                public_id=public_id,
                contributor=contributor,
                client_id=client_id,
                room=room,
                source=SOURCE,
                kind=content.kind,
                content_hash=content.content_hash,
                split=split,
                same_hand=same_hand,
                **fields,
            )
            DrawingContent.objects.create(
                drawing=drawing,
                strokes=content.strokes,
                image=content.image,
                normalized=content.normalized,
                preprocessing_version=PREPROCESSING_VERSION,
            )
    except IntegrityError:
        known = _known(contributor, client_id, content, room)
        if known is None:
            raise
        return known, False
    return drawing, True


def _correct_claim(drawing: Drawing, label: str) -> None:
    if drawing.claimed_label == label:
        return
    if not Drawing.objects.pending().filter(pk=drawing.pk).update(claimed_label=label, claimed_at=timezone.now()):
        raise Conflict(
            "already_decided",
            f"Expected a pending drawing; this one has been decided, as {drawing.claimed_label}. Draw another.",
        )
    drawing.claimed_label = label


def _enqueue_scoring() -> None:
    """Ask for the live networks' opinion on what is pending.

    A broker that is away fails no submission: scoring also runs by itself from time to time.
    """
    try:
        if cache.add("datasets.scoring", True, timeout=SCORING_DELAY):
            for task in hooks.SUBMITTED.paths:
                current_app.send_task(task, countdown=SCORING_DELAY, retry=False)
    except (BrokerError, RedisError, OSError) as error:
        logger.warning("The broker is away; new drawings are scored later: %s", error)
