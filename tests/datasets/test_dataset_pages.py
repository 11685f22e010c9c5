"""The public pages of the dataset: the gallery, a version, a drawing; their pictures; and the same for programs."""

import hashlib
import io
import itertools
import re
from typing import Any

import numpy as np
import pytest
import redis
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from datasets import hooks
from datasets.lineage import Descendant
from datasets.models import DatasetExport, DatasetVersion, Drawing
from datasets.pages import gallery as gallery_module
from datasets.pages import statistics
from datasets.pages.plots import growth
from datasets.pages.sheets import address_of, ids_in
from datasets.services import build_export, exporting, freeze_version
from tests.datasets.factories import (
    HIDDEN,
    hiding_strokes,
    make_approved,
    make_contributor,
    make_drawing,
    make_room,
    strokes_of,
)

pytestmark = pytest.mark.django_db

GALLERY = "/dataset"


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Start with nothing counted; return the exports that are handed to a worker."""
    cache.clear()
    handed: list[int] = []
    monkeypatch.setattr(exporting, "_send", handed.append)
    return handed


def drawings_on(page: str) -> list[str]:
    return re.findall(r"/dataset/drawings/([0-9a-f-]{36})", page)


def shown(client: Client, query: str = "") -> list[Drawing]:
    page = client.get(GALLERY + query)
    assert page.status_code == 200
    return list(Drawing.objects.filter(public_id__in=drawings_on(page.content.decode())).order_by("-pk"))


def picture(client: Client, address: str) -> np.ndarray:
    """Return the ink of a sheet, uint8 (h, w)."""
    return np.asarray(Image.open(io.BytesIO(client.get(address).content)).getchannel("A"))


# ------------------------------------------------------------------------------------- the gallery


def test_the_gallery_shows_what_is_approved_public_and_not_reported(client: Client) -> None:
    approved = make_approved()
    make_drawing()
    make_drawing(status="rejected")
    make_approved(room=make_room())
    make_approved(reported_at=timezone.now())
    assert shown(client) == [approved]


def test_labels_and_sources_choose_and_an_unknown_one_finds_nothing(client: Client) -> None:
    three, four = make_approved("3", source="mnist"), make_approved("4", source="mnist")
    site = make_approved("3")
    assert shown(client, "?label=3") == [site, three]
    assert shown(client, "?source=mnist") == [four, three]
    assert shown(client, "?label=3&source=site") == [site]
    page = client.get(GALLERY + "?label=eleven&before=x&after=-1").content.decode()
    assert "Nobody has drawn this yet" in page


def test_one_pages_through_all_drawings_and_back(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gallery_module, "PAGE", 2)
    drawings = [make_approved() for _ in range(5)][::-1]
    pages, address = [], GALLERY
    while address:
        response = client.get(address)
        pages.append([d.pk for d in response.context["page"].drawings])
        address = GALLERY + response.context["page"].older if response.context["page"].older else ""
    assert pages == [[drawings[0].pk, drawings[1].pk], [drawings[2].pk, drawings[3].pk], [drawings[4].pk]]
    back = client.get(GALLERY + response.context["page"].newer).context["page"]
    assert [d.pk for d in back.drawings] == pages[1]
    first = client.get(GALLERY + back.newer).context["page"]
    assert ([d.pk for d in first.drawings], first.newer) == (pages[0], "")


def test_an_empty_dataset_invites(client: Client) -> None:
    assert "The first one could be yours" in client.get(GALLERY).content.decode()


def test_the_page_needs_as_many_queries_for_many_drawings_as_for_one(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(30):
        make_approved()
    statistics.count()
    with django_assert_max_num_queries(4):
        client.get(GALLERY)


def test_counts_are_at_most_a_minute_old_and_counted_again_in_the_background(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(statistics.current_app, "send_task", lambda name, **options: asked.append(name))
    make_approved("3")
    assert statistics.current().count("3") == 1
    make_approved("3")
    now = statistics.time.time()
    assert (statistics.current().drawings, asked) == (1, [])
    monkeypatch.setattr(statistics.time, "time", lambda: now + 61)
    assert (statistics.current().drawings, asked) == (1, [statistics.TASK])
    statistics.current()
    assert asked == [statistics.TASK]  # one asks for all
    statistics.count()
    assert (statistics.current().drawings, statistics.current().hands) == (2, 2)


def test_a_visitor_counts_where_no_worker_has_come_to_it_for_some_minutes(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(statistics.current_app, "send_task", lambda name, **options: sent.append(options))
    make_approved()
    start = statistics.count().counted_at
    make_approved()
    monkeypatch.setattr(statistics.time, "time", lambda: start + 61)
    assert statistics.current().drawings == 1
    assert "expires" not in sent[0], "a busy worker would find nothing but what has expired"
    statistics.cache.delete(statistics.ASKED)  # a minute later
    monkeypatch.setattr(statistics.time, "time", lambda: start + 181)
    assert statistics.current().drawings == 2
    make_approved()
    statistics.count_if_stale()
    assert statistics.current().drawings == 2, "the message that came late finds it fresh"


def test_without_a_cache_everybody_counts(client: Client, settings: Any) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    drawing = make_approved()
    assert shown(client) == [drawing]
    assert client.get(reverse("datasets:sheet", args=[1, address_of([drawing.pk])])).status_code == 200


def test_growth_is_the_sum_of_the_days() -> None:
    curve = growth([("2026-11-01", 2), ("2026-11-06", 6)], timezone.datetime(2026, 11, 11).date())
    assert curve is not None
    assert curve.line == "0,750 500,750 500,0 1000,0" and curve.highest == 8
    assert growth([("2026-11-01", 2)], timezone.datetime(2026, 11, 1).date()) is None


# ------------------------------------------------------------------------------------- sheets


def test_a_sheet_has_each_drawing_in_its_place_dark_on_nothing(client: Client) -> None:
    drawings = [make_approved() for _ in range(3)]
    ink = picture(client, reverse("datasets:sheet", args=[2, address_of(d.pk for d in drawings)]))
    assert ink.shape == (56, 56)
    for drawing, (y, x) in zip(drawings, ((0, 0), (0, 28), (28, 0)), strict=True):
        assert ink[y : y + 28, x : x + 28].tobytes() == bytes(drawing.content.normalized)
    assert not ink[28:, 28:].any()


def test_what_is_not_public_leaves_its_place_empty(client: Client) -> None:
    first, hidden, inside = make_approved(), make_drawing(), make_approved(room=make_room())
    address = reverse("datasets:sheet", args=[3, address_of([hidden.pk, first.pk, inside.pk])])
    ink = picture(client, address)
    assert not ink[:, :28].any() and ink[:, 28:56].any() and not ink[:, 56:].any()
    Drawing.objects.filter(pk=first.pk).update(reported_at=timezone.now())
    assert not picture(client, address).any()


def test_a_sheet_that_has_not_changed_is_not_sent_again(client: Client) -> None:
    address = reverse("datasets:sheet", args=[1, address_of([make_approved().pk])])
    response = client.get(address)
    assert "max-age=300" in response["Cache-Control"]
    assert client.get(address, headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_whoever_looks_at_sheets_leaves_nothing_in_the_broker(client: Client) -> None:
    drawings = [make_approved() for _ in range(3)]
    broker = redis.Redis.from_url(settings.REDIS_URL)
    before = set(broker.keys())
    for order in itertools.permutations(d.pk for d in drawings):
        assert client.get(reverse("datasets:sheet", args=[2, address_of(order)])).status_code == 200
    assert set(broker.keys()) == before


@pytest.mark.parametrize("ids", ["", "x-", "0", "-1", "!", ".".join(["1"] * 241), "z" * 40, "1.-1"])
def test_an_address_of_no_sheet_is_refused(client: Client, ids: str) -> None:
    assert client.get(f"/dataset/sheets/10/{ids}.png").status_code in {400, 404}
    assert client.get("/dataset/sheets/99/1.png").status_code == 400


def test_an_address_says_which_drawings_in_which_order() -> None:
    ids = [5, 1_000_000, None, 3, 2**40]
    assert ids_in(address_of(ids)) == ids


# ------------------------------------------------------------------------------------- a drawing


def test_a_drawing_has_a_page_with_its_strokes_its_versions_and_a_way_to_report_it(client: Client) -> None:
    drawing = make_approved("4", claimed_label="9", final_label="4")
    drawing.content.strokes = strokes_of("4").to_json()
    drawing.content.save()
    freeze_version()
    address = reverse("datasets:shown-drawing", args=[drawing.public_id])
    page = client.get(address).content.decode()
    assert page.count("<path d=") == len(strokes_of("4").strokes)
    assert "called it: 9" in page and 'href="/dataset/1"' in page
    assert reverse("datasets:report", args=[drawing.public_id]) in page
    Drawing.objects.update(reported_at=timezone.now())
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("hidden", HIDDEN)
def test_the_page_of_a_drawing_that_hides_something_has_its_picture_and_no_strokes(client: Client, hidden: str) -> None:
    drawing = make_approved()
    drawing.content.strokes = hiding_strokes(hidden).to_json()
    drawing.content.save()
    page = client.get(reverse("datasets:shown-drawing", args=[drawing.public_id])).content.decode()
    assert 'class="strokes"' not in page and "<path d=" not in page
    assert re.search(r'class="ink"\s+src="/dataset/sheets/', page)


# ------------------------------------------------------------------------------------- a version


def test_a_version_shows_its_counts_its_card_and_its_files(client: Client) -> None:
    make_approved("3", split="test")
    make_approved("3", claimed_label="8", final_label="3", source="unipen")
    version = freeze_version(note="the first")
    page = client.get("/dataset/1").content.decode()
    assert "the first" in page and version.manifest_sha256 in page
    for words in (
        "Where something was erased",
        "Licences",
        "CC-BY-4.0",
        "Known biases",
        "50.0% have another label",
        "Download as NPZ",
    ):
        assert words in page
    assert client.get("/dataset/2").status_code == 404


def test_a_version_of_a_room_has_no_page(client: Client) -> None:
    make_approved(room=(room := make_room()))
    freeze_version(room=room)
    assert client.get("/dataset/1").status_code == 404
    assert client.get("/api/v1/datasets").json()["count"] == 0
    assert client.get("/api/v1/datasets/1/export?format=npz").status_code == 404


def test_the_card_says_what_has_changed_and_what_is_missing(client: Client) -> None:
    gone, renamed = make_approved("3"), make_approved("4")
    freeze_version()
    Drawing.objects.filter(pk=gone.pk).update(status="rejected")
    Drawing.objects.filter(pk=renamed.pk).update(final_label="9")
    [make_approved("5") for _ in range(3)]
    freeze_version()
    card = client.get("/dataset/2/card.md")
    assert card["Content-Type"] == "text/markdown; charset=utf-8"
    text = card.content.decode()
    assert "## Changes since dataset 1\n\n- 3 added\n- 1 no longer in it\n- 1 under another label" in text
    assert "| 5 | 3 | 0 | 0 |" in text
    Drawing.objects.filter(pk=renamed.pk).delete()
    page = client.get("/dataset/2").content.decode()
    assert "1 drawing has been deleted since" in page


def test_the_card_is_in_the_language_of_the_reader_and_its_markdown_in_english(client: Client) -> None:
    make_approved()
    freeze_version()
    english = client.get("/dataset/1/card.md").content
    assert client.get("/dataset/1/card.md", headers={"Accept-Language": "de"}).content == english
    assert b"Frozen on 20" in english


def test_a_version_shows_what_learned_from_it(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    make_approved()
    freeze_version()
    made = [lambda versions: {one.pk: [Descendant(f"digits {one.number}", "/x", True)] for one in versions}]
    monkeypatch.setattr(hooks, "DESCENDANTS", made)
    page = client.get("/dataset/1").content.decode()
    assert re.search(r'href="/x">digits 1\s+<span class="badge" data-kind="good">live', page)


def test_somebody_who_wants_a_file_waits_on_a_page_that_leads_to_it(client: Client) -> None:
    make_approved()
    freeze_version()
    waiting = client.get("/dataset/1/export/npz")
    assert (waiting.status_code, waiting["Refresh"]) == (202, "3; url=/dataset/1/export/npz?waited")
    assert client.get("/dataset/1/export/npz?waited").status_code == 202
    build_export(DatasetExport.objects.get().pk)
    built = client.get("/dataset/1/export/npz?waited")
    assert built["Refresh"] == "0; url=/api/v1/datasets/1/export?format=npz"
    assert "its download has begun" in built.content.decode() and 'href="/dataset/1"' in built.content.decode()
    assert client.get("/dataset/1/export/npz")["Location"] == "/api/v1/datasets/1/export?format=npz"
    assert client.get("/dataset/1/export/zip")["Location"] == "/dataset/1"
    DatasetExport.objects.update(state="failed", error="no room")
    assert "could not be built" in client.get("/dataset/1/export/npz").content.decode()


# ------------------------------------------------------------------------------------- for programs


FILE = "/api/v1/datasets/1/export?format=npz"


@pytest.fixture
def version() -> DatasetVersion:
    contributor = make_contributor()
    for label in "0123456789":
        make_approved(label, contributor=contributor)
    return freeze_version()


def content(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_the_versions_are_listed_with_their_files(client: Client, version: DatasetVersion) -> None:
    DatasetExport.objects.all().delete()
    client.get(FILE)
    build_export(DatasetExport.objects.get().pk)
    [listed] = client.get("/api/v1/datasets").json()["results"]
    one = client.get("/api/v1/datasets/1").json()
    assert listed == one
    assert (one["number"], one["size"], one["revision"], one["withdrawn"]) == (1, 10, 1, 0)
    assert one["manifest_sha256"] == version.manifest_sha256
    files = {export["format"]: export for export in one["exports"]}
    assert files["npz"]["sha256"] == DatasetExport.objects.get().sha256 and files["idx"]["size"] is None
    assert client.get(one["card"]).status_code == 200


def test_a_file_is_built_when_it_is_asked_for_and_then_sent(
    client: Client, version: DatasetVersion, sent: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        first = client.get(FILE)
    assert (first.status_code, first["Retry-After"]) == (202, "5")
    assert first.json() == {"state": "queued", "progress": None}
    [export_id] = sent
    build_export(export_id)
    response = client.get(FILE)
    export = DatasetExport.objects.get()
    assert response["Content-Disposition"] == 'attachment; filename="digitsite-dataset-1.npz"'
    assert (response["ETag"], response["Content-Length"]) == (f'"{export.sha256}"', str(export.size))
    assert hashlib.sha256(content(response)).hexdigest() == export.sha256
    assert client.get(FILE, headers={"If-None-Match": response["ETag"]}).status_code == 304
    head = client.head(FILE)
    assert (head.status_code, head["Content-Length"]) == (200, str(export.size))


def test_a_download_that_broke_off_goes_on_where_it_was(client: Client, version: DatasetVersion) -> None:
    client.get(FILE)
    build_export(DatasetExport.objects.get().pk)
    whole = content(client.get(FILE))
    size = len(whole)
    for asked, part in (
        ("100-", whole[100:]),
        ("0-99", whole[:100]),
        ("-50", whole[-50:]),
        ("10-999999999", whole[10:]),
    ):
        response = client.get(FILE, headers={"Range": f"bytes={asked}"})
        assert (response.status_code, content(response)) == (206, part)
    assert client.get(FILE, headers={"Range": "bytes=100-"})["Content-Range"] == f"bytes 100-{size - 1}/{size}"
    assert client.get(FILE, headers={"Range": f"bytes={size}-"}).status_code == 416
    endless = "9" * 5000  # more digits than int() takes
    for asked in ("bytes=5-2", "bytes=-", "pages=1-2", "bytes=0-1,3-4", f"bytes={endless}-", f"bytes=0-{endless}"):
        assert content(client.get(FILE, headers={"Range": asked})) == whole
    changed = client.get(FILE, headers={"Range": "bytes=100-", "If-Range": '"another"'})
    assert content(changed) == whole


def test_what_there_is_not_is_said_in_the_form_of_every_error(client: Client, version: DatasetVersion) -> None:
    for address, status, code in (
        ("/api/v1/datasets/7", 404, "not_found"),
        ("/api/v1/datasets/99999999999999999999", 404, "not_found"),
        ("/api/v1/datasets/1/export", 400, "format_missing"),
        ("/api/v1/datasets/1/export?format=hdf5", 400, "unknown_format"),
        ("/api/v1/datasets?page=9", 404, "not_found"),
    ):
        response = client.get(address)
        assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    client.get(FILE)
    DatasetExport.objects.update(state="failed", error="OSError: the storage failed at http://storage.intern:9000")
    error = client.get(FILE).json()["error"]
    assert (error["code"], "intern" in error["message"]) == ("export_failed", False)
