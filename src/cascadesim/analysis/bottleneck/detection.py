"""What binds, in which tier, when: root causes of waiting, traced in every replication and week by itself.

From waits in the C-phase, never from utilisation: a tier can be busy without anybody waiting for it. Replications are
traced one by one, since the mean of a run that went well and one that did not is a programme that nobody has.

Root causes over time: in how many replications each binds and for how long, and which leads when.
"""

from __future__ import annotations

import weakref
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import pandas as pd

from cascadesim.analysis.bottleneck.queues import WaitRow, queue_states, read_queues, wait_rows
from cascadesim.analysis.bottleneck.root_causes import CausalLink, CausalTrace, Cause, Tracer, chain_words
from cascadesim.analysis.wording import months_of, named, number, percent, sentence
from cascadesim.scenario.schema import Scenario

FILTER_WEEKS = 2.0
"""In one replication, a cause counts where it is the most frequent among the weeks this far to either side."""
SHORTEST_WEEKS = 4.0
"""A shorter period is joined to its neighbour."""
LEAST_RUNS = 0.25
"""In fewer replications than this, what makes somebody wait is not said to bind."""

Shares = dict[Cause, tuple[float, ...]]
"""By cause, heaviest first: the share of replications in which it is the cause in each interval."""


@dataclass(frozen=True)
class BindingPeriod:
    """Weeks with one leading cause, or none; `runs` is the share of replications in which it binds, on average."""

    cause: Cause | None
    start_week: float
    end_week: float
    runs: float


def attribute_combinations(causes: Sequence[Cause | None]) -> list[Cause | None]:
    """The same, with each combination of constraints counted as that one of them which binds most often by itself.

    Somebody who waits for two things waits for each of them; otherwise one constraint would lose to another only
    because it sometimes comes with a third. What never binds by itself stays a combination.
    """
    often = Counter(cause for cause in causes if cause is not None)
    into = {
        cause: max(alone, key=lambda part: often[part])
        for cause in often
        if (alone := [part for part in cause.parts if part in often])
    }
    return [into.get(cause, cause) if cause is not None else None for cause in causes]


def majority_filter(
    causes: Sequence[Cause | None], ends: Sequence[float], lengths: Sequence[float]
) -> list[Cause | None]:
    """One replication's causes without what lasts a week or two: a majority filter, which leaves edges in interval.

    An interval in which nobody waits stays one.
    """
    middles = [end - length / 2 for end, length in zip(ends, lengths, strict=True)]
    first = last = 0
    kept: list[Cause | None] = []
    for interval, middle in enumerate(middles):
        while middles[first] < middle - FILTER_WEEKS:
            first += 1
        while last < len(middles) and middles[last] <= middle + FILTER_WEEKS:
            last += 1
        near, own = causes[first:last], causes[interval]
        kept.append(None if own is None else _most_frequent(near, own))
    return kept


def _most_frequent(near: Sequence[Cause | None], own: Cause) -> Cause | None:
    """Of as frequent ones `own`, or else the first."""
    return max(near, key=lambda cause: (near.count(cause), cause == own))


def shares_of(cells: Sequence[Sequence[Cause | None]], lengths: Sequence[float]) -> Shares:
    """The shares from the cause of each replication and interval; the cause of most run-weeks comes first."""
    shares: dict[Cause, list[float]] = {}
    for run in cells:
        for interval, cause in enumerate(run):
            if cause is not None:
                shares.setdefault(cause, [0.0] * len(run))[interval] += 1 / len(cells)
    ordered = sorted(shares, key=lambda cause: (-mean_weeks(shares[cause], lengths), cause))
    return {cause: tuple(shares[cause]) for cause in ordered}


def mean_weeks(shares: Sequence[float], lengths: Sequence[float]) -> float:
    """For how many weeks a cause binds in the average replication."""
    return sum(share * length for share, length in zip(shares, lengths, strict=True))


def binding_periods(shares: Shares, ends: Sequence[float], lengths: Sequence[float]) -> tuple[BindingPeriod, ...]:
    """The leading cause over time, in periods that tile the window; short ones are joined to a neighbour.

    Not so the weeks at both ends in which nothing binds in any replication: nobody has waited yet, or any more.
    """
    leading = [_leader(shares, interval) for interval in range(len(ends))]
    quiet = _quiet_ends(shares, len(ends))
    blocks = _blocks(leading)
    while len(blocks) > 1:
        spans = {number: sum(lengths[interval] for interval in block) for number, block in enumerate(blocks)}
        short = [number for number in spans if spans[number] < SHORTEST_WEEKS and quiet.isdisjoint(blocks[number])]
        if not short:
            break
        shortest = min(short, key=lambda number: spans[number])
        into = leading[blocks[shortest - 1 if shortest else 1][0]]
        for interval in blocks[shortest]:
            leading[interval] = into
        blocks = _blocks(leading)
    return tuple(_period(shares, leading[block[0]], block, ends, lengths) for block in blocks)


def _leader(shares: Shares, interval: int) -> Cause | None:
    leader = max(shares, key=lambda cause: shares[cause][interval], default=None)
    return leader if leader is not None and shares[leader][interval] >= LEAST_RUNS else None


def _quiet_ends(shares: Shares, count: int) -> set[int]:
    """The intervals before anything binds in any replication, and after."""
    binding = [interval for interval in range(count) if any(share[interval] > 0 for share in shares.values())]
    return {*range(binding[0]), *range(binding[-1] + 1, count)} if binding else set()


def _blocks(leading: list[Cause | None]) -> list[list[int]]:
    return [list(block) for _, block in groupby(range(len(leading)), key=lambda interval: leading[interval])]


def _period(
    shares: Shares, cause: Cause | None, block: list[int], ends: Sequence[float], lengths: Sequence[float]
) -> BindingPeriod:
    span = sum(lengths[interval] for interval in block)
    runs = sum(shares[cause][interval] * lengths[interval] for interval in block) / span if cause else 0.0
    return BindingPeriod(cause, ends[block[0]] - lengths[block[0]], ends[block[-1]], runs)


@dataclass(frozen=True)
class CauseRow:
    """How long a root cause binds in the average run, and in what share of runs it does for four weeks at least."""

    cause: Cause
    mean_weeks: float
    runs: float


def cause_rows(
    cells: Sequence[Sequence[Cause | None]], shares: Shares, lengths: Sequence[float]
) -> tuple[CauseRow, ...]:
    """One row a cause, heaviest first; `cells` holds the cause of each replication and interval."""
    often: Counter[Cause | None] = Counter()
    for run in cells:
        weeks: defaultdict[Cause | None, float] = defaultdict(float)
        for cause, length in zip(run, lengths, strict=True):
            weeks[cause] += length
        often.update(cause for cause in weeks if weeks[cause] >= SHORTEST_WEEKS)
    return tuple(
        CauseRow(cause, mean_weeks(share, lengths), often[cause] / len(cells)) for cause, share in shares.items()
    )


@dataclass(frozen=True)
class Bottleneck:
    """`sentence` says what binds and when, `tiers` which tier does so longest, `reason` how it holds anybody up.

    The last two are empty if almost nobody waits. `periods` tile the window; `shares` gives for each cause the share
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

    @property
    def main(self) -> CauseRow | None:
        """Of the causes that lead in some period, the one that binds longest."""
        leading = {period.cause for period in self.periods}
        return next((row for row in self.causes if row.cause in leading), None)


MOST_QUIET = 0.5
"""Weeks in which anybody waits in no more than this share of runs are quiet."""
SITES_APART = " With several sites, causes are followed only as far as they are certain to be at one site."
MOST_PERIODS = 6
"""A sentence names no more than this many, the heaviest."""


_latest: list[tuple[weakref.ref[pd.DataFrame], Scenario, Bottleneck]] = []


def find_bottleneck(scenario: Scenario, trajectories: pd.DataFrame) -> Bottleneck:
    """What binds in these replications; `trajectories` holds `replication`, `week` and the trajectory columns.

    The latest is kept, since answers, summary and figures of a run each ask for it.
    """
    for frame, of, known in _latest:
        if frame() is trajectories and of is scenario:
            return known
    found = _find(scenario, trajectories)
    _latest[:] = [(weakref.ref(trajectories), scenario, found)]
    return found


def _find(scenario: Scenario, trajectories: pd.DataFrame) -> Bottleneck:
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
    found = Bottleneck(_nothing(scenario, waits, rows), "", "", periods, tuple(ends), shares, rows, waits)
    main, many = found.main, runs > 1
    if main is None:
        return found
    how_long = f"{_weeks(main.mean_weeks)} of {'the average run' if many else 'this run'}"
    reason = f"Longest binding constraint: {main.cause.words} ({how_long}). {_chain(scenario, traces, main.cause)}"
    return replace(found, sentence=_what_binds(periods, shares, ends, many), tiers=by_tier(rows, many), reason=reason)


def _what_binds(periods: tuple[BindingPeriod, ...], shares: Shares, ends: list[float], many: bool) -> str:
    """`Binding constraint: X in months 2 to 8 (weeks 8 to 31, 70 % of runs), then Y from month 8 to the end (...).`

    Periods of one cause between which no other is named are given in one go.
    """
    binding = [period for period in periods if period.cause]
    binding.sort(key=lambda period: -period.runs * (period.end_week - period.start_week))
    heaviest = sorted(binding[:MOST_PERIODS], key=lambda period: period.start_week)
    turns = [list(turn) for _, turn in groupby(heaviest, key=lambda period: period.cause)]
    text = ", then ".join(_one(turn, periods, many) for turn in turns)
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


def _one(turn: list[BindingPeriod], periods: tuple[BindingPeriod, ...], many: bool) -> str:
    """One cause and when it binds: `X in months 2 to 3 (weeks 8 to 12, 60 % of runs)`, `X all the time`."""
    assert turn[0].cause is not None
    whens = []
    for index, period in enumerate(turn):
        start, end = period.start_week, period.end_week
        runs = f"{percent(period.runs)} of runs" if many else ""
        if end < periods[-1].end_week:
            months, weeks = months_of(start, end), f"weeks {start:g} to {end:g}"
            months = months if index else f"in {months}"
        elif start > periods[0].start_week:
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
