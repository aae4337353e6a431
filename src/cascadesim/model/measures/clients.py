"""The measures (KPIs) of clients. To add one is to add a row here.

Counts and integrals are of the window that `measure_from_week` opens (R1.6): what stood at its opening is taken off.
Clients belong to the window by the date of their referral. A measure without a denominator (no wait where nobody
started) is nan.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from cascadesim.model.counters import CLASS_COUNTS
from cascadesim.model.enums import Wait
from cascadesim.model.measures.types import (
    HIGHER,
    LOWER,
    NEITHER,
    Measure,
    Measures,
    Value,
    Window,
    at_reports,
    brought_about,
    mean,
    mean_weeks,
    quantile_weeks,
    quotient,
    ratio,
    spread,
    waiting,
    weeks_or_never,
)
from cascadesim.model.plan import Scope
from cascadesim.model.units import WEEK_MINUTES


def _at_end(state: int) -> Value:
    return lambda window: float(window.tally.at_end[state])


def _sessions_sd(window: Window) -> float:
    closed, total, squares = map(window.count, ("closed", "closed_sessions", "closed_sessions_squared"))
    return spread(closed, total, squares)


def _reach(window: Window) -> float:
    assert window.plan.clients is not None
    return min(1.0, ratio(window.count("started"), window.plan.clients.population_in_need))


CLIENT_MEASURES: Measures = {
    "referred": Measure("clients", NEITHER, "were referred"),
    "started": Measure("clients", HIGHER, "began care"),
    "completed": Measure("clients", HIGHER, "attended adequate_sessions or more, and care has ended"),
    "completions": Measure("clients", HIGHER, "completed in the window, whenever they were referred"),
    "dropped_out": Measure("clients", LOWER, "began, and did not go on or missed too many sessions"),
    "never_started": Measure("clients", LOWER, "were offered a place and did not come"),
    "reneged": Measure("clients", LOWER, "gave up waiting"),
    "lost_on_exit": Measure("clients", LOWER, "were lost when their worker left, or in transfer"),
    "waiting_at_end": Measure("clients", LOWER, "wait for care at the horizon", _at_end(0)),
    "in_transfer_at_end": Measure("clients", LOWER, "wait for another worker at the horizon", _at_end(1)),
    "in_care_at_end": Measure("clients", NEITHER, "are in care at the horizon", _at_end(2)),
    "transfers": Measure("transfers", LOWER, "times that a client had to wait for another worker"),
    "sessions_attended": Measure("sessions", HIGHER, "attended by clients"),
    "sessions_unsupervised_share": Measure(
        "share", LOWER, "of sessions attended", quotient("sessions_unsupervised", "sessions_attended")
    ),
    "no_show_share": Measure("share", LOWER, "of slots", quotient("no_shows", "no_shows", "sessions_attended")),
    "coverage": Measure("share", HIGHER, "started / referred", quotient("started", "referred")),
    "wait_mean_weeks": Measure(
        "weeks", LOWER, "from referral to the start of care, of those who started", lambda w: mean_weeks(w.tally.waits)
    ),
    "wait_median_weeks": Measure("weeks", LOWER, "median wait", lambda w: quantile_weeks(w.tally.waits, 1, 2)),
    "wait_p90_weeks": Measure("weeks", LOWER, "90th percentile", lambda w: quantile_weeks(w.tally.waits, 9, 10)),
    "still_waiting_mean_weeks": Measure(
        "weeks", LOWER, "waited so far by those who wait at the horizon", lambda w: mean_weeks(w.tally.still_waiting)
    ),
    "first_start_week": Measure(
        "week", LOWER, "first start of care, counted from week 0", lambda w: weeks_or_never(w.tally.first_start)
    ),
    "waiting_mean": Measure("clients", LOWER, "who wait for care, time mean", mean("waiting")),
    "in_care_mean": Measure("clients", NEITHER, "in care, time mean", mean("in_care")),
    "sessions_mean": Measure(
        "sessions",
        HIGHER,
        "attended by each client who was offered a place and has left; 0 by those who never started",
        quotient("closed_sessions", "closed"),
    ),
    "sessions_sd": Measure("sessions", NEITHER, "sample standard deviation of the same", _sessions_sd),
    # Only where the scenario has the mechanism:
    "screened_out": Measure("clients", NEITHER, "were not eligible; referred leaves them out", needs="screening"),
    "eligible_share": Measure(
        "share",
        NEITHER,
        "referred / (referred + screened_out)",
        quotient("referred", "referred", "screened_out"),
        "screening",
    ),
    "left_for_own_reason": Measure("clients", LOWER, "left for a reason in their own lives", needs="own_life"),
    "adequate_share": Measure(
        "share",
        HIGHER,
        "of those offered a place who have left: completed",
        quotient("completed", "closed"),
        "adequate",
    ),
    "reach": Measure("share", HIGHER, "started / population_in_need, at most 1", _reach, "population"),
    "client_groups_started": Measure("groups", NEITHER, "of clients, started", needs="groups"),
    "group_size_mean": Measure(
        "clients",
        NEITHER,
        "in a group of clients, when it started",
        quotient("client_group_members", "client_groups_started"),
        "groups",
    ),
    "interpreted_share": Measure(
        "share",
        NEITHER,
        "of sessions held: with an interpreter",
        quotient("interpreted", "sessions_held"),
        "interpreter",
    ),
}

CLIENT_REPORTS: Measures = {
    "referred": Measure("clients", NEITHER, "were referred by the report week"),
    "started": Measure("clients", HIGHER, "had begun care by the report week"),
    "completed": Measure("clients", HIGHER, "had completed by the report week"),
}
"""`..._at_week_W`: just before the events of week W, of the clients of the window."""

_REFERRED, _STARTED, _COMPLETED, _WAITED, _CLOSED, _SESSIONS = range(len(CLASS_COUNTS))
_OfSums = Callable[[tuple[int, ...]], float]
"""What a value makes of the sums of `CLASS_COUNTS`."""

KINDS = ("stream", "language", "site")
CLASS_MEASURES: dict[str, tuple[Measure, _OfSums]] = {
    "referred": (Measure("clients", NEITHER, "were referred"), lambda sums: float(sums[_REFERRED])),
    "started": (Measure("clients", HIGHER, "began care"), lambda sums: float(sums[_STARTED])),
    "completed": (Measure("clients", HIGHER, "completed"), lambda sums: float(sums[_COMPLETED])),
    "coverage": (Measure("share", HIGHER, "of those"), lambda sums: ratio(sums[_STARTED], sums[_REFERRED])),
    "wait_mean_weeks": (
        Measure("weeks", LOWER, "from referral to the start of care"),
        lambda sums: ratio(sums[_WAITED], sums[_STARTED] * WEEK_MINUTES),
    ),
    "sessions_mean": (
        Measure("sessions", HIGHER, "attended by each who was offered a place and has left"),
        lambda sums: ratio(sums[_SESSIONS], sums[_CLOSED]),
    ),
}
"""What is measured of each stream, language and site, where there is more than one of them."""


def client_measures(scope: Scope) -> Measures:
    """The measures of the clients, without their prefix, in order; none where there are no clients."""
    if scope.clients is None:
        return {}
    mechanisms = scope.clients.mechanisms
    rows = brought_about(CLIENT_MEASURES, mechanisms) | at_reports(scope, CLIENT_REPORTS)
    return rows | waiting(Wait.CARE, mechanisms, "client-weeks") | _class_measures(scope)


def _class_measures(scope: Scope) -> Measures:
    assert scope.clients is not None
    names = {"stream": scope.clients.streams, "language": scope.clients.languages, "site": scope.clients.sites}
    return {
        f"{kind}.{name}.{what}": replace(row, value=_of_class(f"{kind}.{name}", value))
        for kind in KINDS
        for name in names[kind]
        if len(names[kind]) > 1
        for what, (row, value) in CLASS_MEASURES.items()
    }


def _of_class(name: str, value: _OfSums) -> Value:
    """For a name such as `stream.NAME`."""

    def read(window: Window) -> float:
        rows = [window.tally.classes[index] for index in window.layout.breakdowns[name]]
        return value(tuple(map(sum, zip(*rows, strict=True))))

    return read
