"""A valid scenario as a `Plan`: names to levels, weeks and hours to minutes, every default decided."""

from __future__ import annotations

from collections import Counter

from cascadesim.model.draws import stable_hash
from cascadesim.model.minutes import at_minute, rate_nearest, rate_up, to_minutes
from cascadesim.model.plan import (
    ClientPlan,
    CoursePlan,
    Draw,
    Piece,
    Plan,
    PracticePlan,
    ReasonPlan,
    StreamPlan,
    SupervisionPlan,
    TierPlan,
)
from cascadesim.scenario import defaults
from cascadesim.scenario.clients import Clients
from cascadesim.scenario.distributions import Amount
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.tiers import DateClock, ExponentialClock, Rate, Reason, Supervision, Tier, Training
from cascadesim.scenario.units import WEEK_MINUTES

NO_LIMIT = 1 << 30


def pack(scenario: Scenario) -> Plan:
    """The plan of a scenario. The order of keys, tables and list items in the file changes nothing in it."""
    horizon = to_minutes(scenario.horizon_weeks)
    reports = tuple((week, at_minute(week)) for week in defaults.report_weeks(scenario))
    step = scenario.every_weeks * WEEK_MINUTES
    trajectory = (*range(step, horizon, step), horizon)
    measure_from = at_minute(scenario.measure_from_week)
    snapshots = sorted({*trajectory, *(minute for _, minute in reports), measure_from})
    return Plan(
        horizon=horizon,
        measure_from=measure_from,
        snapshots=tuple(snapshots),
        trajectory=trajectory,
        reports=reports,
        tiers=tuple(_tier(scenario, level) for level in range(len(scenario.cascade))),
        clients=None if scenario.clients is None else _clients(scenario.clients),
    )


def _tier(scenario: Scenario, level: int) -> TierPlan:
    name = scenario.cascade[level]
    tier = scenario.tier[name]
    course = _course(tier.training) if defaults.trains(tier, level) else None
    practice = _practice(scenario, level)
    exit_names = defaults.exit_names(scenario, level)
    reasons = (_reason(reason, tier.life[reason], exit_names.index(reason)) for reason in sorted(tier.life))
    return TierPlan(
        level=level,
        name=name,
        delivers=defaults.delivers(scenario, level),
        practises_with_clients=practice.kind == "clients",
        hours=_draw(tier.hours_per_week),
        overtime_fraction=tier.overtime_fraction.value,
        initial=tier.initial,
        initial_tenure_minutes=at_minute(tier.initial_tenure_weeks),
        intake=_intake(tier),
        recruits=_pieces(tier.recruits_per_week),
        candidate_patience=_optional_draw(tier.candidate_patience_weeks),
        caseload=tier.caseload,
        apprentice_caseload=tier.apprentice_caseload,
        apprentice_extra_rate=rate_up(tier.apprentice_extra_hours_per_week),
        course=course,
        practice=practice,
        supervision=_supervision(tier.supervision) if defaults.supervises(tier, level) else None,
        reasons=tuple(reasons),
        exit_names=exit_names,
    )


def _intake(tier: Tier) -> tuple[tuple[int, int], ...]:
    """Recruits by minute; several intakes of one week are one (a person is known by date and position, R9.3)."""
    counts: Counter[int] = Counter()
    for intake in tier.intake:
        counts[at_minute(intake.week)] += intake.count
    return tuple(sorted(counts.items()))


def _course(training: Training) -> CoursePlan:
    assert training.course_weeks is not None and training.trainer_hours_per_week is not None
    assert training.max_cohort is not None
    preparation = training.preparation_hours / training.course_weeks  # R3.1
    return CoursePlan(
        minutes=to_minutes(training.course_weeks),
        trainers=training.trainers_per_course,
        min_cohort=training.min_cohort,
        max_cohort=training.max_cohort,
        trainer_rate=rate_up(training.trainer_hours_per_week + preparation),
        trainee_rate=rate_up(training.trainee_hours_per_week),
        pass_probability=training.pass_probability.value,
        gather_minutes=at_minute(training.gather_weeks),
        dates=tuple(sorted({at_minute(week) for week in training.at_weeks})),
        window_minutes=to_minutes(training.window_weeks),
    )


def _practice(scenario: Scenario, level: int) -> PracticePlan:
    training = scenario.tier[scenario.cascade[level]].training
    kind = defaults.practice(scenario, level)
    sessions = scenario.clients.sessions if scenario.clients is not None else 0
    with_clients = kind == "clients"
    return PracticePlan(
        kind=kind,
        minutes=to_minutes(training.practice_weeks) if kind == "simulated" else 0,
        cases=training.practice_cases if with_clients else 0,
        min_sessions=(training.practice_min_sessions or sessions) if with_clients else 0,
        first=training.practice_first,
        limit_minutes=to_minutes(training.apprentice_limit_weeks),
    )


def _supervision(supervision: Supervision) -> SupervisionPlan:
    assert supervision.meeting_hours is not None
    hours, interval = supervision.meeting_hours, supervision.interval_weeks
    return SupervisionPlan(
        group_size=supervision.group_size,
        group_rate=rate_nearest(hours + supervision.preparation_hours, interval),
        seat_rate=rate_nearest(hours, interval),
        max_supervisees=supervision.max_supervisees or NO_LIMIT,
        grace_minutes=at_minute(supervision.grace_weeks),
    )


def _reason(name: str, reason: Reason, order: int) -> ReasonPlan:
    clock = reason.clock
    shape, scale_weeks, date = 1.0, 0.0, 0
    if isinstance(clock, ExponentialClock):
        scale_weeks = clock.scale_weeks
    elif isinstance(clock, DateClock):
        date = at_minute(clock.week)
    else:
        shape, scale_weeks = clock.shape.value, clock.scale_weeks
    return ReasonPlan(
        name=name,
        name_hash=stable_hash(name),
        order=order,
        clock=clock.dist,
        shape=shape,
        scale_minutes=scale_weeks * WEEK_MINUTES,
        date_minute=date,
        from_certification=reason.origin == "certification",
        notice_minutes=at_minute(reason.notice_weeks.value),
    )


def _clients(clients: Clients) -> ClientPlan:
    hours = clients.session_hours + clients.session_overhead_hours
    streams = (
        StreamPlan(name, stable_hash(name), _pieces(clients.stream[name].referrals_per_week))
        for name in sorted(clients.stream)
    )
    return ClientPlan(
        sessions=clients.sessions,
        episode_rate=rate_up(hours / clients.interval_weeks.mean_value),  # R8.1
        interval=_draw(clients.interval_weeks),
        start_probability=clients.start_probability.value,
        continue_probability=clients.continue_probability.value,
        no_show_probability=clients.no_show_probability.value,
        max_no_shows=-1 if clients.max_no_shows is None else clients.max_no_shows,
        patience=_optional_draw(clients.patience_weeks),
        hand_over=clients.on_worker_exit == "hand_over",
        handover_patience=_optional_draw(clients.handover_patience_weeks),
        streams=tuple(streams),
    )


def _pieces(rate: Rate) -> tuple[Piece, ...]:
    """The rate from minute 0 on, 0 before its first step; nothing where it is never above 0."""
    steps = sorted((at_minute(step.from_week), step.rate.value / WEEK_MINUTES) for step in rate)
    if not any(rate_per_minute > 0 for _, rate_per_minute in steps):
        return ()
    start = () if steps[0][0] == 0 else (Piece(0, 0.0),)
    return start + tuple(Piece(minute, rate_per_minute) for minute, rate_per_minute in steps)


def _draw(amount: Amount) -> Draw:
    return Draw(*amount.standard())


def _optional_draw(amount: Amount | None) -> Draw | None:
    return None if amount is None else _draw(amount)
