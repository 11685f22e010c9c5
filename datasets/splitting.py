"""Which split a visitor's drawing goes to: by the hand that drew it, so that tests are on people never seen.

The first drawing of a visitor in a group (the public site, or a room) decides for all his drawings there:

- Where at least SMALLEST_GROUP hands have drawn before him, the visitor gets a split for good: the one that lacks most
  to 80/10/10 of the group's hands. Hands are counted, not drawings, because another person is what a test is about, and
  one eager person shall not keep others out of the test split.
- In a smaller group there are not enough hands for three splits. His drawings are split one by one, by their random
  ids, and marked "same hand"; and they stay so when the group grows, because he is in all splits already.

The drawings of programs are split one by one and marked as well, and programs are not counted as hands: what they send
may be by one person or by many, who draw on the page, too.

A lock is held from the choice to the end of the transaction, so that newcomers at the same moment count one another.
"""

from django.db.models import Count, Exists, OuterRef, QuerySet

from datasets.importers import split_by_hash
from datasets.locks import SPLITTING, lock
from datasets.models import Contributor, Drawing, Room, Split

SMALLEST_GROUP = 10  # hands
TENTHS = {Split.TEST: 1, Split.VALIDATION: 1, Split.TRAIN: 8}  # of several in equal need, the first


def split_for(contributor: Contributor, room: Room | None, public_id: object) -> tuple[str, bool]:
    """Return the split of a new drawing, and whether its hand may be in other splits as well.

    Must be called in a transaction; may store the split of the contributor.
    """
    if _is_split_by_drawing(contributor, room):
        return split_by_hash("site", str(public_id)), True
    if not contributor.split:
        contributor.refresh_from_db(fields=["split"])  # as it is now, under the lock
    if not contributor.split:
        contributor.split = _most_in_need(room)
        contributor.save(update_fields=["split"])
    return contributor.split, False


def _is_split_by_drawing(contributor: Contributor, room: Room | None) -> bool:
    if contributor.kind == Contributor.Kind.PROGRAM:
        return True
    before = _as_before(contributor, room)
    if before is not None:
        return before
    lock(SPLITTING)
    before = _as_before(contributor, room)  # he may have sent two at once, and the other came first
    if before is not None:
        return before
    return len(_hands(room)[:SMALLEST_GROUP]) < SMALLEST_GROUP


def _as_before(contributor: Contributor, room: Room | None) -> bool | None:
    drawings = Drawing.objects.of_room(room).filter(contributor=contributor, source="site")
    return drawings.values_list("same_hand", flat=True).first()


def _hands(room: Room | None) -> QuerySet[Contributor]:
    drawn = Drawing.objects.of_room(room).filter(contributor=OuterRef("pk"))
    return Contributor.objects.filter(Exists(drawn), kind=Contributor.Kind.VISITOR)


def _most_in_need(room: Room | None) -> str:
    # All visitors stand for those who drew in public: to look at the drawings of all would take too long.
    hands = Contributor.objects.filter(kind=Contributor.Kind.VISITOR) if room is None else _hands(room)
    counts = dict(hands.exclude(split="").values_list("split").annotate(count=Count("pk")).order_by())
    after = sum(counts.values()) + 1
    return max(TENTHS, key=lambda split: TENTHS[split] * after - 10 * counts.get(split.value, 0)).value
