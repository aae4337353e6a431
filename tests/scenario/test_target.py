"""The grammar of targets."""

from __future__ import annotations

import math

import pytest

from cascadesim.scenario import defaults
from cascadesim.scenario.schema import ParsedTarget, parse_target
from scenario.helpers import built, changed


@pytest.mark.parametrize(
    ("reach", "target", "kpi"),
    [
        ("completed >= 105 by week 104", ParsedTarget("completed", ">=", 105, 104), "clients.completed_at_week_104"),
        ("started>3", ParsedTarget("started", ">", 3, 52), "clients.started_at_week_52"),
        ("  referred  <=  2.5   by  week  7 ", ParsedTarget("referred", "<=", 2.5, 7), "clients.referred_at_week_7"),
        ("tier.peer.active < 4", ParsedTarget("tier.peer.active", "<", 4, 52), "tier.peer.active_at_week_52"),
    ],
)
def test_what_is_understood(reach: str, target: ParsedTarget, kpi: str) -> None:
    assert parse_target(reach, 52) == target
    assert target.kpi == kpi


@pytest.mark.parametrize(
    "reach",
    [
        "",
        "completed",
        "completed = 3",
        "completed >= -3",
        "completed >= 3 by 52",
        ">= 3",
        "completed >= 3 week 5",
        "a b >= 3",
        "completed >= nan",
        "completed >= 1e3",
        "completed >= 3 by week 2.5",
        "completed >= 3 by week -1",
    ],
)
def test_what_is_not(reach: str) -> None:
    assert parse_target(reach, 52) is None


@pytest.mark.parametrize(("op", "met"), [(">=", [0, 1, 1]), (">", [0, 0, 1]), ("<=", [1, 1, 0]), ("<", [1, 0, 0])])
def test_met(op: str, met: list[int]) -> None:
    target = ParsedTarget("completed", op, 3, 52)
    assert [target.met(value) for value in (2, 3, 4)] == [bool(each) for each in met]
    assert not target.met(math.nan)


def test_its_week_is_a_report_week() -> None:
    scenario = built(changed(target__reach="completed >= 3 by week 40"))
    assert defaults.report_weeks(scenario) == (26, 40, 52, 104)
    scenario = built(changed(target__reach="completed >= 3", horizon_weeks=104.5))
    assert defaults.target(scenario) == ParsedTarget("completed", ">=", 3, 104)


@pytest.mark.parametrize(
    ("horizon", "weeks"), [(104, (26, 52, 104)), (60.5, (26, 52)), (26, (26,)), (25.9, (25,)), (1, (1,)), (0.5, ())]
)
def test_report_weeks_by_default(horizon: float, weeks: tuple[int, ...]) -> None:
    data = changed(report_weeks=None, target=None, published=None, horizon_weeks=104)
    scenario = built(data).model_copy(update={"horizon_weeks": horizon})
    assert defaults.report_weeks(scenario) == weeks
