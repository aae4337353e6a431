"""A valid scenario as a `Plan`: names to levels, weeks and hours to minutes, every default decided.

A tier is compiled in `compile_tier.py`. The order of keys, tables and list items in the file changes nothing in a plan.
Which mechanisms a scenario has stands here too, by short names: what a run measures, and what can stand in the way,
follows from it. The plan carries them along, so that measures, trajectories and their names agree.
"""

from __future__ import annotations

from collections.abc import Iterator

from cascadesim.model import measures
from cascadesim.model.plan import (
    ClientPlan,
    ClientReasonPlan,
    ClientScope,
    FormatPlan,
    Named,
    Plan,
    Scope,
    Share,
    StatePlan,
    StateSite,
    StreamPlan,
    TierPlan,
    TierScope,
)
from cascadesim.model.rng import stable_hash
from cascadesim.model.units import WEEK_MINUTES, at_minute, hours_nearest, rate_up, to_minutes
from cascadesim.scenario import defaults
from cascadesim.scenario.clients import Clients, Format
from cascadesim.scenario.compile_tier import clock_plan, compile_tier, optional_draw, pieces, shares
from cascadesim.scenario.fields import NOTHING, Quantity, Table
from cascadesim.scenario.schema import Scenario, State
from cascadesim.scenario.workforce import ShockClock, Tier


def tier_mechanisms(scenario: Scenario, level: int) -> frozenset[str]:
    """Those of the tier at `level`."""
    tier = scenario.tier[scenario.cascade[level]]
    facts = _staffing(tier) | _working(scenario, level) | _learning(scenario, level) | _around(scenario, level)
    return frozenset(name for name, is_so in facts.items() if is_so)


def _staffing(tier: Tier) -> dict[str, bool]:
    """Where its people come from and what becomes of them."""
    targets = [staff for staff in defaults.staff(tier).values() if staff.target is not None]
    return {
        "absence": _can(tier, "absence"),
        "hours_change": _can(tier, "hours_change"),
        "target": bool(targets),
        "pool": any(staff.pool is not None for staff in targets),
        "promotion": tier.promotion is not None,
        "idle": tier.deployment_probability.value < 1 and tier.not_deployed == "stay",
        "shock": any(isinstance(reason.time_to_event, ShockClock) for reason in tier.events.values()),
    }


def _working(scenario: Scenario, level: int) -> dict[str, bool]:
    """What fills its week, and what changes it; `delivers` is of certified workers, others see clients in practice."""
    tier, clients = scenario.tier[scenario.cascade[level]], scenario.clients
    lost = bool(tier.lost_hours_per_week) or any(state.staff_hours > 0 for state in scenario.organisation.values())
    delivers = defaults.delivers(scenario, level)
    sees_clients = delivers or defaults.practice(scenario, level) == "clients"
    return {
        "run_off": _can(tier, "hours_change") or lost,
        "duties": tier.other_duties_hours_per_week.value > 0 or lost,
        "paid_incentive": any(own.week_cost.value > 0 for own in tier.incentive.values()),
        "delivers": delivers,
        "sees_clients": sees_clients,
        "research": sees_clients and clients is not None and clients.research_hours_per_client > 0,
    }


def _learning(scenario: Scenario, level: int) -> dict[str, bool]:
    """Its courses and its competence, which it `learns` where that comes from courses."""
    tier = scenario.tier[scenario.cascade[level]]
    trained, stages, competence = defaults.trains(tier, level), defaults.stages(tier.training), tier.competence
    return {
        "trained": trained,
        "retakes": trained and (len(stages) > 1 or any(stage.attempts > 1 for stage in stages)),
        "calendar": trained and any(defaults.on_dates(stage) for stage in stages),
        "rooms": trained and tier.training.parallel_courses is not None,
        "refresher": tier.refresher is not None,
        "competence": competence is not None,
        "learns": competence is not None and trained,
        "threshold": competence is not None and competence.certification_threshold.value > 0,
    }


def _around(scenario: Scenario, level: int) -> dict[str, bool]:
    """What it is for the tier below: `trains` it, `sheds` groups of it; and whom it has above it."""
    tier, facts = scenario.tier[scenario.cascade[level]], {}
    if level + 1 < len(scenario.cascade):
        below = scenario.tier[scenario.cascade[level + 1]]
        facts["trains"] = defaults.trains(below, level + 1)
        facts["sheds"] = defaults.supervises(below, level + 1) and _can(tier, "hours_change")
    if level > 0:
        above = scenario.tier[scenario.cascade[level - 1]]
        facts["able_trainers"] = above.competence is not None and above.competence.min_trainer_competence.value > 0
        facts["absent_supervisors"] = _can(above, "absence")
    return facts


def _can(tier: Tier, consequence: str) -> bool:
    """Whether an event of the lives of a tier's workers can have this consequence."""
    return any(getattr(defaults.consequences(reason), consequence) > 0 for reason in tier.events.values())


def client_mechanisms(scenario: Scenario, clients: Clients) -> frozenset[str]:
    """Those of the clients; `mute` is a language that some workers do not speak, with no interpreter for it."""
    streams = clients.stream.values()
    spoken = any(stream.language is not None or stream.languages for stream in streams)
    apart = spoken and any(tier.languages for tier in scenario.tier.values())
    facts = {
        "screening": any((own.eligibility_probability or clients.eligibility_probability).value < 1 for own in streams),
        "screening_hours": clients.screening_hours > 0,
        "own_life": bool(clients.events),
        "adequate": any(form.adequate_sessions for form in defaults.formats_used(clients).values()),
        "population": clients.population_in_need is not None,
        "groups": any(form.group_max > 1 for form in defaults.formats_used(clients).values()),
        "mute": apart and clients.interpreter_hours_factor is None,
        "interpreter": apart and clients.interpreter_hours_factor is not None,
    }
    return frozenset(name for name, is_so in facts.items() if is_so)


def compile_scenario(scenario: Scenario) -> Plan:
    """The plan of a scenario."""
    horizon = to_minutes(scenario.horizon_weeks)
    scope = measured_scope(scenario)
    step = scenario.every_weeks * WEEK_MINUTES
    trajectory = (*range(step, horizon, step), horizon)
    measure_from = at_minute(scenario.measure_from_week)
    sites = defaults.sites(scenario)
    tiers = tuple(compile_tier(scenario, level) for level in range(len(scenario.cascade)))
    reports = (minute for _, minute in scope.reports)
    return Plan(
        horizon=horizon,
        measure_from=measure_from,
        review_minutes=to_minutes(scenario.review_weeks),
        snapshots=tuple(sorted({*trajectory, *reports, measure_from, *_paid_incentives(tiers, horizon)})),
        trajectory=trajectory,
        sites=tuple(Named(name, stable_hash(name) if name else 0) for name in sites),
        languages=tuple(Named(name, stable_hash(name)) for name in defaults.languages(scenario)),
        organisation=tuple(
            _state(name, scenario.organisation[name], sites, scenario.horizon_weeks)
            for name in sorted(scenario.organisation)
        ),
        tiers=tiers,
        clients=None if scenario.clients is None else _clients(scenario, scenario.clients),
        scope=scope,
    )


def _paid_incentives(tiers: tuple[TierPlan, ...], horizon: int) -> Iterator[int]:
    """Minutes inside the run at which a paid incentive begins or ends: costs ask how things stand then."""
    for tier in tiers:
        for measure in tier.incentives:
            minutes = (measure.from_minute, measure.until_minute) if measure.week_cost else ()
            yield from (minute for minute in minutes if 0 < minute < horizon)


def _state(name: str, state: State, sites: tuple[str, ...], horizon_weeks: float) -> StatePlan:
    at_sites = []
    for site in sites:
        local = defaults.state_at(state, site)
        dates = tuple(at_minute(week) for week in defaults.calendar_dates(local, horizon_weeks))
        at_sites.append(StateSite(local.initial.value, local.lift.value, dates))
    return StatePlan(
        name=name,
        half_life_minutes=(state.half_life_weeks or NOTHING).value * WEEK_MINUTES,
        staff_rate=rate_up(state.staff_hours),
        referral_ratio=state.referral_ratio.value,
        sites=tuple(at_sites),
    )


# --- clients ----------------------------------------------------------------------------------------------------------


def _clients(scenario: Scenario, clients: Clients) -> ClientPlan:
    """The `[clients]` table of a scenario."""
    formats = defaults.formats(clients)
    names = tuple(sorted(formats))
    places = {name: place for place, name in enumerate(names)}
    languages, sites = defaults.languages(scenario), defaults.sites(scenario)
    streams = (_stream(scenario, name, places, languages, sites) for name in sorted(clients.stream))
    reasons = (
        ClientReasonPlan(
            name, stable_hash(name), order, clock_plan(reason.time_to_event), reason.leave_probability.value
        )
        for order, (name, reason) in enumerate(sorted(clients.events.items()))
    )
    return ClientPlan(
        formats=tuple(_format(clients, name, formats[name]) for name in names),
        individual=places[defaults.INDIVIDUAL],
        start_probability=clients.start_probability.value,
        continue_probability=clients.continue_probability.value,
        no_show_probability=clients.no_show_probability.value,
        max_no_shows=-1 if clients.max_no_shows is None else clients.max_no_shows,
        patience=optional_draw(clients.patience_weeks),
        hand_over=clients.on_worker_exit == "transfer",
        transfer_patience=optional_draw(clients.transfer_patience_weeks),
        screening_minutes=hours_nearest(clients.screening_hours),
        population_in_need=clients.population_in_need or 0,
        reasons=tuple(reasons),
        streams=tuple(streams),
    )


def _format(clients: Clients, name: str, form: Format) -> FormatPlan:
    """One format, everything in it said; an interpreter makes sessions and assessments longer, not the overhead."""
    assert form.sessions is not None and form.session_hours is not None
    assert form.session_overhead_hours is not None and form.interval_weeks is not None
    interval = form.interval_weeks.mean_value
    individual = form.group_max == 1
    overhead, assessment = form.session_overhead_hours, clients.assessment_hours if individual else 0.0
    factor = clients.interpreter_hours_factor.value if clients.interpreter_hours_factor is not None else 0.0
    interpreted = rate_up((form.session_hours * factor + overhead) / interval) if factor else -1
    return FormatPlan(
        name=name,
        sessions=form.sessions,
        adequate_sessions=form.adequate_sessions or form.sessions,
        interval=form.interval_weeks.draw(),
        mean_interval=to_minutes(interval),
        episode_rate=rate_up((form.session_hours + overhead) / interval),  # R8.1
        research_rate=rate_up(clients.research_hours_per_client / (form.sessions * interval)),
        assessment_rate=rate_up(assessment / interval),
        interpreted_rate=interpreted,
        interpreted_assessment_rate=rate_up(assessment * factor / interval),
        interpreted_session_minutes=hours_nearest(form.session_hours * factor),
        interpreted_assessment_minutes=hours_nearest(assessment * factor),
        group_min=form.group_min or form.group_max,
        group_max=form.group_max,
        facilitators=1 if individual else form.facilitators,
    )


def _stream(
    scenario: Scenario, name: str, formats: dict[str, int], languages: tuple[str, ...], sites: tuple[str, ...]
) -> StreamPlan:
    """One stream; `formats` are their places by name."""
    clients = scenario.clients
    assert clients is not None
    stream = clients.stream[name]
    spoken = shares(stream.languages, languages)
    if stream.language is not None:
        spoken = (Share(1.0, languages.index(stream.language)),)
    eligibility = stream.eligibility_probability or clients.eligibility_probability
    return StreamPlan(
        name=name,
        name_hash=stable_hash(name),
        pieces=pieces(stream.referrals_per_week, scenario.recognition.referral_factor.value),
        dates=tuple(sorted(at_minute(week) for week in stream.dates)),
        site=sites.index(stream.site) if stream.site is not None else 0,
        format=formats[stream.format or defaults.INDIVIDUAL],
        languages=spoken,
        priority=stream.priority,
        urgent_probability=stream.urgent_probability.value,
        eligibility=eligibility.value,
    )


# --- what is measured -------------------------------------------------------------------------------------------------


def measure_names(scenario: Scenario) -> frozenset[str]:
    """The name of every measure (KPI) that a run of this scenario has."""
    return frozenset(measures.measure_names(measured_scope(scenario)))


def measured_scope(scenario: Scenario) -> Scope:
    """What decides which results a run has; of a scenario too that names sites or languages which it does not have."""
    names = tuple(sorted(scenario.organisation))
    return Scope(
        horizon=to_minutes(scenario.horizon_weeks),
        reports=tuple((week, at_minute(week)) for week in defaults.report_weeks(scenario)),
        tiers=tuple(_tier_scope(scenario, level) for level in range(len(scenario.cascade))),
        clients=None if scenario.clients is None else _client_scope(scenario, scenario.clients),
        states=names,
        state_costs=tuple(scenario.organisation[name].training_cost.value for name in names),
        sites=defaults.sites(scenario),
        unit_costs=unit_costs(scenario.costs),
    )


def _tier_scope(scenario: Scenario, level: int) -> TierScope:
    name = scenario.cascade[level]
    clocks = {reason: event.time_to_event for reason, event in sorted(scenario.tier[name].events.items())}
    horizon = to_minutes(scenario.horizon_weeks)
    return TierScope(
        level=level,
        name=name,
        mechanisms=tier_mechanisms(scenario, level),
        exit_names=defaults.exit_names(scenario, level),
        waves=tuple(
            reason
            for reason, clock in clocks.items()
            if isinstance(clock, ShockClock) and at_minute(clock.week) < horizon
        ),
        unit_costs=unit_costs(scenario.tier[name].costs),
    )


def _client_scope(scenario: Scenario, clients: Clients) -> ClientScope:
    streams = clients.stream.values()
    languages = {language for stream in streams for language in stream.languages}
    languages |= {stream.language for stream in streams if stream.language is not None}
    sites = {defaults.sites(scenario)[0] if stream.site is None else stream.site for stream in streams}
    return ClientScope(
        mechanisms=client_mechanisms(scenario, clients),
        streams=tuple(sorted(clients.stream)),
        languages=tuple(sorted(languages)),
        sites=tuple(sorted(sites)),
        unit_costs=unit_costs(clients.costs),
    )


def unit_costs(table: Table) -> dict[str, float]:
    """The quantities of a table of costs, by name."""
    costs = {name: getattr(table, name) for name in type(table).model_fields}
    return {name: cost.value for name, cost in costs.items() if isinstance(cost, Quantity)}
