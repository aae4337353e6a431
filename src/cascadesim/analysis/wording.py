"""Numbers, weeks, names and the first measures as a programme planner reads them.

One place, so that every page says them alike.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from cascadesim.model.measures import unit_of
from cascadesim.scenario import defaults
from cascadesim.scenario.compile import measure_names
from cascadesim.scenario.schema import ParsedTarget, Scenario

NONE = "-"
_PERSON = ("er", "or", "ist", "mentee", "chw")
_AMOUNTS = {">=": "at least", ">": "more than", "<=": "at most", "<": "fewer than"}
_VERBS = {
    "referred": "are referred",
    "started": "start care",
    "completed": "complete care",
    "active": "are active",
    "certified": "are certified",
    "delivering": "deliver care",
}
"""What a target counts, as a verb."""


def number(value: float, unit: str = "") -> str:
    """To two or three digits (`0.35`, `7.3`, `1,234`, `123k`); a share in per cent; `-` for nan."""
    if math.isnan(value):
        return NONE
    if unit == "share":
        return f"{_plain(100 * value)} %"
    return _plain(value)


def beside(value: float, published: float, unit: str = "") -> tuple[str, str]:
    """A published figure with all its digits, and a simulated one with no fewer decimals: they are to be compared."""
    size, sign = (100.0, " %") if unit == "share" else (1.0, "")
    printed = (Decimal(repr(published * 1.0)) * int(size)).normalize()
    decimals = max(0, -int(printed.as_tuple().exponent))
    text = number(value, unit)
    if not math.isnan(value) and len(text.removesuffix(" %").partition(".")[2]) < decimals:
        text = f"{value * size:,.{decimals}f}{sign}"
    return f"{printed:,f}{sign}", text


def _plain(value: float) -> str:
    size = abs(value)
    if size >= 99_950:
        return f"{value / 1e6:.2f}M" if size >= 999_500 else f"{value / 1e3:.0f}k"
    decimals = 0 if size >= 99.5 else 1 if size >= 0.995 else 2
    text = f"{value:,.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def span(low: float, high: float, unit: str = "") -> str:
    """`10 to 12`, `36.1 to 50 %`; `-` where there is none. No measure is below 0, so no interval is shown to be."""
    if math.isnan(low) or math.isnan(high):
        return NONE
    low = max(0.0, low)
    if unit == "share":
        return f"{_plain(100 * low)} to {_plain(100 * high)} %"
    return f"{_plain(low)} to {_plain(high)}"


def signed(value: float, unit: str = "") -> str:
    """A difference: `+7.3`, `-0.4`, `0`; one of shares in percentage points, `+28 pts`; `-` for nan."""
    if unit == "share":
        return NONE if math.isnan(value) else f"{signed(100 * value)} pts"
    text = number(value)
    if text == "0" and value:
        text = f"{value:.1g}"  # small, but not nothing
    return f"+{text}" if value > 0 else text


def signed_span(low: float, high: float, unit: str = "") -> str:
    """The interval of a difference: `-0.4 to +7.3`; `-` where there is none."""
    if math.isnan(low) or math.isnan(high):
        return NONE
    return f"{signed(low, unit).removesuffix(' pts')} to {signed(high, unit)}"


def size(value: float, unit: str = "") -> str:
    """How large a difference is, without its sign: `7.3`, `0.1 weeks`, `4 points` of a share."""
    points = 100 * abs(value) if unit == "share" else abs(value)
    text = number(points)
    if text == "0" and points:
        text = f"{points:.1g}"  # small, but not nothing
    if unit == "share":
        return f"{text} point{'' if text == '1' else 's'}"
    return f"{text} week{'' if text == '1' else 's'}" if unit in ("weeks", "week") else text


def pairs_of(defined: int, runs: int) -> str:
    """`20 pairs`, or `18 of 20 pairs` where some runs have no value in both."""
    return count_of(defined, "pair") if defined == runs else f"{defined:,} of {count_of(runs, 'pair')}"


def percent(share: float) -> str:
    """A chance in whole per cent; never 0 or 100 for what is neither."""
    if share <= 0 or share >= 1:
        return f"{round(100 * share)} %"
    return f"{min(99, max(1, round(100 * share)))} %"


def part(share: float) -> str:
    """A share of a whole in whole per cent: `<1 %` for little, `>99 %` for nearly all of it."""
    if 0 < share < 0.01:
        return "<1 %"
    if 0.99 < share < 1:
        return ">99 %"
    return f"{round(100 * share)} %"


def percents(low: float, high: float) -> str:
    """An interval of a chance in whole per cent: `36 to 50 %`."""
    return f"{round(100 * low)} to {round(100 * high)} %"


def named(name: str) -> str:
    """A name of the scenario (`paid_work`) as words."""
    return name.replace("_", " ")


def workers_of(tier: str) -> str:
    """The workers of a tier: `lay workers`, `mentors`, and `NAME workers` where its name is no word for a person."""
    words = named(tier)
    if words.endswith(("ers", "ors", "workers")):
        return words
    return f"{words}s" if words.endswith(_PERSON) else f"{words} workers"


def target_text(scenario: Scenario, goal: ParsedTarget) -> str:
    """`at least 6,000 clients start care by month 18 (by 1 Mar 2028)`."""
    *owner, what = goal.measure.split(".")
    who = workers_of(owner[-1]) if owner else "clients"
    return f"{amount_text(goal)} {who} {_VERBS.get(what, what)} {by(scenario, goal.week)}"


def amount_text(goal: ParsedTarget) -> str:
    """`at least 6,000`."""
    size = f"{goal.number:,.0f}" if goal.number == round(goal.number) else f"{goal.number:,g}"
    return f"{_AMOUNTS[goal.op]} {size}"


def count_of(how_many: int, what: str, many: str = "") -> str:
    """`1 run`, `200 runs`; `many` where the plural is not `what` with an s."""
    return f"{how_many:,} {what if how_many == 1 else many or what + 's'}"


def duration(seconds: float) -> str:
    """About how long, in two units at most: `40 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`."""
    whole = round(seconds)
    for size, unit, part, small in ((86400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= size:
            rest = whole % size // part
            return f"{whole // size} {unit}" + (f" {rest} {small}" if rest else "")
    return f"{whole} s"


def month(week: float) -> int | None:
    """The month that ends with this week, where one does: a month is 52/12 weeks."""
    return round(week * 12 / 52) if week > 0 and (week * 12) % 52 == 0 else None


def date_of(scenario: Scenario, week: float) -> dt.date | None:
    """The calendar date on which this week begins, where the scenario gives `start_date`."""
    return scenario.start_date + dt.timedelta(days=math.floor(week * 7)) if scenario.start_date else None


def when(scenario: Scenario, week: float) -> str:
    """`month 6 (4 Mar 2019, week 26)`, or less where less is known: the month, then the date, then the week."""
    first, *others = filter(None, (_month_text(week), _date_text(scenario, week), f"week {week:g}"))
    return f"{first} ({', '.join(others)})" if others else first


def window(scenario: Scenario) -> str:
    """`week 60 (12 Mar 2027) to week 104 (14 Jan 2028)`; empty where the window is the whole run."""
    if not scenario.measure_from_week:
        return ""
    ends = (scenario.measure_from_week, scenario.horizon_weeks)
    dates = (_date_text(scenario, week) for week in ends)
    first, last = (f"week {week:g}" + (f" ({date})" if date else "") for week, date in zip(ends, dates, strict=True))
    return f"{first} to {last}"


def by(scenario: Scenario, week: float) -> str:
    """`by month 18 (by 1 Mar 2028)`; the week where no month ends with it."""
    first, *others = filter(None, (_month_text(week), _date_text(scenario, week) or f"week {week:g}"))
    return f"by {first} (by {others[0]})" if others else f"by {first}"


def months_of(start_week: float, end_week: float) -> str:
    """The months that a period touches: `months 2 to 5`."""
    first, last = math.floor(start_week * 12 / 52) + 1, math.ceil(end_week * 12 / 52)
    return f"month {first}" if first >= last else f"months {first} to {last}"


def _month_text(week: float) -> str:
    months = month(week)
    return f"month {months}" if months else ""


def _date_text(scenario: Scenario, week: float) -> str:
    date = date_of(scenario, week)
    return f"{date.day} {date:%b %Y}" if date else ""


def sentence(text: str) -> str:
    """With a capital at the beginning; nothing else is changed."""
    return text[:1].upper() + text[1:]


def level_text(level: Any) -> str:
    """A level of a factor: a number to six digits, anything else as it is."""
    return f"{level:g}" if isinstance(level, int | float) else str(level)


def in_words(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def json_ready(row: Mapping[str, Any]) -> dict[str, Any]:
    """The same with None for numbers that are undefined or without end."""
    return {name: None if isinstance(each, float) and not math.isfinite(each) else each for name, each in row.items()}


_AT_WEEK = re.compile(r"_at_week_(\d+)$")
_PLAIN_UNITS = ("share", "level", "ratio")
"""Units of which a heading says nothing: a share has its per cent, the others have none."""


class MeasureWording(NamedTuple):
    """`name` is short, `heading` has what a table needs to know besides; in `more` and `less` `{}` is the size."""

    name: str
    heading: str
    more: str
    less: str


def headline_measures(scenarios: Sequence[Scenario]) -> dict[str, MeasureWording]:
    """By KPI, the answers of the base (the first of `scenarios`), then what any of them has published figures of.

    A variant may be about competence, costs or a published figure alone: left out, it would seem to change nothing.
    """
    base = scenarios[0]
    week = defaults.report_weeks(base)[-1]
    at_week, then = f" at week {week}", f", {when(base, week)}"
    delivering = [name for level, name in enumerate(base.cascade) if defaults.delivers(base, level)]
    what = "delivering" if delivering else "active"
    measures = {
        f"tier.{tier}.{what}_at_week_{week}": _number_of(f"{workers_of(tier)} {what}", at_week, then)
        for tier in delivering or [base.cascade[-1]]
    }
    if base.clients is not None:
        measures["clients.started"] = _number_of("clients starting care")
        measures["clients.completed"] = _number_of("clients completing care")
        wait = size_of("mean wait for care", heading=" (weeks)", unit=" weeks", ways=("longer", "shorter"))
        measures["clients.wait_mean_weeks"] = wait
    for tier in (name for name in base.cascade if base.tier[name].competence is not None):
        competence = size_of(f"mean {named(tier)} competence", at_week, then)
        measures[f"tier.{tier}.competence_mean_at_week_{week}"] = competence
    measures |= _costs(scenarios)
    published = [figure.outcome for scenario in scenarios for figure in scenario.published]
    return measures | {kpi: _any(kpi) for kpi in published if kpi not in measures}


def _number_of(words: str, when: str = "", heading: str = "") -> MeasureWording:
    """Of what is counted: there is more of it, or fewer."""
    return MeasureWording(words, words + heading, f"{{}} more {words}{when}", f"{{}} fewer {words}{when}")


def size_of(
    words: str, when: str = "", heading: str = "", unit: str = "", ways: tuple[str, str] = ("higher", "lower")
) -> MeasureWording:
    """Of what has a size: it is higher, or lower."""
    more, less = (f"{words}{when} {{}}{unit} {way}" for way in ways)
    return MeasureWording(words, words + heading, more, less)


def _costs(scenarios: Sequence[Scenario]) -> dict[str, MeasureWording]:
    """The total and what a completed client costs, where anything costs anything in any of them."""
    costed = [each for each in scenarios if "cost.total" in measure_names(each)]
    if not costed:
        return {}
    currency = ", ".join(sorted({each.costs.currency for each in costed} - {""}))
    heading, unit = (f" ({currency})", f" {currency}") if currency else ("", "")
    words = {"cost.total": "total cost", "cost.per_completed": "cost per completed client"}
    known = {name for each in costed for name in measure_names(each)}
    return {kpi: size_of(what, heading=heading, unit=unit) for kpi, what in words.items() if kpi in known}


def _any(kpi: str) -> MeasureWording:
    """Of any measure, read off its name."""
    words, unit = kpi_words(kpi), unit_of(kpi)
    return size_of(words, heading="" if unit in _PLAIN_UNITS or unit in words else f" ({unit})")


def kpi_words(kpi: str) -> str:
    """`tier.NAME.exits.too_busy` as `NAME exits (too busy)`, `clients.started_at_week_26` with its week."""
    at_week = _AT_WEEK.search(kpi)
    bare = kpi.removesuffix(at_week[0]) if at_week else kpi
    owner, what, *inner = map(named, bare.removeprefix("tier.").split("."))
    text = f"{owner} {what}" + (f" ({', '.join(inner)})" if inner else "")
    return f"{text} at week {at_week[1]}" if at_week else text
