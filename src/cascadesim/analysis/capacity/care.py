"""What one client takes: slots, weeks in a place, hours; and who is referred."""

from __future__ import annotations

import math
from dataclasses import dataclass

from cascadesim.analysis.capacity.hours import is_supervised_level, own_seat_minutes, tier_of
from cascadesim.model.units import HOUR_MINUTES
from cascadesim.scenario import defaults
from cascadesim.scenario.clients import Clients, Stream
from cascadesim.scenario.feasibility.hours import group_minutes
from cascadesim.scenario.feasibility.run_size import expected_arrivals
from cascadesim.scenario.schema import Scenario


@dataclass(frozen=True)
class Attendance:
    """Of a client who starts: the mean number of slots, attended or not; `attends[k]` the chance of more than k."""

    slots: float
    attends: tuple[float, ...]

    @property
    def completes(self) -> float:
        """The chance to attend all sessions."""
        return self.attends[-1]


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
    """The chance that a client who is offered a place attends all sessions: P(start) x that of `attendance` (R8.2).

    Own derivation: the draw of the start is independent of all others.
    """
    return clients.start_probability.value * attendance(clients).completes


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
