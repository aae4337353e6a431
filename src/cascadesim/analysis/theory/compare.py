"""Each quantity by hand, beside what runs of the same scenario give, and why the two differ."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from cascadesim.analysis.theory import care, client_reasons, fluid, reasons
from cascadesim.analysis.theory.counterparts import PROGRAMME
from cascadesim.analysis.theory.found import Estimate, Found, Runs, ratio
from cascadesim.analysis.theory.heads import is_known, people
from cascadesim.analysis.theory.omitted import in_words, of_clients, of_heads, told
from cascadesim.analysis.theory.rows import ROWS, Row
from cascadesim.analysis.words import named
from cascadesim.scenario import defaults
from cascadesim.scenario.schema import Scenario

AGREE = "The runs agree, within chance."
WITHIN = "By hand is within the interval of the runs."
JUST_OUTSIDE = "Just outside chance; so is one row in twenty by luck alone."
SAME = "The runs give the same."
ONE_RUN = "One run cannot tell chance from a reason."
_SAME = 1e-9
FAR = 2.0
"""Half widths of the 95 % interval beyond which a difference is explained. Within one of them it is chance."""


@dataclass(frozen=True)
class Comparison:
    """One quantity. `tier` is empty for the programme, `week` None but for the head counts and clients at report weeks.

    `by_hand` is infinite where nothing sets an end to it; `simulated` and `why` are empty without runs, or where runs
    measure nothing of the kind. `ratio` is simulated / by hand, nan where either is undefined. `omits` names what acts
    in the runs and is left out by hand, and does not fade as a programme grows.
    """

    name: str
    tier: str
    week: int | None
    words: str
    unit: str
    formula: str
    by_hand: float
    simulated: Estimate | None = None
    why: str = ""
    omits: tuple[str, ...] = ()

    @property
    def ratio(self) -> float:
        """Simulated / by hand; nan where it has no meaning."""
        if self.simulated is None or not math.isfinite(self.by_hand):
            return math.nan
        return ratio(self.simulated.mean, self.by_hand)

    def plain(self) -> dict[str, Any]:
        """JSON-ready: null where undefined or without end."""
        simulated = None if self.simulated is None else {k: _plain(v) for k, v in asdict(self.simulated).items()}
        return {**asdict(self), "by_hand": _plain(self.by_hand), "simulated": simulated, "ratio": _plain(self.ratio)}


def compare(scenario: Scenario, runs: Runs | None = None) -> tuple[Comparison, ...]:
    """Tier by tier from the top, then the programme, then what a programme without chance has at the report weeks.

    The latter where it is known beforehand who comes, and for clients where all care is individual.
    """
    found = [
        _compared(scenario, name, row, level, runs)
        for level in (*range(len(scenario.cascade)), PROGRAMME)
        for name, row in ROWS.items()
        if row.applies(scenario, level)
    ]
    return (*found, *_without_chance(scenario, runs))


def _compared(scenario: Scenario, name: str, row: Row, level: int, runs: Runs | None) -> Comparison:
    tier, above = (scenario.cascade[each] if each >= 0 else "" for each in (level, level - 1))
    words = row.words.format(above=named(above))
    hand = row.by_hand(scenario, level)
    simulated, why = None, ""
    counterpart, omits = row.simulated, row.omits(scenario, level)
    if runs is not None and counterpart is not None:
        simulated = runs.estimate(lambda found: counterpart(found, level))
        why = _why(hand, simulated, row.why, runs.all, level, told(runs.all, level, omits))
    named_omits = tuple(each.words for each in omits)
    return Comparison(name, tier, None, words, row.unit, row.formula, hand, simulated, why, named_omits)


def _why(hand: float, simulated: Estimate, why: reasons.Why, found: Found, level: int, omitted: str = "") -> str:
    """Chance where it suffices, else the reason that the runs give, else that there is none.

    What cannot be by hand, 0, and yet is in the runs, is no matter of chance. Nor is anything where mechanisms are left
    out by hand: `omitted` says which.
    """
    if math.isnan(simulated.mean) or math.isnan(hand):
        return ""
    if math.isclose(hand, simulated.mean, rel_tol=_SAME, abs_tol=_SAME):
        return SAME
    if math.isnan(simulated.low):
        return ONE_RUN
    apart, half = abs(hand - simulated.mean), simulated.high - simulated.mean
    if hand != 0 and apart <= half:
        return f"{WITHIN} {omitted}" if omitted else AGREE
    if hand != 0 and apart <= FAR * half and not omitted:
        return JUST_OUTSIDE
    return " ".join(filter(None, (why(found, level, hand, simulated.mean), omitted))) or reasons.NO_REASON


def _without_chance(scenario: Scenario, runs: Runs | None) -> Iterator[Comparison]:
    known = [is_known(scenario, level) for level in range(len(scenario.cascade))]
    for level in range(len(scenario.cascade)):
        if known[level]:
            yield from _heads_without_chance(scenario, level, runs)
    if all(known) and care.is_individual(scenario):
        yield from _clients_without_chance(scenario, runs)


def _heads_without_chance(scenario: Scenario, level: int, runs: Runs | None) -> Iterator[Comparison]:
    heads, tier, omits = people(scenario, level), scenario.cascade[level], of_heads(scenario, level)
    formula = "sum over cohorts of count x yield x survival"
    for week in defaults.report_weeks(scenario):
        key, words = ("active", tier, week), f"active at week {week}"
        omitted = told(runs.all, level, omits) if runs is not None else ""
        row = _at_week(key, words, formula, heads.active(week), runs, level, reasons.courses, omitted)
        yield replace(row, omits=tuple(each.words for each in omits))


def _clients_without_chance(scenario: Scenario, runs: Runs | None) -> Iterator[Comparison]:
    formula = "a fluid of clients in the order of referral, with the delays of care and patience"
    omits = of_clients(scenario)
    for week, reading in fluid.queue(scenario, defaults.report_weeks(scenario)).items():
        for what, value in asdict(reading).items():
            if what != "waiting" and scenario.measure_from_week:
                continue  # the runs count those referred in the window only (R1.6), the fluid tells nobody apart
            words = f"clients {what} {'before' if what == 'waiting' else 'by'} week {week}"
            why = client_reasons.at_week(week, waiting=what == "waiting")
            omitted = f"Left out by hand: {in_words(list(omits))}." if omits else ""
            row = _at_week((what, "", week), words, formula, value, runs, PROGRAMME, why, omitted)
            yield replace(row, omits=omits)


def _at_week(
    key: tuple[str, str, int],
    words: str,
    formula: str,
    hand: float,
    runs: Runs | None,
    level: int,
    why: reasons.Why,
    omitted: str = "",
) -> Comparison:
    name, tier, week = key
    owner = f"tier.{tier}" if tier else "clients"
    unit = "people" if tier else "clients"
    if runs is None:
        return Comparison(name, tier, week, words, unit, formula, hand)
    simulated = runs.estimate(lambda found: found.means[f"{owner}.{name}_at_week_{week}"])
    reason = _why(hand, simulated, why, runs.all, level, omitted)
    return Comparison(name, tier, week, words, unit, formula, hand, simulated, reason)


def _plain(value: float) -> float | None:
    return value if math.isfinite(value) else None
