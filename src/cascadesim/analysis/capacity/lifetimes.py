"""What becomes of recruits: who passes, when and whether they are certified, the seats they take, how long they stay.

How long is under competing clocks: the product of their survival functions, integrated numerically.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from cascadesim.analysis.capacity import hours
from cascadesim.analysis.capacity.hours import stays_in_head_count, tier_of
from cascadesim.model.units import YEAR_WEEKS
from cascadesim.scenario import defaults
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.workforce import Reason, Tier, Training

ON_DATES = ("date", "shock")
"""Clocks that strike at a week of the calendar, and have no hazard."""

_NOBODY = 50.0
"""Cumulative hazard at which nobody is left: exp(-50)."""

_EVER = 2.0**100
"""Whoever is there after so many weeks stays for ever."""

_PIECES = [0.5 ** (piece / 8) for piece in range(8 * 90)]
"""Ends of the pieces of the range of integration: eight to each halving, for steep hazards, and 90 halvings towards 0,
for those that fall with tenure."""


def cumulative_hazard(reason: Reason, weeks: float) -> float:
    """H(t) at this tenure: t / mean, (t / scale)^shape, or the area of a life table. A date or shock has none: 0.

    Klein and Moeschberger (2003), Survival Analysis, 2nd ed., chapter 2.
    """
    clock = reason.time_to_event
    if weeks <= 0 or clock.dist in ON_DATES:
        return 0.0
    if clock.dist == "life_table":
        steps = sorted(clock.table, key=lambda step: step.from_weeks)
        ends = [*(step.from_weeks for step in steps[1:]), math.inf]
        parts = (
            step.rate_per_year.value * max(0.0, min(end, weeks) - step.from_weeks)
            for step, end in zip(steps, ends, strict=True)
        )
        return math.fsum(parts) / YEAR_WEEKS
    if clock.dist == "weibull":
        return math.pow(weeks / clock.scale_weeks, clock.shape.value)
    return weeks / clock.scale_weeks if clock.dist == "exponential" else 0.0


def survival(reason: Reason, weeks: float, tenure: float = 0.0) -> float:
    """The chance not to have left for this reason `weeks` after a tenure at which one was still there.

    exp(-H) where the clock means leaving. Where it does so only with a chance p (R5.2): 1 - p (1 - exp(-H)) if it
    strikes once (own derivation: total probability), exp(-p H) if it may strike again (a thinned Poisson process:
    Kingman 1993, Poisson Processes, section 5.1). A tenure divides by the survival so far.
    """
    leaves = defaults.consequences(reason)[0]
    before, after = cumulative_hazard(reason, tenure), cumulative_hazard(reason, tenure + weeks)
    if leaves == 1 or reason.recurring:
        return math.exp(leaves * (before - after))
    return (1 - leaves + leaves * math.exp(-after)) / (1 - leaves + leaves * math.exp(-before))


def stays(tier: Tier, weeks: float, *, recruited: float = 0.0, certified: float = 0.0) -> float:
    """The chance that a worker is there `weeks` from now, who is there now with these tenures in weeks.

    The product of the survival functions: the earliest of independent clocks wins (R5.1), and notice delays each by its
    own time (R5.6): Klein and Moeschberger (2003), section 2.7. Dates and shocks are left out, and so is what changes
    a hazard: ratios, frailty, incentives.
    """
    chance = 1.0
    for reason in tier.events.values():
        tenure = recruited if reason.origin == "recruitment" else certified
        running = weeks - reason.notice_weeks.value
        if running > 0:
            chance *= survival(reason, running, tenure)
    return chance


def gets_through(tier: Tier, weeks: float) -> float:
    """The chance to be still there after so many weeks as candidate, trainee and apprentice.

    The product of survival functions, as in `stays`: own derivation from R5.1. Only clocks from recruitment run;
    candidates and trainees leave without notice (R5.6). An apprentice who has given notice counts as gone: no new
    client is given to them.
    """
    reasons = (reason for reason in tier.events.values() if reason.origin == "recruitment")
    return math.prod(survival(reason, weeks) for reason in reasons)


def mean_weeks(tier: Tier, lead_weeks: float = 0.0) -> float:
    """The mean working life in weeks from the certificate, which comes `lead_weeks` after recruitment.

    The mean of the minimum of competing clocks is the integral of the product of their survival functions:
    Klein and Moeschberger (2003), Survival Analysis, 2nd ed., chapter 2. Infinite where no clock has a hazard.
    """
    end = 1.0
    while stays(tier, end, recruited=lead_weeks) > math.exp(-_NOBODY):
        end *= 2
        if end > _EVER:
            return math.inf
    return expected_weeks(tier, end, lead_weeks)


def has_hazard(reason: Reason) -> bool:
    """Whether it makes people leave by a clock that is neither a date nor a shock."""
    return reason.time_to_event.dist not in ON_DATES and defaults.consequences(reason)[0] > 0


def expected_weeks(tier: Tier, until: float, lead_weeks: float = 0.0) -> float:
    """The mean time at work in the first `until` weeks after the certificate: the survival function's integral.

    The restricted mean: Klein and Moeschberger (2003), section 4.5. Gauss-Legendre of order 20 on pieces in proportion
    to tenure, cut where a notice ends or a rate changes.
    """
    begins = {0.0, *(reason.notice_weeks.value for reason in tier.events.values())}
    cuts = begins | {begin + until * piece for begin in begins for piece in _PIECES}
    cuts |= {cut for reason in tier.events.values() for cut in _steps(reason, lead_weeks)}
    edges = sorted({0.0, *(cut for cut in cuts if 0 < cut <= until)})
    return _integral(tier, edges, lead_weeks)


def _steps(reason: Reason, lead_weeks: float) -> list[float]:
    """Weeks after the certificate at which the rate of a life table changes."""
    if reason.time_to_event.dist != "life_table":
        return []
    past = lead_weeks if reason.origin == "recruitment" else 0.0
    return [reason.notice_weeks.value + step.from_weeks - past for step in reason.time_to_event.table]


def _integral(tier: Tier, edges: list[float], lead_weeks: float) -> float:
    """Gauss-Legendre quadrature piece by piece: Abramowitz and Stegun (1964), 25.4.29 and 25.4.30."""
    nodes, weights = np.polynomial.legendre.leggauss(20)
    pairs = list(zip(nodes.tolist(), weights.tolist(), strict=True))
    parts: list[float] = []
    for low, high in pairwise(edges):
        half = (high - low) / 2
        parts += (
            half * weight * stays(tier, low + half * (1 + node), recruited=lead_weeks, certified=0.0)
            for node, weight in pairs
        )
    return math.fsum(parts)


def leaving_per_year(tier: Tier, lead_weeks: float = 0.0) -> float:
    """Exits a year of one worker who is always replaced: the renewal rate, 1 / mean working life.

    The elementary renewal theorem: Cox (1962), Renewal Theory, chapter 4.
    """
    return YEAR_WEEKS / mean_weeks(tier, lead_weeks)


def left_by_dates(tier: Tier, week: float, recruited_week: float, certified_week: float) -> float:
    """The share whom no date or shock of leaving, its notice over, has taken by `week`.

    The product of 1 - share struck x P(leaves) over dates and shocks that have passed since the clock began. Own
    derivation: independent draws (R5.1, R5.2). A shock is taken to strike in the middle of its week.
    """
    share = 1.0
    for reason in tier.events.values():
        clock = reason.time_to_event
        if clock.dist != "date" and clock.dist != "shock":
            continue
        began = recruited_week if reason.origin == "recruitment" else certified_week
        at = clock.week + (0.5 if clock.dist == "shock" else 0.0)
        if began < clock.week and at + reason.notice_weeks.value < week:
            struck = clock.share.value if clock.dist == "shock" else 1.0
            share *= 1 - struck * defaults.consequences(reason)[0]
    return share


_FLOAT_NOISE = 1e-9
_NEVER = 1e-12
"""A chance at which a sum of chances ends."""


def weeks_of_practice(scenario: Scenario, level: int) -> float:
    """The mean time from the end of the course to the certificate, where clients for practice never lack.

    With clients, of which `apprentice_caseload` are seen at a time (R2.8), weeks of a case x the mean number of rounds
    of so many until enough have counted: the sum of P(fewer count in n rounds), from n = 0. A mean as the sum of tail
    chances: Feller (1968), An Introduction to Probability Theory, vol. 1, 3rd ed., XI.1; the rounds are own derivation.
    """
    tier, clients = tier_of(scenario, level), scenario.clients
    kind = defaults.practice(scenario, level)
    if kind != "clients" or clients is None:
        return tier.training.practice_weeks if kind == "simulated" else 0.0
    counts = _case_counts(scenario, level)
    if not counts:
        return tier.training.apprentice_limit_weeks
    limit, cases = tier.training.apprentice_limit_weeks, tier.training.practice_cases
    weeks = hours.weeks_in_place(clients)
    if cases / counts / tier.apprentice_caseload * weeks >= limit:  # a part of a round counted as a part
        return limit
    return min(limit, weeks * _rounds(cases, tier.apprentice_caseload, counts))


def _rounds(needed: int, at_once: int, chance: float) -> float:
    """The mean number of rounds of so many trials until so many have succeeded: the sum of P(fewer in n rounds).

    Feller (1968), vol. 1, XI.1, with binomial chances.
    """
    from scipy.stats import binom  # type: ignore[import-untyped]

    total, rounds, short = 0.0, 0, 1.0 if needed else 0.0
    while short > _NEVER:
        total += short
        rounds += 1
        short = float(binom.cdf(needed - 1, rounds * at_once, chance))
    return total


def lead_weeks(scenario: Scenario, level: int) -> float:
    """Weeks from recruitment to the certificate, courses taken again included, where nobody has to wait.

    sum over stages of course weeks x attempts of those who pass + weeks of practice. Own derivation: a sum of means.
    """
    tier = tier_of(scenario, level)
    if not defaults.trains(tier, level):
        return 0.0
    stages = defaults.stages(tier.training)
    courses = math.fsum((stage.course_weeks or 0.0) * _attempts_of_passed(stage) for stage in stages)
    return courses + weeks_of_practice(scenario, level)


def certified_of_passed(scenario: Scenario, level: int) -> float:
    """The chance that an apprentice is certified within the limit, where clients for practice never lack.

    The binomial tail P(at least `practice_cases` of n cases count), n the cases that fit into `apprentice_limit_weeks`
    at `apprentice_caseload` at a time; 1 where practice takes no clients. Feller (1968), vol. 1, VI; own derivation is
    that cases follow each other in rounds of the mean length.
    """
    tier, clients = tier_of(scenario, level), scenario.clients
    if defaults.practice(scenario, level) != "clients" or clients is None:
        return 1.0
    from scipy.stats import binom

    weeks, limit = hours.weeks_in_place(clients), tier.training.apprentice_limit_weeks
    cases = math.floor(limit / weeks + _FLOAT_NOISE) * tier.apprentice_caseload
    return float(binom.sf(tier.training.practice_cases - 1, cases, _case_counts(scenario, level)))


def _case_counts(scenario: Scenario, level: int) -> float:
    """The chance that a client given to an apprentice becomes a practice case (R2.8).

    P(start) x P(attends `practice_min_sessions`, by default all). Own derivation: independent draws.
    """
    clients = scenario.clients
    assert clients is not None
    needed = tier_of(scenario, level).training.practice_min_sessions or clients.sessions
    return clients.start_probability.value * hours.attendance(clients).attends[needed - 1]


def passes_in_the_end(stage: Training) -> float:
    """The chance to pass a stage at one of its attempts (R3.8): 1 - (1 - p)^k, own derivation: k independent draws."""
    return 1 - (1 - stage.pass_probability.value) ** stage.attempts


def _attempts_of_passed(stage: Training) -> float:
    """The mean number of attempts of those who pass one of them: geometric, cut off (R3.8).

    sum of n p (1 - p)^(n - 1) over n = 1 to k, / P(passes): Johnson, Kemp and Kotz (2005), Univariate Discrete
    Distributions, 3rd ed., chapter 5.
    """
    fails, ever = 1 - stage.pass_probability.value, passes_in_the_end(stage)
    tried = math.fsum(attempt * fails ** (attempt - 1) for attempt in range(1, stage.attempts + 1))
    return tried * (1 - fails) / ever if ever else 1.0


def passes_of_recruits(tier: Tier) -> float:
    """Of those recruited, the share who are selected and pass every stage at one of their attempts (R3.8).

    selected x the product of `passes_in_the_end`. Own derivation: one draw for each stage and attempt.
    """
    passes = math.prod(map(passes_in_the_end, defaults.stages(tier.training)))
    return tier.training.selection_probability.value * passes


def seats_of_recruits(tier: Tier) -> tuple[float, ...]:
    """Seats that a recruit takes of the courses of each stage: selected x passed all before x attempts at this one.

    Attempts, at most k with a chance p each, are geometric and cut off: (1 - (1 - p)^k) / p on average (R3.8, R3.10),
    the sum of the chances (1 - p)^(n - 1) that there is an nth one: Feller (1968), vol. 1, XI.1.
    """
    comes, seats = tier.training.selection_probability.value, []
    for stage in defaults.stages(tier.training):
        once, ever = stage.pass_probability.value, passes_in_the_end(stage)
        seats.append(comes * (ever / once if once else stage.attempts))
        comes *= ever
    return tuple(seats)


def passes_of_round(tier: Tier) -> float:
    """Who passes the last of all stages where one course of each is held: whoever repeats takes a seat again.

    Stage by stage, the lesser of what its seats let through, max_cohort x p, and of those before who pass in the end.
    Own derivation: the throughput of stages in a row is that of the narrowest.
    """
    passed = math.inf
    for stage in defaults.stages(tier.training):
        assert stage.max_cohort is not None
        ever = passes_in_the_end(stage)
        passed = min(stage.max_cohort * stage.pass_probability.value, passed * ever) if ever else 0.0
    return passed


def certified_of_apprentices(scenario: Scenario, level: int) -> float:
    """Certified of those who pass: in time, and nothing has taken them away before.

    P(certified within the limit) x P(still there after `lead_weeks`). Own derivation: independent, the weeks a mean.
    """
    return certified_of_passed(scenario, level) * gets_through(tier_of(scenario, level), lead_weeks(scenario, level))


def yield_of_recruits(scenario: Scenario, level: int) -> float:
    """Heads of those recruited: selected x pass x P(certified) x P(deployed), 1 where the others stay, idle (R2.6).

    Own derivation: the product of the yields of steps that follow each other.
    """
    tier = tier_of(scenario, level)
    stay = stays_in_head_count(tier)
    if not defaults.trains(tier, level):
        return stay
    return passes_of_recruits(tier) * certified_of_apprentices(scenario, level) * stay
