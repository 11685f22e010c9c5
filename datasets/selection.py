"""Which approved drawings a dataset version is made of."""

from dataclasses import dataclass
from datetime import date
from typing import Any


def sources_in(text: str) -> list[str]:
    """Return the names in a comma-separated list, such as "mnist, unipen"."""
    return [name.strip() for name in text.split(",") if name.strip()]


@dataclass(frozen=True)
class Selection:
    """What is asked of a drawing; empty or None asks nothing."""

    sources: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    until: date | None = None  # submitted on that day or before
    kinds: tuple[str, ...] = ()  # of contributors, as in Contributor.Kind
    fewest_votes: int = 0  # for drawings of this site; nobody votes on imported ones

    def ordered(self) -> "Selection":
        """Return the same selection in its one spelling."""
        return Selection(
            tuple(sorted(set(self.sources))),
            tuple(sorted(set(self.labels))),
            self.until,
            tuple(sorted(set(self.kinds))),
            self.fewest_votes,
        )

    def filters(self) -> dict[str, Any]:
        """Return what is asked besides the sources, in JSON."""
        asked: dict[str, Any] = {
            "labels": list(self.labels),
            "until": self.until and self.until.isoformat(),
            "kinds": list(self.kinds),
            "fewest_votes": self.fewest_votes,
        }
        return {name: value for name, value in asked.items() if value}
