"""What care takes by hand where it is given in several formats: each by itself, weighted by the referrals to it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from cascadesim.analysis.theory import care
from cascadesim.analysis.theory.hours import places
from cascadesim.scenario import defaults
from cascadesim.scenario.clients import Clients, Format
from cascadesim.scenario.schema import Scenario


@dataclass(frozen=True)
class Kind:
    """One format, of a client who is offered care in it.

    `share` of the eligible referrals, all formats together; hours of workers; weeks x places of workers that are held;
    the chance to complete.
    """

    form: Format
    share: float
    hours: float
    place_weeks: float
    completes: float


def kinds(scenario: Scenario) -> tuple[Kind, ...]:
    """Every format in which some stream is seen; their shares are even where nobody is referred in the window."""
    clients = scenario.clients
    assert clients is not None
    forms = defaults.formats_used(clients)
    rates = [care.referrals_per_week(scenario, name) for name in forms]
    total = math.fsum(rates)
    shares = [rate / total if total else 1 / len(rates) for rate in rates]
    return tuple(_kind(clients, form, share) for form, share in zip(forms.values(), shares, strict=True))


def _kind(clients: Clients, form: Format, share: float) -> Kind:
    """Alone: as in [clients], with the sessions, hours and intervals of the format (R8.1). In groups, all of them full:

    hours = facilitators x sessions x (session + overhead) / group_max + research, since each facilitator commits the
    hours of a session once, for all sessions, and the research of every member (R8.6). Own derivation.
    """
    assert form.sessions is not None and form.session_hours is not None
    assert form.session_overhead_hours is not None and form.interval_weeks is not None
    keys = ("sessions", "session_hours", "session_overhead_hours", "interval_weeks")
    own = clients.model_copy(update={key: getattr(form, key) for key in keys})
    if form.group_max == 1:
        return Kind(form, share, care.hours_of_a_place(own), care.weeks_in_place(own), care.completes(own))
    each = form.facilitators * form.sessions / form.group_max
    hours = each * (form.session_hours + form.session_overhead_hours) + clients.research_hours_per_client
    chance = clients.start_probability.value * completes_in_group(own)
    return Kind(form, share, hours, each * form.interval_weeks.mean_value, chance)


def completes_in_group(clients: Clients) -> float:
    """The chance of a member who starts to be there at the last session, or to have been before (R8.6).

    Nothing is postponed: the chances of (no-shows, ever there) session by session, a Markov chain. Own derivation.
    """
    miss, stay, limit = clients.no_show_probability.value, clients.continue_probability.value, clients.max_no_shows
    here = {(0, False): 1.0}
    for number in range(clients.sessions):
        goes_on = stay if number + 1 < clients.sessions else 1.0
        after: dict[tuple[int, bool], float] = {}
        for (missed, ever), chance in here.items():
            after[missed, True] = after.get((missed, True), 0.0) + chance * (1 - miss) * goes_on
            if limit is None or missed < limit:
                after[missed + 1, ever] = after.get((missed + 1, ever), 0.0) + chance * miss
        here = after
    return math.fsum(chance for (_, ever), chance in here.items() if ever)


def hours_of_a_client(scenario: Scenario) -> float:
    """The mean hours of workers for a client who is offered care: sum over formats of share x hours.

    Own derivation: total expectation over the format that a client is referred to.
    """
    return math.fsum(each.share * each.hours for each in kinds(scenario))


def places_of_a_worker(scenario: Scenario, level: int) -> float:
    """The mean number of cases that a worker holds, a group being one: sum over formats of share x `hours.places`.

    Own derivation, as a weight between tiers only: what a week really holds of a mixture depends on who comes when.
    """
    return math.fsum(each.share * places(scenario, level, each.form) for each in kinds(scenario))


def hours_per_completed(scenario: Scenario, level: int) -> float:
    """Hours of workers and supervisors for each client who completes, with every place taken and every group full.

    sum over formats of share x (hours + supervision hours a week x weeks in places / places of a worker) / sum of share
    x P(complete): no-shows, those who never start and those who drop out are paid for by those who complete. Infinite
    where nobody completes. Own derivation: total hours / total completed, in which every term is in proportion to the
    referrals.
    """
    supervision, total, chance = care.supervision_hours(scenario, level), 0.0, 0.0
    for each in kinds(scenario):
        held = places(scenario, level, each.form)
        shared = supervision * each.place_weeks / held if held else math.inf
        total += each.share * (each.hours + shared) if each.share else 0.0
        chance += each.share * each.completes
    return total / chance if chance else math.inf
