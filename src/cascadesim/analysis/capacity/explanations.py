"""Why an analytical value and its simulated equivalent differ: only of what the runs measured, and in that direction.

First what acts in the runs and is left out of a formula, and what is not computed at all; then what concerns workers;
then clients and those who see them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from cascadesim.analysis.bottleneck.queues import CLIENTS, constraint_words
from cascadesim.analysis.capacity import hours, simulated
from cascadesim.analysis.capacity.headcounts import arrivals_known, headcount, planned_at_work, planned_supervisees
from cascadesim.analysis.capacity.hours import is_supervised_level, span, tier_of
from cascadesim.analysis.capacity.lifetimes import (
    ON_DATES,
    certified_of_apprentices,
    has_hazard,
    lead_weeks,
    leaving_per_year,
    passes_of_recruits,
)
from cascadesim.analysis.capacity.simulated import SimulatedMeans
from cascadesim.analysis.wording import count_of, in_words, named, number, part, sentence
from cascadesim.model.enums import Wait
from cascadesim.model.measures.types import ratio
from cascadesim.scenario import defaults
from cascadesim.scenario.clients import Clients
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.workforce import Tier


@dataclass(frozen=True)
class ExcludedMechanism:
    """In words, and the reasons of exit in which it shows: those that it gives or hastens; none for clients."""

    words: str
    level: int
    exits: tuple[str, ...]


def of_leaving(scenario: Scenario, level: int) -> tuple[ExcludedMechanism, ...]:
    """What makes workers of a tier leave, or do so sooner or later, and is not in its long-run rate of leaving."""
    tier, mechanisms = tier_of(scenario, level), []
    for name, reason in tier.events.items():
        if reason.time_to_event.dist in ON_DATES and defaults.consequences(reason)[0] > 0:
            what = "the date of" if reason.time_to_event.dist == "date" else "the wave of"
            mechanisms.append(ExcludedMechanism(f"{what} {named(name)}", level, (name,)))
    if level > 0 and tier_of(scenario, level - 1).promotion is not None:
        mechanisms.append(ExcludedMechanism("promotion", level, ("promoted",)))
    return (*mechanisms, *of_headcounts(scenario, level))


def of_headcounts(scenario: Scenario, level: int) -> tuple[ExcludedMechanism, ...]:
    """What has workers leave sooner or later, and is not in head counts at report weeks; those have dates and waves."""
    tier = tier_of(scenario, level)
    names = _multipliers(scenario, tier)
    hastened = tuple(name for name, each in tier.events.items() if has_hazard(each) and not each.external)  # R5.3
    if not (hastened and names):
        return ()
    return (ExcludedMechanism(f"the multipliers of hazards for {in_words(names)}", level, hastened),)


def of_recruits(scenario: Scenario, level: int) -> tuple[ExcludedMechanism, ...]:
    """The same, and what keeps recruits from the certificate beside failing: waits for a course, or for practice."""
    given = {"gave_up_waiting": "waits for a course", "not_certified": "waits for practice and competence"}
    names = defaults.exit_names(scenario, level)
    return (
        *of_leaving(scenario, level),
        *(ExcludedMechanism(words, level, (name,)) for name, words in given.items() if name in names),
    )


def of_trainers(scenario: Scenario, level: int) -> tuple[ExcludedMechanism, ...]:
    """What is not in the rate of leaving of the tier above."""
    return of_leaving(scenario, level - 1)


def of_care(scenario: Scenario, level: int) -> tuple[ExcludedMechanism, ...]:
    """What is not in the numbers about clients."""
    return tuple(ExcludedMechanism(words, level, ()) for words in of_clients(scenario))


def exclusion_sentence(means: SimulatedMeans, level: int, mechanisms: tuple[ExcludedMechanism, ...]) -> str:
    """Which are left out and how many left for each in a run on average; empty where none are."""
    parts = []
    for each in mechanisms:
        left = [(named(name), number(means.left(each.level, name))) for name in each.exits]
        counts = left[0][1] if len(left) == 1 else ", ".join(f"{name} {count}" for name, count in left)
        parts.append(f"{each.words} ({counts})" if counts else each.words)
    whose = {each.level for each in mechanisms} - {level}
    of_tier = "".join(f" of the tier {named(means.scenario.cascade[each])}" for each in whose)
    counted = f" (in brackets: how many{of_tier} leave so in a run)" if any(each.exits for each in mechanisms) else ""
    return f"The formula leaves out{counted}: {in_words(parts)}." if parts else ""


def _multipliers(scenario: Scenario, tier: Tier) -> list[str]:
    """Whatever multiplies the hazards of a tier."""
    names = [named(name) for name, ratio in tier.hazard_ratios.items() if ratio.value != 1]
    names += ["frailty"] if tier.frailty_variance.value else []
    names += [named(name) for name, own in tier.incentive.items() if own.leaving_ratio.value != 1]
    return names + (["recognition"] if scenario.recognition.leaving_ratio.value != 1 else [])


def of_clients(scenario: Scenario) -> tuple[str, ...]:
    """What acts on clients and is in no formula, nor in the fluid: it does not fade as a programme grows."""
    clients, levels = scenario.clients, hours.delivering(scenario)
    assert clients is not None
    life = [reason for level in levels for reason in tier_of(scenario, level).events.values()]
    away = any(leaves or absent for leaves, _, absent in map(defaults.consequences, life))
    reacts = any(state.referral_ratio.value != 1 for state in scenario.organisation.values())
    acts = {
        "transfer and absence": away,
        "weeks without a supervisor": any(is_supervised_level(scenario, level) for level in levels),
        "clients' own lives": bool(clients.events),
        "languages": any(tier_of(scenario, level).languages for level in levels),
        "an order other than that of referral": not _order_is_that_of_referral(clients),
        "sites that do not share": len(scenario.sites) > 1,
        "what multiplies the hazards of workers": any(of_headcounts(scenario, level) for level in levels),
        "states of the organisation": reacts or any(tier_of(scenario, each).lost_hours_per_week for each in levels),
    }
    return tuple(words for words, does in acts.items() if does)


def _order_is_that_of_referral(clients: Clients) -> bool:
    """Or it makes no difference, as where nobody gives up, or whoever waits does so at the same rate."""
    patience = clients.patience_weeks
    if patience is None or patience.dist == "exponential":
        return True
    turns = {(stream.priority, stream.urgent_probability.value) for stream in clients.stream.values()}
    return len(turns) == 1 and not any(urgent for _, urgent in turns)


def left_out(scenario: Scenario) -> tuple[str, ...]:
    """What a planner would look for and is not computed for this scenario, each in a sentence with its reason.

    Of clients first, then of head counts at report weeks.
    """
    tiers = [(level, named(name)) for level, name in enumerate(scenario.cascade)]
    unknown = [name for level, name in tiers if not arrivals_known(scenario, level)]
    hastened = [name for level, name in tiers if name not in unknown and of_headcounts(scenario, level)]
    sentences = list(_clients(scenario, heads_unknown=bool(unknown)))
    if hastened:
        multipliers = "the formula leaves out what multiplies hazards"
        sentences.append(f"Head counts at report weeks are approximate for {in_words(hastened)}: {multipliers}.")
    if unknown:
        sentences.append(
            f"Head counts at report weeks are left out for {in_words(unknown)}: where "
            "vacancies are filled, a pool runs out or people are promoted, chance decides who comes when."
        )
    return tuple(sentences)


def _clients(scenario: Scenario, heads_unknown: bool) -> Iterator[str]:
    if scenario.clients is None:
        return
    if not hours.is_individual(scenario):
        names = [named(name) for name in defaults.formats_used(scenario.clients) if name != defaults.INDIVIDUAL]
        yield (
            "Clients in care, places, waits and clients at report weeks are left out: the formulas of a queue need "
            f"places that are all alike, and some care is in the format {in_words(names)}. Hours for each client who "
            "completes and workers required are given, summed over the formats."
        )
        return
    if heads_unknown:
        yield "Clients at report weeks are left out: they need the head counts of every tier."
        return
    mechanisms = of_clients(scenario)
    if mechanisms:
        yield (
            f"Clients at report weeks are approximate. The formula leaves out: {in_words(mechanisms)}. Their effect is "
            "no smaller in a larger programme."
        )
    if scenario.measure_from_week:
        yield (
            "Clients started and completed by report weeks are left out: the runs count only those referred from week "
            f"{scenario.measure_from_week:g} on, and the formula counts all."
        )


NO_REASON = "No outcome of the runs explains it."
WORTH_TELLING = 0.01
"""A share below this is not given as a reason."""


@dataclass(frozen=True)
class Gap:
    """A quantity of the tier at this level, or of the programme: its analytical value and its simulated equivalent."""

    means: SimulatedMeans
    level: int
    analytical: float
    simulated: float

    @property
    def more(self) -> bool:
        """Whether the runs give more; a gap has one direction or the other."""
        return self.simulated > self.analytical


Why = Callable[[Gap], str]
"""The reason for a gap; empty where there is none."""


def seats(gap: Gap) -> str:
    """A span that is not reached: who waited for a seat, or that nobody did."""
    if gap.more:
        return ""
    means, level = gap.means, gap.level
    supervisors = number(means.at_work(level - 1))
    counts = f"there were {number(means.working(level))} for {supervisors} supervisors on average"
    waited, words = _waits(means, Wait.SUPERVISION_PLACE, level)
    if waited < WORTH_TELLING * means.practising(level) * means.weeks:
        return f"Almost nobody waited for a supervisor: {counts}, fewer than they could supervise."
    return f"{sentence(counts)}; {number(waited)} person-weeks passed without a supervisor, {words}."


def courses(gap: Gap) -> str:
    """Fewer certified than computed: who waited for a course or for practice and why, or that no recruits came."""
    means, level = gap.means, gap.level
    if gap.more or not defaults.trains(tier_of(means.scenario, level), level):
        return ""
    held = means.tier(level, "courses_held")
    taken = count_of(1, "course") if held == 1 else f"{number(held)} courses"
    came = f"{number(means.recruited(level))} recruits came for {taken}"
    parts = [_waited(means, Wait.COURSE, level, "for a course"), _waited(means, Wait.PRACTICE, level, "to practise")]
    waited = "; ".join(filter(None, parts))
    if not waited:
        return f"Almost nobody waited for a course or to practise: {came}, and trainers had no more to do."
    given = means.tier(level - 1, "share.supervision_given")
    busy = ""
    if constraint_words(Wait.COURSE, "trainer_hours") in waited and given >= WORTH_TELLING:
        busy = f"; supervision took {part(given)} of the {named(means.scenario.cascade[level - 1])} hours"
    return f"{came}; {waited}{busy}."


def spare(gap: Gap, *, as_planned: bool = False) -> str:
    """More certified than beside a full span, or those planned: trainers supervised fewer. Fewer: as for courses."""
    means, level, scenario = gap.means, gap.level, gap.means.scenario
    full = planned_supervisees(scenario, level) if as_planned else span(scenario, level)
    supervised = ratio(means.supervised(level), means.at_work(level - 1))
    if not gap.more or not supervised < full:
        return courses(gap)
    words = f"the {number(full)} planned" if as_planned else f"a full span of {number(full)}"
    above = named(scenario.cascade[level - 1])
    return f"Each {above} supervised {number(supervised)}, not {words}, and had hours left for courses."


def tenure(gap: Gap) -> str:
    """The long-run rate is not reached within the horizon: notice and practice come first, hazards change."""
    scenario, analytical = gap.means.scenario, gap.analytical
    opens, weeks = scenario.measure_from_week, scenario.horizon_weeks
    if not arrivals_known(scenario, gap.level):
        return ""
    within = headcount(scenario, gap.level).leaving_per_year(opens, weeks)
    no_closer = abs(within - gap.simulated) >= abs(analytical - gap.simulated)
    if no_closer or abs(within - analytical) <= WORTH_TELLING * analytical:
        return ""
    return (
        f"This is the long-run rate. From {f'week {opens:g}' if opens else 'when people come'} to week {weeks:g}, with "
        f"notice, the same reasons to leave give {number(within)}."
    )


def holding(gap: Gap) -> str:
    """Recruits needed: leaving and yield, where they differ from those computed in the direction of the difference."""
    means, level, scenario = gap.means, gap.level, gap.means.scenario
    tier, came, leaving = tier_of(scenario, level), means.recruited(level), simulated.leaving(means, level)
    computed, parts = leaving_per_year(tier, lead_weeks(scenario, level)), []
    if (leaving > computed) == gap.more:
        parts.append(f"{number(leaving)} of each worker left a year in the runs, {number(computed)} by the formula")
    if defaults.trains(tier, level) and came:
        share = means.certified(level) / came
        expected = passes_of_recruits(tier) * certified_of_apprentices(scenario, level)
        if (share < expected) == gap.more:
            parts.append(f"{part(share)} of the recruits were certified by the end, {part(expected)} by the formula")
    return _as_sentence(parts)


def _waited(means: SimulatedMeans, wait: Wait, level: int, what: str) -> str:
    """Who waited for what, if it is worth a word."""
    waited, words = _waits(means, wait, level)
    if waited < WORTH_TELLING * means.weeks:
        return ""
    return f"they waited {number(waited)} person-weeks {what}, {words}"


def _waits(means: SimulatedMeans, wait: Wait, level: int) -> tuple[float, str]:
    """Person-weeks waited in all, and the constraint that most of them were under, with its share."""
    waits = means.waits(wait, level)
    total = math.fsum(waits.values())
    if not total:
        return 0.0, ""
    constraint = max(waits, key=lambda name: waits[name])
    share = "all" if waits[constraint] == total else f"{part(waits[constraint] / total)} of them"
    return total, f"{share} under: {constraint_words(wait, constraint)}"


def _as_sentence(parts: Iterable[str]) -> str:
    """One sentence of several parts; empty where there are none."""
    text = "; ".join(filter(None, parts))
    return f"{sentence(text)}." if text else ""


def staff(gap: Gap) -> str:
    """For what grows with the staff: more or fewer than planned were there, over all delivering tiers."""
    learning = simulated.apprentice_places(gap.means)
    counts = gap.more and learning > WORTH_TELLING * gap.analytical
    parts = [*_staff(gap.means, more=gap.more), f"apprentices had {number(learning)} places" if counts else ""]
    return _as_sentence(parts)


def waits(gap: Gap) -> str:
    """For waits and giving up. Longer: care that began late, fewer staff than planned, what clients waited for.

    Shorter: more staff, or that a queue that is computed to grow without end has an end in the runs.
    """
    means, end = gap.means, gap.means.scenario.horizon_weeks
    if not gap.more:
        ends = f"by the formula the queue grows without end; the runs stop at week {end:g}"
        return _as_sentence([*_staff(means, more=True), ends if math.isinf(gap.analytical) else ""])
    waited, words = _waits(means, Wait.CARE, CLIENTS)
    held_up = f"clients waited {number(waited)} client-weeks, {words}" if waited else ""
    return _as_sentence([_late(means), *_staff(means, more=False), held_up])


def taken(gap: Gap) -> str:
    """For the share of places taken. More: fewer places than planned. Less: more of them, and care not given."""
    if gap.more:
        return _as_sentence(_staff(gap.means, more=False))
    return _as_sentence([*_staff(gap.means, more=True), *_not_given(gap.means)])


def clients(gap: Gap) -> str:
    """Care that was not given: who gave up, still waits or was lost, and the weeks before the first client."""
    return "" if gap.more else _as_sentence(_not_given(gap.means))


def at_week(week: int, waiting: bool) -> Why:
    """For clients at a report week: a queue that chance alone makes, else head counts that differ from those computed.

    Fewer heads make more clients wait, and fewer start and complete.
    """

    def why(gap: Gap) -> str:
        if waiting and gap.analytical < WORTH_TELLING and gap.more:
            return "Chance makes a queue: without chance nobody waits while there are enough places."
        means, parts = gap.means, []
        for level in hours.delivering(means.scenario):
            active = means.tier(level, f"active_at_week_{week}")
            computed = headcount(means.scenario, level).active(week)
            if _differ(active, computed, more=gap.more != waiting):
                name = named(means.scenario.cascade[level])
                parts.append(f"{name}: {number(active)} were active at week {week}, {number(computed)} by the formula")
        return _as_sentence(parts)

    return why


def hours_per_client(gap: Gap) -> str:
    """Supervision that goes on beside empty places, and hours for clients who have not completed."""
    if not gap.more:
        return ""
    means = gap.means
    parts = [*_takes_more(means), _goes_on(means, gap.level, duties=False)]
    open_cases = means.clients("in_care_at_end")
    if open_cases >= WORTH_TELLING * means.clients("completions"):
        parts.append(f"{number(open_cases)} clients were still in care at the end, whose hours count already")
    return _as_sentence(parts)


def workload(gap: Gap) -> str:
    """Workers' worth of hours: more than required beside empty places, less where clients were not served."""
    if not gap.more:
        return clients(gap)
    duties = gap.means.optional(gap.level, "hours.other_duties") > 0
    return _as_sentence([*_takes_more(gap.means), _goes_on(gap.means, gap.level, duties)])


def _staff(means: SimulatedMeans, more: bool) -> Iterator[str]:
    """Of which delivering tiers more, or fewer, than planned were there."""
    for level in hours.delivering(means.scenario):
        count, planned = means.at_work(level), planned_at_work(means.scenario, level)
        if planned and _differ(count, planned, more):
            full = means.tier(level, "full_strength_week")
            when = "never all at once" if math.isnan(full) else f"all at once first in week {number(full)}"
            active = "active and deployed" if means.idle(level) else "active"
            name = named(means.scenario.cascade[level])
            yield f"{name}: on average {number(count)} of {number(planned)} planned were {active}, {when}"


def _differ(simulated: float, analytical: float, more: bool) -> bool:
    """Whether there were more, or fewer, by a share that is worth a word."""
    apart = simulated - analytical if more else analytical - simulated
    return apart >= WORTH_TELLING * max(analytical, WORTH_TELLING)


def _not_given(means: SimulatedMeans) -> Iterator[str]:
    """Shares of those referred who were not cared for, and care that began late."""
    referred = means.clients("referred")
    lost = {"gave up waiting": "reneged", "still waited at the end": "waiting_at_end", "were lost": "lost_on_exit"}
    for words, what in lost.items():
        share = ratio(means.clients(what), referred)
        if share >= WORTH_TELLING:
            yield f"{part(share)} of those referred {words}"
    yield _late(means)


def _late(means: SimulatedMeans) -> str:
    """Care that began well after the first referral of the window."""
    begins = means.clients("first_start_week")
    weeks = begins - max(hours.first_referral_week(means.scenario), means.scenario.measure_from_week)
    if not weeks >= WORTH_TELLING * means.weeks:
        return ""
    end = means.scenario.horizon_weeks
    return f"care began in week {number(begins)} of {end:g}, {number(weeks)} weeks after the first referral"


def _takes_more(means: SimulatedMeans) -> Iterator[str]:
    """What makes a client take more hours than computed: groups that are not full, and interpreters."""
    assert means.scenario.clients is not None
    sizes = [form.group_max for form in defaults.formats_used(means.scenario.clients).values() if form.group_max > 1]
    began = means.values.get("clients.group_size_mean", math.nan)
    if len(sizes) == 1 and began < (1 - WORTH_TELLING) * sizes[0]:
        yield f"groups began with {number(began)} clients on average, {sizes[0]} by the formula"
    interpreted = means.values.get("clients.interpreted_share", 0.0)
    if interpreted >= WORTH_TELLING:
        yield f"{part(interpreted)} of the sessions took longer, with an interpreter"


def _goes_on(means: SimulatedMeans, level: int, duties: bool) -> str:
    """Supervision and duties go on beside empty places, if any were empty; where formats differ, beside clients."""
    which = ["supervision"] if is_supervised_level(means.scenario, level) else []
    which += ["other duties"] if duties else []
    if not which:
        return ""
    verb = "goes" if which == ["supervision"] else "go"
    goes = f"{' and '.join(which)} {verb} on whether places are taken or not"
    if not hours.is_individual(means.scenario):
        return f"{goes}, and clients took {part(means.tier(level, 'share.clients'))} of the hours"
    share = ratio(means.clients("in_care_mean"), simulated.places(means))
    return f"{goes}, and {part(share)} of them were" if share < 1 - WORTH_TELLING else ""
