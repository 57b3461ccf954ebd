"""The figures, as a table for people and as JSON for machines."""

import json
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

HEAD = ("figure", "Ringback", "beside it", "ratio", "to reach", "reached?")


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One line of the table: what each round measured, and what is to be reached.

    ``beside`` holds the same rounds of what it is compared with, whose name is ``other``. ``most``
    and ``least`` are limits of the median, ``ratio_least`` one of the median of the rounds'
    ratios.
    """

    what: str
    unit: str
    rounds: Sequence[float]
    beside: Sequence[float] = ()
    other: str = ""
    most: float | None = None
    least: float | None = None
    ratio_least: float | None = None
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def value(self) -> float:
        """The median of the rounds."""
        return statistics.median(self.rounds)

    @property
    def beside_it(self) -> float | None:
        """The median of the other's rounds."""
        return statistics.median(self.beside) if self.beside else None

    @property
    def ratio(self) -> float | None:
        """The median of the ratios, round by round: both took turns on the same machine."""
        if not self.beside:
            return None
        pairs = zip(self.rounds, self.beside, strict=True)
        return statistics.median(ours / theirs for ours, theirs in pairs)

    @property
    def reached(self) -> bool | None:
        """Tell whether every limit is kept; ``None`` where there is none."""
        kept = []
        if self.most is not None:
            kept.append(self.value < self.most)
        if self.least is not None:
            kept.append(self.value >= self.least)
        if self.ratio_least is not None:
            kept.append(self.ratio is not None and self.ratio >= self.ratio_least)
        return all(kept) if kept else None

    def row(self) -> tuple[str, ...]:
        """Write the figure's line of the table."""
        wanted = [
            *([f"< {self.most:g} {self.unit}"] if self.most is not None else []),
            *([f">= {self.least:g} {self.unit}"] if self.least is not None else []),
            *([f"ratio >= {self.ratio_least:g}"] if self.ratio_least is not None else []),
        ]
        beside = "" if self.beside_it is None else f"{_short(self.beside_it)} ({self.other})"
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        verdict = {True: "yes", False: "**no**", None: ""}[self.reached]
        ours = f"{_short(self.value)} {self.unit}"
        return (self.what, ours, beside, ratio, ", ".join(wanted), verdict)

    def told(self) -> dict[str, Any]:
        """Return all that is known of the figure, for JSON."""
        return {
            "figure": self.what,
            "unit": self.unit,
            "value": self.value,
            "rounds": list(self.rounds),
            "other": self.other or None,
            "beside": list(self.beside),
            "ratio": self.ratio,
            "to_reach": {
                "most": self.most,
                "least": self.least,
                "ratio_least": self.ratio_least,
            },
            "reached": self.reached,
            **({"notes": self.notes} if self.notes else {}),
        }


def table(figures: Iterable[Figure]) -> str:
    """Write the table, in Markdown that can be read as it is."""
    rows = [HEAD, *(figure.row() for figure in figures)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEAD))]
    lines = [
        " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
    lines.insert(1, " | ".join("-" * width for width in widths))
    return "\n".join(f"| {line} |" for line in lines)


def as_json(figures: Iterable[Figure], machine: dict[str, Any], *, quick: bool) -> str:
    """Write everything for machines."""
    told = [figure.told() for figure in figures]
    return json.dumps({"machine": machine, "quick": quick, "figures": told}, indent=2) + "\n"


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that so large a share of them does not exceed."""
    return sorted(values)[ceil(share * len(values)) - 1]


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three digits
