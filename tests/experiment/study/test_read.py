"""A study file as a study: what each key says, what holds without it, and the same study from its document."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from cascadesim import load
from cascadesim.analysis.wording import headline_measures
from cascadesim.errors import CascadeError, EnvironmentFault, ScenarioError
from cascadesim.experiment.study.definition import AS_IS, Fixed, Until, is_study
from cascadesim.experiment.study.designs import DESIGNS
from cascadesim.experiment.study.file_schema import FactorTable, StudyFile, study_reference, study_schema
from cascadesim.experiment.study.read import read_study
from cascadesim.experiment.study.read_design import main_names
from cascadesim.experiment.study.study import first_replication, point_scenario, study_document, study_from
from cascadesim.scenario.document import read_document
from cascadesim.scenario.load import build, from_resolved, with_changes
from experiment.study.studies import PLAN, RANGES, TWO, study
from experiment.study.test_designs import TEXTS, made

ROOT = Path(__file__).parents[3]
STUDIES = sorted((ROOT / "scenarios" / "studies").glob("*.toml"))
LIBRARY = [path for path in sorted((ROOT / "scenarios").glob("*.toml")) if path.stem != "national-scale"]

SMALLEST = """
scenario = "plan.toml"
design = "grid"
replications = 10
seed = 5
[factors]
"tier.mentor.initial" = [2, 3, 4, 5]
"tier.peer.caseload" = [8, 12, 16]
"""


def test_the_smallest_study(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_bytes(PLAN.read_bytes())
    (tmp_path / "small.toml").write_text(SMALLEST, encoding="utf-8")
    found = read_study(tmp_path / "small.toml")
    assert (found.name, found.title, found.seed, found.random_numbers) == ("small", "", 5, "common")
    assert found.replications == Fixed(10) and found.trajectories == () and found.max_failures is None
    assert len(found.points) == len(found.rows) == 12 and found.rows[11].levels == (5, 16)
    assert [factor.unit for factor in found.factors] == ["people", "clients"]
    assert [factor.base for factor in found.factors] == [1, 3]
    scenario = point_scenario(found, found.points[7])
    assert (scenario.tier["mentor"].initial, scenario.tier["peer"].caseload, scenario.name) == (4, 12, "small")
    assert {first_replication(found, point) for point in found.points} == {0}


def test_paths_climb_and_need_no_quotes(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_bytes(PLAN.read_bytes())
    (tmp_path / "studies").mkdir()
    text = 'scenario = "../plan.toml"\n[set.tier.peer]\ncaseload = 7\n[factors.tier.mentor]\ninitial = [1, 2]\n'
    (tmp_path / "studies" / "one.toml").write_text(text, encoding="utf-8")
    found = read_study(tmp_path / "studies" / "one.toml")
    assert [factor.name for factor in found.factors] == ["tier.mentor.initial"]
    assert [point_scenario(found, point).tier["peer"].caseload for point in found.points] == [7, 7]


def test_without_factors_every_marked_range_is_one(tmp_path: Path) -> None:
    found = study(
        tmp_path, 'design = "oat"\nset = { "clients.start_probability" = { value = 0.8, low = 0.8, high = 0.8 } }'
    )
    assert [(factor.name, factor.low, factor.base, factor.high) for factor in found.factors] == [
        ("tier.master.hours_per_week", 16, 20, 24),
        ("tier.mentor.training.pass_probability", 0.8, 0.9, 1.0),
        ("tier.mentor.events.funding_ends.notice_weeks", 2, 4, 8),
        ("tier.peer.recruits_per_week.0.rate", 0.2, 0.4, 0.8),
        ("tier.peer.training.pass_probability", 0.8, 0.9, 1.0),
        ("tier.peer.events.decision.time_to_event.mean_weeks", 150, 300, 600),
        ("clients.continue_probability", 0.9, 0.95, 1.0),
        ("clients.no_show_probability", 0.05, 0.1, 0.2),
        ("clients.patience_weeks.mean", 8, 16, 32),
        ("clients.stream.town.referrals_per_week.0.rate", 0.4, 0.8, 1.6),
    ]
    point = found.points[8]
    assert point.changes == (("tier.peer.recruits_per_week.0.rate", 0.8),)
    assert point_scenario(found, point).tier["peer"].recruits_per_week[0].rate.value == 0.8


def test_ranges_of_the_scenario_are_taken_where_none_is_given(tmp_path: Path) -> None:
    text = """
        design = "latin_hypercube"
        [factors]
        "clients.no_show_probability" = { dist = "triangular" }
        "tier.peer.recruits_per_week" = { name = "r" }
    """
    one, other = study(tmp_path, text).factors
    assert (one.low, one.high, one.distribution, one.numbers) == (0.05, 0.2, "triangular", (0.1,))
    assert (other.name, other.low, other.high, other.base) == ("r", 0.2, 0.8, 0.4)


def test_whole_numbers_where_a_key_takes_no_others(tmp_path: Path) -> None:
    text = 'design = "latin_hypercube"\n[factors]\n"tier.mentor.initial" = { low = 1, high = 4 }\n'
    found = study(tmp_path, text)
    assert sorted(row.levels[0] for row in found.rows) == [1] * 16 + [2] * 16 + [3] * 16 + [4] * 16
    assert all(isinstance(point.changes[0][1], int) for point in found.points) and len(found.points) == 4


def test_variants_are_a_factor(tmp_path: Path) -> None:
    found = study(tmp_path, 'variants = "all"\n[factors]\n"tier.peer.caseload" = [2, 3]\n')
    assert [row.levels for row in found.rows] == [
        ("base", 2),
        ("base", 3),
        ("two more mentors", 2),
        ("two more mentors", 3),
    ]
    assert [(point.base, point.changes) for point in found.points][2] == (
        "two more mentors",
        (("tier.peer.caseload", 2),),
    )
    scenario = point_scenario(found, found.points[2])
    assert (scenario.tier["mentor"].initial, scenario.name) == (3, "two-more-mentors")


@pytest.mark.parametrize("levels", ["[1, 2, 3]", "{ low = 1, high = 4 }"])
def test_what_is_left_as_it_is_has_the_level_of_its_own_variant(tmp_path: Path, levels: str) -> None:
    """The variant has three mentors at the start, the plan itself one."""
    factors = f'"tier.mentor.initial" = {levels}\n"tier.peer.caseload" = [2]\n'
    found = study(tmp_path, f'variants = "all"\ndesign = "oat"\n[factors]\n{factors}')
    for row in found.rows:
        scenario = point_scenario(found, found.points[row.point])
        assert row.levels[1:] == (scenario.tier["mentor"].initial, scenario.tier["peer"].caseload)
    assert ("two more mentors", 3) in [row.levels[:2] for row in found.rows]
    assert study_from(study_document(found)) == found


def test_several_scenarios_are_a_factor(tmp_path: Path) -> None:
    text = PLAN.read_text(encoding="utf-8")
    (tmp_path / "a.toml").write_text(text, encoding="utf-8")
    (tmp_path / "b.toml").write_text(text.replace("horizon_weeks = 104", "horizon_weeks = 120"), encoding="utf-8")
    found = study(tmp_path, 'scenarios = { now = "a.toml", later = "b.toml" }\nset = { "tier.mentor.initial" = 2 }\n')
    assert [(row.levels, found.points[row.point].base) for row in found.rows] == [
        (("now",), "now"),
        (("later",), "later"),
    ]
    assert [point_scenario(found, point).horizon_weeks for point in found.points] == [104, 120]
    assert {point_scenario(found, point).tier["mentor"].initial for point in found.points} == {2}


def test_levels_may_be_whole_tables_with_labels(tmp_path: Path) -> None:
    text = """
        [factors]
        "tier.peer.intake".name = "waves"
        "tier.peer.intake".labels = ["one", "two"]
        "tier.peer.intake".levels = [[{ week = 8, count = 10 }], [{ week = 8, count = 5 }, { week = 40, count = 5 }]]
        "start_date" = [2020-01-01, 2021-01-01]
        "clients.on_worker_exit" = ["transfer", "lose"]
    """
    found = study(tmp_path, text)
    assert found.rows[7].levels == ("two", "2021-01-01", "lose")
    scenario = point_scenario(found, found.points[7])
    assert [intake.count for intake in scenario.tier["peer"].intake] == [5, 5]
    assert (str(scenario.start_date), scenario.clients and scenario.clients.on_worker_exit) == ("2021-01-01", "lose")
    assert [factor.base for factor in found.factors] == ["one", "2018-09-03", "transfer"]


def test_a_path_with_quotes_and_without_is_one_path(tmp_path: Path) -> None:
    text = '[factors]\n"tier.mentor.initial" = [1, 2]\n[factors.tier.mentor]\ninitial = [2, 3]\n'
    with pytest.raises(ScenarioError, match=r"study.toml:2: factors: a path is given twice"):
        study(tmp_path, text)


def test_factors_that_multiply_and_that_move_together(tmp_path: Path) -> None:
    text = """
        design = { kind = "grid", levels = 3 }
        [factors.leaving]
        paths = [
            "tier.peer.events.moving.time_to_event.rate_per_year",
            "tier.peer.events.decision.time_to_event.mean_weeks",
        ]
        times = true
        levels = [1, 2]
        [factors.cohort.together]
        "tier.peer.training.min_cohort" = { low = 2, high = 6 }
        "tier.peer.training.max_cohort" = { low = 8, high = 16 }
    """
    found = study(tmp_path, text)
    assert [row.levels for row in found.rows] == [(1, 2), (1, 4), (1, 6), (2, 2), (2, 4), (2, 6)]
    assert found.points[4].changes == (
        ("tier.peer.events.moving.time_to_event.rate_per_year", 0.2),
        ("tier.peer.events.decision.time_to_event.mean_weeks", 600.0),
        ("tier.peer.training.min_cohort", 4),
        ("tier.peer.training.max_cohort", 12),
    )


def test_replications_until_a_half_width(tmp_path: Path) -> None:
    head = 'outcomes = ["clients.completed", "clients.started", "tier.peer.exited"]\n'
    both = study(tmp_path, head + 'replications = { relative = 0.05, absolute = { "tier.peer.exited" = 2 } }' + TWO)
    assert both.replications == Until(10, 1_000, 0.05, (("tier.peer.exited", 2.0),), both.outcomes)
    some = study(
        tmp_path,
        head + 'replications = { least = 20, most = 50, relative = 0.1, outcomes = ["clients.started"] }' + TWO,
    )
    assert some.replications == Until(20, 50, 0.1, (), ("clients.started",)) and some.replications.most == 50
    alone = study(tmp_path, head + 'replications = { absolute = { "clients.completed" = 0.5 } }' + TWO)
    assert alone.replications == Until(10, 1_000, None, (("clients.completed", 0.5),), ("clients.completed",))


@pytest.mark.parametrize("name", TEXTS)
def test_defaults_of_the_designs(tmp_path: Path, name: str) -> None:
    found = made(tmp_path, name)
    own = {"morris": 10, "sobol_indices": 2, "groups": 2, "chance": 1}.get(name, 10)  # the plan says 10
    luck = {"morris": "independent", "sobol_indices": "independent", "groups": "independent", "chance": "chance"}
    assert (found.replications, found.random_numbers) == (Fixed(own), luck.get(name, "common"))


@pytest.mark.parametrize("name", TEXTS)
def test_the_document_gives_the_same_study_without_its_files(tmp_path: Path, name: str) -> None:
    found = made(tmp_path, name, 'title = "T"\nmax_failures = 3\ntrajectories = ["clients.waiting"]\n')
    text = json.dumps(study_document(found), allow_nan=False)
    again = study_from(json.loads(text))
    assert again == found and again.rows == found.rows and again.points == found.points
    assert json.dumps(study_document(again), allow_nan=False) == text
    assert point_scenario(again, again.points[-1]) == point_scenario(found, found.points[-1])
    assert hash(again) == hash(found)


STORED = "893e4b2da6acb019e3d4af785ddd8df8477aeab8184956c8193d08975c8b8cba"


def test_stores_keep_their_names(tmp_path: Path) -> None:
    """Frozen: a store is known by what its study is as a document, and names in the code may change."""
    digest = hashlib.sha256()
    for name in sorted(TEXTS):
        document = study_document(made(tmp_path, name, "seed = 12\n"))
        digest.update(json.dumps({**document, "bases": list(document["bases"])}).encode())
    assert digest.hexdigest() == STORED


@pytest.mark.parametrize(
    "document",
    [{}, {"format": 1}, {"format": 2}, {"format": 3}, {"format": 2, "factors": [3]}],
)
def test_what_is_no_document_of_a_study_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(EnvironmentFault, match="no study of this version"):
        study_from(document)


def test_the_document_of_another_version_is_refused(tmp_path: Path) -> None:
    document = study_document(study(tmp_path, TWO))
    for other in ({"format": 1}, {"format": 3}, {"design": {**document["design"], "kind": "spiral"}}):
        with pytest.raises(EnvironmentFault, match="no study of this version"):
            study_from({**document, **other})


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_changes_of_a_resolved_scenario_are_those_of_the_file(path: Path) -> None:
    """Every variant of the library, set on the resolved scenario, and the default measures of each."""
    scenario = load(path)
    base = from_resolved(scenario.resolved())
    for variant in scenario.variants:
        changed = with_changes(base, variant.set, warn=False)
        assert (
            changed == scenario.variant(variant.name)
            and changed.resolved() == scenario.variant(variant.name).resolved()
        )
    assert set(headline_measures([scenario])) <= set(main_names(scenario))


@pytest.mark.parametrize(
    "path", sorted((ROOT / "tests" / "scenario" / "wrong").glob("*.toml")), ids=lambda path: path.stem
)
def test_without_warnings_the_same_faults_are_found(path: Path) -> None:
    try:
        document = read_document(path, str(path))
        build(document)
    except ScenarioError as fault:
        if fault.problems[0].code in ("toml", "too_deep"):
            return
        with pytest.raises(ScenarioError) as caught:
            build(document, warn=False)
        assert caught.value.problems == fault.problems


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"tier.peer.hazard_ratios.a b": 2}, "not a name"),
        ({"tier.peer.caseload": 0}, "allowed: a whole number, 1 or more"),
        (
            {"tier.peer.caseload": 2, "clients.no_show_probability": {"value": 0.2, "source": "nobody"}},
            "no [sources.nobody]",
        ),
        ({"tier.peer.training.min_cohort": 13}, "max_cohort"),
        ({"tier.nobody.caseload": 3}, "there is no nobody in tier"),
    ],
)
def test_no_scenario_that_could_not_run_gets_through(changes: dict[str, object], said: str) -> None:
    base = from_resolved(load(PLAN).resolved())
    for warn in (True, False):
        with pytest.raises(CascadeError, match=said.replace("[", r"\[").replace(".", r"\.")):
            with_changes(base, changes, warn=warn)


def test_a_point_that_cannot_be_run_is_found_when_it_is_asked_for(tmp_path: Path) -> None:
    text = '[factors]\n"tier.peer.training.min_cohort" = [4, 20]\n"tier.peer.training.max_cohort" = [12, 24]\n'
    found = study(tmp_path, text)
    assert [row.levels for row in found.rows] == [(4, 12), (4, 24), (20, 12), (20, 24)]
    for place in (0, 1, 3):
        point_scenario(found, found.points[place])
    with pytest.raises(ScenarioError, match="max_cohort"):
        point_scenario(found, found.points[2])


def test_independent_luck_has_blocks_that_do_not_meet(tmp_path: Path) -> None:
    found = study(
        tmp_path,
        'random_numbers = "independent"\nreplications = { most = 30, relative = 0.1 }'
        + RANGES.replace("[factors]", 'design = { kind = "latin_hypercube", settings = 5 }\n[factors]'),
    )
    assert [first_replication(found, point) for point in found.points] == [0, 30, 60, 90, 120]


def test_rows_and_points_are_sequences(tmp_path: Path) -> None:
    found = study(tmp_path, TWO)
    assert found.rows[-1] == found.rows[5] == list(found.rows)[5] and found.points[1:3] == tuple(found.points)[1:3]
    with pytest.raises(IndexError):
        found.rows[6]
    assert found.factors[0].level(AS_IS) == 1


def test_a_study_is_told_from_a_scenario_by_its_keys() -> None:
    assert is_study({"scenario": "x"}) and is_study({"factors": {}}) and is_study({"design": "grid", "seed": 1})
    assert not is_study({"schema": 1, "cascade": []}) and not is_study({}) and not is_study({"title": "x"})
    assert not is_study({"extends": "x", "design": 1})


def test_the_schema_knows_every_key() -> None:
    schema = study_schema()
    json.dumps(schema, allow_nan=False)
    assert set(schema["properties"]) == set(StudyFile.model_fields)
    factor = schema["properties"]["factors"]["additionalProperties"]["anyOf"][1]
    assert set(factor["properties"]) == set(FactorTable.model_fields)
    word, tables = schema["properties"]["design"]["anyOf"]
    kinds = [table["properties"]["kind"]["enum"] for table in tables["anyOf"]]
    assert word["enum"] == [kind for one in kinds for kind in one] == list(DESIGNS)


def test_every_key_is_explained() -> None:
    reference = study_reference()
    assert set(reference.words) == set(reference.nodes)
    for entry in reference.entries.values():
        assert entry.meaning and entry.unit and entry.effect and entry.default and entry.allowed
    assert [entry.key for entry in reference.find("design.scrambles")] == ["design.scrambles"]
    assert "sobol_indices" in reference.find("kind")[0].allowed


@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)
def test_shipped_studies_can_be_read(path: Path) -> None:
    found = read_study(path)
    assert found.title and found.description and found.outcomes
    point_scenario(found, found.points[0])
