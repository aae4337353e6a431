"""Clients as a fluid: when they leave by hand, places that are lost, and what is said to be approximate."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.small_programmes import clinic, scenario_of
from cascadesim import Scenario, replicate
from cascadesim.analysis.capacity import hours
from cascadesim.analysis.capacity.explanations import left_out
from cascadesim.analysis.capacity.quantities import SAME, compare
from cascadesim.analysis.capacity.queueing import STEPS_A_WEEK, departures, in_steps, staying
from cascadesim.analysis.capacity.simulated import Runs, keep
from cascadesim.scenario.distributions import Constant, Exponential
from cascadesim.scenario.fields import Quantity


def test_departures_by_hand() -> None:
    """Two sessions, weeks 1 and 2: 0.2 never start; 0.8 x 0.8 attend, half go on. One no-show is allowed.

    Week 1: 0.2 + 0.32. Week 2: of 0.32 who have attended 0.256 complete; of 0.16 who have not 0.064 drop out after the
    session and 0.032 with a second no-show. Week 3: 0.064 and 0.064 have a last slot each: 0.1024 complete.
    """
    keys = ("start_probability = 0.8", "continue_probability = 0.5", "no_show_probability = 0.2", "max_no_shows = 1")
    clients = clinic(*keys, sessions=2).clients
    assert clients is not None
    found = departures(clients, 4 * STEPS_A_WEEK)
    weeks = [STEPS_A_WEEK, 2 * STEPS_A_WEEK, 3 * STEPS_A_WEEK]
    assert found.leaves[weeks] == pytest.approx([0.52, 0.256 + 0.064 + 0.032, 0.128], rel=1e-12)
    assert found.completes[weeks] == pytest.approx([0.0, 0.256, 0.1024], rel=1e-12)
    assert found.leaves.sum() == pytest.approx(1.0, rel=1e-12)
    one = departures(clients.model_copy(update={"adequate_sessions": 1}), 4 * STEPS_A_WEEK)
    assert one.leaves == pytest.approx(found.leaves, rel=1e-12)
    assert one.completes[weeks] == pytest.approx([0.32, 0.256 + 0.064, 0.128], rel=1e-12)


@pytest.mark.parametrize("limit", [0, 2, 9, None])
@pytest.mark.parametrize("interval", ["1.37", '{ dist = "gamma", mean = 1.3, cv = 0.7 }'])
def test_departures_have_the_mean_and_the_chance_of_attendance(limit: int | None, interval: str) -> None:
    keys = ["start_probability = 0.7", "continue_probability = 0.9", "no_show_probability = 0.3"]
    keys += [f"max_no_shows = {limit}"] if limit is not None else []
    clients = clinic(*keys, f"interval_weeks = {interval}", sessions=5).clients
    assert clients is not None
    found = departures(clients, 100 * STEPS_A_WEEK)
    mean = float(found.leaves @ np.arange(len(found.leaves))) / STEPS_A_WEEK
    assert mean == pytest.approx(hours.weeks_in_place(clients), rel=1e-4)
    assert found.completes.sum() == pytest.approx(hours.completes(clients), rel=1e-9)


def test_delays_on_a_grid() -> None:
    """75.25 steps are 75 three times in four; who has a mean patience of 2 weeks is there after 3 with exp(-1.5)."""
    found = in_steps(Constant(value=Quantity(value=75.25 / STEPS_A_WEEK)), 100)
    assert {place: found[place] for place in found.nonzero()[0]} == pytest.approx({75: 0.75, 76: 0.25})
    patient = staying(Exponential(dist="exponential", mean=Quantity(value=2.0)), 500)
    assert patient[3 * STEPS_A_WEEK] == pytest.approx(np.exp(-1.5 - 1 / STEPS_A_WEEK / 4), rel=1e-4)
    assert patient[0] == 1.0 == staying(None, 3)[2]


PARTING = """
horizon_weeks = 9
report_weeks = [3, 5, 7]
every_weeks = 1
cascade = ["stays", "goes"]
[tier.stays]
initial = 50
hours_per_week = 10
delivers = true
[tier.goes]
initial = 50
hours_per_week = 10
training = { required = false }
supervision = { required = false }
events.ends.time_to_event = { dist = "date", week = 2.01 }
[clients]
sessions = 4
session_hours = 1
"""


def at_weeks(scenario: Scenario) -> dict[tuple[str, int | None], tuple[float, str]]:
    rows = compare(scenario, Runs(scenario, list(replicate(scenario, 2, keep=keep))))
    return {(row.name, row.week): (row.analytical, row.why) for row in rows if row.week is not None and not row.tier}


@pytest.mark.parametrize(
    ("keys", "completed"), [("", 100), ('on_worker_exit = "lose"', 50), ("transfer_patience_weeks = 0", 50)]
)
def test_who_loses_a_place_goes_on_first(keys: str, completed: float) -> None:
    """Half of 100 places are lost after two of four sessions, at week 4 the others have completed, and at week 6 they
    have too; 20 who come at week 3 wait until then."""
    referred = f"stream.all.dates = {[0] * 100 + [3] * 20}"
    found = at_weeks(scenario_of(f"{PARTING}{keys}\n{referred}"))
    by_hand = {week: found["completed", week][0] for week in (3, 5, 7)}
    assert by_hand == pytest.approx({3: 0, 5: 50, 7: completed}, abs=1e-9)
    assert {found[name, week][1] for name in ("completed", "started") for week in (3, 5, 7)} == {SAME}


def test_waits_end_by_the_patience_that_is_given() -> None:
    """Ten places, sessions of a week: of 20 who come at week 0 ten wait until week 1, and of 20 who come at 0.5 all
    until 2, but for a patience of a week and a quarter."""
    found = at_weeks(scenario_of(f"{DOOR}stream.all.dates = {[0] * 20 + [0.5] * 20}"))
    assert {week: found["started", week] for week in (1, 2, 3)} == {1: (10, SAME), 2: (20, SAME), 3: (20, SAME)}
    assert found["waiting", 1][0] == pytest.approx(10 + 20 * 0.5, abs=0.31)  # the end of a wait to half of a step
    assert found["waiting", 2][0] == pytest.approx(20 * 0.75, abs=0.4)


DOOR = """
horizon_weeks = 3
report_weeks = [1, 2, 3]
every_weeks = 1
cascade = ["worker"]
[tier.worker]
initial = 10
hours_per_week = 10
[clients]
sessions = 1
session_hours = 1
patience_weeks = 1.25
"""


def test_what_is_approximate_is_said() -> None:
    plain = clinic(sessions=3, lead_delivers=True).with_(**{"tier.worker.supervision.required": False})
    assert {row.excluded for row in compare(plain)} == {()}
    assert left_out(plain) == ()
    life = {"moves": {"time_to_event": {"dist": "exponential", "mean_weeks": 40}}}
    other = plain.with_(**{"tier.worker.events": life, "clients.events": life, "clients.patience_weeks": 3})
    other = other.with_(**{"clients.stream.all.urgent_probability": 0.2})
    omits = ("transfer and absence", "clients' own lives", "an order other than that of referral")
    assert {row.excluded for row in compare(other) if row.week is not None and not row.tier} == {omits}
    (said,) = left_out(other)
    start = "Clients at report weeks are approximate. The formula leaves out: transfer and absence, clients' own"
    assert said.startswith(start)
