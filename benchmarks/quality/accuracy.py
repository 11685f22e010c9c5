"""How often digits are read correctly, class by class, and how well certainty fits: raw and after the review."""

from typing import Any

import numpy as np

from benchmarks.quality.bench import Bench, Figures, Part
from benchmarks.quality.drawings import Drawings
from benchmarks.quality.markdown import percent, table, with_interval
from benchmarks.quality.matrix import Matrix
from benchmarks.quality.review import after_review, changes
from training.judging.evaluation import evaluate, wilson_interval
from training.judging.litert import LiteRTNetwork
from training.pages.charts import Chart
from training.pages.plots import calibration_plot

CERTAIN = 0.99


def measure(bench: Bench) -> Figures:
    sets = bench.test_sets()
    sets |= {f"{name}, after review": after_review(drawings) for name, drawings in sets.items() if "UNIPEN" in name}
    return {
        "review": changes(bench.people()),
        "networks": {
            subject.name: {name: of_digits(subject.network, drawings) for name, drawings in sets.items()}
            for subject in bench.digits
        },
    }


def of_digits(network: LiteRTNetwork, drawings: Drawings) -> dict[str, Any]:
    """Return the figures of one network on one set of digits."""
    probabilities = network.predict_many(drawings.images)
    metrics = evaluate(probabilities, drawings.classes).to_json()
    answers, certainty = probabilities.argmax(axis=1), probabilities.max(axis=1)
    wrong = np.flatnonzero(answers != drawings.classes)
    counts = np.bincount(drawings.classes, minlength=10)
    right = np.bincount(drawings.classes[answers == drawings.classes], minlength=10)
    kept = ("n", "accuracy", "accuracy_interval", "recall", "confusion", "calibration_error", "reliability", "loss")
    return {
        **{name: metrics[name] for name in kept},
        "classes": list("0123456789"),
        "recall_intervals": [wilson_interval(*pair) for pair in zip(right.tolist(), counts.tolist(), strict=True)],
        "wrong": len(wrong),
        "wrong_above_99": int((certainty[wrong] > CERTAIN).sum()),
        "above_99": float((certainty > CERTAIN).mean()),
        "mistakes": [
            {
                "key": drawings.records[place].source_key,
                "label": int(drawings.classes[place]),
                "answer": int(answers[place]),
                "certainty": round(float(certainty[place]), 3),
            }
            for place in wrong
        ],
    }


def show(figures: Figures) -> str:
    review = ", ".join(f"{count} {what}" for what, count in figures["review"].items())
    parts = [f"Blind review of labels of UNIPEN's test people: {review}."]
    for name, sets in figures["networks"].items():
        parts += [f"**{name}**", _by_set(sets), _by_class(sets), _confused(sets)]
    return "\n\n".join(parts)


def _by_set(sets: dict[str, Any]) -> str:
    heads = ["digits of", "n", "right (95% interval)", "wrong", "calibration error", "wrong above 99% (of all above)"]
    rows = [
        [
            name,
            found["n"],
            with_interval(found["accuracy"], found["accuracy_interval"]),
            found["wrong"],
            percent(found["calibration_error"]),
            f"{found['wrong_above_99']} ({percent(found['above_99'], 0)})",
        ]
        for name, found in sets.items()
    ]
    return table(heads, rows)


def _by_class(sets: dict[str, Any]) -> str:
    rows = [
        [
            name,
            *(
                with_interval(share, interval, 1)
                for share, interval in zip(found["recall"], found["recall_intervals"], strict=True)
            ),
        ]
        for name, found in sets.items()
    ]
    return table(["right, of each class", *"0123456789"], rows)


def _confused(sets: dict[str, Any]) -> str:
    """Name the mistakes that are made more than once."""
    lines = []
    for name, found in sets.items():
        cells = [
            (count, f"{i} as {j}: {count}")
            for i, row in enumerate(found["confusion"])
            for j, count in enumerate(row)
            if i != j and count > 1
        ]
        lines.append(f"- {name}: {', '.join(text for _, text in sorted(cells, reverse=True)) or 'none twice'}")
    return "Mistakes made more than once:\n\n" + "\n".join(lines)


def charts(figures: Figures) -> dict[str, Chart | Matrix | None]:
    found: dict[str, Chart | Matrix | None] = {}
    for name, sets in figures["networks"].items():
        for on in ("MNIST test", "UNIPEN test people without ibm, after review"):
            found[f"reliability {name} {on}"] = calibration_plot(sets[on])
        for on in ("MNIST test", "UNIPEN test people"):
            found[f"confusion {name} {on}"] = Matrix("", sets[on]["classes"], sets[on]["confusion"])
    return found


PART = Part("accuracy", "Digits of unseen people", measure, show, charts)
