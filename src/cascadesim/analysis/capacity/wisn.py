"""Workers needed for the care of all who are referred, by the WISN method, and what care takes format by format.

WHO (2010), Workload Indicators of Staffing Need: User's Manual, steps 2 to 7, ISBN 978 92 4 150019 7. Its year is 52
weeks here, its available working time what `hours_per_week` gives.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from cascadesim.analysis.capacity.headcounts import planned_at_work, recruits_per_year
from cascadesim.analysis.capacity.hours import (
    adequate_sessions,
    available_hours,
    completes,
    delivering,
    fixed_minutes,
    hours_of_a_place,
    is_supervised_level,
    places,
    referrals_per_week,
    supervision_hours,
    tier_of,
    trains_and_is_known,
    weeks_in_place,
)
from cascadesim.analysis.capacity.lifetimes import seats_of_recruits
from cascadesim.model.units import HOUR_MINUTES, YEAR_WEEKS
from cascadesim.scenario import defaults
from cascadesim.scenario.clients import Clients, Format
from cascadesim.scenario.feasibility.hours import group_minutes, trainer_minutes
from cascadesim.scenario.schema import Scenario


@dataclass(frozen=True)
class FormatOfCare:
    """One format, of a client who is offered care in it.

    `share` of the eligible referrals, all formats together; hours of workers; weeks x places of workers that are held;
    the chance to complete.
    """

    form: Format
    share: float
    hours: float
    place_weeks: float
    completes: float


def formats_of_care(scenario: Scenario) -> tuple[FormatOfCare, ...]:
    """Every format in which some stream is seen; their shares are even where nobody is referred in the window."""
    clients = scenario.clients
    assert clients is not None
    forms = defaults.formats_used(clients)
    rates = [referrals_per_week(scenario, name) for name in forms]
    total = math.fsum(rates)
    shares = [rate / total if total else 1 / len(rates) for rate in rates]
    return tuple(_format(clients, form, share) for form, share in zip(forms.values(), shares, strict=True))


def _format(clients: Clients, form: Format, share: float) -> FormatOfCare:
    """Alone: as in [clients], with the sessions, hours and intervals of the format (R8.1). In groups, all of them full:

    hours = facilitators x sessions x (session + overhead) / group_max + research, since each facilitator commits the
    hours of a session once, for all sessions, and the research of every member (R8.6). Own derivation.
    """
    assert form.sessions is not None and form.session_hours is not None
    assert form.session_overhead_hours is not None and form.interval_weeks is not None
    keys = ("sessions", "session_hours", "session_overhead_hours", "interval_weeks", "adequate_sessions")
    own = clients.model_copy(update={key: getattr(form, key) for key in keys})
    if form.group_max == 1:
        return FormatOfCare(form, share, hours_of_a_place(own), weeks_in_place(own), completes(own))
    each = form.facilitators * form.sessions / form.group_max
    hours = each * (form.session_hours + form.session_overhead_hours) + clients.research_hours_per_client
    chance = clients.start_probability.value * completes_in_group(own)
    return FormatOfCare(form, share, hours, each * form.interval_weeks.mean_value, chance)


def completes_in_group(clients: Clients) -> float:
    """The chance of a member who starts to attend an adequate number of the sessions (R8.6).

    Nothing is postponed: the chances of no-shows session by session, a Markov chain that ends with the last session
    that is needed. Own derivation.
    """
    miss, stay, limit = clients.no_show_probability.value, clients.continue_probability.value, clients.max_no_shows
    needed, done = adequate_sessions(clients), 0.0
    chances = {0: 1.0}
    for number in range(clients.sessions):
        after: dict[int, float] = {}
        for missed, chance in chances.items():
            if number - missed + 1 == needed:
                done += chance * (1 - miss)
            else:
                after[missed] = after.get(missed, 0.0) + chance * (1 - miss) * stay
            if limit is None or missed < limit:
                after[missed + 1] = after.get(missed + 1, 0.0) + chance * miss
        chances = after
    return done


def hours_of_a_client(scenario: Scenario) -> float:
    """The mean hours of workers for a client who is offered care: sum over formats of share x hours.

    Own derivation: total expectation over the format that a client is referred to.
    """
    return math.fsum(each.share * each.hours for each in formats_of_care(scenario))


def places_of_a_worker(scenario: Scenario, level: int) -> float:
    """The mean number of cases that a worker holds, a group being one: sum over formats of share x `hours.places`.

    Own derivation, as a weight between tiers only: what a week really holds of a mixture depends on who comes when.
    """
    return math.fsum(each.share * places(scenario, level, each.form) for each in formats_of_care(scenario))


def hours_per_completed(scenario: Scenario, level: int) -> float:
    """Hours of workers and supervisors for each client who completes, with every place taken and every group full.

    sum over formats of share x (hours + supervision hours a week x weeks in places / places of a worker) / sum of share
    x P(complete): no-shows, those who never start and those who drop out are paid for by those who complete. Infinite
    where nobody completes. Own derivation: total hours / total completed, in which every term is in proportion to the
    referrals.
    """
    supervision, total, chance = supervision_hours(scenario, level), 0.0, 0.0
    for each in formats_of_care(scenario):
        held = places(scenario, level, each.form)
        shared = supervision * each.place_weeks / held if held else math.inf
        total += each.share * (each.hours + shared) if each.share else 0.0
        chance += each.share * each.completes
    return total / chance if chance else math.inf


@dataclass(frozen=True)
class WorkersNeeded:
    """Workers required, and what they come from: `workload`, clients a year, and the allowances.

    `standard_workload` is the clients whom one worker sees in a year of nothing else. The individual allowance factor
    is in workers: hours a year of the additional activities / available hours of one.
    """

    workload: float
    standard_workload: float
    category_factor: float = 1.0
    individual_workers: float = 0.0

    @property
    def workers(self) -> float:
        """Workload / standard workload x category allowance factor + individual allowance factor.

        WHO (2010), steps 5 to 7.
        """
        if not self.workload:
            return self.individual_workers
        if not self.standard_workload:
            return math.inf
        return self.workload / self.standard_workload * self.category_factor + self.individual_workers


def category_allowance_factor(share: float) -> float:
    """1 / (1 - the share of everybody's time that goes to support activities); infinite where nothing is left.

    WHO (2010), step 6.
    """
    return 1 / (1 - share) if share < 1 else math.inf


def workers_needed(scenario: Scenario, level: int) -> WorkersNeeded:
    """What the referrals of a delivering tier ask for, with supervision and other duties as category allowance.

    Several formats of care are one activity, with the mean hours of a client by the referrals to each: workload /
    standard workload is then the sum over the formats. Several delivering tiers share the referrals by their places.
    Groups led and courses given to the tier below, for its full complement, are individual allowances. WHO (2010),
    steps 2 to 6.
    """
    hours, each = available_hours(scenario, level) * YEAR_WEEKS, hours_of_a_client(scenario)
    levels = delivering(scenario)
    offered = {other: planned_at_work(scenario, other) * places_of_a_worker(scenario, other) for other in levels}
    share = offered[level] / sum(offered.values()) if sum(offered.values()) else 1 / len(offered)
    return WorkersNeeded(
        workload=referrals_per_week(scenario) * YEAR_WEEKS * share,
        standard_workload=hours / each,
        category_factor=category_allowance_factor(fixed_minutes(scenario, level) / HOUR_MINUTES * YEAR_WEEKS / hours),
        individual_workers=_hours_for_the_tier_below(scenario, level + 1) / hours,
    )


def wisn_ratio(scenario: Scenario, level: int) -> float:
    """Workers planned / workers needed: WHO (2010), step 8. nan where none are needed."""
    needed = workers_needed(scenario, level).workers
    return planned_at_work(scenario, level) / needed if needed else math.nan


def _hours_for_the_tier_below(scenario: Scenario, level: int) -> float:
    """Hours a year of supervising the full complement of this tier and of the courses that hold it, all of them full.

    groups x hours of a group x 52 + courses x trainers x hours a week x weeks, courses = recruits a year x seats of a
    recruit / max_cohort, stage by stage. Own derivation from R3.1 and R4.1, for WISN's individual allowance.
    """
    if level >= len(scenario.cascade):
        return 0.0
    tier, minutes = tier_of(scenario, level), 0.0
    if is_supervised_level(scenario, level):
        groups = math.ceil(planned_at_work(scenario, level) / tier.supervision.group_size)
        minutes += groups * group_minutes(tier) * YEAR_WEEKS
    stages = zip(defaults.stages(tier.training), seats_of_recruits(tier), strict=True)
    for stage, seats in stages if trains_and_is_known(scenario, level) else ():
        assert stage.max_cohort is not None and stage.course_weeks is not None
        courses = recruits_per_year(scenario, level) * seats / stage.max_cohort
        minutes += courses * trainer_minutes(stage) * stage.course_weeks * stage.trainers_per_course
    return minutes / HOUR_MINUTES
