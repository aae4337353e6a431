"""The intervention and its streams as a `ClientPlan`."""

from __future__ import annotations

from cascadesim.model.draws import stable_hash
from cascadesim.model.minutes import at_minute, hours_nearest, rate_up
from cascadesim.model.pack_basics import clock_plan, draw, optional_draw, pieces, shares
from cascadesim.model.plan import ClientPlan, ClientReasonPlan, FormatPlan, StreamPlan
from cascadesim.scenario import defaults
from cascadesim.scenario.clients import Clients, Format
from cascadesim.scenario.mechanisms import client_mechanisms
from cascadesim.scenario.schema import Scenario


def pack_clients(scenario: Scenario, clients: Clients) -> ClientPlan:
    """The `[clients]` table of a scenario."""
    formats = defaults.formats(clients)
    names = tuple(sorted(formats))
    streams = (_stream(scenario, clients, name, names) for name in sorted(clients.stream))
    reasons = (
        ClientReasonPlan(name, stable_hash(name), order, clock_plan(reason.clock), reason.leave_probability.value)
        for order, (name, reason) in enumerate(sorted(clients.life.items()))
    )
    return ClientPlan(
        formats=tuple(_format(clients, name, formats[name]) for name in names),
        individual=names.index(defaults.INDIVIDUAL),
        start_probability=clients.start_probability.value,
        continue_probability=clients.continue_probability.value,
        no_show_probability=clients.no_show_probability.value,
        max_no_shows=-1 if clients.max_no_shows is None else clients.max_no_shows,
        adequate_sessions=clients.adequate_sessions or 0,
        patience=optional_draw(clients.patience_weeks),
        hand_over=clients.on_worker_exit == "hand_over",
        handover_patience=optional_draw(clients.handover_patience_weeks),
        screening_minutes=hours_nearest(clients.screening_hours),
        population_in_need=clients.population_in_need or 0,
        reasons=tuple(reasons),
        streams=tuple(streams),
        mechanisms=client_mechanisms(scenario, clients),
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
        interval=draw(form.interval_weeks),
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


def _stream(scenario: Scenario, clients: Clients, name: str, formats: tuple[str, ...]) -> StreamPlan:
    stream = clients.stream[name]
    languages = defaults.languages(scenario)
    spoken = shares(stream.languages, languages)
    if stream.language is not None:
        spoken = ((1.0, languages.index(stream.language)),)
    eligibility = stream.eligibility_probability or clients.eligibility_probability
    sites = defaults.sites(scenario)
    return StreamPlan(
        name=name,
        name_hash=stable_hash(name),
        pieces=pieces(stream.referrals_per_week, scenario.recognition.referral_factor.value),
        dates=tuple(sorted(at_minute(week) for week in stream.dates)),
        site=sites.index(stream.site) if stream.site is not None else 0,
        format=formats.index(stream.format or defaults.INDIVIDUAL),
        languages=spoken,
        priority=stream.priority,
        urgent_probability=stream.urgent_probability.value,
        eligibility=eligibility.value,
    )
