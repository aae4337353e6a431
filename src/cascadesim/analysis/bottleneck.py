"""What binds, in which tier, when: root causes of waiting, traced in every replication and week by itself.

From waits in the C-phase, never from utilisation: a tier can be busy without anybody waiting for it. Replications are
traced one by one, since the mean of a run that went well and one that did not is a programme that nobody has.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from cascadesim.analysis.causes import Tracer
from cascadesim.analysis.chain import Cause, Link, Trace, say
from cascadesim.analysis.spells import Shares, Spell, gathered, shares_of, spells_of, steady
from cascadesim.analysis.standing import read_waits, standings
from cascadesim.analysis.waits import CauseRow, WaitRow, cause_rows, wait_rows
from cascadesim.analysis.words import named, number, percent, sentence
from cascadesim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Bottleneck:
    """`sentence` says what binds and when, `tiers` which tier does so longest, `reason` how it holds anybody up.

    The last two are empty if hardly anybody waits.

    `spells` tile the horizon; `shares` gives for each cause the share of replications in which it binds in the
    intervals that end at `weeks`; `causes` and `waits` are the tables of `waits.py`.
    """

    sentence: str
    tiers: str
    reason: str
    spells: tuple[Spell, ...]
    weeks: tuple[float, ...]
    shares: Shares
    causes: tuple[CauseRow, ...]
    waits: tuple[WaitRow, ...]


def find_bottleneck(scenario: Scenario, trajectories: pd.DataFrame) -> Bottleneck:
    """What binds in these replications; `trajectories` holds `replication`, `week` and the trajectory columns."""
    readings = read_waits(scenario, trajectories)
    runs, width, columns = readings.values.shape
    tracer = Tracer(scenario, standings(scenario, readings.columns, readings.values.reshape(-1, columns)))
    traces = [tracer.trace(row) for row in range(runs * width)]
    found = gathered([trace.cause if trace else None for trace in traces])
    ends, lengths = readings.ends.tolist(), readings.lengths.tolist()
    cells = [steady(found[run * width : (run + 1) * width], ends, lengths) for run in range(runs)]
    shares = shares_of(cells, lengths)
    spells = spells_of(shares, ends, lengths)
    causes, waits = cause_rows(cells, shares, lengths), wait_rows(scenario, readings)
    main = next((cause for cause in shares if any(spell.cause == cause for spell in spells)), None)
    if main is None:
        sentence, tiers, reason = _nothing(scenario, waits, causes), "", ""
    else:
        weeks = next(row.mean_weeks for row in causes if row.cause == main)
        sentence, tiers = _say(spells, shares, ends, runs > 1), by_tier(causes, runs > 1)
        of = "the average run" if runs > 1 else "this run"
        reason = f"Longest, for {number(weeks)} weeks of {of}: {main.words}. {_chain(scenario, traces, main)}"
    return Bottleneck(sentence, tiers, reason, spells, tuple(ends), shares, causes, waits)


MOST_QUIET = 0.5
"""Weeks in which anybody waits in no more than this share of runs are quiet."""
SITES_APART = " Of several sites, a chain goes no further than it surely stays at one."
MOST_SPELLS = 6
"""A sentence names no more than this many, the heaviest."""


def _say(spells: tuple[Spell, ...], shares: Shares, ends: list[float], many: bool) -> str:
    """`What binds: X in weeks 8 to 31 (70 % of runs), then Y from week 31 to the end (87 % of runs).`

    Spells of one cause between which no other is told are said in one go.
    """
    binding = sorted(
        (spell for spell in spells if spell.cause), key=lambda spell: -spell.runs * (spell.end - spell.start)
    )
    told = sorted(binding[:MOST_SPELLS], key=lambda spell: spell.start)
    turns = [list(turn) for _, turn in groupby(told, key=lambda spell: spell.cause)]
    text = ", then ".join(_one(turn, spells[-1].end, many) for turn in turns)
    rest = _otherwise(spells, shares, ends, many)
    if len(binding) > len(told):
        rest = "; at other times other causes lead, none for as long"
    return f"What binds: {text}{rest}."


def _otherwise(spells: tuple[Spell, ...], shares: Shares, ends: list[float], many: bool) -> str:
    """What to say about the weeks in which no cause leads, spell by spell; nothing where there are none."""
    busy = [_busy(spell, shares, ends) > MOST_QUIET for spell in spells if spell.cause is None]
    if not busy:
        return ""
    if all(busy):
        return "; at other times no one cause leads"
    if any(busy):
        return "; at other times no one cause leads, or hardly anybody waits"
    return "; at other times hardly anybody waits" + (" in most runs" if many else "")


def _busy(spell: Spell, shares: Shares, ends: list[float]) -> float:
    """The share of runs in which anything binds, on average over a spell."""
    inside = [place for place, end in enumerate(ends) if spell.start < end <= spell.end]
    return sum(share[place] for share in shares.values() for place in inside) / len(inside)


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
    return f"The tier that binds longest: {text}."


def _one(turn: list[Spell], horizon: float, many: bool) -> str:
    """One cause and when it binds: `X in weeks 8 to 12 (60 % of runs), 15 to 31 (70 % of runs)`."""
    assert turn[0].cause is not None
    whens = []
    for place, spell in enumerate(turn):
        last = spell.end >= horizon
        if spell.start <= 0 and last:
            weeks = "all the time"
        else:
            weeks = f"from week {spell.start:g} to the end" if last else f"{spell.start:g} to {spell.end:g}"
            weeks = weeks if last or place else f"in weeks {weeks}"
        whens.append(weeks + (f" ({percent(spell.runs)} of runs)" if many else ""))
    return f"{turn[0].cause.words} {', '.join(whens[:-1])}{' and ' if whens[1:] else ''}{whens[-1]}"


def _chain(scenario: Scenario, traces: list[Trace | None], main: Cause) -> str:
    """The most usual chain behind a cause, with mean sizes."""
    chains = [trace.links for trace in traces if trace is not None and trace.cause == main]
    usual = Counter(_outline(links) for links in chains).most_common(1)[0][0]
    alike = [links for links in chains if _outline(links) == usual]
    means = tuple(
        links[0]._replace(size=sum(link.size for link in links) / len(links)) for links in zip(*alike, strict=True)
    )
    return f"Meanwhile, on average: {say(scenario, means)}.{SITES_APART if len(scenario.sites) > 1 else ''}"


def _outline(links: tuple[Link, ...]) -> tuple[Link, ...]:
    return tuple(link._replace(size=0.0) for link in links)


def _weeks(weeks: float) -> str:
    return f"{number(weeks)} week{'' if number(weeks) == '1' else 's'}"


def nobody_waited(scenario: Scenario) -> str:
    """Said of a programme without any wait."""
    return f"Nobody waited for a course{' or' if scenario.clients is None else ','} for a supervisor{_care(scenario)}."


def _care(scenario: Scenario) -> str:
    return "" if scenario.clients is None else " or for care"


def _nothing(scenario: Scenario, waits: tuple[WaitRow, ...], causes: tuple[CauseRow, ...]) -> str:
    """What to say where no cause binds in enough replications."""
    if not waits:
        return f"What binds: nothing. {nobody_waited(scenario)}"
    pace = "recruitment and the length of courses set" if scenario.clients is None else "referrals set"
    often = max(causes, key=lambda row: row.runs, default=None)
    if often is None or often.runs == 0:
        return f"What binds: nothing for long. {sentence(pace)} the pace."
    some = f"Where something does, it is most often {often.cause.words}"
    how = f"for four weeks or more in {percent(often.runs)} of runs"
    return f"What binds: nothing in most runs. Hardly anybody waits for long; {pace} the pace. {some} ({how})."
