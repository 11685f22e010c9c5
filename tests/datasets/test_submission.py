"""Taking drawings from visitors, once each, and into the right split."""

import hashlib
import io
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from PIL import Image

from datasets import splitting, tasks
from datasets.errors import Conflict, InvalidInput, NotAllowed
from datasets.importers import split_by_hash
from datasets.models import Contributor, DatasetItem, Drawing, DrawingContent
from datasets.preprocessing import contents
from datasets.preprocessing.images import rgba_from_image
from datasets.preprocessing.normalization import PREPROCESSING_VERSION, encode_png, normalize
from datasets.preprocessing.strokes import parse_strokes, rasterize
from datasets.services import (
    Submission,
    approve,
    block_contributor,
    delete_drawing,
    freeze_version,
    privacy,
    reject,
    submit_drawing,
)
from datasets.services import submission as submission_module
from tests import drawings
from tests.datasets.factories import make_contributor, make_drawing, make_room, strokes_of
from tests.datasets.locks import elsewhere

pytestmark = pytest.mark.django_db

ORIENTATION, MAKE, GPS, CAMERA, SERIAL_NUMBER = 0x0112, 0x010F, 0x8825, 0x8769, 0xA431  # EXIF tags


def submit(label: str = "7", variant: int = 0, **fields) -> Submission:
    if not fields.keys() & {"image", "strokes"}:
        fields["strokes"] = strokes_of(label, variant)
    return submit_drawing(**{"contributor": None, "label": label, "consent_version": "1", **fields})


def at_once(call: Callable[[int], object], times: int) -> list[object]:
    """Return what `call` returns or raises in so many threads, which start together."""
    results: list[object] = []
    barrier = threading.Barrier(times)

    def run(number: int) -> None:
        try:
            barrier.wait()
            results.append(call(number))
        except Exception as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_a_drawing_is_kept_as_pending_with_its_strokes_and_its_28x28() -> None:
    strokes = strokes_of("4")
    submission = submit("4", strokes=strokes, address_hash="a" * 64, consent_version="2026")
    drawing = Drawing.objects.get()
    assert submission.created and submission.drawing == drawing
    assert (drawing.status, drawing.claimed_label, drawing.final_label) == ("pending", "4", "")
    assert (drawing.kind, drawing.source, drawing.source_key) == ("strokes", "site", None)
    assert (drawing.consent_version, drawing.address_hash) == ("2026", "a" * 64)
    content = DrawingContent.objects.get()
    assert content.strokes == strokes.to_json()
    assert bytes(content.normalized) == normalize(rasterize(strokes)).tobytes()
    assert content.preprocessing_version == PREPROCESSING_VERSION


def photograph(ink: np.ndarray) -> bytes:
    """Return a JPEG of `ink`, uint8 (h, w), on its side and larger than what is kept, that tells where it was taken."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE], exif[GPS] = 6, "Camera", {1: "N", 2: (52.0, 31.0, 0.0)}
    exif[CAMERA] = {SERIAL_NUMBER: "4711"}
    file = io.BytesIO()
    side = Image.fromarray(255 - ink).convert("RGB").resize((1600, 1600)).transpose(Image.Transpose.ROTATE_90)
    side.save(file, "JPEG", exif=exif, comment="at home")
    return file.getvalue()


def test_of_an_uploaded_image_the_pixels_are_kept_and_nothing_else() -> None:
    upload = photograph(rasterize(strokes_of("4")))
    assert b"Camera" in upload and b"4711" in upload and b"at home" in upload
    submit("4", image=upload)
    content = DrawingContent.objects.select_related("drawing").get()
    kept = bytes(content.image)
    assert (content.drawing.kind, content.strokes) == ("image", None)
    assert content.drawing.content_hash == hashlib.sha256(kept).hexdigest()
    with Image.open(io.BytesIO(kept)) as image:
        assert (image.format, image.mode, image.size) == ("PNG", "RGB", (800, 800))
        assert not image.info and not image.getexif()
    assert np.array_equal(rgba_from_image(kept), rgba_from_image(upload))
    assert contents.of_image(kept).normalized == bytes(content.normalized)


def test_a_transparent_image_stays_transparent() -> None:
    rgba = np.zeros((280, 280, 4), np.uint8)
    rgba[:, :, 3] = rasterize(strokes_of("4"))
    file = io.BytesIO()
    Image.fromarray(rgba).save(file, "PNG")
    assert np.array_equal(rgba_from_image(contents.of_image(file.getvalue()).image), rgba)


def test_the_same_pixels_in_another_file_are_the_same_drawing() -> None:
    contributor, ink = make_contributor(), 255 - rasterize(strokes_of("4"))
    file = io.BytesIO()
    Image.fromarray(ink).save(file, "PNG")
    assert file.getvalue() != encode_png(ink)
    assert submit("4", contributor=contributor, image=file.getvalue()).created
    assert not submit("4", contributor=contributor, image=encode_png(ink)).created


@pytest.mark.parametrize("label", ["11", "", "seven", "not a digit"])
def test_a_label_must_be_one_of_the_eleven(label: str) -> None:
    with pytest.raises(InvalidInput) as error:
        submit(label, strokes=strokes_of("4"))
    assert error.value.code == "invalid_label"


def test_a_drawing_comes_either_as_strokes_or_as_an_image() -> None:
    for given in ({"strokes": None}, {"strokes": strokes_of(), "image": b"x"}):
        with pytest.raises(InvalidInput) as error:
            submit(**given)
        assert error.value.code == "invalid_request"


def test_several_symbols_are_refused_and_nothing_is_kept() -> None:
    one = drawings.drawing("1", 0)
    beside = [
        {**stroke, "points": [[x + 400, y, t] for x, y, t in stroke["points"]]}
        for stroke in drawings.drawing("7", 0)["strokes"]
    ]
    both = parse_strokes({"width": 700, "height": 280, "strokes": one["strokes"] + beside})
    with pytest.raises(InvalidInput, match="2 symbols") as error:
        submit(strokes=both)
    assert error.value.code == "several_symbols"
    assert not Drawing.objects.exists() and not Contributor.objects.exists()


def test_a_blank_image_is_refused() -> None:
    with pytest.raises(InvalidInput) as error:
        submit(image=encode_png(np.full((100, 100), 255, np.uint8)))
    assert error.value.code == "blank_drawing"


@pytest.mark.parametrize("same", ["client_id", "content"])
def test_what_is_sent_again_is_the_same_drawing(same: str) -> None:
    contributor, client_id = make_contributor(), uuid.uuid4()
    first = submit("4", contributor=contributor, client_id=client_id)
    if same == "client_id":
        again = submit("4", 1, contributor=contributor, client_id=client_id)
    else:
        again = submit("4", contributor=contributor, client_id=uuid.uuid4())
    assert first.created and not again.created
    assert (again.drawing, again.deletion_token) == (first.drawing, first.deletion_token)
    assert Drawing.objects.count() == 1


def test_two_people_may_draw_the_same() -> None:
    submit(contributor=make_contributor())
    assert submit(contributor=make_contributor()).created


def test_the_same_content_in_another_room_is_another_drawing() -> None:
    contributor, room = make_contributor(), make_room()
    groups = [room, None, make_room()]
    assert [submit("4", contributor=contributor, room=group).created for group in groups] == [True] * 3
    again = submit("9", contributor=contributor, room=room, strokes=strokes_of("4"))
    assert not again.created and again.drawing.room == room
    assert sorted(contributor.drawings.values_list("claimed_label", flat=True)) == ["4", "4", "9"]


def test_the_same_client_id_in_another_room_is_another_drawing() -> None:
    contributor, client_id, room = make_contributor(), uuid.uuid4(), make_room()
    sent = {"contributor": contributor, "client_id": client_id}
    assert submit("4", **sent).created and submit("7", room=room, **sent).created
    again = submit("7", 1, room=room, **sent)
    assert not again.created and again.drawing.room == room


@pytest.mark.parametrize("in_room", [True, False])
def test_the_database_keeps_one_drawing_of_a_client_id_in_a_group(in_room: bool) -> None:
    contributor, room, client_id = make_contributor(), make_room() if in_room else None, uuid.uuid4()
    make_drawing(contributor=contributor, room=room, client_id=client_id)
    with pytest.raises(IntegrityError, match="drawing_once_per_client_id"):
        make_drawing(contributor=contributor, room=room, client_id=client_id)


@pytest.mark.parametrize("in_room", [True, False])
def test_the_database_keeps_one_drawing_of_a_content_in_a_group(in_room: bool) -> None:
    contributor, room = make_contributor(), make_room() if in_room else None
    make_drawing(contributor=contributor, room=room, content_hash="a" * 64)
    with pytest.raises(IntegrityError, match="drawing_once_per_content"):
        make_drawing(contributor=contributor, room=room, content_hash="a" * 64)


def test_a_newcomer_whose_answer_was_lost_sends_again_and_is_the_same_person() -> None:
    client_id = uuid.uuid4()
    first = submit(client_id=client_id)
    again = submit(client_id=client_id)
    assert not again.created and again.drawing.contributor == first.drawing.contributor
    other = submit("7", 1, client_id=client_id)
    assert other.created and other.drawing.contributor != first.drawing.contributor


def test_newcomers_without_a_client_id_are_different_people() -> None:
    assert submit().drawing.contributor != submit().drawing.contributor


def test_another_label_corrects_the_claim_as_long_as_the_drawing_is_pending() -> None:
    contributor = make_contributor()
    submit("4", contributor=contributor)
    again = submit("9", contributor=contributor, strokes=strokes_of("4"))
    assert not again.created
    assert Drawing.objects.get().claimed_label == again.drawing.claimed_label == "9"


def test_a_claim_is_stamped_when_it_changes_and_only_then() -> None:
    contributor = make_contributor()
    submit("4", contributor=contributor)
    submit("4", contributor=contributor)
    assert Drawing.objects.get().claimed_at is None
    before = timezone.now()
    submit("9", contributor=contributor, strokes=strokes_of("4"))
    assert before <= Drawing.objects.get().claimed_at <= timezone.now()


@pytest.mark.parametrize("decide", [approve, reject])
def test_after_the_decision_the_claim_stands(decide) -> None:
    contributor = make_contributor()
    submit("4", contributor=contributor)
    decide(Drawing.objects.all(), actor=None, reason="for a test")
    with pytest.raises(Conflict) as error:
        submit("9", contributor=contributor, strokes=strokes_of("4"))
    assert error.value.code == "already_decided"
    assert not submit("4", contributor=contributor).created
    assert Drawing.objects.get().claimed_label == "4"


def test_a_blocked_contributor_cannot_draw() -> None:
    contributor = make_contributor()
    block_contributor(contributor, actor=None, reason="for a test")
    contributor.refresh_from_db()
    with pytest.raises(NotAllowed) as error:
        submit(contributor=contributor)
    assert error.value.code == "contributor_blocked"
    assert not Drawing.objects.exists()


def test_a_block_counts_from_its_moment_on_also_for_who_was_looked_up_before() -> None:
    contributor = make_contributor()
    block_contributor(Contributor.objects.get(), actor=None, reason="for a test")
    with pytest.raises(NotAllowed):
        submit(contributor=contributor)


@pytest.mark.django_db(transaction=True)
def test_a_block_waits_for_the_drawing_that_is_being_taken_and_rejects_it(monkeypatch) -> None:
    contributor = make_contributor()
    submit(contributor=contributor)  # so that its split is known, and nothing else waits
    taking, create = threading.Event(), submission_module._create

    def slow(*args, **fields):
        taking.set()
        time.sleep(0.3)  # for the block to look for drawings
        return create(*args, **fields)

    def act(number: int) -> object:
        if number == 0:
            return submit("4", contributor=contributor)
        assert taking.wait(30)
        return block_contributor(contributor, actor=None, reason="for a test")

    monkeypatch.setattr(submission_module, "_create", slow)
    at_once(act, 2)
    assert Counter(Drawing.objects.values_list("status", flat=True)) == {"rejected": 2}


@pytest.mark.django_db(transaction=True)
def test_the_first_drawings_of_programs_at_one_address_are_by_one_contributor() -> None:
    program = {"newcomer": Contributor.Kind.PROGRAM, "address_hash": "a" * 64}
    results = at_once(lambda number: submit(str(number), client_id=uuid.uuid4(), **program), 6)
    assert [type(result) for result in results] == [Submission] * 6
    assert Contributor.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("known", [True, False])
def test_the_same_drawing_sent_many_times_at_once_is_created_once(known: bool) -> None:
    contributor, client_id, strokes = make_contributor() if known else None, uuid.uuid4(), strokes_of("7")
    results = at_once(lambda _: submit(contributor=contributor, client_id=client_id, strokes=strokes), 8)
    assert [type(result) for result in results] == [Submission] * 8
    assert Counter(result.created for result in results) == {True: 1, False: 7}
    assert len({(result.drawing.pk, result.deletion_token) for result in results}) == 1
    assert Drawing.objects.count() == DrawingContent.objects.count() == Contributor.objects.count() == 1


def test_a_drawing_is_deleted_with_its_token_and_its_row_in_the_manifest_stays() -> None:
    submission = submit()
    approve(Drawing.objects.all(), actor=None)
    freeze_version()
    delete_drawing(submission.drawing.public_id, submission.deletion_token)
    assert not Drawing.objects.exists() and not DrawingContent.objects.exists()
    assert DatasetItem.objects.get().content_hash == submission.drawing.content_hash
    delete_drawing(submission.drawing.public_id, submission.deletion_token)


def test_the_token_of_another_drawing_deletes_nothing() -> None:
    mine, other = submit(), submit("4")
    for token in (other.deletion_token, "", "no-token"):
        with pytest.raises(NotAllowed):
            delete_drawing(mine.drawing.public_id, token)
    assert Drawing.objects.count() == 2


def assert_split_by_their_ids(drawings: QuerySet[Drawing]) -> None:
    """The ids are random: which splits some drawings come to is chance, but not to which one each comes."""
    rows = list(drawings.values_list("public_id", "split", "same_hand"))
    assert len(rows) == 40
    for public_id, split, same_hand in rows:
        assert (split, same_hand) == (split_by_hash("site", str(public_id)), True)


def test_in_a_small_group_drawings_are_split_one_by_one_and_marked() -> None:
    contributor = make_contributor()
    for variant in range(40):
        submit("7", variant, contributor=contributor)
    assert_split_by_their_ids(contributor.drawings.all())
    contributor.refresh_from_db()
    assert contributor.split == ""


def test_in_a_larger_group_hands_are_split_80_10_10_and_each_stays_in_its_split() -> None:
    for variant in range(splitting.SMALLEST_GROUP):
        assert submit("7", variant).drawing.same_hand
    hands = [submit("7", variant).drawing for variant in range(20)]
    assert Counter(drawing.split for drawing in hands) == {"train": 16, "validation": 2, "test": 2}
    tester = next(drawing.contributor for drawing in hands if drawing.split == "test")
    for variant in range(5):
        submit("4", variant, contributor=tester)
    assert set(tester.drawings.values_list("split", "same_hand")) == {("test", False)}


def test_whoever_was_there_when_the_group_was_small_stays_split_by_drawing() -> None:
    founder = submit("7", 0).drawing.contributor
    for variant in range(splitting.SMALLEST_GROUP):
        submit("7", variant)
    assert submit("4", contributor=founder).drawing.same_hand


PROGRAM = {"newcomer": Contributor.Kind.PROGRAM, "address_hash": "a" * 64}


def test_the_programs_at_an_address_are_one_contributor_and_his_drawings_are_split_one_by_one(monkeypatch) -> None:
    monkeypatch.setattr(splitting, "SMALLEST_GROUP", 0)
    for variant in range(40):
        submit("7", variant, **PROGRAM)
    assert Contributor.objects.get().kind == "program"
    assert_split_by_their_ids(Drawing.objects.all())


def test_programs_at_other_addresses_and_people_at_the_same_are_others() -> None:
    program = submit("7", 0, **PROGRAM).drawing.contributor
    for other in (
        {**PROGRAM, "address_hash": "b" * 64},
        {**PROGRAM, "address_hash": ""},
        {**PROGRAM, "address_hash": ""},
        {"address_hash": "a" * 64},
    ):
        assert submit("7", 1, **other).drawing.contributor != program
    assert Contributor.objects.count() == 5
    assert submit("7", 1, **PROGRAM).drawing.contributor == program


def test_a_program_is_no_hand_that_makes_a_group_large() -> None:
    for number in range(splitting.SMALLEST_GROUP):
        submit("7", number, **{**PROGRAM, "address_hash": f"{number:064x}"})
    assert submit("4").drawing.same_hand


def test_a_blocked_program_cannot_go_on_as_somebody_new() -> None:
    program = submit("7", 0, **PROGRAM).drawing.contributor
    block_contributor(program, actor=None, reason="for a test")
    with pytest.raises(NotAllowed):
        submit("7", 1, **PROGRAM)
    assert submit("7", 1, address_hash=PROGRAM["address_hash"]).created


def test_a_room_is_a_group_of_its_own() -> None:
    for variant in range(splitting.SMALLEST_GROUP):
        submit("7", variant)
    by_hand = submit("7", 50).drawing
    assert not by_hand.same_hand
    room = make_room()
    assert submit("4", room=room, contributor=by_hand.contributor).drawing.same_hand
    assert not submit("3", contributor=by_hand.contributor).drawing.same_hand


@pytest.mark.django_db(transaction=True)
def test_newcomers_at_the_same_moment_count_one_another(monkeypatch) -> None:
    monkeypatch.setattr(splitting, "SMALLEST_GROUP", 0)
    strokes = [strokes_of("7", variant) for variant in range(10)]
    results = at_once(lambda number: submit(strokes=strokes[number]), 10)
    assert Counter(result.drawing.split for result in results) == {"train": 8, "validation": 1, "test": 1}


@pytest.mark.django_db(transaction=True)
def test_two_first_drawings_of_one_hand_at_once_go_to_one_split(monkeypatch) -> None:
    monkeypatch.setattr(splitting, "SMALLEST_GROUP", 0)
    hand, strokes = make_contributor(), [strokes_of("7", variant) for variant in range(6)]
    at_once(lambda n: submit(strokes=strokes[n], contributor=Contributor.objects.get(pk=hand.pk)), 6)
    hand.refresh_from_db()
    assert set(hand.drawings.values_list("split", flat=True)) == {hand.split}
    assert hand.drawings.count() == 6


def test_a_split_that_was_given_meanwhile_is_kept(monkeypatch) -> None:
    monkeypatch.setattr(splitting, "SMALLEST_GROUP", 0)
    hand = make_contributor()
    Contributor.objects.filter(pk=hand.pk).update(split="test")
    assert submit(contributor=hand).drawing.split == "test"


@pytest.fixture
def sent(monkeypatch) -> list[str]:
    tasks: list[str] = []
    monkeypatch.setattr(submission_module.current_app, "send_task", lambda name, **options: tasks.append(name))
    submission_module.cache.clear()
    return tasks


def test_scoring_is_asked_for_after_the_commit_once_for_all_that_come_within_a_second(
    sent, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        submit("4")
        submit("7")
        assert sent == []
    assert sent == ["recognizer.tasks.score_pending"]


def test_what_was_there_already_is_not_scored_again(sent, django_capture_on_commit_callbacks) -> None:
    contributor = make_contributor()
    submit(contributor=contributor)
    with django_capture_on_commit_callbacks(execute=True):
        submit(contributor=contributor)
    assert sent == []


def test_a_broker_that_is_away_fails_no_submission(settings, caplog, django_capture_on_commit_callbacks) -> None:
    settings.CACHES = {**settings.CACHES, "default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1"}}
    with django_capture_on_commit_callbacks(execute=True):
        assert submit().created
    assert "broker is away" in caplog.text
    assert Drawing.objects.count() == 1


def test_hashes_of_addresses_are_gone_after_48_hours() -> None:
    old, new = submit("4", address_hash="a" * 64).drawing, submit("7", address_hash="a" * 64).drawing
    Drawing.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(hours=46, minutes=1))
    assert tasks.erase_address_hashes() == 1
    assert list(Drawing.objects.exclude(address_hash="")) == [new]


@pytest.mark.django_db(transaction=True)
def test_erasing_waits_for_nobody_and_leaves_his_for_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(privacy, "AT_ONCE", 2)
    drawings = [submit(label, address_hash="a" * 64).drawing for label in "01234"]
    Drawing.objects.update(created_at=timezone.now() - timedelta(days=3))
    outcomes: list[int] = []
    with transaction.atomic():
        held = Drawing.objects.select_for_update().get(pk=drawings[1].pk)
        elsewhere(tasks.erase_address_hashes, outcomes).join()
    assert outcomes == [4]
    assert list(Drawing.objects.exclude(address_hash="")) == [held]
    assert tasks.erase_address_hashes() == 1


def test_hashes_are_erased_every_hour(settings) -> None:
    [entry] = [
        each for each in settings.CELERY_BEAT_SCHEDULE.values() if each["task"] == tasks.erase_address_hashes.name
    ]
    assert entry["schedule"] == timedelta(hours=1).total_seconds()
