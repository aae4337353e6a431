"""One tier of a scenario as a `TierPlan`; and what tiers and clients of a plan have in common: rates, clocks, draws."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from cascadesim.model.distributions import Draw
from cascadesim.model.hazards import FLAGS
from cascadesim.model.plan import (
    AlsoSpoken,
    ClockPlan,
    CompetencePlan,
    CoursePlan,
    HazardPlan,
    IncentivePlan,
    Intake,
    Piece,
    Practice,
    PracticePlan,
    PromotionPlan,
    ReasonPlan,
    RefresherPlan,
    Share,
    StaffPlan,
    StrainPlan,
    SupervisionPlan,
    TierPlan,
)
from cascadesim.model.plan import Clock as ClockKind
from cascadesim.model.rng import stable_hash
from cascadesim.model.units import WEEK_MINUTES, YEAR_WEEKS, at_minute, rate_nearest, rate_up, to_minutes
from cascadesim.scenario import defaults
from cascadesim.scenario.distributions import Amount, gamma_draw
from cascadesim.scenario.fields import NOTHING, ONE, Quantity, Rate
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.workforce import (
    Clock,
    Competence,
    DateClock,
    Incentive,
    LifeTableClock,
    Promotion,
    Reason,
    Refresher,
    ShockClock,
    Staff,
    Strain,
    Supervision,
    Tier,
    Training,
    WeibullClock,
)


def pieces(rate: Rate, factor: float = 1.0) -> tuple[Piece, ...]:
    """The rate from minute 0 on, 0 before its first step; nothing where it is never above 0."""
    steps = sorted((at_minute(step.from_week), step.rate.value * factor / WEEK_MINUTES) for step in rate)
    if not any(rate_per_minute > 0 for _, rate_per_minute in steps):
        return ()
    start = () if steps[0][0] == 0 else (Piece(0, 0.0),)
    return start + tuple(Piece(minute, rate_per_minute) for minute, rate_per_minute in steps)


def clock_plan(clock: Clock) -> ClockPlan:
    """A clock in minutes."""
    shape, scale_weeks, minute, share = 1.0, 0.0, 0, 1.0
    table: tuple[Piece, ...] = ()
    if isinstance(clock, DateClock):
        minute = at_minute(clock.week)
    elif isinstance(clock, ShockClock):
        minute, share = at_minute(clock.week), clock.share.value
    elif isinstance(clock, LifeTableClock):
        year = YEAR_WEEKS * WEEK_MINUTES
        steps = ((at_minute(step.from_weeks), step.rate_per_year.value / year) for step in clock.table)
        table = tuple(Piece(tenure, rate) for tenure, rate in sorted(steps))
    else:
        scale_weeks = clock.scale_weeks
        if isinstance(clock, WeibullClock):
            shape = clock.shape.value
    return ClockPlan(ClockKind[clock.dist.upper()], shape, scale_weeks * WEEK_MINUTES, table, minute, share)


def optional_draw(amount: Amount | None) -> Draw | None:
    """A distribution to draw from, or None."""
    return None if amount is None else amount.draw()


def shares(table: Mapping[str, Quantity], languages: tuple[str, ...]) -> tuple[Share, ...]:
    """Shares of languages, by their index among `languages`, in sorted order of the names (R11.2)."""
    cumulative, total = [], 0.0
    for name in sorted(table):
        total += table[name].value
        cumulative.append(Share(total, languages.index(name)))
    return tuple(cumulative)


NO_LIMIT = 1 << 30
NEVER = 1 << 62


def compile_tier(scenario: Scenario, level: int) -> TierPlan:
    """The tier at `level`."""
    tier = scenario.tier[scenario.cascade[level]]
    languages = defaults.languages(scenario)
    practice = _practice(scenario, level)
    exit_names = defaults.exit_names(scenario, level)
    order = tuple(sorted({*exit_names, *tier.events}))
    staff = defaults.staff(tier)
    factor = scenario.recognition.recruitment_factor.value
    return TierPlan(
        level=level,
        name=scenario.cascade[level],
        delivers=defaults.delivers(scenario, level),
        practises_with_clients=practice.kind == Practice.CLIENTS,
        hours=tier.hours_per_week.draw(),
        overtime_fraction=tier.overtime_fraction.value,
        duties_rate=rate_up(tier.other_duties_hours_per_week.value),
        lost_rates=tuple(
            tier.lost_hours_per_week.get(name, NOTHING).value * 60.0 for name in sorted(scenario.organisation)
        ),
        reserve_rate=rate_up(tier.training_reserve_hours_per_week),
        courses_first=tier.priority[0] == "courses",
        staff=tuple(_staff(staff.get(site, Staff()), factor) for site in defaults.sites(scenario)),
        initial_tenure_minutes=at_minute(tier.initial_tenure_weeks),
        lag_minutes=at_minute(tier.lag_weeks.value),
        candidate_patience=optional_draw(tier.candidate_patience_weeks),
        caseload=tier.caseload,
        apprentice_caseload=tier.apprentice_caseload,
        apprentice_extra_rate=rate_up(tier.apprentice_extra_hours_per_week),
        deployment_probability=tier.deployment_probability.value,
        idle_if_not_deployed=tier.not_deployed == "stay",
        trains_probability=tier.trains_probability.value,
        languages=shares(tier.languages, languages),
        also=tuple(AlsoSpoken(languages.index(name), tier.also[name].value) for name in sorted(tier.also)),
        selection_probability=tier.training.selection_probability.value,
        courses=_courses(scenario, tier) if defaults.trains(tier, level) else (),
        rooms=tier.training.parallel_courses or 0,
        trainers_across_sites=tier.training.across_sites and len(scenario.sites) > 1,
        refresher=None if tier.refresher is None else _refresher(tier.refresher, tier.training),
        practice=practice,
        supervision=_supervision(scenario, tier.supervision) if defaults.supervises(tier, level) else None,
        independent=defaults.independent(tier, level),
        competence=None if tier.competence is None else _competence(tier.competence),
        strain=None if tier.strain is None else _strain(tier.strain),
        hold_minutes=at_minute(tier.absence.hold_weeks),
        promotion=None if tier.promotion is None else _promotion(tier.promotion),
        incentives=tuple(_incentive(name, tier.incentive[name]) for name in sorted(tier.incentive)),
        hazards=_hazards(scenario, tier, level),
        reasons=tuple(_reason(name, tier.events[name], order.index(name)) for name in sorted(tier.events)),
        exit_names=exit_names,
    )


def _staff(staff: Staff, factor: float) -> StaffPlan:
    """Several intakes of one week are one: a person is known by date and position (R9.3)."""
    counts: Counter[int] = Counter()
    for intake in staff.intake:
        counts[at_minute(intake.week)] += intake.count
    return StaffPlan(
        initial=staff.initial,
        intake=tuple(Intake(*each) for each in sorted(counts.items())),
        recruits=pieces(staff.recruits_per_week, factor),
        target=-1 if staff.target is None else staff.target,
        pool=-1 if staff.pool is None else staff.pool,
    )


def _courses(scenario: Scenario, tier: Tier) -> tuple[CoursePlan, ...]:
    stages = defaults.stages(tier.training)
    return tuple(_course(scenario, stage, number, number == len(stages) - 1) for number, stage in enumerate(stages))


def _course(scenario: Scenario, training: Training, stage: int, last: bool) -> CoursePlan:
    assert training.course_weeks is not None and training.trainer_hours_per_week is not None
    assert training.max_cohort is not None
    preparation = training.preparation_hours / training.course_weeks  # R3.1
    dates = {at_minute(week) for week in defaults.calendar_dates(training, scenario.horizon_weeks)}
    return CoursePlan(
        stage=stage,
        last=last,
        minutes=to_minutes(training.course_weeks),
        trainers=training.trainers_per_course,
        min_cohort=training.min_cohort,
        max_cohort=training.max_cohort,
        trainer_rate=rate_up(training.trainer_hours_per_week + preparation),
        travel_rate=rate_up(training.travel_hours),
        trainee_rate=rate_up(training.trainee_hours_per_week),
        pass_probability=training.pass_probability.value,
        attempts=training.attempts,
        gather_minutes=at_minute(training.gather_weeks),
        dates=tuple(sorted(dates)),
        window_minutes=to_minutes(training.window_weeks),
        courses_per_date=training.courses_per_date,
    )


def _refresher(refresher: Refresher, training: Training) -> RefresherPlan:
    preparation = refresher.preparation_hours / refresher.course_weeks
    return RefresherPlan(
        every_minutes=to_minutes(refresher.every_weeks),
        window_minutes=at_minute(refresher.window_weeks),
        minutes=to_minutes(refresher.course_weeks),
        trainers=refresher.trainers_per_course,
        max_cohort=refresher.max_cohort,
        trainer_rate=rate_up(refresher.trainer_hours_per_week + preparation),
        travel_rate=rate_up(training.travel_hours),
        trainee_rate=rate_up(refresher.trainee_hours_per_week),
    )


def _practice(scenario: Scenario, level: int) -> PracticePlan:
    training = scenario.tier[scenario.cascade[level]].training
    kind = Practice[defaults.practice(scenario, level).upper()]
    with_clients = kind == Practice.CLIENTS
    return PracticePlan(
        kind=kind,
        minutes=to_minutes(training.practice_weeks) if kind == Practice.SIMULATED else 0,
        cases=training.practice_cases if with_clients else 0,
        min_sessions=(training.practice_min_sessions or 0) if with_clients else 0,
        first=training.practice_first,
        limit_minutes=to_minutes(training.apprentice_limit_weeks),
    )


def _supervision(scenario: Scenario, supervision: Supervision) -> SupervisionPlan:
    assert supervision.meeting_hours is not None
    hours, interval = supervision.meeting_hours, supervision.interval_weeks
    group_rate = rate_nearest(hours + supervision.preparation_hours, interval)
    travelling = rate_nearest(hours + supervision.preparation_hours + supervision.travel_hours, interval)
    return SupervisionPlan(
        group_size=supervision.group_size,
        group_rate=group_rate,
        travel_rate=travelling - group_rate,
        across_sites=supervision.across_sites and len(scenario.sites) > 1,
        seat_rate=rate_nearest(hours, interval),
        max_supervisees=supervision.max_supervisees or NO_LIMIT,
        grace_minutes=at_minute(supervision.grace_weeks),
        attendance=supervision.attendance_probability.value,
        lapse_ends_groups="groups" in supervision.lapse_stops,
    )


def _competence(competence: Competence) -> CompetencePlan:
    idle = competence.idle_decay_after_weeks
    return CompetencePlan(
        course_level=competence.course_level.value,
        baseline=competence.baseline.value,
        ceiling=competence.ceiling.value,
        dilution=competence.dilution.value,
        noise_sd=competence.noise_sd.value,
        gain_per_session=competence.gain_per_session.value,
        half_life_minutes=(competence.half_life_weeks or NOTHING).value * WEEK_MINUTES,
        idle_minutes=-1 if idle is None else to_minutes(idle),
        refresher_gain=competence.refresher_gain.value,
        initial=(competence.initial_competence or competence.course_level).value,
        certification_threshold=competence.certification_threshold.value,
        min_trainer=competence.min_trainer_competence.value,
    )


def _strain(strain: Strain) -> StrainPlan:
    return StrainPlan(
        comfort=strain.comfort_utilisation.value,
        half_life_minutes=strain.strain_half_life_weeks.value * WEEK_MINUTES,
        recovery_half_life_minutes=strain.recovery_half_life_weeks.value * WEEK_MINUTES,
    )


def _promotion(promotion: Promotion) -> PromotionPlan:
    return PromotionPlan(
        min_tenure_minutes=at_minute(promotion.min_tenure_weeks),
        min_competence=promotion.min_competence.value,
        minutes=to_minutes(promotion.promotion_weeks),
    )


def _incentive(name: str, incentive: Incentive) -> IncentivePlan:
    return IncentivePlan(
        name=name,
        from_minute=at_minute(incentive.from_week),
        until_minute=NEVER if incentive.until_week is None else at_minute(incentive.until_week),
        week_cost=incentive.week_cost.value,
        leaving_ratio=incentive.leaving_ratio.value,
        absence_ratio=incentive.absence_ratio.value,
        attendance_ratio=incentive.attendance_ratio.value,
    )


def _frail(scenario: Scenario, level: int) -> bool:
    """Whether a frailty other than 1 occurs in a tier: of its own, or brought along from below (R9.2)."""
    tier = scenario.tier[scenario.cascade[level]]
    from_below = tier.promotion is not None and level + 1 < len(scenario.cascade)
    return tier.frailty_variance.value > 0 or (from_below and _frail(scenario, level + 1))


def _hazards(scenario: Scenario, tier: Tier, level: int) -> HazardPlan:
    states = tuple(tier.hazard_ratios.get(name, ONE).value for name in sorted(scenario.organisation))
    flags = tuple(tier.hazard_ratios.get(name, ONE).value for name in FLAGS)
    constant, variance = scenario.recognition.leaving_ratio.value, tier.frailty_variance.value
    incentives = tier.incentive.values()
    levers = (lever.value for own in incentives for lever in (own.leaving_ratio, own.absence_ratio))
    return HazardPlan(
        responsive=_frail(scenario, level) or any(value != 1.0 for value in (*states, *flags, constant, *levers)),
        constant=constant,
        frailty_variance=variance,
        frailty=gamma_draw(1.0 / variance, 1.0) if variance > 0.0 else None,
        flags=flags,
        states=states,
    )


def _reason(name: str, reason: Reason, order: int) -> ReasonPlan:
    exits, hours, absence = defaults.consequences(reason)
    factor = reason.then.hours_factor if reason.then is not None else None
    return ReasonPlan(
        name=name,
        name_hash=stable_hash(name),
        order=order,
        clock=clock_plan(reason.time_to_event),
        from_certification=reason.origin == "certification",
        notice_minutes=at_minute(reason.notice_weeks.value),
        external=reason.external,
        recurring=reason.recurring,
        exit_probability=exits,
        hours_probability=hours,
        absence_probability=absence,
        hours_factor=1.0 if factor is None else factor.value,
        absence=optional_draw(reason.absence_weeks),
        only_absence=exits == 0.0 and hours == 0.0,
    )
