"""What a benchmark has to say, and how it is printed."""

import os
import platform
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measurement. `at_least` or `at_most` is the aim, on the value itself or on its ratio to the baseline."""

    name: str
    value: float
    unit: str
    baseline: tuple[str, float] | None = None
    at_least: float | None = None
    at_most: float | None = None

    @property
    def ratio(self) -> float | None:
        return self.value / self.baseline[1] if self.baseline else None

    @property
    def met(self) -> bool | None:
        """Whether the aim is reached; None where there is none."""
        judged = self.value if self.ratio is None else self.ratio
        if self.at_least is None and self.at_most is None:
            return None
        return (self.at_least is None or judged >= self.at_least) and (self.at_most is None or judged <= self.at_most)

    def line(self) -> str:
        parts = [f"  {self.name}: {number(self.value)} {self.unit}"]
        if self.baseline and self.ratio is not None:
            name, value = self.baseline
            parts.append(f"= {number(self.ratio)} x {name} ({number(value)} {self.unit})")
        if self.met is not None:
            aim = f"at least {self.at_least:g}" if self.at_least is not None else f"at most {self.at_most:g}"
            parts.append(f"[{aim}: {'met' if self.met else 'MISSED'}]")
        return " ".join(parts)


Benchmark = Callable[..., Iterable[Figure]]


def number(value: float) -> str:
    """Return three significant digits, and all of those before the point."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def machine() -> str:
    """Name what the figures were measured on."""
    model = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo") as file:
            model = next(line.split(":", 1)[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = os.getloadavg()[0]
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{cores} cores ({model}), {platform.system()}, {python}, load {load:.1f} before the start"
