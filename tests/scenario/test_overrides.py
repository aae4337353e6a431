"""`--set` and `with_`: one value changed by its path."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cascadesim import load
from cascadesim.errors import Problem, ScenarioError, UsageError
from cascadesim.scenario.explain import scenario_reference
from scenario.helpers import PLAN, WHOLE, built, changed, first_paths, plan


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("override") / "plan.toml"
    path.write_text(PLAN, encoding="utf-8")
    return path


def at(resolved: Any, key: str) -> Any:
    for part in key.split("."):
        resolved = resolved[int(part)] if isinstance(resolved, list) else resolved[part]
    return resolved


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("tier.peer.caseload=4", "tier.peer.caseload", 4),
        (" tier.peer.caseload = 4 ", "tier.peer.caseload", 4),
        ("title=Two words, bare", "title", "Two words, bare"),
        ('title="quoted"', "title", "quoted"),
        ("title=", "title", ""),
        ("title=a = b", "title", "a = b"),
        ("start_date=2020-02-29", "start_date", "2020-02-29"),
        ("report_weeks=[10, 20]", "report_weeks", [10, 20]),
        ("report_weeks.0=10", "report_weeks", [10, 52, 104]),
        ("tier.peer.intake.0.count=3", "tier.peer.intake.0.count", 3),
        ("tier.peer.training.practice_first=true", "tier.peer.training.practice_first", True),
        ("tier.mentor.caseload=5", "tier.mentor.caseload", 5),
        ("tier.mentor.candidate_patience_weeks.dist=exponential", None, None),
        ("tier.peer.training.pass_probability=0.85", "tier.peer.training.pass_probability.value", 0.85),
        ("tier.peer.training.pass_probability=0.85", "tier.peer.training.pass_probability.low", 0.8),
        ("tier.peer.training.pass_probability.low=0.7", "tier.peer.training.pass_probability.low", 0.7),
        ("tier.master.hours_per_week=18", "tier.master.hours_per_week.value.value", 18),
        ("tier.master.hours_per_week=18", "tier.master.hours_per_week.value.low", 16),
        ("tier.master.hours_per_week.low=17", "tier.master.hours_per_week.value.low", 17),
        ("tier.mentor.hours_per_week.low=12", "tier.mentor.hours_per_week.value", {"value": 16, "low": 12}),
        (
            "tier.mentor.overtime_fraction.source=guess",
            "tier.mentor.overtime_fraction",
            {"value": 0.1, "source": "guess"},
        ),
        ("tier.peer.hours_per_week=9", "tier.peer.hours_per_week", {"dist": "constant", "value": {"value": 9}}),
        ("tier.peer.hours_per_week.mode=9", "tier.peer.hours_per_week.mode.value", 9),
        ("clients.patience_weeks.mean=20", "clients.patience_weeks.mean.value", 20),
        ("clients.patience_weeks.mean=20", "clients.patience_weeks.mean.high", 32),
        (
            "tier.peer.events.decision.time_to_event.mean_weeks=200",
            "tier.peer.events.decision.time_to_event.mean_weeks.value",
            200,
        ),
        (
            "tier.peer.events.decision.time_to_event.shape.low=1.0",
            "tier.peer.events.decision.time_to_event.shape.value",
            1.2,
        ),
        ("tier.peer.events.decision.from=certification", "tier.peer.events.decision.from", "certification"),
        ("clients.stream.town.referrals_per_week=1", "clients.stream.town.referrals_per_week.0.rate.value", 1),
        ("clients.stream.town.referrals_per_week.0.rate=1", "clients.stream.town.referrals_per_week.0.rate.low", 0.4),
        ("clients.stream.town.referrals_per_week.high=9", "clients.stream.town.referrals_per_week.0.rate.high", 9),
        ("clients.stream.Ärzte.referrals_per_week.1.rate=3", "clients.stream.Ärzte.referrals_per_week.1.rate.value", 3),
        ("tier.peer.recruits_per_week=0.5", "tier.peer.recruits_per_week", [{"from_week": 0, "rate": {"value": 0.5}}]),
        (
            'tier.peer.events.tired={ time_to_event = { dist = "date", week = 9 } }',
            "tier.peer.events.tired.time_to_event.week",
            9,
        ),
        ("clients.interval_weeks={ value = 2 }", "clients.interval_weeks.value.value", 2),
        ("published.0.value=0.8", "published.0.value", 0.8),
        ("target.chance=0.9", "target.chance.value", 0.9),
    ],
)
def test_a_value_changes(file: Path, text: str, key: str | None, value: Any) -> None:
    if key is None:
        with pytest.raises(ScenarioError, match=r"candidate_patience_weeks.mean: is missing"):
            load(file, [text])
        return
    assert at(load(file, [text]).resolved(), key) == value


def test_a_single_set_need_not_be_in_a_list(file: Path) -> None:
    assert load(file, "tier.peer.caseload=4") == load(file, ["tier.peer.caseload=4"])


def test_nothing_else_changes(file: Path) -> None:
    before, after = load(file), load(file, ["tier.peer.training.pass_probability=0.85"])
    assert before != after
    assert load(file, ["tier.peer.training.pass_probability=0.85", "tier.peer.training.pass_probability=0.9"]) == before


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("caseload", "needs KEY=VALUE. For example --set tier.NAME.caseload=4."),
        ("=4", "needs KEY=VALUE."),
        ("tier.pear.caseload=4", "there is no pear in tier. Did you mean peer?"),
        ("tier.peer.case_load=4", "unknown key case_load in [tier.peer]. Did you mean caseload?"),
        ("horizon=4", "unknown key horizon at the top of a scenario. Did you mean horizon_weeks?"),
        ("practice_weeks=3", "unknown key practice_weeks at the top of a scenario. In full: tier.mentor.training.pr"),
        ("peer.caseload=3", "unknown key peer at the top of a scenario. In full: tier.peer.caseload."),
        ("overtime_fraction=1", "In full: tier.mentor.overtime_fraction."),
        ("delivers=true", "In full: tier.mentor.delivers."),
        ("trains_probability=0", "In full: tier.master.trains_probability or tier.mentor.trains_probability"),
        ("extends=base.toml", "unknown key extends at the top of a scenario."),
        ("tier.peer.langs=4", "unknown key langs in [tier.peer]."),
        ("tier.peer.caseload.low=4", "tier.peer.caseload has no keys below it."),
        ("tier.peer.intake.2.count=4", "tier.peer.intake is a list, and it has items 0 to 0."),
        ("tier.peer.intake.first.count=4", "tier.peer.intake is a list"),
        ("tier.master.intake.0.count=4", "tier.master.intake is a list, and it is empty."),
        ("tier.peer.events.tired.time_to_event.week=4", "there is no tired in tier.peer.events."),
        ("tier.peer.hours_per_week.mean=4", "unknown key mean in [tier.peer.hours_per_week]."),
        ("tier..caseload=4", "there is no  in tier."),
        ("clients.stream.city.referrals_per_week=4", "there is no city in clients.stream."),
    ],
)
def test_a_path_that_is_no_key_is_a_fault_of_usage(file: Path, text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        load(file, [text])
    assert caught.value.exit_code == 2
    assert words in caught.value.problems[0].text()


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        ("tier.peer.caseload=many", "tier.peer.caseload", 'got "many"; allowed: a whole number, 1 or more.'),
        ("tier.peer.hours_per_week=2,5", "tier.peer.hours_per_week", "A decimal point, not a comma: write 2.5."),
        ('horizon_weeks="1,040"', "horizon_weeks", "write 1_040 (or 1040) for thousands, 1.04 for a fraction."),
        ("tier.peer.costs.hour_cost=€20", "tier.peer.costs.hour_cost", "names its currency: write 20."),
        ('tier.peer.caseload="3 people"', "tier.peer.caseload", "take the word out: write 3."),
        ("tier.peer.training.pass_probability=20", "tier.peer.training.pass_probability.value", "Did you mean 0.20?"),
        ("tier.peer.intake.0.count=-1", "tier.peer.intake.0.count", "got -1"),
        ("tier.peer.training.min_cohort=20", "tier.peer.training.min_cohort", "more than max_cohort = 12"),
        ("tier.peer.events.tired={ whim = 3 }", "tier.peer.events.tired.whim", "unknown key."),
        ("report_weeks.2=200", "report_weeks.2", "week 200 lies past the horizon"),
    ],
)
def test_a_wrong_value_is_a_fault_of_the_scenario_and_names_the_set(
    file: Path, text: str, path: str, words: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(file, [text])
    problem = next(problem for problem in caught.value.problems if problem.path == path)
    assert words in f"{problem.message} {problem.hint}"
    assert (problem.file, problem.line) == (f"--set {text}", None)


def test_what_the_set_does_not_touch_keeps_its_line(file: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(file, ["horizon_weeks=50"])
    lines = PLAN.split("\n")
    found = {problem.path: problem for problem in caught.value.problems}
    assert found["report_weeks.1"].line == lines.index("report_weeks = [26, 52, 104]") + 1


def test_what_stands_beside_a_value_keeps_its_line_too(tmp_path: Path) -> None:
    path, before = tmp_path / "plan.toml", 'pass_probability = { value = 0.9, low = 0.8, high = 1.0, source = "guess" }'
    path.write_text(PLAN.replace(before, before.replace("0.8", '"0.8"'), 1), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(path, ["tier.mentor.training.pass_probability=0.85"])
    (problem,) = caught.value.problems
    assert (problem.path, problem.file) == ("tier.mentor.training.pass_probability.low", str(path))
    assert problem.line == PLAN.split("\n").index(before) + 1


def test_leaving_the_range_drops_it_with_a_warning(file: Path) -> None:
    scenario = load(file, ["tier.peer.training.pass_probability=0.5"])
    quantity = scenario.tier["peer"].training.pass_probability
    assert (quantity.value, quantity.low, quantity.high, quantity.source) == (0.5, None, None, "guess")
    (warning,) = scenario.warnings
    assert "0.5 lies outside the range 0.8 to 1 of the scenario; the range is dropped." in warning.message
    assert warning.file == "--set tier.peer.training.pass_probability=0.5"


@pytest.mark.slow
def test_every_key_of_the_language_can_be_named(file: Path) -> None:
    """Each key, once, in a scenario that has it, is found; whether the value is right is another matter."""
    tried: set[tuple[str, ...]] = set()
    for home, found in ((file, first_paths(PLAN)), (WHOLE, first_paths(WHOLE.read_text(encoding="utf-8")))):
        for pattern in found.keys() - tried:
            with contextlib.suppress(ScenarioError):
                load(home, [f"{'.'.join(map(str, found[pattern]))}=@"])
        tried |= found.keys()
    assert len(tried) > len(set(scenario_reference().nodes))


def test_a_table_of_numbers_takes_a_new_name() -> None:
    scenario = load(WHOLE, ["tier.mentor.hazard_ratios.clarity=1.5"])
    assert scenario.tier["mentor"].hazard_ratios["clarity"].value == 1.5
    again = scenario.with_(**{"tier.mentor.hazard_ratios.unsupervised.value": 2})
    assert {name: ratio.value for name, ratio in again.tier["mentor"].hazard_ratios.items()} == {
        "clarity": 1.5,
        "unsupervised": 2,
    }


def test_with_takes_python_values() -> None:
    scenario = built(plan())
    more = scenario.with_(**{"tier.mentor.initial": 6, "report_weeks": (10, 20), "start_date": dt.date(2020, 1, 1)})
    assert (more.tier["mentor"].initial, more.report_weeks, more.start_date) == (6, (10, 20), dt.date(2020, 1, 1))
    assert more.name == scenario.name and scenario.tier["mentor"].initial == 1
    assert (
        more.with_(**{"tier.mentor.initial": 1, "report_weeks": [26, 52, 104], "start_date": "2018-09-03"}) == scenario
    )
    assert scenario.with_() == scenario


def test_with_takes_numpy_numbers_and_parts_of_scenarios() -> None:
    numpy = pytest.importorskip("numpy")
    scenario = built(plan())
    more = scenario.with_(**{"tier.mentor.initial": numpy.int64(6), "clients.no_show_probability": numpy.float64(0.2)})
    assert (more.tier["mentor"].initial, more.clients.no_show_probability.value) == (6, 0.2)  # type: ignore[union-attr]
    same = scenario.with_(**{"tier.mentor.training": scenario.tier["mentor"].training})
    assert same == scenario


def test_with_none_takes_a_key_out() -> None:
    scenario = built(plan()).with_(**{"clients.patience_weeks": None, "tier.peer.events.moving": None, "target": None})
    assert scenario == built(changed(clients__patience_weeks=None, tier__peer__events__moving=None, target=None))


def test_with_says_what_is_wrong() -> None:
    scenario = built(plan())
    with pytest.raises(UsageError, match="Did you mean peer"):
        scenario.with_(**{"tier.pear.caseload": 3})
    with pytest.raises(ScenarioError) as caught:
        scenario.with_(**{"tier.peer.caseload": 0})
    (problem,) = caught.value.problems
    assert isinstance(problem, Problem) and problem.file == "with_ tier.peer.caseload = 0"


def test_with_sites_staff_are_set_at_one_of_them() -> None:
    """The site that gives the key already is named, else the first one."""
    with pytest.raises(UsageError) as caught:
        load(WHOLE, ["tier.mentor.site.south.pool=3", "tier.mentor.pool=7"])
    words = "tier.mentor.pool: with sites, each site has its own. Write --set tier.mentor.site.south.pool=7,"
    assert caught.value.problems[0].text() == f"{words} or that of another site."
    with pytest.raises(UsageError, match=r"Write --set tier\.mentor\.site\.north\.intake\.0\.count=7"):
        load(WHOLE, ["tier.mentor.intake.0.count=7"])
    with pytest.raises(UsageError, match=r"there is no mentr in tier\. Did you mean mentor\?"):
        load(WHOLE, ["tier.mentr.target=7"])


def test_a_name_with_a_space_is_never_suggested(tmp_path: Path) -> None:
    """What is no name is told with the name to write instead, in the cascade and over the table."""
    file = tmp_path / "plan.toml"
    for cascade, table in (("peer one", "peer one"), ("peer_one", "peer one"), ("peer one", "peer_one")):
        text = PLAN.replace('"peer"]', f'"{cascade}"]').replace("[tier.peer", f'[tier."{table}"')
        file.write_text(text, encoding="utf-8")
        with pytest.raises(ScenarioError) as caught:
            load(file)
        told = [problem for problem in caught.value.problems if problem.code in ("name", "cascade")]
        assert {problem.hint for problem in told} == {"Write peer_one."}
        assert len(told) == (cascade == "peer one") + (table == "peer one")


@pytest.mark.parametrize("kind", [np.array, pd.Series, pd.Index, tuple, lambda weeks: range(weeks[0], 40, 10)])
def test_with_takes_sequences_of_any_kind(kind: Callable[[list[int]], Any]) -> None:
    assert built(plan()).with_(report_weeks=kind([10, 20, 30])).report_weeks == (10, 20, 30)


@pytest.mark.parametrize("value", [np.array([[1, 2]]), np.array(["a"]), np.array([1.5]), pd.NA, object(), 1 + 2j])
def test_with_refuses_what_is_no_list_of_weeks_in_words(value: Any) -> None:
    with pytest.raises(ScenarioError, match=r"report_weeks.*allowed"):
        built(plan()).with_(report_weeks=value)
