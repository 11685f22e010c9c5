"""Plots as files of their own. The site's stylesheet does not reach them: they bring their colours along."""

from html import escape

from training.pages.charts import Chart, Line

COLOURS = ("#1f5fbf", "#b3541e", "#3b7a3b", "#7a3b8f")
KEY_HEIGHT = 18
MARGIN = 8  # for half of the last word under the axis
STYLE = (
    "text{font:11px system-ui,sans-serif;fill:#555}.title{font-size:13px;fill:#222}"
    ".grid{stroke:#ddd}.ideal{stroke:#999;stroke-dasharray:4 4}path{fill:none}"
)


def svg_of(chart: Chart) -> str:
    """Return the chart as the content of an `.svg` file, readable on white paper."""
    top = 26 + (KEY_HEIGHT * len(chart.lines) if len(chart.lines) > 1 else 0)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 {-top} {chart.width + MARGIN} {chart.height + top}" '
        f'width="{2 * chart.width}" role="img"><title>{escape(chart.title)}</title><style>{STYLE}</style>',
        f'<rect y="{-top}" width="{chart.width + MARGIN}" height="{chart.height + top}" fill="#fff"/>',
        _text(chart.left, 14 - top, chart.title, "start", "title"),
        *_key(chart, 30 - top),
        *_axes(chart),
        *(part for line in chart.lines for part in _line(line)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _axes(chart: Chart) -> list[str]:
    grid = [f'<path class="grid" d="M{chart.left} {tick.at}H{chart.right}"/>' for tick in chart.y_ticks]
    names = [_text(chart.left - 6, tick.at + 4, tick.text, "end") for tick in chart.y_ticks]
    names += [_text(tick.at, chart.bottom + 16, tick.text, "middle") for tick in chart.x_ticks]
    ideal = [f'<path class="ideal" d="{chart.diagonal}"/>'] if chart.diagonal else []
    return [*grid, *ideal, *names, _text(chart.right, chart.bottom + 34, chart.x_name, "end")]


def _line(line: Line) -> list[str]:
    colour = COLOURS[(line.number - 1) % len(COLOURS)]
    spans = [f'<path d="M{m.x} {m.low}V{m.high}" stroke="{colour}"/>' for m in line.marks if m.low is not None]
    marks = [
        f'<circle cx="{m.x}" cy="{m.y}" r="3" fill="{colour}"><title>{escape(m.text)}</title></circle>'
        for m in line.marks
    ]
    return [*spans, f'<path d="{line.path}" stroke="{colour}" stroke-width="1.5"/>', *marks]


def _key(chart: Chart, top: float) -> list[str]:
    if len(chart.lines) < 2:
        return []
    found = []
    for place, line in enumerate(chart.lines):
        y, colour = top + KEY_HEIGHT * place, COLOURS[(line.number - 1) % len(COLOURS)]
        found += [f'<circle cx="{chart.left + 4}" cy="{y - 4}" r="3" fill="{colour}"/>']
        found += [_text(chart.left + 14, y, line.name, "start")]
    return found


def _text(x: float, y: float, words: str, anchor: str, kind: str = "") -> str:
    of_kind = f' class="{kind}"' if kind else ""
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}"{of_kind}>{escape(words)}</text>'
