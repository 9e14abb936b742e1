"""How figures are shown and judged: medians with their spread, beside what is to be reached."""

import statistics
from collections.abc import Sequence
from typing import Any

from msgspec import Struct


class Spread(Struct, frozen=True):
    """Several rounds of the same."""

    median: float
    least: float
    most: float

    def __str__(self) -> str:
        return f"{amount(self.median)} ({amount(self.least)}..{amount(self.most)})"


def spread(values: Sequence[float]) -> Spread:
    return Spread(
        median=round(statistics.median(values), 3), least=round(min(values), 3), most=round(max(values), 3)
    )


class Goal(Struct, frozen=True):
    """One row of what is to be reached, and what was."""

    what: str
    to_reach: float
    reached: float
    is_ceiling: bool = False
    """Whether less is better."""

    @property
    def is_met(self) -> bool:
        return self.reached <= self.to_reach if self.is_ceiling else self.reached >= self.to_reach


def amount(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """To the terminal; the first column is words, the others are figures."""
    texts = [[amount(cell) if isinstance(cell, float | int) else str(cell) for cell in row] for row in rows]
    widths = [max(len(line[k]) for line in (columns, *texts)) for k in range(len(columns))]
    for line in (columns, *texts):
        first, *others = (cell.ljust(width) if k == 0 else cell.rjust(width)
                          for k, (cell, width) in enumerate(zip(line, widths, strict=True)))  # fmt: skip
        print("  ".join((first, *others)))
    print(flush=True)


def goals(reached: Sequence[Goal]) -> list[dict[str, Any]]:
    """Show them, and return them for the file."""
    signs = [("<=" if goal.is_ceiling else ">=") for goal in reached]
    table(
        ("to reach", "", "reached", ""),
        [
            (one.what, f"{sign} {amount(one.to_reach)}", amount(one.reached), "yes" if one.is_met else "NO")
            for one, sign in zip(reached, signs, strict=True)
        ],
    )
    return [
        {"what": goal.what, "to_reach": goal.to_reach, "reached": goal.reached, "met": goal.is_met}
        for goal in reached
    ]
