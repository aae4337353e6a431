"""Where workers come from, by hand: yield of a trainer, recruits that hold a head count, successors of a trainer."""

from __future__ import annotations

import math

from cascadesim.analysis.theory import care
from cascadesim.analysis.theory.hours import courses_per_year, span, stays_in_head_count, tier_of, works
from cascadesim.analysis.theory.lifetimes import gets_through, leaving_per_year, mean_weeks
from cascadesim.scenario import defaults
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.size import dated_recruits
from cascadesim.scenario.tiers import Tier
from cascadesim.scenario.units import YEAR_WEEKS


def planned(scenario: Scenario, level: int) -> int:
    """The full complement: the target, or those of the start and of all intakes; over all sites."""
    return sum(
        staff.target if staff.target is not None else staff.initial + dated_recruits(staff, scenario.horizon_weeks)
        for staff in defaults.staff(tier_of(scenario, level)).values()
    )


def planned_at_work(scenario: Scenario, level: int) -> float:
    """Of the full complement those who are deployed: whoever is idle takes a place in it (R2.6)."""
    return planned(scenario, level) * works(tier_of(scenario, level))


def weeks_of_practice(scenario: Scenario, level: int) -> float:
    """The mean time from the end of the course to the certificate, where clients for practice never lack.

    With clients: cases needed / chance that a case counts x weeks of a case / apprentice_caseload (R2.8).
    """
    tier, clients = tier_of(scenario, level), scenario.clients
    kind = defaults.practice(scenario, level)
    if kind != "clients" or clients is None:
        return tier.training.practice_weeks if kind == "simulated" else 0.0
    counts = _case_counts(scenario, level)
    if not counts:
        return tier.training.apprentice_limit_weeks
    cases = tier.training.practice_cases / counts / tier.apprentice_caseload
    return min(tier.training.apprentice_limit_weeks, cases * care.weeks_in_place(clients))


def lead_weeks(scenario: Scenario, level: int) -> float:
    """Weeks from recruitment to the certificate where nobody has to wait."""
    tier = tier_of(scenario, level)
    if not defaults.trains(tier, level):
        return 0.0
    courses = math.fsum(stage.course_weeks or 0.0 for stage in defaults.stages(tier.training))
    return courses + weeks_of_practice(scenario, level)


def certified_of_passed(scenario: Scenario, level: int) -> float:
    """The chance that an apprentice is certified within the limit, where clients for practice never lack.

    The binomial tail P(at least `practice_cases` of n cases count), n the cases that fit into `apprentice_limit_weeks`
    at `apprentice_caseload` at a time; 1 where practice takes no clients.
    """
    tier, clients = tier_of(scenario, level), scenario.clients
    if defaults.practice(scenario, level) != "clients" or clients is None:
        return 1.0
    from scipy.stats import binom  # type: ignore[import-untyped]

    weeks, limit = care.weeks_in_place(clients), tier.training.apprentice_limit_weeks
    cases = math.floor(limit / weeks) * tier.apprentice_caseload
    return float(binom.sf(tier.training.practice_cases - 1, cases, _case_counts(scenario, level)))


def _case_counts(scenario: Scenario, level: int) -> float:
    """The chance that a client given to an apprentice becomes a practice case (R2.8)."""
    clients = scenario.clients
    assert clients is not None
    needed = tier_of(scenario, level).training.practice_min_sessions or clients.sessions
    return clients.start_probability.value * care.attendance(clients).attends[needed - 1]


def passes_of_recruits(tier: Tier) -> float:
    """Of those recruited, the share who are selected and pass every stage at one of their attempts (R3.8)."""
    stages = defaults.stages(tier.training)
    passes = math.prod(1 - (1 - stage.pass_probability.value) ** stage.attempts for stage in stages)
    return tier.training.selection_probability.value * passes


def passes_of_seats(tier: Tier) -> float:
    """Graduates for each seat of a course: whoever repeats takes a seat again."""
    return math.prod(stage.pass_probability.value for stage in defaults.stages(tier.training))


def certified_of_apprentices(scenario: Scenario, level: int) -> float:
    """Certified of those who pass: in time, and nothing has taken them away before."""
    return certified_of_passed(scenario, level) * gets_through(tier_of(scenario, level), lead_weeks(scenario, level))


def yield_of_recruits(scenario: Scenario, level: int) -> float:
    """Heads of those recruited: selected x pass x P(certified) x P(deployed), 1 where the others stay, idle (R2.6)."""
    tier = tier_of(scenario, level)
    stay = stays_in_head_count(tier)
    if not defaults.trains(tier, level):
        return stay
    return passes_of_recruits(tier) * certified_of_apprentices(scenario, level) * stay


def graduates_per_trainer_year(scenario: Scenario, level: int, supervising: bool) -> float:
    """People certified for each trainer and year, courses following each other without a gap.

    courses a year x max_cohort (the least of all stages) x pass x P(certified).
    """
    tier, seats = tier_of(scenario, level), math.inf
    for stage in defaults.stages(tier.training):
        assert stage.max_cohort is not None
        seats = min(seats, stage.max_cohort)
    share = passes_of_seats(tier) * certified_of_apprentices(scenario, level)
    courses = courses_per_year(scenario, level, supervising)
    return courses * seats * share if share else 0.0


def recruits_per_year(scenario: Scenario, level: int) -> float:
    """Recruits a year that hold the planned head count: planned x renewal rate / yield of recruits (R2.6: deployed)."""
    chance = yield_of_recruits(scenario, level)
    leaving = planned(scenario, level) * leaving_per_year(tier_of(scenario, level), lead_weeks(scenario, level))
    return leaving / chance if chance else (math.inf if leaving else 0.0)


def held_by_recruits(scenario: Scenario, level: int) -> float:
    """The head count that the last rate of recruits holds in the long run.

    Little (1961), L = lambda W: recruits a week x yield x mean working life in weeks.
    """
    tier, rate = tier_of(scenario, level), scenario.recognition.recruitment_factor.value
    lasting = [staff.recruits_per_week for staff in defaults.staff(tier).values() if staff.recruits_per_week]
    rate *= math.fsum(max(steps, key=lambda step: step.from_week).rate.value for steps in lasting)
    return rate * yield_of_recruits(scenario, level) * mean_weeks(tier, lead_weeks(scenario, level)) if rate else 0.0


def successors(scenario: Scenario, level: int) -> float:
    """People of this tier whom one trainer of the tier above certifies in a mean working life, beside a full span.

    The reproduction number of a cascade: graduates a year x mean working life in years. Below 1, a trainer leaves less
    behind than one worker, and the tier depends on trainers from outside.
    """
    above = level - 1
    years = mean_weeks(tier_of(scenario, above), lead_weeks(scenario, above)) / YEAR_WEEKS
    graduates = graduates_per_trainer_year(scenario, level, supervising=True)
    return graduates * years if graduates else 0.0


def replacement(scenario: Scenario, level: int) -> float:
    """Graduates a year of one trainer beside a full span / people of that span who leave a year.

    Below 1, a trainer who supervises as many as the week holds cannot make up for those who leave.
    """
    leaving = span(scenario, level) * leaving_per_year(tier_of(scenario, level), lead_weeks(scenario, level))
    graduates = graduates_per_trainer_year(scenario, level, supervising=True)
    return graduates / leaving if leaving else (math.inf if graduates else math.nan)
