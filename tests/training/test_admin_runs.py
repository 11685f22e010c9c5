"""What the page of a run shows while it waits, works and after it has ended, and what can be done with it."""

import io
import re
import uuid
import zipfile
from datetime import timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from PIL import Image

from datasets.models import DatasetVersion, Drawing, DrawingContent
from tests import drawings
from tests.training.factories import bars_and_rings, make_drawing, make_version
from training import services
from training.augmenting import preview
from training.augmenting.configuration import RunConfig
from training.models import TrainingRun
from training.runs.journal import note
from training.versions import registry

State = TrainingRun.State
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sent")]
EPOCH = {"loss": 0.5, "accuracy": 0.9, "validation_loss": 0.4, "validation_accuracy": 0.95, "learning_rate": 1e-3}


def url(name: str, run: TrainingRun) -> str:
    return reverse(f"admin:training_trainingrun_{name}", args=[run.pk])


def text_of(response) -> str:
    return re.sub(r"\s+", " ", strip_tags(response.content.decode()))


def actions_of(client, run: TrainingRun) -> set[str]:
    page = client.get(url("change", run)).content.decode()
    return set(re.findall(rf"/trainingrun/{run.pk}/(cancel|retry|clone|tensorboard)\b", page))


def test_a_waiting_run_says_its_place_and_what_it_waits_for(admin_client) -> None:
    first, second = services.start_run("digits"), services.start_run("digits")
    assert "place 1 in the queue" in text_of(admin_client.get(url("panel", first)))
    page = text_of(admin_client.get(url("panel", second)))
    assert "place 2 in the queue" in page
    assert f"It starts when digits, run {first.pk} has ended." in page


def test_a_working_run_says_how_far_it_is_on_which_worker_and_what_happened(admin_client) -> None:
    run = services.start_run("digits")
    now = timezone.now()
    TrainingRun.objects.filter(pk=run.pk).update(
        state=State.FITTING,
        owner=uuid.uuid4(),
        started_at=now,
        state_since=now - timedelta(seconds=300),
        heartbeat_at=now,
        expected_end_at=now + timedelta(seconds=240),
        progress=0.42,
        worker="host:7",
        attempts=2,
        history=[{"epoch": 1, "seconds": 60, **EPOCH}, {"epoch": 2, "seconds": 61, **EPOCH, "validation_loss": 0.3}],
    )
    note(run, "epoch 2: all is well")
    response = admin_client.get(url("panel", run))
    page = text_of(response)
    for words in ("for about 5 minutes", "about 4 minutes left", "42%", "Worker host:7, attempt 2", "all is well"):
        assert words in page
    assert "2 ★ 0.5000 90.00% 0.3000" in page
    assert "data-run-active" in response.content.decode()


def test_a_run_that_nobody_looks_after_says_so(admin_client) -> None:
    run = services.start_run("digits")
    assert "Nobody looks after" not in text_of(admin_client.get(url("panel", run)))
    TrainingRun.objects.update(heartbeat_at=timezone.now() - timedelta(seconds=200))
    assert "Nobody looks after the runs" in text_of(admin_client.get(url("panel", run)))
    assert "Nobody looks after the runs" in text_of(admin_client.get(reverse("admin:training_trainingrun_changelist")))


def test_a_run_that_has_ended_leads_to_its_version_and_says_when_somebody_has_to_decide(admin_client) -> None:
    run = TrainingRun.objects.create(network="digits", architecture="small", state="succeeded")
    assert "Look at" not in admin_client.get(url("change", run)).content.decode()
    held = make_version(run=run)
    shown = admin_client.get(url("change", run)).content.decode()
    assert reverse("admin:training_modelversion_change", args=[held.pk]) in shown
    assert "Look at digits 1 and decide" in shown
    registry.publish(held, reason="decided")
    assert "Look at digits 1 and decide" not in admin_client.get(url("change", run)).content.decode()


def test_many_reasons_are_folded_on_the_page_of_a_run_and_left_out_of_the_list(admin_client) -> None:
    reasons = "; ".join(f"class {digit} loses 2.00 points" for digit in range(5))
    run = TrainingRun.objects.create(
        network="digits", architecture="small", state="succeeded", outcome=f"digits 3 held: {reasons}"
    )
    listed = admin_client.get(reverse("admin:training_trainingrun_changelist")).content.decode()
    assert "digits 3 held: class 0 loses 2.00 points" in listed
    assert "class 4" not in listed
    assert "<li>class 4 loses 2.00 points</li>" in admin_client.get(url("change", run)).content.decode()


def test_an_empty_list_says_how_to_begin_and_a_filtered_one_that_it_is_filtered(admin_client) -> None:
    runs = reverse("admin:training_trainingrun_changelist")
    assert "starts the first run" in text_of(admin_client.get(runs))
    filtered = text_of(admin_client.get(runs, {"state__exact": "failed"}))
    assert "Nothing matches" in filtered
    assert "starts the first run" not in filtered


def test_what_can_be_done_follows_from_the_state(admin_client) -> None:
    run = services.start_run("digits")
    assert actions_of(admin_client, run) == {"cancel", "clone"}
    services.cancel_run(run)
    TrainingRun.objects.update(history=[{"epoch": 1, "seconds": 60, **EPOCH}])
    assert actions_of(admin_client, run) == {"retry", "clone", "tensorboard"}
    assert admin_client.post(url("cancel", run)).status_code == 403
    assert services.start_run("digit-or-not").is_active


@pytest.mark.parametrize("as_well", [True, False])
def test_cancelling_the_first_of_both_asks_about_the_second(admin_client, as_well: bool) -> None:
    digits, other = services.retrain(["digits", "digit-or-not"])
    page = text_of(admin_client.get(url("cancel", digits)))
    assert f"Cancel digit-or-not, run {other.pk} as well" in page
    assert "Otherwise it starts now" in page
    admin_client.post(url("cancel", digits), {"followers": "on"} if as_well else {})
    other.refresh_from_db()
    assert other.state == (State.CANCELLED if as_well else State.QUEUED)


def test_a_clone_begins_with_the_settings_of_the_run_and_takes_changes(admin_client) -> None:
    make_drawing("1")
    version = DatasetVersion.objects.create(number=1, manifest_sha256="0" * 64)
    config = RunConfig.from_json({"epochs": 7, "optimizer": "sgd", "fine_tune": True, "augmentation": {"rotation": 3}})
    run = services.start_run(
        "digit-or-not", architecture="dense", config=config, dataset_version=version, sources=["test"], publish="ask"
    )
    response = admin_client.get(url("clone", run), follow=True)
    form = response.context["form"]
    sent_back = {field.html_name: field.value() for field in form if field.value() not in (None, "")}
    assert form.shows_advanced
    sent_back |= {"dataset_version": version.pk, "epochs": 8}
    refused = admin_client.post(response.redirect_chain[-1][0], {**sent_back, "sources": ["test"]})
    assert "which has its own" in refused.context["form"].errors["sources"][0]
    admin_client.post(response.redirect_chain[-1][0], sent_back)
    clone = TrainingRun.objects.first()
    assert clone.config == {**run.config, "epochs": 8}
    assert clone.sources == [], "the dataset version has its own"
    for name in ("network", "architecture", "publish", "dataset_version"):
        assert getattr(clone, name) == getattr(run, name)
    assert clone.trigger == f"admin, like run {run.pk}"


def test_the_form_is_short_until_somebody_wants_more(admin_client) -> None:
    response = admin_client.get(reverse("admin:training_trainingrun_retrain"))
    simple = [field.name for field in response.context["form"].simple()]
    assert simple == ["networks", "architecture", "publish", "dataset_version", "sources"]
    assert b'<details class="advanced" >' in response.content
    wrong = {"networks": "both", "publish": "ask", "architecture": "small", "rotation": 500}
    response = admin_client.post(reverse("admin:training_trainingrun_retrain"), wrong)
    assert b'<details class="advanced" open>' in response.content, "an error must not hide"


def test_settings_that_are_left_empty_are_the_usual_ones(admin_client) -> None:
    sent = {"networks": "digits", "publish": "ask", "architecture": "small", "epochs": ""}
    admin_client.post(reverse("admin:training_trainingrun_retrain"), sent)
    assert TrainingRun.objects.get().config == RunConfig().to_json()


def test_tensorboard_logs_can_be_downloaded(admin_client) -> None:
    run = TrainingRun.objects.create(
        network="digits", architecture="small", state="failed", history=[{"epoch": 1, "seconds": 60, **EPOCH}]
    )
    response = admin_client.get(url("tensorboard", run))
    assert response["Content-Type"] == "application/zip"
    names = zipfile.ZipFile(io.BytesIO(response.content)).namelist()
    assert [name.split("/")[:2] for name in names] == [
        [f"digits-run-{run.pk}", "train"],
        [f"digits-run-{run.pk}", "validation"],
    ]


def pixels_of(response) -> np.ndarray:
    assert response["Content-Type"] == "image/png"
    return 255 - np.asarray(Image.open(io.BytesIO(response.content)).convert("L"))


def test_a_preview_shows_drawings_and_what_becomes_of_them(admin_client) -> None:
    address = reverse("admin:training_trainingrun_preview")
    assert "no approved drawings" in text_of(admin_client.get(address))
    for label, ink in bars_and_rings(1, 1):
        drawing = make_drawing(label, ink=ink)
    DrawingContent.objects.filter(drawing=drawing).update(strokes=drawings.drawing("8", 1))
    still = {"rotation": 0, "zoom": 0, "shift": 0, "shear": 0, "stroke_width": 0, "pen_low": 1, "pen_high": 1}
    sheet = pixels_of(admin_client.get(address, still))
    cell = 28 * preview.SCALE + preview.GAP
    assert sheet.shape == (6 * cell + preview.GAP, 10 * cell + preview.GAP + preview.MARGIN)
    copies = [sheet[:cell, preview.MARGIN + n * cell :][:, :cell] for n in range(1, 10)]
    assert all(np.array_equal(copies[0], copy) for copy in copies)
    turned = pixels_of(admin_client.get(address, {**still, "rotation": 40}))
    assert np.array_equal(turned[:, :cell], sheet[:, :cell]), "the originals are the same"
    assert not np.array_equal(turned, sheet)
    assert "out of its range" in text_of(admin_client.get(address, {"rotation": 500}))


def test_all_drawings_are_asked_for_their_sources_only_where_these_are_shown_or_chosen(admin_client) -> None:
    for label, ink in bars_and_rings(1, 1):
        make_drawing(label, ink=ink)
    version = make_version(config=RunConfig().to_json())
    preview_address = reverse("admin:training_trainingrun_preview")
    for address, times in {
        url("change", services.start_run("digits")): 0,
        reverse("admin:training_modelversion_change", args=[version.pk]): 0,
        preview_address: 0,
        f"{preview_address}?sources=test&sources=test": 1,
        reverse("admin:training_trainingrun_retrain"): 1,
    }.items():
        with CaptureQueriesContext(connection) as queries:
            assert admin_client.get(address).status_code == 200
        asked = [query["sql"] for query in queries if "SELECT DISTINCT" in query["sql"]]
        assert len(asked) == times, address


def test_a_preview_shows_both_kinds_of_drawings_where_there_are_both() -> None:
    """Images are turned as images, strokes are drawn again: some settings change one kind only."""
    for kind in ("strokes", "normalized", "strokes"):
        for label, ink in bars_and_rings(1, 1):
            make_drawing(label, ink=ink, kind=kind)
    assert [drawing.kind for drawing in preview.samples([])] == ["strokes", "normalized"] * 3
    Drawing.objects.filter(kind="strokes").update(status="rejected")
    assert [drawing.kind for drawing in preview.samples([])] == ["normalized"] * 6


def test_a_preview_is_for_those_who_may_train(client) -> None:
    assert client.get(reverse("admin:training_trainingrun_preview")).status_code == 302
