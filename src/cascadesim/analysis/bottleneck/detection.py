"""What binds, in which tier, when: root causes of waiting, traced in every replication and week by itself.

From waits in the C-phase, never from utilisation: a tier can be busy without anybody waiting for it. Replications are
traced one by one, since the mean of a run that went well and one that did not is a programme that nobody has.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby

import pandas as pd

from cascadesim.analysis.bottleneck.periods import (
    BindingPeriod,
    CauseRow,
    Shares,
    attribute_combinations,
    binding_periods,
    cause_rows,
    majority_filter,
    shares_of,
)
from cascadesim.analysis.bottleneck.queue_states import WaitRow, queue_states, read_queues, wait_rows
from cascadesim.analysis.bottleneck.root_causes import CausalLink, CausalTrace, Cause, Tracer, chain_words
from cascadesim.analysis.wording import months_of, named, number, percent, sentence
from cascadesim.scenario.schema import Scenario


@dataclass(frozen=True)
class Bottleneck:
    """`sentence` says what binds and when, `tiers` which tier does so longest, `reason` how it holds anybody up.

    The last two are empty if almost nobody waits. `periods` tile the horizon; `shares` gives for each cause the share
    of replications in which it binds in the intervals that end at `weeks`; `causes` and `waits` are the tables.
    """

    sentence: str
    tiers: str
    reason: str
    periods: tuple[BindingPeriod, ...]
    weeks: tuple[float, ...]
    shares: Shares
    causes: tuple[CauseRow, ...]
    waits: tuple[WaitRow, ...]


MOST_QUIET = 0.5
"""Weeks in which anybody waits in no more than this share of runs are quiet."""
SITES_APART = " With several sites, causes are followed only as far as they are certain to be at one site."
MOST_PERIODS = 6
"""A sentence names no more than this many, the heaviest."""


def find_bottleneck(scenario: Scenario, trajectories: pd.DataFrame) -> Bottleneck:
    """What binds in these replications; `trajectories` holds `replication`, `week` and the trajectory columns."""
    queues = read_queues(scenario, trajectories)
    runs, width, columns = queues.values.shape
    tracer = Tracer(scenario, queue_states(scenario, queues.columns, queues.values.reshape(-1, columns)))
    traces = [tracer.trace(row) for row in range(runs * width)]
    causes = attribute_combinations([trace.cause if trace else None for trace in traces])
    ends, lengths = queues.ends.tolist(), queues.lengths.tolist()
    by_run = [majority_filter(causes[run * width : (run + 1) * width], ends, lengths) for run in range(runs)]
    shares = shares_of(by_run, lengths)
    periods = binding_periods(shares, ends, lengths)
    rows, waits = cause_rows(by_run, shares, lengths), wait_rows(scenario, queues)
    main = next((row for row in rows if any(period.cause == row.cause for period in periods)), None)
    if main is None:
        return Bottleneck(_nothing(scenario, waits, rows), "", "", periods, tuple(ends), shares, rows, waits)
    text = _what_binds(periods, shares, ends, runs > 1)
    of = "the average run" if runs > 1 else "this run"
    chain = _chain(scenario, traces, main.cause)
    reason = f"Longest binding constraint: {main.cause.words} ({_weeks(main.mean_weeks)} of {of}). {chain}"
    return Bottleneck(text, by_tier(rows, runs > 1), reason, periods, tuple(ends), shares, rows, waits)


def _what_binds(periods: tuple[BindingPeriod, ...], shares: Shares, ends: list[float], many: bool) -> str:
    """`Binding constraint: X in months 2 to 8 (weeks 8 to 31, 70 % of runs), then Y from month 8 to the end (...).`

    Periods of one cause between which no other is named are given in one go.
    """
    binding = [period for period in periods if period.cause]
    binding.sort(key=lambda period: -period.runs * (period.end_week - period.start_week))
    heaviest = sorted(binding[:MOST_PERIODS], key=lambda period: period.start_week)
    turns = [list(turn) for _, turn in groupby(heaviest, key=lambda period: period.cause)]
    text = ", then ".join(_one(turn, periods[-1].end_week, many) for turn in turns)
    rest = _otherwise(periods, shares, ends, many)
    if len(binding) > len(heaviest):
        rest = "; at other times other constraints, each for a shorter time"
    return f"Binding constraint: {text}{rest}."


def _otherwise(periods: tuple[BindingPeriod, ...], shares: Shares, ends: list[float], many: bool) -> str:
    """What to say about the weeks in which no cause leads, period by period; nothing where there are none."""
    busy = [_busy(period, shares, ends) > MOST_QUIET for period in periods if period.cause is None]
    if not busy:
        return ""
    if all(busy):
        return "; at other times there is no one main constraint"
    if any(busy):
        return "; at other times there is no one main constraint, or almost nobody waits"
    return "; at other times almost nobody waits" + (" in most runs" if many else "")


def _busy(period: BindingPeriod, shares: Shares, ends: list[float]) -> float:
    """The share of runs in which anything binds, on average over a period."""
    inside = [interval for interval, end in enumerate(ends) if period.start_week < end <= period.end_week]
    return sum(share[interval] for share in shares.values() for interval in inside) / len(inside)


def by_tier(causes: tuple[CauseRow, ...], many: bool) -> str:
    """The verdict by tier: for how many weeks the causes that each tier owns bind, most first; empty without causes."""
    weeks: dict[str, float] = {}
    for row in causes:
        weeks[row.cause.tier] = weeks.get(row.cause.tier, 0.0) + row.mean_weeks
    if not weeks:
        return ""
    ranked = sorted(weeks.items(), key=lambda each: (-each[1], each[0]))
    of = "the average run" if many else "this run"
    first, *others = (f"{named(tier)} ({_weeks(each)}" for tier, each in ranked)
    text = ", then ".join([f"{first} of {of})", *(f"{each})" for each in others)])
    return f"Bottleneck by tier: {text}."


def _one(turn: list[BindingPeriod], horizon: float, many: bool) -> str:
    """One cause and when it binds: `X in months 2 to 3 (weeks 8 to 12, 60 % of runs)`, `X all the time`."""
    assert turn[0].cause is not None
    whens = []
    for index, period in enumerate(turn):
        start, end = period.start_week, period.end_week
        runs = f"{percent(period.runs)} of runs" if many else ""
        if end < horizon:
            months, weeks = months_of(start, end), f"weeks {start:g} to {end:g}"
            months = months if index else f"in {months}"
        elif start > 0:
            months, weeks = f"from {months_of(start, start)} to the end", f"from week {start:g}"
        else:
            months, weeks = "all the time", ""
        inside = ", ".join(filter(None, (weeks, runs)))
        whens.append(f"{months} ({inside})" if inside else months)
    return f"{turn[0].cause.words} {', '.join(whens[:-1])}{' and ' if whens[1:] else ''}{whens[-1]}"


def _chain(scenario: Scenario, traces: list[CausalTrace | None], main: Cause) -> str:
    """The most usual chain behind a cause, with mean sizes."""
    chains = [trace.links for trace in traces if trace is not None and trace.cause == main]
    usual = Counter(_outline(links) for links in chains).most_common(1)[0][0]
    alike = [links for links in chains if _outline(links) == usual]
    means = tuple(
        links[0]._replace(size=sum(link.size for link in links) / len(links)) for links in zip(*alike, strict=True)
    )
    return (
        f"In these weeks, on average: {chain_words(scenario, means)}.{SITES_APART if len(scenario.sites) > 1 else ''}"
    )


def _outline(links: tuple[CausalLink, ...]) -> tuple[CausalLink, ...]:
    return tuple(link._replace(size=0.0) for link in links)


def _weeks(weeks: float) -> str:
    return f"{number(weeks)} week{'' if number(weeks) == '1' else 's'}"


def nobody_waited(scenario: Scenario) -> str:
    """Said of a programme without any wait."""
    if scenario.clients is None:
        return "Nobody waited for a course or for a supervisor."
    return "Nobody waited for a course, for a supervisor or for care."


def _nothing(scenario: Scenario, waits: tuple[WaitRow, ...], causes: tuple[CauseRow, ...]) -> str:
    """What to say where no cause binds in enough replications."""
    if not waits:
        return f"Binding constraint: none. {nobody_waited(scenario)}"
    pace = "recruitment and the length of courses set" if scenario.clients is None else "referrals set"
    often = max(causes, key=lambda row: row.runs, default=None)
    if often is None or often.runs == 0:
        return f"Binding constraint: none for long. {sentence(pace)} the pace."
    some = f"Where there is one, it is most often {often.cause.words}"
    how = f"for four weeks or more in {percent(often.runs)} of runs"
    return f"Binding constraint: none in most runs. Almost nobody waits for long; {pace} the pace. {some} ({how})."
