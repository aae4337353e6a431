"""What a week of a worker holds (supervisees, courses, clients), and what one client takes; and who is referred.

A client takes slots, weeks in a place, and hours.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from cascadesim.model.distributions import Family, quantile
from cascadesim.model.units import HOUR_MINUTES, YEAR_WEEKS, rate_up
from cascadesim.scenario import defaults
from cascadesim.scenario.clients import Clients, Format, Stream
from cascadesim.scenario.feasibility.hours import (
    client_minutes,
    group_minutes,
    is_supervised,
    is_trained,
    supervision_minutes,
    trainer_minutes,
)
from cascadesim.scenario.feasibility.run_size import expected_arrivals
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.workforce import Tier

SLICES = 1_000
_FLOAT_NOISE = 1e-6


def tier_of(scenario: Scenario, level: int) -> Tier:
    return scenario.tier[scenario.cascade[level]]


def stays_in_head_count(tier: Tier) -> float:
    """Of those certified, the share who are heads of the tier: all where who is not deployed stays, idle (R2.6)."""
    return tier.deployment_probability.value if tier.not_deployed == "exit" else 1.0


def works(tier: Tier) -> float:
    """Of the heads, the share who see clients, supervise and train: those who are deployed (R2.6)."""
    return tier.deployment_probability.value if tier.not_deployed == "stay" else 1.0


def own_seat_minutes(scenario: Scenario, level: int) -> int:
    """Minutes a week that being supervised takes of a worker of this tier; 0 where nobody supervises them."""
    tier = tier_of(scenario, level)
    return supervision_minutes(tier) if is_supervised(tier, level) else 0


def fixed_minutes(scenario: Scenario, level: int) -> int:
    """Minutes a week that are gone before anything else: the own seat and other duties."""
    return own_seat_minutes(scenario, level) + rate_up(tier_of(scenario, level).other_duties_hours_per_week.value)


def reserve_minutes(scenario: Scenario, level: int) -> int:
    """Minutes a week that groups and clients leave free for courses (R3.2)."""
    return rate_up(tier_of(scenario, level).training_reserve_hours_per_week)


def average(tier: Tier, holds: Callable[[int], float]) -> float:
    """The mean of `holds(minutes a week)` over the weeks that the workers of a tier have.

    Own derivation: a week of mean length is not enough, since what it holds is a whole number. Numerical, by the
    midpoints of 1,000 slices of equal chance; exact where everybody has the same hours.
    """
    draw = tier.hours_per_week.draw()
    if draw.family == Family.CONSTANT:
        return holds(rate_up(draw.numbers[0]))
    draws = (quantile(draw.family, draw.numbers, (number + 0.5) / SLICES) for number in range(SLICES))
    return math.fsum(holds(rate_up(hours)) for hours in draws) / SLICES


def available_hours(scenario: Scenario, level: int) -> float:
    """The mean hours a week of a worker: WISN's available working time, WHO (2010), step 2."""
    return average(tier_of(scenario, level), lambda minutes: minutes / HOUR_MINUTES)


def with_overtime(tier: Tier, minutes: int) -> int:
    """What courses and supervision may fill of a week of this many minutes: x (1 + overtime), rounded down (R2.4)."""
    return math.floor(minutes * (1 + tier.overtime_fraction.value) + _FLOAT_NOISE)


def span(scenario: Scenario, level: int, training: bool = False) -> float:
    """How many workers of this tier one supervisor's week holds, with or without giving a course for the tier.

    group_size x floor((limit - own seat, other duties, reserve or course) / (meeting + preparation) a week), at most
    max_supervisees: WISN's capacity of a week (WHO 2010) under R4.1 and R2.4. Infinite where groups take no time. Of
    several stages the one that takes most of a week counts. The extra hours for apprentices are left out.
    """
    tier, above = tier_of(scenario, level), tier_of(scenario, level - 1)
    supervision, course = tier.supervision, 0
    if training:
        course = max(trainer_minutes(stage) for stage in defaults.stages(tier.training))
    taken = fixed_minutes(scenario, level - 1) + max(reserve_minutes(scenario, level - 1), course)
    each, most = group_minutes(tier), supervision.max_supervisees or math.inf
    if not each:
        return most
    return average(
        above,
        lambda minutes: min(most, supervision.group_size * (max(0, with_overtime(above, minutes) - taken) // each)),
    )


def courses_per_year(scenario: Scenario, level: int, supervisees: float) -> float:
    """How many courses for this tier one trainer's week holds in a year, beside the groups of so many, inf: all it can.

    52 / sum over the stages of course weeks x trainers / floor((limit - own seat, other duties, groups) / (trainer
    hours + preparation / course weeks)), under R2.4 and R3.1; groups leave the reserve free (R3.2). Only a share of
    `trains_probability` trains at all. Infinite where a course takes no time of its trainers. Own derivation: a course
    of a stage takes course weeks x trainers of one trainer's time, of which the week holds so many at once.
    """
    tier, above = tier_of(scenario, level), tier_of(scenario, level - 1)
    own, kept = fixed_minutes(scenario, level - 1), reserve_minutes(scenario, level - 1)
    size, most = tier.supervision.group_size, tier.supervision.max_supervisees
    group = group_minutes(tier) if supervisees and is_supervised(tier, level) else 0
    asked = min(supervisees, math.inf if most is None else most) / size
    stages = [
        (trainer_minutes(stage), (stage.course_weeks or 0.0) * stage.trainers_per_course)
        for stage in defaults.stages(tier.training)
    ]

    def fit(minutes: int) -> float:
        left = max(0, with_overtime(above, minutes) - own)
        groups = max(0, left - kept) // group if group else 0
        groups = min(groups, math.ceil(asked)) if asked < math.inf else groups
        rest = left - groups * group
        if any(each > rest for each, _ in stages):
            return 0.0
        weeks = math.fsum(trainer_weeks / (rest // each) for each, trainer_weeks in stages if each)
        return YEAR_WEEKS / weeks if weeks else math.inf

    return above.trains_probability.value * average(above, fit)


def trains_and_is_known(scenario: Scenario, level: int) -> bool:
    """Whether the tier takes a course of which everything is known."""
    tier = tier_of(scenario, level)
    stages = defaults.stages(tier.training)
    return is_trained(tier, level) and all(stage.max_cohort is not None for stage in stages)


def is_supervised_level(scenario: Scenario, level: int) -> bool:
    """Whether the tier is supervised by the one above."""
    return is_supervised(tier_of(scenario, level), level)


def places(scenario: Scenario, level: int, form: Format | None = None) -> float:
    """How many clients one certified worker sees at a time, or full groups in a format of that kind.

    min(caseload, 1 + floor((hours left - hours of a first interval) / hours of a client)), where hours left are a week
    without own seat, other duties and reserve, and without overtime (R2.4, R8.1). The assessment takes hours of the
    first interval only, and clients do not begin together; groups have none. Own derivation from these rules.
    """
    tier, clients = tier_of(scenario, level), scenario.clients
    assert clients is not None
    form = form or defaults.formats(clients)[defaults.INDIVIDUAL]
    first, own = client_minutes(clients, form), fixed_minutes(scenario, level) + reserve_minutes(scenario, level)
    each = first if form.group_max > 1 else client_minutes(clients.model_copy(update={"assessment_hours": 0.0}), form)

    def fit(minutes: int) -> float:
        left = minutes - own - first
        return min(tier.caseload, 1 + left // each if each else math.inf) if left >= 0 else 0.0

    return average(tier, fit)


def practice_places(scenario: Scenario, level: int) -> float:
    """How many clients an apprentice sees at a time; 0 where practice is not with clients.

    min(apprentice_caseload, `places`). Own derivation from R2.8.
    """
    if defaults.practice(scenario, level) != "clients":
        return 0.0
    return min(tier_of(scenario, level).apprentice_caseload, places(scenario, level))


@dataclass(frozen=True)
class Attendance:
    """Of a client who starts: the mean number of slots, attended or not; `attends[k]` the chance of more than k."""

    slots: float
    attends: tuple[float, ...]


def attendance(clients: Clients) -> Attendance:
    """How a client who starts moves through the sessions (R8.2): a Markov chain, summed session by session.

    Without a limit of no-shows this is continue^(i - 1) for session i, and 1 / (1 - no-show) slots for each: the mean
    of a geometric number. Absorbing chains: Kemeny and Snell (1960), Finite Markov Chains, chapter 3.
    """
    show, stay = 1 - clients.no_show_probability.value, clients.continue_probability.value
    limit = clients.max_no_shows
    missed: dict[int, float] = {0: 1.0}  # the chance to be there before the next session, by no-shows so far
    slots, attends = 0.0, []
    for number in range(clients.sessions):
        if limit is None:
            slots += missed[0] / show if show > 0 else math.inf
            attended = {0: missed[0] if show > 0 else 0.0}
        else:
            attended = {}
            for misses in range(limit + 1):
                waiting = missed.get(misses, 0.0)
                slots += waiting
                attended[misses] = waiting * show
                missed[misses + 1] = missed.get(misses + 1, 0.0) + waiting * (1 - show)
        attends.append(math.fsum(attended.values()))
        on = stay if number + 1 < clients.sessions else 1.0
        missed = {misses: chance * on for misses, chance in attended.items()}
    return Attendance(slots, tuple(attends))


def slots_of_a_place(clients: Clients) -> float:
    """The mean number of intervals for which a client who is offered a place holds it; a non-starter one (R8.2).

    1 - P(start) + P(start) x slots of a starter. Own derivation: total expectation.
    """
    start = clients.start_probability.value
    return 1 - start + (start * attendance(clients).slots if start else 0.0)


def completes(clients: Clients) -> float:
    """The chance that a client who is offered a place completes: P(start) x P(attends enough sessions) (R8.2).

    Own derivation: the draw of the start is independent of all others.
    """
    return clients.start_probability.value * attendance(clients).attends[adequate_sessions(clients) - 1]


def adequate_sessions(clients: Clients) -> int:
    """How many sessions attended are enough to have completed: all of them unless the file says otherwise (R8.2)."""
    return clients.adequate_sessions or clients.sessions


def weeks_in_place(clients: Clients) -> float:
    """The mean time in a place: slots x interval.

    Wald's identity, since intervals are independent of each other and of who shows up: Wald (1944), Annals of
    Mathematical Statistics 15:283-296.
    """
    return slots_of_a_place(clients) * clients.interval_weeks.mean_value


def hours_of_a_place(clients: Clients) -> float:
    """Hours of a worker that a client who is offered a place takes.

    slots x (session + overhead + research of a session) + assessment, as the ledger commits them (R8.1). WISN's unit
    time of an activity: WHO (2010), step 4.
    """
    each = clients.session_hours + clients.session_overhead_hours + clients.research_hours_per_client / clients.sessions
    return slots_of_a_place(clients) * each + clients.assessment_hours


def referrals_per_week(scenario: Scenario, form: str | None = None) -> float:
    """The mean rate of eligible referrals over the weeks that are measured (R1.6), to one format of care or to all.

    sum over streams of eligibility x (recognition x the integral of the rate + dates in the window) / weeks: the mean
    of a Poisson process with a rate that varies. Own derivation.
    """
    clients, opens, ends = scenario.clients, scenario.measure_from_week, scenario.horizon_weeks
    if clients is None:
        return 0.0
    many = 0.0
    streams = (each for each in clients.stream.values() if form in (None, each.format or defaults.INDIVIDUAL))
    for stream in streams:
        rate = stream.referrals_per_week
        dated = sum(1 for week in stream.dates if opens <= week < ends)
        factor = scenario.recognition.referral_factor.value
        arrivals = factor * (expected_arrivals(rate, ends) - expected_arrivals(rate, opens))
        many += eligible(clients, stream) * (arrivals + dated)
    return many / (ends - opens)


def first_referral_week(scenario: Scenario) -> float:
    """The week from which on clients are referred, in any stream (R8.3); without end where none are."""
    streams = scenario.clients.stream.values() if scenario.clients is not None else ()
    opens = [step.from_week for stream in streams for step in stream.referrals_per_week if step.rate.value > 0]
    return min([*opens, *(date for stream in streams for date in stream.dates)], default=math.inf)


def eligible(clients: Clients, stream: Stream) -> float:
    """The share of a stream's referrals who are eligible (R8.3)."""
    return (stream.eligibility_probability or clients.eligibility_probability).value


def is_individual(scenario: Scenario) -> bool:
    """Whether all care is of one kind, that of `[clients]` itself, which these formulas are for."""
    return scenario.clients is not None and list(defaults.formats_used(scenario.clients)) == [defaults.INDIVIDUAL]


def delivering(scenario: Scenario) -> list[int]:
    """The levels of the tiers that see clients."""
    return [level for level in range(len(scenario.cascade)) if defaults.delivers(scenario, level)]


def supervision_hours(scenario: Scenario, level: int) -> float:
    """Hours a week for the supervision of one worker: their own seat, and their share of a full group's leader.

    (meeting + (meeting + preparation) / group_size) / interval, rounded as the ledger does (R4.1). Own derivation.
    """
    tier = tier_of(scenario, level)
    if not is_supervised_level(scenario, level):
        return 0.0
    return (own_seat_minutes(scenario, level) + group_minutes(tier) / tier.supervision.group_size) / HOUR_MINUTES
