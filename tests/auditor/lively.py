"""A scenario in which nearly everything happens, and what it takes to plant a fault in its logs."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from auditor.rows import Row
from cascadesim import load, simulate

LIVELY = """
horizon_weeks = 40
report_weeks = [20, 40]
measure_from_week = 2
cascade = ["top", "middle", "base"]

[tier.top]
initial = 3
recruits_per_week = 0.2
hours_per_week = 14
overtime_fraction = 0.1
[tier.top.life.moves]
clock = { dist = "exponential", mean_weeks = 18 }
notice_weeks = 1

[tier.middle]
intake = [{ week = 1, count = 5 }, { week = 10, count = 4 }]
initial = 1
recruits_per_week = 0.3
hours_per_week = { dist = "uniform", low = 6, high = 16 }
candidate_patience_weeks = 6
delivers = true
caseload = 2
[tier.middle.training]
course_weeks = 1.5
min_cohort = 2
max_cohort = 4
gather_weeks = 1
trainers_per_course = 2
trainer_hours_per_week = 4
preparation_hours = 1
pass_probability = 0.8
practice = "simulated"
practice_weeks = 1.5
[tier.middle.supervision]
group_size = 2
meeting_hours = 1
preparation_hours = 0.5
max_supervisees = 5
grace_weeks = 1
[tier.middle.life.work]
clock = { dist = "weibull", shape = 0.8, mean_weeks = 25 }
from = "recruitment"
notice_weeks = 2
[tier.middle.life.summer]
clock = { dist = "date", week = 30 }

[tier.base]
intake = [{ week = 4, count = 6 }, { week = 14, count = 5 }]
recruits_per_week = 0.5
hours_per_week = { dist = "uniform", low = 3, high = 9 }
candidate_patience_weeks = { dist = "uniform", low = 3, high = 9 }
caseload = 2
apprentice_extra_hours_per_week = 0.5
[tier.base.training]
course_weeks = 2
min_cohort = 2
max_cohort = 5
at_weeks = [5, 9, 14, 20, 26, 33]
window_weeks = 2
trainer_hours_per_week = 3
pass_probability = 0.8
practice = "clients"
practice_cases = 1
practice_min_sessions = 2
apprentice_limit_weeks = 8
[tier.base.supervision]
group_size = 3
meeting_hours = 1
preparation_hours = 0.5
max_supervisees = 5
grace_weeks = 1
[tier.base.life.away]
clock = { dist = "exponential", mean_weeks = 20 }

[clients]
sessions = 3
session_hours = 1
session_overhead_hours = 0.5
interval_weeks = { dist = "discrete", values = [1, 2], probabilities = [0.7, 0.3] }
start_probability = 0.8
continue_probability = 0.9
no_show_probability = 0.2
max_no_shows = 1
patience_weeks = 5
handover_patience_weeks = 2
[clients.stream.walk_in]
referrals_per_week = [{ from_week = 0, rate = 0.5 }, { from_week = 6, rate = 3 }]
[clients.stream.clinic]
referrals_per_week = 1
"""
REPLICATIONS = 12
Log = list[Row]
Edit = Callable[[Log], Log | None]


@cache
def resolved() -> dict[str, Any]:
    """The lively scenario with its defaults filled in."""
    return _scenario().resolved()


@cache
def logs() -> list[tuple[Log, dict[str, float]]]:
    """The rows and the KPIs of a few replications."""
    runs = (simulate(_scenario(), replication=number, events=True) for number in range(REPLICATIONS))
    return [([Row(*row[1:]) for row in run.events.rows], dict(run.kpis)) for run in runs]


@cache
def _scenario() -> Any:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "lively.toml"
        path.write_text(LIVELY, encoding="utf-8")
        return load(path)


def told(path: str, value: Any) -> dict[str, Any]:
    """The lively scenario as the auditor would read it with another value at a dotted path."""
    changed = copy.deepcopy(resolved())
    *heads, last = path.split(".")
    table = changed
    for head in heads:
        table = table[head]
    table[last] = value
    return changed


def find(log: Log, event: str, start: int = 0, **fields: Any) -> int | None:
    """The place of the first row of an event with these fields; a function is asked about the field's value."""
    for place in range(start, len(log)):
        row = log[place]
        if row.event == event and all(_is(getattr(row, name), wanted) for name, wanted in fields.items()):
            return place
    return None


def _is(value: Any, wanted: Any) -> bool:
    return bool(wanted(value)) if callable(wanted) else value == wanted


def drop(event: str, **fields: Any) -> Edit:
    """Take out the first such row."""

    def edit(log: Log) -> Log | None:
        place = find(log, event, **fields)
        return None if place is None else log[:place] + log[place + 1 :]

    return edit


def twice(event: str, **fields: Any) -> Edit:
    """Let the first such row be there twice."""

    def edit(log: Log) -> Log | None:
        place = find(log, event, **fields)
        return None if place is None else [*log[: place + 1], log[place], *log[place + 1 :]]

    return edit


def change(event: str, to: dict[str, Any], **fields: Any) -> Edit:
    """Write something else into the first such row; a function is given the row."""

    def edit(log: Log) -> Log | None:
        place = find(log, event, **fields)
        if place is None:
            return None
        new = {name: value(log[place]) if callable(value) else value for name, value in to.items()}
        return [*log[:place], log[place]._replace(**new), *log[place + 1 :]]

    return edit


def swap(first: str, second: str) -> Edit:
    """Exchange two rows that follow each other within one instant."""

    def edit(log: Log) -> Log | None:
        for place in range(1, len(log)):
            before, after = log[place - 1], log[place]
            if (before.event, after.event) == (first, second) and before.minute == after.minute:
                return [*log[: place - 1], after, before, *log[place + 1 :]]
        return None

    return edit


def again(event: str, after: str, **changes: Any) -> Edit:
    """After the first row `after`, a row of `event` for the same worker or client at that minute."""

    def edit(log: Log) -> Log | None:
        place = find(log, after)
        if place is None:
            return None
        new = log[place]._replace(event=event, **changes)
        return [*log[: place + 1], new, *log[place + 1 :]]

    return edit
