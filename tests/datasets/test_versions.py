"""Freezing dataset versions."""

import hashlib
import io
import threading
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection

from datasets.cards import markdown_of
from datasets.errors import InvalidInput
from datasets.models import DatasetItem, DatasetVersion, Drawing
from datasets.models.decisions import BY_VOTES
from datasets.selection import Selection
from datasets.services import approve, freeze_version, relabel
from datasets.services.reporting import clear_reports, report_drawing
from tests.datasets.factories import make_approved, make_contributor, make_drawing, make_room

pytestmark = pytest.mark.django_db


def manifest(version: DatasetVersion) -> list[tuple[int, int | None, str, str]]:
    return list(version.items.values_list("position", "drawing", "label", "split"))


def test_the_database_refuses_a_manifest_under_a_second_number() -> None:
    make_approved("3")
    version = freeze_version()
    with pytest.raises(IntegrityError, match="dataset_version_once_per_manifest"):
        DatasetVersion.objects.create(number=2, manifest_sha256=version.manifest_sha256)


def test_a_version_holds_the_approved_drawings_in_order_under_their_final_labels() -> None:
    first = make_approved("3", final_label="8")
    make_drawing("4")
    make_drawing("4", status="rejected")
    second = make_approved("not-a-digit", split="test")
    version = freeze_version(note="the first")
    assert manifest(version) == [(1, first.pk, "8", "train"), (2, second.pk, "not-a-digit", "test")]
    assert version.counts == {"train": {"8": 1}, "test": {"not-a-digit": 1}}
    assert (version.number, version.dropped, version.note) == (1, {}, "the first")


def test_the_manifest_can_be_checked_from_the_items_alone() -> None:
    make_approved("3")
    make_approved("5", split="validation")
    version = freeze_version()
    lines = [f"{i.position}\t{i.content_hash}\t{i.label}\t{i.split}\n" for i in version.items.all()]
    assert version.manifest_sha256 == hashlib.sha256("".join(lines).encode()).hexdigest()


def test_an_unchanged_selection_keeps_its_version() -> None:
    make_approved()
    version = freeze_version()
    assert freeze_version() == version
    assert (DatasetVersion.objects.count(), DatasetItem.objects.count()) == (1, 1)


@pytest.mark.parametrize("change", [{"final_label": "9"}, {"split": "test"}, {"status": "rejected"}])
def test_a_changed_selection_gets_the_next_number(change: dict[str, str]) -> None:
    make_approved()
    drawing = make_approved()
    before = freeze_version()
    items = manifest(before)
    Drawing.objects.filter(pk=drawing.pk).update(**change)
    assert freeze_version().number == 2
    assert manifest(before) == items


def test_only_the_wanted_sources_are_taken() -> None:
    mine = make_approved(source="site")
    make_approved(source="mnist")
    unipen = make_approved(source="unipen")
    version = freeze_version(sources=["unipen", "site", "unipen"])
    assert [drawing for _, drawing, _, _ in manifest(version)] == [mine.pk, unipen.pk]
    assert version.sources == ["site", "unipen"]


def test_of_several_copies_the_one_in_the_test_split_stays() -> None:
    for split in ("train", "validation", "test", "train"):
        make_approved(content_hash="a" * 64, split=split)
    for split in ("train", "validation"):
        make_approved(content_hash="b" * 64, split=split)
    version = freeze_version()
    assert version.counts == {"test": {"7": 1}, "validation": {"7": 1}}
    assert version.dropped == {"duplicate_of_another_split": 4}


def test_of_several_copies_in_one_split_the_oldest_stays() -> None:
    oldest = make_approved(content_hash="a" * 64)
    make_approved(content_hash="a" * 64)
    version = freeze_version()
    assert manifest(version) == [(1, oldest.pk, "7", "train")]
    assert version.dropped == {"duplicate": 1}


def test_what_somebody_has_reported_stays_out_until_a_moderator_has_looked(settings) -> None:
    settings.MAX_DRAWINGS_PER_CONTRIBUTOR = 1
    eager = make_contributor()
    reported = make_approved(contributor=eager, content_hash="a" * 64, split="test")
    kept = [make_approved(contributor=eager).pk, make_approved(content_hash="a" * 64).pk]
    report_drawing(reported, reason="personal")
    version = freeze_version()
    assert [drawing for _, drawing, _, _ in manifest(version)] == kept
    assert version.dropped == {"reported": 1}
    clear_reports(Drawing.objects.all())
    assert reported.pk in {drawing for _, drawing, _, _ in manifest(freeze_version())}


def test_one_visitor_cannot_fill_a_version_but_a_source_can(settings) -> None:
    settings.MAX_DRAWINGS_PER_CONTRIBUTOR = 2
    eager = make_contributor()
    kept = [make_approved(contributor=eager).pk for _ in range(4)][:2]
    writer = make_contributor(kind="writer", source="unipen")
    kept += [make_approved(contributor=writer, source="unipen").pk for _ in range(3)]
    version = freeze_version()
    assert [drawing for _, drawing, _, _ in manifest(version)] == kept
    assert version.dropped == {"over_the_limit_for_one_contributor": 2}


def test_copies_do_not_use_up_a_visitors_share(settings) -> None:
    settings.MAX_DRAWINGS_PER_CONTRIBUTOR = 2
    make_approved(content_hash="a" * 64, split="test")
    eager = make_contributor()
    make_approved(contributor=eager, content_hash="a" * 64)
    kept = [make_approved(contributor=eager).pk for _ in range(2)]
    assert set(kept) <= {drawing for _, drawing, _, _ in manifest(freeze_version())}


def test_a_rooms_drawings_stay_in_its_own_versions() -> None:
    room, other = make_room(), make_room()
    public, inside = make_approved(), make_approved(room=room)
    make_approved(room=other, content_hash=public.content_hash)
    assert [drawing for _, drawing, _, _ in manifest(freeze_version())] == [public.pk]
    version = freeze_version(room=room)
    assert [drawing for _, drawing, _, _ in manifest(version)] == [inside.pk]
    assert (version.number, version.room) == (1, room)


def test_nothing_approved_is_said_so() -> None:
    make_drawing()
    make_approved(source="mnist")
    with pytest.raises(InvalidInput, match="approved drawings from site") as error:
        freeze_version(sources=["site"])
    assert error.value.code == "nothing_to_freeze"


def test_a_source_without_approved_drawings_is_named() -> None:
    make_approved(source="mnist")
    make_drawing(source="pens")
    make_approved(source="unipen", room=make_room())
    with pytest.raises(InvalidInput, match="received minst, pens, unipen, without any") as error:
        freeze_version(sources=["mnist", "pens", "unipen", "minst"])
    assert error.value.code == "unknown_source"
    assert not DatasetVersion.objects.exists()


def test_the_site_may_be_named_while_it_is_empty() -> None:
    make_approved(source="mnist")
    assert freeze_version(sources=["site", "mnist"]).size == 1


def test_what_else_is_asked_may_leave_nothing_of_a_source() -> None:
    make_approved("3", source="mnist")
    make_approved("4", source="unipen")
    assert freeze_version(Selection(("mnist", "unipen"), labels=("3",))).size == 1


def test_a_deleted_drawing_leaves_its_row_in_the_manifest() -> None:
    drawing = make_approved()
    version = freeze_version()
    drawing.delete()
    item = version.items.get()
    assert (item.drawing, item.content_hash, item.label) == (None, drawing.content_hash, "7")


def test_the_command_freezes_and_says_what_is_in_it() -> None:
    make_approved(split="test", source="mnist")
    make_approved(content_hash="a" * 64)
    make_approved(content_hash="a" * 64)
    output = io.StringIO()
    call_command("freeze_dataset", sources="site, mnist", note="for a test", stdout=output)
    assert "Dataset version 1: 1 train, 0 validation, 1 test" in output.getvalue()
    assert "left out, duplicate: 1" in output.getvalue()
    assert DatasetVersion.objects.get().note == "for a test"
    with pytest.raises(CommandError, match="received nowhere, without any"):
        call_command("freeze_dataset", sources="site,nowhere")


@pytest.mark.django_db(transaction=True)
def test_two_at_once_get_one_version_between_them() -> None:
    make_approved()
    numbers: list[int] = []

    def freeze() -> None:
        try:
            numbers.append(freeze_version().number)
        finally:
            connection.close()

    threads = [threading.Thread(target=freeze) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert numbers == [1, 1, 1, 1]
    assert DatasetVersion.objects.count() == DatasetItem.objects.count() == 1


def test_filters_choose_by_label_day_contributor_and_votes() -> None:
    visitor, program = make_contributor(), make_contributor(kind="program")
    three = make_approved("3", contributor=visitor, votes_count=2)
    four = make_approved("4", contributor=visitor, votes_count=1)
    early = make_approved("3", contributor=program, votes_count=5, created_at=datetime(2026, 11, 1, 23, 59, tzinfo=UTC))
    imported = make_approved("3", contributor=program, source="mnist")

    def chosen(**asked: Any) -> set[int | None]:
        return {drawing for _, drawing, _, _ in manifest(freeze_version(Selection(**asked)))}

    assert chosen(labels=("3",)) == {three.pk, early.pk, imported.pk}
    assert chosen(until=date(2026, 11, 1)) == {early.pk}
    assert chosen(kinds=("visitor",)) == {three.pk, four.pk}
    assert chosen(fewest_votes=2) == {three.pk, early.pk, imported.pk}  # nobody votes on what was imported
    assert chosen(labels=("3",), kinds=("program",), sources=("site",)) == {early.pk}


def test_a_day_ends_at_midnight_in_the_time_zone_of_the_site(settings) -> None:
    settings.TIME_ZONE = "America/New_York"
    make_approved("3", created_at=datetime(2026, 11, 2, 4, 59, tzinfo=UTC))
    make_approved("3", created_at=datetime(2026, 11, 2, 5, 0, tzinfo=UTC))
    assert freeze_version(Selection(until=date(2026, 11, 1))).items.count() == 1
    assert freeze_version(Selection(until=date.max)).items.count() == 2


def test_a_version_remembers_its_filters_and_tells_them_on_its_card() -> None:
    make_approved("3")
    version = freeze_version(Selection(labels=("3", "3"), until=date(2099, 1, 1)))
    assert version.filters == {"labels": ["3"], "until": "2099-01-01"}
    card = markdown_of(version)
    assert "the labels 3; given until 2099-01-01" in card


def test_the_card_tells_who_has_approved_and_the_limit_of_its_day(settings) -> None:
    settings.MAX_DRAWINGS_PER_CONTRIBUTOR = 7
    voted, by_moderator = make_drawing("3"), make_drawing("4")
    approve(Drawing.objects.filter(pk=voted.pk), actor=None, reason=f"{BY_VOTES}2 of 2")
    approve(Drawing.objects.filter(pk=by_moderator.pk), actor=None)
    first = freeze_version()
    relabel(Drawing.objects.filter(pk=voted.pk), label="8", actor=None)
    second = freeze_version()
    settings.MAX_DRAWINGS_PER_CONTRIBUTOR = 9
    assert [version.facts["by_votes"] for version in (first, second)] == [1, 0]
    assert "or visitors have" in markdown_of(first) and "or visitors have" not in markdown_of(second)
    assert "of one visitor at most 7" in markdown_of(first)
    first.facts = {}  # as of versions that were frozen before this was counted
    assert "or visitors have" in markdown_of(first) and "at most" not in markdown_of(first)


def test_the_facts_are_those_of_the_moment_of_freezing() -> None:
    ada = make_contributor()
    make_approved("3", claimed_label="8", final_label="3", contributor=ada, kind="strokes")
    make_approved("4", contributor=ada, same_hand=True)
    pen = make_approved("5", source="unipen", source_key="1")
    version = freeze_version()
    Drawing.objects.all().delete()
    version.refresh_from_db()
    site = version.facts["sources"]["site"]
    assert (site["drawings"], site["hands"], site["strokes"], site["relabelled"], site["same_hand"]) == (2, 1, 1, 1, 1)
    assert version.facts["most_by_one_hand"] == 2
    assert version.facts["samples"]["5"] == [pen.pk]
    assert "changes" not in version.facts
    assert (version.withdrawn(), version.revision()) == (3, 4)


def test_the_command_takes_filters() -> None:
    make_approved("3")
    make_approved("4")
    output = io.StringIO()
    call_command("freeze_dataset", labels=["3"], until=date(2099, 1, 1), kinds=["visitor"], stdout=output)
    assert "1 train" in output.getvalue()
