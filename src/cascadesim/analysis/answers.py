"""The answers that a run gives first: sentences for people, one kind at a time, and the same as data for programs.

And published figures beside simulated ones, fitted and predicted kept apart.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from cascadesim.analysis.bottleneck.detection import BindingPeriod, Bottleneck, CauseRow, find_bottleneck
from cascadesim.analysis.bottleneck.queues import WaitRow
from cascadesim.analysis.intervals import Summary, summaries, summarise, wilson
from cascadesim.analysis.wording import (
    beside,
    count_of,
    json_ready,
    named,
    number,
    percent,
    percents,
    sentence,
    span,
    target_text,
    when,
    window,
    workers_of,
)
from cascadesim.engine.backends import AUTO
from cascadesim.experiment.replicate import replicate
from cascadesim.model.measures import unit_of
from cascadesim.scenario import defaults
from cascadesim.scenario.schema import ParsedTarget, Published, Scenario

FITTED = {"fitted": "fitted (an input was chosen to give it), so it is no test of the model", "predicted": "predicted"}

MOST_REASONS = 3
"""So many reasons to leave are given by name."""
MANY_UNCERTIFIED = 0.1
"""The least share of apprentices without a certificate in the end that is worth a sentence."""
MANY_IN_CARE = 0.2
"""From this many clients in care at the end, for each who has completed, the cost per completed client needs a word."""
IDLE, SHORT_WAIT_WEEKS, FEW = 0.25, 2.0, 0.05
"""From this share of workers without a client on, for no longer waits of clients, and with no larger share of those
referred who gave up or still wait, there are too few clients."""
LAPSED = 0.2
"""The least share of dates without a course that is worth a sentence."""
NOT_IN_THE_WAY = ("calendar", "gathering")
"""Tests of a course that say only that its time has not come."""


def answers(scenario: Scenario, kpis: pd.DataFrame, trajectories: pd.DataFrame) -> tuple[str, ...]:
    """The sentences in order: target, report weeks, what binds and why, published figures. One or two lines each."""
    bottleneck = find_bottleneck(scenario, trajectories)
    return (*main_sentences(scenario, kpis, trajectories, bottleneck), *published_sentences(scenario, kpis))


def main_sentences(
    scenario: Scenario, kpis: pd.DataFrame, trajectories: pd.DataFrame, bottleneck: Bottleneck
) -> tuple[str, ...]:
    """All but those about published figures. Where a window is in force, the first says so."""
    return (
        *window_sentences(scenario),
        *settled_sentences(scenario, trajectories),
        *target_sentences(scenario, kpis),
        *report_sentences(scenario, kpis),
        *leaving_sentences(scenario, kpis),
        *uncertified_sentences(scenario, kpis),
        *(text for text in (bottleneck.sentence, bottleneck.tiers, bottleneck.reason) if text),
        *dates_sentences(scenario, kpis, bottleneck.waits),
        *idle_sentences(scenario, kpis),
        *unfinished_sentences(scenario, kpis),
    )


def window_sentences(scenario: Scenario) -> Iterator[str]:
    """What is measured, where that is not the whole run."""
    if weeks := window(scenario):
        clients = " Only clients referred in these weeks are counted." if scenario.clients is not None else ""
        yield f"Measured from {weeks}.{clients}"


def settled_sentences(scenario: Scenario, trajectories: pd.DataFrame) -> tuple[str, ...]:
    """Whether the programme has settled by the week from which it is measured; nothing where it is measured whole."""
    if not scenario.measure_from_week:
        return ()
    from cascadesim.analysis.warm_up import warm_up_sentences

    return tuple(warm_up_sentences(scenario, trajectories))


def target_sentences(scenario: Scenario, kpis: pd.DataFrame) -> Iterator[str]:
    """The chance of the target with its interval, and whether it is large enough; nothing without a target."""
    target, goal = scenario.target, defaults.target(scenario)
    if target is None or goal is None:
        return
    chance, values = percent(target.chance.value), kpis[goal.kpi]
    hits, runs = _hits(goal, kpis), len(kpis)
    reach = target_text(scenario, goal)
    if runs == 1:
        verdict = "reached" if hits else "not reached"
        yield (
            f"Target {verdict} in this one run ({number(float(values.iloc[0]))}): {reach}. "
            f"The chance (target: {chance}) needs many runs (--replications 200)."
        )
        return
    low, high = wilson(hits, runs)
    yield (
        f"{_verdict(low, high, target.chance.value)} Chance that {reach}: {percent(hits / runs)} "
        f"(95 % interval {percents(low, high)}, {count_of(runs, 'run')}). Target: {chance}."
    )


def _hits(goal: ParsedTarget, kpis: pd.DataFrame) -> int:
    """In how many runs the target is met."""
    return int(sum(goal.met(value) for value in kpis[goal.kpi]))


def _verdict(low: float, high: float, chance: float) -> str:
    if low >= chance:
        return "Target reached."
    return "Target not reached." if high < chance else "Too few runs to say whether the target is reached."


def report_sentences(scenario: Scenario, kpis: pd.DataFrame) -> Iterator[str]:
    """For each report week: who delivers and is certified in each delivering tier, and which clients were reached.

    Weeks before the window are left out: nothing is counted by then.
    """
    weeks = [week for week in defaults.report_weeks(scenario) if week > scenario.measure_from_week]
    if not weeks:
        yield f"No report week lies in the window. report_weeks = [{math.floor(scenario.horizon_weeks)}] shows its end."
        return
    tiers = [name for level, name in enumerate(scenario.cascade) if defaults.delivers(scenario, level)]
    shown = tiers or [scenario.cascade[-1]]
    if len(kpis) > 1:
        yield "Shown are means of runs (95 % interval of the mean; 10th to 90th percentile of runs):"
    else:
        yield "Shown is this one run (--replications 200 gives intervals):"
    at_work, verb = ("delivering", "deliver care") if tiers else ("active", "are active")
    since = " since week 0" if scenario.measure_from_week else " so far"
    for week in weeks:
        begin = sentence(when(scenario, week))
        for name in shown:
            working, certified = (
                _spread(kpis[f"tier.{name}.{what}_at_week_{week}"]) for what in (at_work, "certified")
            )
            yield f"{begin}, {workers_of(name)}: {working} {verb}; {certified} certified{since}."
            begin = "By then"
        if scenario.clients is not None:
            started, completed = (_spread(kpis[f"clients.{what}_at_week_{week}"]) for what in ("started", "completed"))
            yield f"{begin}, clients: {started} started care; {completed} completed care."


def _spread(values: pd.Series[float]) -> str:
    """`7.3 (7.1 to 7.5; 5 to 10)`, or the number alone where one run shows no spread."""
    summary = summarise(values)
    if math.isnan(summary.low):
        return number(summary.mean)
    return f"{number(summary.mean)} ({span(summary.low, summary.high)}; {span(summary.p10, summary.p90)})"


def uncertified_sentences(scenario: Scenario, kpis: pd.DataFrame) -> Iterator[str]:
    """For each tier of which many apprentices leave without a certificate: how many do, and how many have got one."""
    for tier in (name for name in scenario.cascade if f"tier.{name}.exits.not_certified" in kpis):
        left = _mean(kpis, f"tier.{tier}.exits.not_certified")
        initial = sum(staff.initial for staff in defaults.staff(scenario.tier[tier]).values())
        certified = _mean(kpis, f"tier.{tier}.certified") - (0 if scenario.measure_from_week else initial)
        if left >= 1 and left >= MANY_UNCERTIFIED * (left + certified):
            limit = scenario.tier[tier].training.apprentice_limit_weeks
            yield (
                f"{_whose(tier, kpis)}: {number(left)} left because they "
                f"had no certificate after {limit:g} weeks of practice; {number(certified)} were newly certified."
            )


def _mean(kpis: pd.DataFrame, name: str, without: float = 0.0) -> float:
    """The mean over runs, `without` where the scenario has nothing of the kind."""
    return float(kpis[name].mean()) if name in kpis else without


def _whose(tier: str, kpis: pd.DataFrame) -> str:
    """The beginning of a sentence about the workers of a tier."""
    return sentence(workers_of(tier)) + (" (mean of runs)" if len(kpis) > 1 else "")


def leaving_sentences(scenario: Scenario, kpis: pd.DataFrame) -> Iterator[str]:
    """For each tier that at least one worker left, in the average run: for what reasons, the most frequent first.

    How many left is the outcome `exited`, as the tables have it: the promoted are among them, and are no loss.
    """
    for tier in scenario.cascade:
        lead = f"tier.{tier}.exits."
        left = {name.removeprefix(lead): _mean(kpis, name) for name in map(str, kpis) if name.startswith(lead)}
        up = left.pop("promoted", 0.0)
        total = sum(left.values())
        if total < 1:
            continue
        first = sorted((name for name in left if left[name] > 0), key=lambda name: (-left[name], name))
        reasons = [f"{number(left[name])} {named(name)}" for name in first[:MOST_REASONS]]
        if len(first) > MOST_REASONS:
            reasons.append(f"{number(total - sum(left[name] for name in first[:MOST_REASONS]))} for other reasons")
        reasons += [f"{number(up)} promoted"] if up else []
        yield f"{_whose(tier, kpis)}: {number(_mean(kpis, f'tier.{tier}.exited'))} left ({', '.join(reasons)})."


def unfinished_sentences(scenario: Scenario, kpis: pd.DataFrame) -> Iterator[str]:
    """Where a run from the start ends while many are in care: that they have cost money and not completed.

    With a window as many are in care at its beginning, whose care was paid for in part before it.
    """
    if scenario.measure_from_week or _mean(kpis, "cost.total") == 0:
        return
    in_care, completed = _mean(kpis, "clients.in_care_at_end"), _mean(kpis, "clients.completions")
    if in_care > MANY_IN_CARE * completed > 0:
        yield (
            f"The cost per completed client includes what {number(in_care)} clients in care at the end have cost, for "
            f"{number(completed)} who have completed. It falls in a longer run, or with measure_from_week."
        )


def idle_sentences(scenario: Scenario, kpis: pd.DataFrame) -> Iterator[str]:
    """Where hardly a client waits or gives up, and many workers who may see one have none: that clients are too few.

    Workers who are not deployed, or lack the supervision that is required, may see nobody. `delivering` holds
    apprentices with a practice case as well, so where there are any the number is the least that it can be.
    """
    if scenario.clients is None:
        return
    waited, referred = _mean(kpis, "clients.wait_mean_weeks"), _mean(kpis, "clients.referred")
    unserved = _mean(kpis, "clients.reneged") + _mean(kpis, "clients.waiting_at_end")
    if not (waited <= SHORT_WAIT_WEEKS and unserved <= FEW * referred):
        return
    for level, tier in enumerate(scenario.cascade):
        if not defaults.delivers(scenario, level):
            continue
        deployed = _mean(kpis, f"tier.{tier}.active_mean") - _mean(kpis, f"tier.{tier}.not_deployed_mean")
        able = deployed
        if defaults.supervises(scenario.tier[tier], level):
            able *= _mean(kpis, f"tier.{tier}.supervised_share", without=1.0)
        spare = able - _mean(kpis, f"tier.{tier}.delivering_mean")
        if spare >= IDLE * able > 0:
            least = "at least " if defaults.practice(scenario, level) == "clients" else ""
            yield (
                f"Too few clients are referred: of {number(able)} {workers_of(tier)} who can see clients, "
                f"{least}{number(spare)} have no client on average. Clients wait {number(waited)} weeks. More "
                f"{workers_of(tier)} would change little."
            )


def dates_sentences(scenario: Scenario, kpis: pd.DataFrame, waits: tuple[WaitRow, ...]) -> Iterator[str]:
    """Where many dates of a calendar pass without a course, how many do, and what was missing most while one stood.

    Where for most of that time no candidate waited at all, it is that.
    """
    for level, tier in enumerate(scenario.cascade):
        if f"tier.{tier}.courses_planned" not in kpis or not defaults.trains(scenario.tier[tier], level):
            continue
        planned, lapsed = (_mean(kpis, f"tier.{tier}.courses_{what}") for what in ("planned", "lapsed"))
        if not lapsed >= LAPSED * planned > 0:
            continue
        queue = [row for row in waits if (row.wait, row.tier) == ("course", tier)]
        missing = [row for row in queue if row.constraint not in NOT_IN_THE_WAY]
        waited_weeks = sum(row.weeks_dominant for row in queue)
        why = ""
        if waited_weeks < 0.5 * lapsed / planned * (scenario.horizon_weeks - scenario.measure_from_week):
            why = " (mostly nobody waited for a course)"
        elif missing:
            why = f" (mostly: {max(missing, key=lambda row: row.unit_weeks).words})"
        dates = count_of(round(planned), "date")
        yield f"{sentence(named(tier))} courses: {number(lapsed)} of {dates} passed without a course{why}."


def published_sentences(scenario: Scenario, kpis: pd.DataFrame) -> Iterator[str]:
    """Each published figure beside the simulated one, and whether an input was chosen to hit it."""
    for figure in scenario.published:
        unit = unit_of(figure.outcome)
        runs = summarise(kpis[figure.outcome])
        interval = (
            "" if math.isnan(runs.low) else f" (10th to 90th percentile of runs {span(runs.p10, runs.p90, unit)})"
        )
        if runs.missing:
            interval += f" in the {runs.defined} of {count_of(runs.runs, 'run')} that have a value"
        published, simulated = beside(runs.mean, figure.value, unit)
        yield (
            f"Published {figure.outcome} {published} ({figure.source}); "
            f"simulated {simulated}{interval}: {FITTED[figure.kind]}."
        )


def answers_object(scenario: Scenario, kpis: pd.DataFrame, trajectories: pd.DataFrame) -> dict[str, Any]:
    """JSON-ready: `sentences`, `target` (null without one), `bottleneck`, `published`, `kpis`; null where undefined."""
    bottleneck = find_bottleneck(scenario, trajectories)
    published = [
        {**figure.model_dump(), "simulated": json_ready(asdict(summarise(kpis[figure.outcome])))}
        for figure in scenario.published
    ]
    return {
        "sentences": [*main_sentences(scenario, kpis, trajectories, bottleneck), *published_sentences(scenario, kpis)],
        "target": _target_object(scenario, kpis),
        "bottleneck": _bottleneck_object(bottleneck),
        "published": published,
        "kpis": {name: {"unit": unit_of(name), **json_ready(asdict(each))} for name, each in summaries(kpis).items()},
    }


def _target_object(scenario: Scenario, kpis: pd.DataFrame) -> dict[str, Any] | None:
    target, goal = scenario.target, defaults.target(scenario)
    if target is None or goal is None:
        return None
    hits, runs = _hits(goal, kpis), len(kpis)
    low, high = wilson(hits, runs)
    asked = {"reach": target.reach, "kpi": goal.kpi, "required": target.chance.value}
    return {**asked, "runs": runs, "reached": hits, "chance": hits / runs, "low": low, "high": high}


def _bottleneck_object(bottleneck: Bottleneck) -> dict[str, Any]:
    def plain(row: BindingPeriod | CauseRow) -> dict[str, Any]:
        cause = row.cause
        words = {"cause": cause._asdict(), "words": cause.words} if cause else {"cause": None, "words": None}
        return words | {name: value for name, value in vars(row).items() if name != "cause"}

    periods, causes = map(plain, bottleneck.periods), map(plain, bottleneck.causes)
    waits = [asdict(row) for row in bottleneck.waits]
    return {"sentence": bottleneck.sentence, "spells": list(periods), "causes": list(causes), "waits": waits}


@dataclass(frozen=True)
class PublishedComparison:
    """One published figure and what the runs give; `variant` is empty for the scenario itself."""

    variant: str
    figure: Published
    simulated: Summary

    @property
    def difference(self) -> float:
        """Simulated mean less published value, in the unit of the measure; nan where no run defines the measure."""
        return self.simulated.mean - self.figure.value

    def plain(self) -> dict[str, Any]:
        """For JSON; an undefined number is None."""
        means = self.simulated
        numbers = {"mean": means.mean, "low": means.low, "high": means.high, "p10": means.p10, "p90": means.p90}
        figure = {"variant": self.variant, **self.figure.model_dump(), "runs": means.runs, "defined": means.defined}
        return {**figure, "simulated": json_ready(numbers), **json_ready({"difference": self.difference})}


@dataclass(frozen=True)
class Validation:
    """All published figures of one scenario file and of its variants; `file` is how the page links to it."""

    file: str
    scenario: Scenario
    replications: int
    seed: int
    rows: tuple[PublishedComparison, ...]


def published_cases(scenario: Scenario) -> dict[str, Scenario]:
    """What has to be run: the scenario as "" if it has published figures, and each variant that has its own."""
    cases = {"": scenario} | {variant.name: scenario.variant(variant.name) for variant in scenario.variants}
    return {
        name: case
        for name, case in cases.items()
        if case.published and (not name or case.published != scenario.published)
    }


def compare_published(
    case: Scenario,
    replications: int,
    *,
    variant: str = "",
    seed: int = 1,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
    engine: str = AUTO,
) -> tuple[PublishedComparison, ...]:
    """Run `case` and set its published figures beside the runs, in the order of the file."""
    frame = replicate(case, replications, seed=seed, jobs=jobs, progress=progress, engine=engine).kpis_frame()
    return tuple(PublishedComparison(variant, figure, summarise(frame[figure.outcome])) for figure in case.published)
