"""`manage.py train`: the same run as the workers', in the foreground."""

import pytest
from django.core.management import CommandError, call_command

from tests.training.factories import bars_and_rings, make_drawing, make_version
from training import services
from training.models import ModelVersion, TrainingRun
from training.versions import registry

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sent", "artifacts_apart")]
QUICK = ["--architecture=small", "--epochs=12", "--copies=2", "--batch-size=32", "--learning-rate=0.005"]
GENTLE = ["--rotation=2", "--zoom=0.02", "--shear=0", "--shift=0.4"]


def test_a_network_is_trained_and_published_in_the_foreground(capsys) -> None:
    for split, count, seed in [("train", 12, 1), ("validation", 3, 2), ("test", 4, 3)]:
        for label, ink in bars_and_rings(count, seed):
            make_drawing(label, split, ink=ink)
    call_command("train", "digits", *QUICK, *GENTLE, "--optimizer=adam", "--balance=sampling", "--publish=always")
    run = TrainingRun.objects.get()
    assert run.state == TrainingRun.State.SUCCEEDED
    assert (run.config["optimizer"], run.config["balance"]) == ("adam", "sampling")
    assert run.config["augmentation"]["rotation"] == 2
    assert registry.published("digits").run == run
    said = capsys.readouterr()
    assert "digits 1 published" in said.out
    assert "100%" in said.err


def test_of_several_seeds_the_best_on_validation_is_published(capsys) -> None:
    for split, count, seed in [("train", 10, 1), ("validation", 3, 2), ("test", 4, 3)]:
        for label, ink in bars_and_rings(count, seed):
            make_drawing(label, split, ink=ink)
    quick = ["--architecture=dense", "--epochs=1", "--copies=0", "--batch-size=16"]
    call_command("train", "digits", *quick, "--seeds=1,2,3", "--publish=always")
    versions = list(ModelVersion.objects.order_by("number"))
    assert [version.config["seed"] for version in versions] == [1, 2, 3]
    losses = [version.metrics["history"][0]["calibrated_loss"] for version in versions]
    best = registry.published("digits")
    assert best == versions[losses.index(min(losses))]
    assert f"{min(losses):.4f}" in capsys.readouterr().out
    errors = [1 - version.metrics["accuracy"] for version in versions]
    assert f"test: {sum(errors) / 3:.2%} wrong in the mean, {min(errors):.2%} to " in best.card
    assert [row["seed"] for row in best.metrics["seeds"]] == [1, 2, 3]


def test_of_several_seeds_none_is_published_when_none_passes(capsys) -> None:
    for split, count, seed in [("train", 10, 1), ("validation", 3, 2), ("test", 4, 3)]:
        for label, ink in bars_and_rings(count, seed):
            make_drawing(label, split, ink=ink)
    live = make_version("digits")
    registry.publish(live, reason="for a test")
    call_command("train", "digits", "--architecture=dense", "--epochs=1", "--copies=0", "--seeds=1,2")
    assert registry.published("digits") == live
    assert "none published, as none has passed the comparison with what is live" in capsys.readouterr().out


def test_what_cannot_be_trained_says_why_and_leaves_a_failed_run() -> None:
    make_drawing("3")
    with pytest.raises(CommandError, match=r"too few drawings.*class 0: received 0.*class 3: received 1"):
        call_command("train", "digits", *QUICK)
    assert TrainingRun.objects.get().state == TrainingRun.State.FAILED


@pytest.mark.parametrize("sources", ["test, pens", " test ,pens, "])
def test_sources_are_named_with_or_without_blanks(sources: str) -> None:
    make_drawing("3")
    with pytest.raises(CommandError, match="received pens, without any"):
        call_command("train", "digits", *QUICK, f"--sources={sources}")
    run = TrainingRun.objects.get()
    assert run.sources == ["test", "pens"]
    assert run.state == TrainingRun.State.FAILED


def test_a_dataset_version_has_its_own_sources() -> None:
    with pytest.raises(CommandError, match="received both"):
        call_command("train", "digits", *QUICK, "--dataset=1", "--sources=test")


def test_a_run_that_would_have_to_wait_is_not_started() -> None:
    services.start_run("digits")
    with pytest.raises(CommandError, match="another run of digits is active"):
        call_command("train", "digits", *QUICK)


def test_settings_out_of_their_range_are_refused() -> None:
    with pytest.raises(CommandError, match=r"rotation: expected 0\.0 to 180\.0; received 500"):
        call_command("train", "digits", "--rotation=500")
    assert not TrainingRun.objects.exists()
