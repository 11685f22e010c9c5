"""The pages of versions and of training, as visitors and moderators get them."""

import re
import uuid

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from datasets.models import Drawing, Room
from tests.training.factories import make_version
from tests.training.measured import drawings_to_test, make_measured
from training.models import ModelVersion, TrainingRun
from training.pages import showing
from training.versions import registry
from training.views import comparing
from training.views import version as version_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> ModelVersion:
    """A live version that read the first drawing, a 0, as a 7, and the second, a 1, as a 7."""
    return make_measured(drawings_to_test(), {0: 7, 1: 7}, publish=True)


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def pictures(html: str) -> int:
    return html.count('src="data:image/png')


def test_a_version_shows_everything_that_was_measured(client: Client, version: ModelVersion) -> None:
    html = page(client, "/models/digits/1")
    measured = version.metrics
    low, high = measured["accuracy_interval"]
    for what, shown in {
        "accuracy": "90.00%",
        "its interval": f"{low:.2%} to {high:.2%}",
        "loss": f"{measured['loss']:.3f} ±",
        "top-2 accuracy": f"{measured['top2']:.2%}",
        "calibration error": f"{measured['calibration_error']:.2%}",
        "accuracy of each class": '<ul class="bar-list">',
        "confusion matrix": '<table class="matrix">',
        "samples": "Some of its answers",
        "mistakes": "Its worst mistakes",
        "rotation": ">Rotation<",
        "shift": ">Shift<",
        "zoom": ">Zoom<",
        "layers": "convolution 3×3, 16 filters",
        "parameters": "108,337",
        "trainable ones": "108,330",
        "size of the file": "139.0",
        "milliseconds": "0.08",
        "training images": "250,752",
        "settings": "<dt>Rotation, degrees</dt>",
        "model card": '<div class="model-card">',
    }.items():
        assert shown in html, what
    assert html.count('<figure class="figure line-plot">') == 6, "calibration, three changes, loss, accuracy"
    assert "for a test" in html, "why it went live"


@pytest.mark.parametrize("path", ["/models", "/models/digits/1?actual=0&predicted=7", "/models/compare", "/training"])
def test_pages_run_nothing_that_the_security_policy_forbids(client: Client, version: ModelVersion, path: str) -> None:
    html = page(client, path)
    inline = [tag for tag in re.findall(r"<script[^>]*>", html) if "src=" not in tag and "application/json" not in tag]
    assert inline == []
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", html)


def test_plots_are_the_same_in_a_language_with_decimal_commas(client: Client, version: ModelVersion) -> None:
    client.cookies["django_language"] = "de"
    html = page(client, "/models/digits/1")
    assert "90,00" in html
    assert not [
        d for d in re.findall(r'\s(?:d|cx|cy|x|y|points|width)="([^"]*)"', html) if re.search(r"\d,\d+[,L\"]", d)
    ]


def test_a_cell_of_the_matrix_shows_its_drawings_without_a_script(client: Client, version: ModelVersion) -> None:
    assert "?actual=0&amp;predicted=7#cell" in page(client, "/models/digits/1")
    cell = page(client, "/models/digits/1?actual=0&predicted=7").split('id="cell"')[1].split("</section>")[0]
    assert "0 read as 7: 1" in cell
    assert pictures(cell) == 1


@pytest.mark.parametrize("cell", ["actual=0", "actual=0&predicted=x", "actual=10&predicted=1", "predicted=digit"])
def test_a_cell_that_there_is_not_is_not_found(client: Client, version: ModelVersion, cell: str) -> None:
    assert client.get(f"/models/digits/1?{cell}").status_code == 404


def test_drawings_that_are_not_public_are_counted_but_not_shown(client: Client, version: ModelVersion) -> None:
    room = Room.objects.create(name="6b", slug="6b")
    first, second = Drawing.objects.order_by("pk")[:2]
    Drawing.objects.filter(pk=first.pk).update(room=room)
    Drawing.objects.filter(pk=second.pk).update(status="rejected")
    mistakes = page(client, "/models/digits/1").split("Its worst mistakes")[1].split("</section>")[0]
    assert pictures(mistakes) == 0
    assert "2 drawings are not shown" in mistakes


def test_a_page_comes_up_when_the_predictions_are_gone(client: Client) -> None:
    make_measured(drawings_to_test(), {0: 7}, predictions_path="gone.npz")
    assert "Its worst mistakes" in page(client, "/models/digits/1")


def test_a_version_of_an_older_site_has_a_page_as_well(client: Client) -> None:
    make_version(metrics={})
    assert "Layer by layer" not in page(client, "/models/digits/1")


def test_a_rooms_version_has_no_page_and_is_in_no_list(client: Client) -> None:
    make_version(room=Room.objects.create(name="6b", slug="6b"))
    assert client.get("/models/digits/1").status_code == 404
    assert "digits 1" not in page(client, "/models")
    assert client.get("/models/compare?a=digits/1&b=digits/1").status_code == 404


def test_the_number_of_queries_does_not_grow(
    client: Client, version: ModelVersion, django_assert_max_num_queries
) -> None:
    for _ in range(5):
        make_measured(drawings_to_test(1))
    with django_assert_max_num_queries(8):
        client.get("/models")
    with django_assert_max_num_queries(8):
        client.get("/models/digits/1?actual=0&predicted=7")
    with django_assert_max_num_queries(8):
        client.get("/models/compare?a=digits/1&b=digits/2")


def test_a_held_version_says_why_and_only_moderators_may_publish_it(client: Client, admin_client: Client) -> None:
    test = drawings_to_test()
    make_measured(test, publish=True)
    gate = {"passed": False, "needs_person": False, "reasons": ["class 4 loses 3.00 points"], "comparison": None}
    held = make_measured(test, {4: 9}, metrics={"gate": gate})
    html, office = page(client, "/models/digits/2"), page(admin_client, "/models/digits/2")
    assert "class 4 loses 3.00 points" in html
    publish = f"/admin/training/modelversion/{held.pk}/publish"
    assert publish not in html
    assert publish in office


def test_what_a_candidate_would_lose_is_shown_with_what_it_says(client: Client) -> None:
    test = drawings_to_test()
    comparison = {"n": 20, "flip_count": 2, "flips": [test.hashes[4], "f" * 64]}
    gate = {"passed": False, "needs_person": False, "reasons": ["why"], "comparison": comparison, "champion": 1}
    make_measured(test, {4: 9}, metrics={"gate": gate, "worst": []})
    lost = page(client, "/models/digits/1").split('id="gate"')[1].split("</section>")[0]
    assert "2 drawings that the live version read correctly" in lost
    assert pictures(lost) == 1
    assert re.search(r'4 <span aria-hidden="true">→</span> <strong class="wrong">9</strong>', lost)


def test_a_moderator_rolls_back_with_one_click(client: Client, admin_client: Client) -> None:
    test = drawings_to_test()
    make_measured(test, publish=True)
    assert "Roll back" not in page(admin_client, "/models/digits/1"), "nothing was live before"
    live = make_measured(test, publish=True)
    form = re.search(
        r'<form method="post"\s+action="(/admin/[^"]+)".*?</form>', page(admin_client, "/models/digits/2"), re.S
    )
    assert form and "Roll back to digits 1" in form[0]
    reason = re.search(r'name="reason"\s+value="([^"]+)"', form[0])
    assert reason
    assert "Roll back" not in page(client, "/models/digits/2")
    admin_client.post(form[1], {"reason": reason[1]})
    assert registry.published("digits").number == live.number - 1


def test_who_published_is_named_to_moderators_only(client: Client, admin_client: Client) -> None:
    version = make_measured(drawings_to_test())
    registry.publish(version, reason="I looked", actor=get_user_model().objects.create_user("hildegard"))
    assert "hildegard" not in page(client, "/models/digits/1")
    assert "hildegard" in page(admin_client, "/models/digits/1")


def test_two_versions_are_compared_by_the_drawings_that_only_one_reads(client: Client) -> None:
    test = drawings_to_test()
    make_measured(test, {0: 7})
    make_measured(test, {3: 8, 4: 9})
    html = page(client, "/models/compare?a=digits/1&b=digits/2")
    assert "95.00%" in html and "90.00%" in html
    assert "−5.00" in html
    lost = html.split("Only digits 1 reads them: 2")[1].split("</section>")[0]
    won = html.split("Only digits 2 reads them: 1")[1].split("</section>")[0]
    assert (pictures(lost), pictures(won)) == (2, 1)


def test_only_drawings_that_are_shown_are_made_into_pictures(
    client: Client, monkeypatch: pytest.MonkeyPatch, version: ModelVersion
) -> None:
    drawn: list[bytes] = []
    monkeypatch.setattr(showing, "on_paper", lambda normalized: drawn.append(normalized) or "data:image/png")
    monkeypatch.setattr(comparing, "MOST", 3)
    monkeypatch.setattr(version_page, "SAMPLES", 4)
    test = drawings_to_test()
    Drawing.objects.filter(content_hash=test.hashes[0]).update(status="rejected")
    make_measured(test, {0: 7, 5: 9})
    make_measured(test, dict.fromkeys((1, 2, 3, 4, 6, 8), 7))
    compared = page(client, "/models/compare?a=digits/2&b=digits/3")
    lost, won = (compared.split(f"Only digits {number} reads them")[1].split("</section>")[0] for number in (2, 3))
    assert (pictures(lost), pictures(won), len(drawn)) == (3, 1, 4)
    assert "not shown" not in lost, "three more could be"
    assert "1 drawing is not shown" in won
    drawn.clear()
    shown = page(client, "/models/digits/3")
    assert len(drawn) <= pictures(shown), "a drawing that stands in two places is drawn once"


def test_versions_of_two_networks_or_of_other_drawings_are_not_compared(client: Client) -> None:
    make_measured(drawings_to_test())
    make_measured(drawings_to_test())
    make_version("digit-or-not")
    assert "answer two questions" in page(client, "/models/compare?a=digits/1&b=digit-or-not/1")
    assert "No drawing was read by both" in page(client, "/models/compare?a=digits/1&b=digits/2")
    for name in ("digits/99", "letters/1", "digits/x", f"digits/{10**30}"):
        assert client.get("/models/compare", {"a": name}).status_code == 404


def make_run(**fields) -> TrainingRun:
    owner = uuid.uuid4() if fields["state"] == "fitting" else None
    return TrainingRun.objects.create(
        **{"network": "digits", "architecture": "small", "config": {"epochs": 5}, "owner": owner, **fields}
    )


def test_the_page_of_training_shows_the_queue_and_what_came_of_runs(client: Client) -> None:
    make_run(state="failed", outcome="too few drawings of class 4", ended_at="2026-01-01T00:00Z")
    make_run(state="fitting", started_at="2026-01-01T00:00Z", step="training", progress=0.4)
    make_run(state="queued", network="digit-or-not")
    html = page(client, "/training")
    assert "Too few drawings of class 4" in html
    assert 'value="0.4"' in html
    assert "<span data-step></span>" in html, "the state says it already"
    assert "number 1 in the queue" in html
    assert "/admin/" not in html


def test_an_outcome_with_many_reasons_is_one_sentence_and_a_list_to_fold_out(client: Client) -> None:
    reasons = "; ".join(f"class {digit} loses 2.00 points" for digit in range(5))
    make_run(state="succeeded", outcome=f"digits 3 held: {reasons}", ended_at="2026-01-01T00:00Z")
    html = page(client, "/training")
    assert "<p>Digits 3 held: class 0 loses 2.00 points</p>" in html
    assert "4 more reasons" in html
    assert "<li>class 4 loses 2.00 points</li>" in html


def test_a_run_that_takes_layers_over_is_shown_with_their_architecture(client: Client, admin_client: Client) -> None:
    run = make_run(network="digit-or-not", architecture="codelab", state="fitting", started_at="2026-01-01T00:00Z")
    assert "codelab" not in page(client, "/training"), "chosen for the digits network, not for this one"
    run.trunk = make_version(architecture="dense")
    run.save()
    assert "architecture dense" in page(client, "/training")
    shown = page(admin_client, reverse("admin:training_trainingrun_change", args=[run.pk]))
    assert "codelab" not in shown and "dense" in shown


def test_a_moderator_may_retrain_from_the_page(admin_client: Client) -> None:
    assert "/admin/training/trainingrun/retrain" in page(admin_client, "/training")


def test_nobody_learns_who_trains_where_or_what_broke(client: Client) -> None:
    user = get_user_model().objects.create_user("hildegard")
    error = "OSError: /srv/secret/file"
    make_run(state="failed", error=error, created_by=user, trigger="hildegard", worker="host-7:12")
    for path in ("/training", "/training/now"):
        text = client.get(path).content.decode()
        assert not [word for word in ("hildegard", "host-7", "secret") if word in text]


def test_what_is_polled_costs_nothing_while_nothing_changes(client: Client) -> None:
    epoch = {"epoch": 1, "loss": 0.5, "accuracy": 0.9, "validation_loss": 0.4, "validation_accuracy": 0.8, "seconds": 1}
    run = make_run(state="fitting", started_at="2026-01-01T00:00Z", history=[epoch])
    first = client.get("/training/now")
    content = first.json()["runs"][0]
    assert (content["id"], content["history"][0]["validation_accuracy"]) == (run.pk, 0.8)
    again = client.get("/training/now", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    TrainingRun.objects.filter(pk=run.pk).update(progress=0.9)
    assert client.get("/training/now", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_what_is_polled_reads_no_figures_of_versions(client: Client) -> None:
    ended = make_run(state="succeeded", ended_at="2026-01-01T00:00Z", trunk=make_version())
    made = make_version(run=ended)
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/training/now").json()["runs"][0]["version"] == made.number
    read = [name for name in ModelVersion.HEAVY for query in queries if f'."{name}"' in query["sql"]]
    assert set(read) <= {"config"}, "that of the run"
    assert len(queries) == 3


def test_a_rooms_runs_are_not_shown(client: Client) -> None:
    make_run(state="fitting", room=Room.objects.create(name="6b", slug="6b"))
    assert client.get("/training/now").json() == {"runs": []}
    assert "Nothing is being trained" in page(client, "/training")
