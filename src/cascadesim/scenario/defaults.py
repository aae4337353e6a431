"""Defaults that depend on the rest of the scenario: what holds where a key is not given."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from cascadesim.model.units import at_minute
from cascadesim.scenario.clients import Clients, Format
from cascadesim.scenario.fields import Table
from cascadesim.scenario.schema import ParsedTarget, Scenario, State, parse_target
from cascadesim.scenario.workforce import Reason, Staff, Tier, Training

USUAL_REPORT_WEEKS = (26, 52, 104)

INDIVIDUAL = "individual"
"""The format of [clients] itself."""

MAX_DATES = 20_000
"""The most dates that one calendar can have; a check refuses more."""

_FLOAT_NOISE = 1e-12


def trains(tier: Tier, level: int) -> bool:
    """Whether recruits of this tier need a course: below the first tier, unless it says otherwise (R1.1)."""
    return level > 0 if tier.training.required is None else tier.training.required


def supervises(tier: Tier, level: int) -> bool:
    """Whether this tier must be supervised: below the first tier, unless it says otherwise (R1.1)."""
    by_default = level > 0 and not tier.supervision.independent
    return by_default if tier.supervision.required is None else tier.supervision.required


def independent(tier: Tier, level: int) -> bool:
    """Whether workers of this tier need no supervisor by their status: the first tier, and whichever says so (R4.8)."""
    return level == 0 or tier.supervision.independent


def delivers(scenario: Scenario, level: int) -> bool:
    """Whether certified workers of this tier see clients: always the last tier, others if they say so."""
    if scenario.clients is None:
        return False
    return level == len(scenario.cascade) - 1 or bool(scenario.tier[scenario.cascade[level]].delivers)


def practice(scenario: Scenario, level: int) -> str:
    """How a trainee of this tier practises before the certificate: none, clients or simulated."""
    tier = scenario.tier[scenario.cascade[level]]
    if not trains(tier, level):
        return "none"
    sees_clients = delivers(scenario, level) or tier.delivers_in_practice
    kind = tier.training.practice or ("clients" if sees_clients else "simulated")
    amount = tier.training.practice_cases if kind == "clients" else tier.training.practice_weeks
    threshold = tier.competence.certification_threshold.value if tier.competence is not None else 0.0
    return kind if amount or threshold > 0 else "none"


def exit_names(scenario: Scenario, level: int) -> tuple[str, ...]:
    """Every reason with which a worker of this tier can exit, sorted: its own and those of the model that apply."""
    tier = scenario.tier[scenario.cascade[level]]
    names = {name for name, reason in tier.events.items() if consequences(reason).exit > 0}
    if trains(tier, level):
        names.add("failed_training")
        if tier.candidate_patience_weeks is not None:
            names.add("gave_up_waiting")
        if tier.training.selection_probability.value < 1:
            names.add("not_selected")
        threshold = tier.competence.certification_threshold.value if tier.competence is not None else 0
        if practice(scenario, level) != "none" or threshold > 0:
            names.add("not_certified")
    if tier.deployment_probability.value < 1 and tier.not_deployed == "exit":
        names.add("not_deployed")
    if level > 0 and scenario.tier[scenario.cascade[level - 1]].promotion is not None:
        names.add("promoted")
    return tuple(sorted(names))


class Consequences(NamedTuple):
    """The probabilities of what follows when a clock strikes; what is left is nothing."""

    exit: float
    hours_change: float
    absence: float


def consequences(reason: Reason) -> Consequences:
    """What follows when the clock of a reason strikes (R5.2).

    Where only one of `hours_factor` and `absence_weeks` is given, its probability is by default what the others leave.
    """
    then = reason.then
    if then is None:
        return Consequences(1.0, 0.0, 0.0) if reason.absence_weeks is None else Consequences(0.0, 0.0, 1.0)
    shares = [None if share is None else share.value for share in (then.exit, then.hours_change, then.absence)]
    left = 1.0 - math.fsum(share for share in shares if share is not None)
    left = left if left > _FLOAT_NOISE else 0.0
    leaving, hours_change, absence = shares
    if hours_change is None and then.hours_factor is not None and reason.absence_weeks is None:
        hours_change = left
    if absence is None and reason.absence_weeks is not None and then.hours_factor is None:
        absence = left
    return Consequences(leaving or 0.0, hours_change or 0.0, absence or 0.0)


def stages(training: Training) -> tuple[Training, ...]:
    """The courses of a tier in the order in which they are taken, each with everything that its stage leaves out."""
    common = training.model_copy(update={"stages": ()})
    return tuple(common.model_copy(update=_given(stage)) for stage in training.stages) or (training,)


def state_at(state: State, site: str) -> State:
    """A state of the organisation as it is at one site."""
    return state.model_copy(update=_given(state.site[site])) if site in state.site else state


def _given(table: Table) -> dict[str, Any]:
    """What a table gives, without what it leaves to another one."""
    return {key: value for key in table.model_fields_set if (value := getattr(table, key)) is not None}


def on_dates(training: Training) -> bool:
    """Whether courses of this training (or stage) start on the dates of a calendar; dates imply it."""
    return training.when == "calendar" or bool(training.at_weeks) or training.every_weeks is not None


def calendar_dates(table: Training | State, horizon_weeks: float) -> tuple[float, ...]:
    """The weeks of a table of courses (see `stages`) or of a state of the organisation (see `state_at`), ascending.

    Those named one by one, and every so many weeks before the horizon; one for each minute.
    """
    weeks = list(table.at_weeks)
    if table.every_weeks is not None:
        most = min(MAX_DATES, math.ceil(horizon_weeks / table.every_weeks))
        weeks += (week for number in range(1, most + 1) if (week := number * table.every_weeks) < horizon_weeks)
    return tuple(week for _, week in sorted({at_minute(week): week for week in weeks}.items()))


def staff(tier: Tier) -> dict[str, Staff]:
    """Where the workers of a tier come from, by site; the site without a name is ""."""
    return dict(tier.site) if tier.site else {"": tier}


def sites(scenario: Scenario) -> tuple[str, ...]:
    """The sites of the programme in sorted order; one without a name where it names none."""
    return tuple(sorted(scenario.sites)) or ("",)


def languages(scenario: Scenario) -> tuple[str, ...]:
    """Every language that a tier or a stream names, sorted."""
    names = {name for tier in scenario.tier.values() for name in (*tier.languages, *tier.also)}
    for stream in scenario.clients.stream.values() if scenario.clients is not None else ():
        names |= set(stream.languages) | ({stream.language} if stream.language is not None else set())
    return tuple(sorted(names))


def formats(clients: Clients) -> dict[str, Format]:
    """Every format of care with nothing left out, by name; that of [clients] itself is the first, `INDIVIDUAL`."""
    return {name: format_of(clients, name) for name in (INDIVIDUAL, *sorted(clients.format))}


def format_of(clients: Clients, name: str | None) -> Format:
    """The format of this name with nothing left out; that of [clients] itself where there is none of this name."""
    keys = ("sessions", "session_hours", "session_overhead_hours", "interval_weeks", "adequate_sessions")
    shared = {key: getattr(clients, key) for key in keys}
    form = clients.format.get(name or INDIVIDUAL)
    own = {"group_min": 1} if form is None else {"group_min": form.group_max} | _given(form)
    return Format().model_copy(update=shared | own)


def formats_used(clients: Clients) -> dict[str, Format]:
    """Those of `formats` in which some stream is seen."""
    used = {stream.format or INDIVIDUAL for stream in clients.stream.values()}
    return {name: form for name, form in formats(clients).items() if name in used} or formats(clients)


def report_weeks(scenario: Scenario) -> tuple[int, ...]:
    """The weeks that results are read at, ascending: those given, else the usual ones that fit, else the last one."""
    last = math.floor(scenario.horizon_weeks)
    weeks = set(scenario.report_weeks) or {week for week in USUAL_REPORT_WEEKS if week <= last} or {last}
    goal = target(scenario)
    if goal is not None:
        weeks.add(goal.week)
    return tuple(sorted(week for week in weeks if week > 0))


def target(scenario: Scenario) -> ParsedTarget | None:
    """What the scenario is to reach, or None where it names no target."""
    if scenario.target is None:
        return None
    return parse_target(scenario.target.reach, math.floor(scenario.horizon_weeks))
