"""The figures that were measured last, in files: `quality.json`, and what is made of it for people."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.quality.bench import Figures, Part
from benchmarks.quality.matrix import Matrix, svg_of_matrix
from benchmarks.quality.svg import svg_of

HEAD = """# Recognition quality

Written by `make bench-quality`; each part says when it was measured, where, and how. Nobody whose drawings are read
here has drawn anything that was trained on, and nothing was chosen by these figures.
"""


def read(folder: Path) -> dict[str, Any]:
    """Return what is there by part: `{"figures": ..., "date": ..., "machine": ..., "command": ..., "seconds": ...}`."""
    path = folder / "quality.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def keep(folder: Path, part: Part, figures: Figures, **measured: Any) -> None:
    """Put the figures of one part in the place of its older ones, or beside those that it joins them with."""
    folder.mkdir(parents=True, exist_ok=True)
    everything = read(folder)
    if part.name in everything:
        figures = part.joined(everything[part.name]["figures"], figures)
    everything[part.name] = {**measured, "figures": figures}
    text = json.dumps(everything, indent=1, ensure_ascii=False)
    (folder / "quality.json").write_text(_flat(text) + "\n", encoding="utf-8")


def show(folder: Path, parts: list[Part]) -> None:
    """Write tables and plots of all parts that were ever measured."""
    results = read(folder)
    for old in folder.glob("*.svg"):
        old.unlink()
    sections = [HEAD.rstrip()]
    for part in parts:
        if part.name in results:
            sections.append(_section(folder, part, results[part.name]))
    (folder / "quality.md").write_text("\n\n".join(sections) + "\n", encoding="utf-8")


def _section(folder: Path, part: Part, result: dict[str, Any]) -> str:
    about = f"{result['date']}, {result['machine']}, {result['seconds']} s: `{result['command']}`"
    plots = []
    for title, chart in part.charts(result["figures"]).items():
        if chart is not None:
            name = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") + ".svg"
            titled = replace(chart, title=title)
            plot = svg_of_matrix(titled) if isinstance(titled, Matrix) else svg_of(titled)
            (folder / name).write_text(plot, encoding="utf-8")
            plots.append(f"![{title}]({name})")
    return "\n\n".join([f"## {part.title}", about, part.table(result["figures"]), *plots])


def _flat(text: str) -> str:
    """Put lists of numbers on one line each: a confusion matrix has a hundred."""
    return re.sub(r"\[\s+([-\d.e,\s]+?)\s+\]", lambda found: "[" + " ".join(found[1].split()) + "]", text)
