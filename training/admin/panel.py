"""What a run looks like at this moment: the part of its page that is fetched again and again while it is active."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from training.admin.durations import about
from training.learning.epochs import EpochFigures, best_epoch
from training.models import ModelVersion, TrainingRun
from training.pages.plots import history_plots
from training.runs.journal import last_lines
from training.runs.progress import step_in_words

State = TrainingRun.State
LINES = 30
# Longer than the reaper needs, which sends lost messages out again and takes work back from the dead.
SILENT_AFTER = {
    State.QUEUED: timedelta(seconds=120),
    State.AUGMENTED: timedelta(seconds=120),
    State.PREPARING: timedelta(seconds=60),
    State.FITTING: timedelta(seconds=60),
}


def panel(run: TrainingRun) -> SafeString:
    """Return the panel as HTML."""
    context: dict[str, Any] = {
        "run": run,
        "step": step_in_words(run),
        "percent": round(100 * run.progress),
        "position": run.queue_position,
        "waits_for": run.waits_for,
        "obstacle": obstacle_of(run),
        "outcome": outcome_of(run),
        "left": time_left(run),
        "since": about((timezone.now() - run.state_since).total_seconds()) if run.state_since else "",
        "version": ModelVersion.objects.with_state().filter(run=run).first(),
        "lines": last_lines(run, LINES),
        "epochs": _epochs(run),
        "curves": history_plots(run.history) if len(run.history) > 1 else [],
    }
    return SafeString(render_to_string("admin/run_panel.html", context))


def time_left(run: TrainingRun) -> str:
    """Return how long the run's present step will take, in words; empty where nobody can tell."""
    if not run.is_active or run.expected_end_at is None:
        return ""
    return about(max(1.0, (run.expected_end_at - timezone.now()).total_seconds()))


def outcome_of(run: TrainingRun) -> str:
    """Return what came of the run, where its state does not say that already."""
    return "" if run.result == run.state else run.result


def obstacle_of(run: TrainingRun) -> str:
    """Return what holds the run up, also that nobody is there who would say so in its row."""
    patience = SILENT_AFTER.get(State(run.state))
    if patience and not run.foreground and run.heartbeat_at and timezone.now() - run.heartbeat_at > patience:
        return _(
            "Nobody looks after the runs: the worker of the queue 'default', or beat, is not running. "
            "Start them again; the run goes on by itself."
        )
    return run.obstacle


def _epochs(run: TrainingRun) -> list[dict[str, Any]]:
    """Return the figures of each epoch as texts, and which one's weights are kept."""
    history = [EpochFigures.from_json(figures) for figures in run.history]
    return [
        {
            "epoch": figures.epoch,
            "loss": f"{figures.loss:.4f}",
            "accuracy": f"{figures.accuracy:.2%}",
            "validation_loss": f"{figures.validation_loss:.4f}",
            "validation_accuracy": f"{figures.validation_accuracy:.2%}",
            "learning_rate": f"{Decimal(f'{figures.learning_rate:.2g}'):f}" if figures.learning_rate else "",
            "seconds": f"{figures.seconds:.0f} s",
            "is_best": figures is best_epoch(history),
        }
        for figures in history
    ]
