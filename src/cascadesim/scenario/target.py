"""The target's little grammar: `MEASURE OP NUMBER`, and `by week W` if it is not the last whole week."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

CLIENT_MEASURES = ("started", "completed", "referred")
TIER_MEASURES = ("active", "certified", "delivering")
GRAMMAR = "MEASURE OP NUMBER, and `by week W` if wanted: completed >= 105 by week 104"

_PATTERN = re.compile(
    r"\s*(?P<measure>[^\s<>=]+)\s*(?P<op>>=|<=|>|<)\s*(?P<number>\d{1,12}(?:\.\d{1,12})?)(?:\s+by\s+week\s+(?P<week>\d{1,9}))?\s*"
)


_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def written_right(reach: Any) -> str:
    """The hint for a target that is not in the grammar: what was probably meant, in it."""
    text = str(reach)
    number = _NUMBER.search(text)
    measure = next((word for word in CLIENT_MEASURES if word in text.lower()), CLIENT_MEASURES[1])
    return f'Write what is counted and how many: reach = "{measure} >= {number.group() if number else 105}".'


@dataclass(frozen=True, slots=True)
class ParsedTarget:
    """What "good" means, ready to test: the KPI named by `kpi` against `number`."""

    measure: str
    op: str
    number: float
    week: int

    @property
    def kpi(self) -> str:
        """The name of the measure among the results: `clients.completed_at_week_104`."""
        prefix = "clients." if self.measure in CLIENT_MEASURES else ""
        return f"{prefix}{self.measure}_at_week_{self.week}"

    def met(self, value: float) -> bool:
        """Whether a result meets the target; a value that is not a number does not."""
        return {
            ">=": value >= self.number,
            ">": value > self.number,
            "<=": value <= self.number,
            "<": value < self.number,
        }[self.op]


def parse_target(reach: str, last_week: int) -> ParsedTarget | None:
    """The target that `reach` states, at `last_week` where it names no week; None if it is not in the grammar."""
    match = _PATTERN.fullmatch(reach)
    if match is None:
        return None
    week = last_week if match["week"] is None else int(match["week"])
    return ParsedTarget(match["measure"], match["op"], float(match["number"]), week)
