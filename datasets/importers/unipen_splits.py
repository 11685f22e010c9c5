"""Divides the writers of UNIPEN among training, validation and test, and writes the table that is committed.

    python -m datasets.importers.unipen_splits FOLDER

A writer stays whole: he is in one split with all that he wrote. The splits get 70, 10 and 20% of the people,
and as nearly as whole people allow the same shares of each digit, of the letters and symbols, and of each
part of UNIPEN (`aga`, `ibm`, ...): first greedily, the busiest writers first, then by exchanging writers as
long as that helps. No chance is involved, so the same files give the same table.
"""

import gzip
import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from datasets.importers.unipen import FILES, SPLITS

SHARES = {"train": 0.7, "validation": 0.1, "test": 0.2}


def main() -> None:
    """Write the table for the files in the folder that the command line names."""
    groups, counts = tally(Path(sys.argv[1]))
    writers = sorted(groups)
    parts = sorted(set(groups.values()))
    chosen = balance(np.array([_features(groups[writer], counts[writer], parts) for writer in writers]))
    table: dict[str, dict[str, list[str]]] = {split: {} for split in SHARES}
    for writer, index in zip(writers, chosen.tolist(), strict=True):
        table[list(SHARES)[index]].setdefault(groups[writer], []).append(writer)
    ordered = {split: dict(sorted(by_group.items())) for split, by_group in table.items()}
    SPLITS.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")


def tally(folder: Path) -> tuple[dict[str, str], dict[str, Counter[str]]]:
    """Return each writer's part of UNIPEN, and how many he wrote of each digit and for each other file."""
    groups: dict[str, str] = {}
    counts: dict[str, Counter[str]] = {}
    for name in FILES:
        with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
            for line in file:
                record = json.loads(line)
                writer = record["writer"]
                groups[writer] = min(groups.get(writer, record["source"]), record["source"])
                counts.setdefault(writer, Counter())[record["label"] if name == "digits" else name] += 1
    return groups, counts


def balance(features: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return int64 (writers,): an index into SHARES for each row of `features`, float64 (writers, features).

    Lowers the squared differences between what each split has of a feature and its share of all.
    """
    shares = np.array(list(SHARES.values()))
    weights = features / features.sum(axis=0)
    chosen = np.zeros(len(features), dtype=np.int64)
    held = np.zeros((len(shares), features.shape[1]))
    for writer in np.argsort(-weights.sum(axis=1), kind="stable"):
        missing = (shares[:, None] - held) @ weights[writer] / shares
        chosen[writer] = int(np.argmax(missing))
        held[chosen[writer]] += weights[writer]
    while _exchange_best(chosen, weights, held, shares):
        pass
    return chosen


def _exchange_best(
    chosen: NDArray[np.int64],
    weights: NDArray[np.float64],
    held: NDArray[np.float64],
    shares: NDArray[np.float64],
) -> bool:
    """Move one writer, or exchange two, where that helps most; say whether anything helped."""
    surplus = (held - shares[:, None]) / shares[:, None]
    best, choice = -1e-9, None
    for one in range(len(chosen)):
        others = np.flatnonzero(chosen != chosen[one])
        for target in range(len(shares)):
            if target == chosen[one]:
                continue
            partners = others[chosen[others] == target]
            given = np.vstack([np.zeros_like(weights[one]), weights[partners]])  # nobody, or each partner
            moved = weights[one] - given
            here, there = shares[chosen[one]], shares[target]
            change = ((surplus[chosen[one]] - moved / here) ** 2 - surplus[chosen[one]] ** 2).sum(axis=1) * here
            change += ((surplus[target] + moved / there) ** 2 - surplus[target] ** 2).sum(axis=1) * there
            place = int(np.argmin(change))
            if change[place] < best:
                best, choice = (
                    float(change[place]),
                    (one, target, None if place == 0 else partners[place - 1]),
                )
    if choice is None:
        return False
    one, target, partner = choice
    source = int(chosen[one])
    moved = weights[one] - (0 if partner is None else weights[partner])
    held[source] -= moved
    held[target] += moved
    chosen[one] = target
    if partner is not None:
        chosen[partner] = source
    return True


def _features(group: str, counts: Counter[str], parts: list[str]) -> list[float]:
    """Return what is to be shared evenly: people, ten digits, three other files, and the parts of UNIPEN.

    People and digits count several times: they decide what a test on unseen people says.
    """
    digits = [float(counts[str(digit)]) for digit in range(10)]
    others = [float(counts[name]) for name in FILES if name != "digits"]
    return [1.0] * 10 + digits + others + [float(part == group) for part in parts]


if __name__ == "__main__":
    main()
