"""Which versions there are, and which one is live. Publishing moves one pointer and nothing else.

No TensorFlow in here: web processes ask this module.
"""

import textwrap
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from datasets.errors import Conflict
from datasets.locks import REGISTERING
from datasets.locks import lock as take_lock
from datasets.models import Room
from datasets.preprocessing.normalization import PREPROCESSING_VERSION
from training.models import ModelVersion, Network, Publication, PublishEvent


def register(*, network: str, room: Room | None = None, **fields: Any) -> ModelVersion:
    """Give a trained, exported and evaluated version the next number of its network, and keep it."""
    with transaction.atomic():
        take_lock(REGISTERING)
        versions = ModelVersion.objects.of_room(room).of_network(network)
        last = versions.order_by("-number").values_list("number", flat=True).first() or 0
        return ModelVersion.objects.create(network=network, room=room, number=last + 1, **fields)


def published_pair() -> dict[str, ModelVersion]:
    """Return the public site's live versions by network, without what makes their rows heavy: it is asked often."""
    publications = Publication.objects.filter(room=None).select_related("version")
    light = publications.defer(*(f"version__{name}" for name in ModelVersion.HEAVY))
    live = {publication.network: publication.version for publication in light}
    return {network: live[network] for network in Network.values if network in live}


def published(network: str, room: Room | None = None, *, lock: bool = False) -> ModelVersion | None:
    """Return the live version of a network, in the public site or in a room; with `lock`, it stays the live one
    until the transaction ends."""
    publications = Publication.objects.filter(network=network, room=room).select_related("version")
    publication = (publications.select_for_update(of=("self",)) if lock else publications).first()
    return publication.version if publication else None


@transaction.atomic
def publish(
    version: ModelVersion, *, reason: str, actor: User | None = None, instead_of: int | None = None
) -> PublishEvent:
    """Make a version live. Publishing the live one again changes nothing and returns its last event.

    Raises `Conflict` when its drawings were normalized in another way than this code does, or when another version
    (id) is live than the one that it was to take the place of: somebody was faster.
    """
    live = None if instead_of is None else published(version.network, version.room, lock=True)
    if live is not None and live.pk not in (instead_of, version.pk):
        raise Conflict("not_live", f"meanwhile {live} was published; send it again to replace it")
    return _move(version, PublishEvent.Action.PUBLISH, reason, actor)


@transaction.atomic
def roll_back(
    network: str,
    *,
    room: Room | None = None,
    reason: str,
    actor: User | None = None,
    expected: ModelVersion | None = None,
) -> PublishEvent:
    """Make the version live again that was live before this one.

    Raises `Conflict` when there is none, or when another version than `expected` is live: somebody was faster.
    """
    current = published(network, room, lock=True)
    if expected is not None and current != expected:
        raise Conflict("not_live", f"expected {expected} to be live; received {current}")
    previous = before(current) if current else None
    if previous is None:
        raise Conflict("nothing_to_roll_back_to", f"expected an earlier published version of {network}; received none")
    return _move(previous, PublishEvent.Action.ROLL_BACK, reason, actor)


def before(version: ModelVersion) -> ModelVersion | None:
    """Return the version that was live when this one was published last, which a roll back makes live again."""
    published = PublishEvent.objects.filter(version=version, action=PublishEvent.Action.PUBLISH)
    last = published.select_related("previous").first()
    return last.previous if last else None


@transaction.atomic
def _move(version: ModelVersion, action: str, reason: str, actor: User | None) -> PublishEvent:
    if version.preprocessing_version != PREPROCESSING_VERSION:
        raise Conflict(
            "other_preprocessing",
            f"expected a version trained with preprocessing {PREPROCESSING_VERSION}; "
            f"received {version.preprocessing_version}",
        )
    Publication.objects.get_or_create(network=version.network, room=version.room, defaults={"version": version})
    publication = Publication.objects.select_for_update().get(network=version.network, room=version.room)
    last = PublishEvent.objects.filter(version=version).first()
    if publication.version_id == version.pk and last is not None:
        return last
    previous = publication.version if publication.version_id != version.pk else None
    publication.version = version
    publication.save()
    return PublishEvent.objects.create(
        action=action,
        version=version,
        previous=previous,
        actor=actor,
        reason=textwrap.shorten(reason, 300, placeholder=" ..."),
    )
