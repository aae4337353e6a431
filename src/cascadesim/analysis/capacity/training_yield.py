"""What becomes of recruits: who passes, when and whether they are certified, and the seats that they take."""

from __future__ import annotations

import math

from cascadesim.analysis.capacity import care
from cascadesim.analysis.capacity.hours import stays_in_head_count, tier_of
from cascadesim.analysis.capacity.lifetimes import gets_through
from cascadesim.scenario import defaults
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.workforce import Tier, Training

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
    weeks = care.weeks_in_place(clients)
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

    weeks, limit = care.weeks_in_place(clients), tier.training.apprentice_limit_weeks
    cases = math.floor(limit / weeks + _FLOAT_NOISE) * tier.apprentice_caseload
    return float(binom.sf(tier.training.practice_cases - 1, cases, _case_counts(scenario, level)))


def _case_counts(scenario: Scenario, level: int) -> float:
    """The chance that a client given to an apprentice becomes a practice case (R2.8).

    P(start) x P(attends `practice_min_sessions`, by default all). Own derivation: independent draws.
    """
    clients = scenario.clients
    assert clients is not None
    needed = tier_of(scenario, level).training.practice_min_sessions or clients.sessions
    return clients.start_probability.value * care.attendance(clients).attends[needed - 1]


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
