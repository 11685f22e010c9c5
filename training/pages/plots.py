"""The plots of a version: which of its figures go on which axes."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from training.pages.charts import Chart, Number, Series, line_chart
from training.pages.numbers import number, percent, short_number, short_percent


def history_plots(history: Sequence[dict[str, Any]]) -> list[Chart]:
    """Return the curves of a fit: loss and accuracy, in training and on validation drawings."""

    def curve(title: str, key: str, y_text: Number, y_tick: Number) -> Chart | None:
        series = [
            Series(_("training"), [(epoch["epoch"], epoch[key]) for epoch in history]),
            Series(_("validation"), [(epoch["epoch"], epoch[f"validation_{key}"]) for epoch in history]),
        ]
        return line_chart(
            title, series, x_name=_("epoch"), y_name=title, x_text="{:g}".format, y_text=y_text, y_tick=y_tick
        )

    charts = [
        curve(_("loss"), "loss", lambda value: number(value, 4), short_number),
        curve(_("accuracy"), "accuracy", percent, short_percent),
    ]
    return [chart for chart in charts if chart]


def calibration_plot(figures: dict[str, Any]) -> Chart | None:
    """Return how often answers come true against how certain they are."""
    points = [(part["certainty"], part["accuracy"]) for part in figures.get("reliability", [])]
    ticks = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    return line_chart(
        _("calibration"),
        [Series(_("come true"), points)],
        x_name=_("certainty"),
        y_name=_("come true"),
        x_text=lambda value: percent(value, 0),
        y_text=lambda value: percent(value, 1),
        y_tick=short_percent,
        y_range=(0.0, 1.0),
        x_values=ticks,
        ideal=True,
    )


def robustness_plots(figures: dict[str, Any]) -> list[Chart]:
    """Return the accuracy after each change of the drawings."""
    found = figures.get("robustness", {})
    axes = {
        "rotation": (_("rotation"), _("degrees, clockwise")),
        "shift": (_("shift"), _("pixels of 28")),
        "zoom": (_("zoom"), _("times as large")),
        "pen": (_("pen width"), _("times as wide")),
    }
    lowest = min((point["interval"][0] for kind in axes for point in found.get(kind, [])), default=0.0)
    charts = []
    for kind, (title, x_name) in axes.items():
        points = found.get(kind, [])
        series = Series(
            _("accuracy"),
            [(point["amount"], point["accuracy"]) for point in points],
            [tuple(point["interval"]) for point in points],
        )
        charts.append(
            line_chart(
                title,
                [series],
                x_name=x_name,
                y_name=_("accuracy"),
                x_text="{:g}".format,
                y_text=lambda value: percent(value, 1),
                y_tick=short_percent,
                y_range=(min(0.9, lowest), 1.0),
            )
        )
    return [chart for chart in charts if chart]
