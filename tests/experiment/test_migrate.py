"""Files with the names of version 0.2 say the same in those of today, and nothing but the names changes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from generate import scenarios, seeded, to_toml
from hypothesis import given, settings

from cascadesim.errors import ScenarioError, UsageError
from cascadesim.experiment.migrate import Change, migrate, write
from cascadesim.experiment.study.read import read_study
from cascadesim.experiment.study.renames import study_renames
from cascadesim.scenario.compile import compile_scenario
from cascadesim.scenario.load import load
from cascadesim.scenario.renames import new_path, scenario_renames, table

ROOT = Path(__file__).parents[2]
FILES = [*sorted((ROOT / "scenarios").rglob("*.toml")), ROOT / "src/cascadesim/scenario/starter.toml"]

OLD_SCENARIO = """\
# life and clock, in a comment
title = "life, clock = 3 and hand_over"   # not touched either
horizon_weeks = 52
cascade = ["mentor", "peer"]

[tier.mentor]
initial = 2
hours_per_week = 16

[tier.peer]
initial = 4
hours_per_week = 8
training.required = false
supervision.required = false
deployment_probability = 0.5
not_deployed   = "idle"            # the column of this stays
life.left = { clock = { dist = "date", week = 3 }, notice_weeks = 1 }
"life".'moving'.clock.dist = "exponential"
"life".'moving'.clock.mean_weeks = 60

[tier.peer.engagement.stipend]     # as does this one
leaving_ratio = 0.5

[clients]
sessions = 4
session_hours = 1
on_worker_exit = 'hand_over'
handover_patience_weeks = 2
stream.all.referrals_per_week = 1

[clients.life.clock]               # a reason that is called clock
clock = { dist = "exponential", rate_per_year = 1 }

[[variant]]
name = "life"
set = { "tier.peer.life.left.clock.week" = 4, "clients.on_worker_exit" = "lose" }

[[variant]]
name = "tables"

[variant.set]
tier.peer.engagement.stipend.leaving_ratio = 0.25
"tier.peer.life" = { tired = { clock = { dist = "date", week = 9 } } }
"""

NEW_SCENARIO = """\
# life and clock, in a comment
title = "life, clock = 3 and hand_over"   # not touched either
horizon_weeks = 52
cascade = ["mentor", "peer"]

[tier.mentor]
initial = 2
hours_per_week = 16

[tier.peer]
initial = 4
hours_per_week = 8
training.required = false
supervision.required = false
deployment_probability = 0.5
not_deployed   = "stay"            # the column of this stays
events.left = { time_to_event = { dist = "date", week = 3 }, notice_weeks = 1 }
"events".'moving'.time_to_event.dist = "exponential"
"events".'moving'.time_to_event.mean_weeks = 60

[tier.peer.incentive.stipend]      # as does this one
leaving_ratio = 0.5

[clients]
sessions = 4
session_hours = 1
on_worker_exit = 'transfer'
transfer_patience_weeks = 2
stream.all.referrals_per_week = 1

[clients.events.clock]             # a reason that is called clock
time_to_event = { dist = "exponential", rate_per_year = 1 }

[[variant]]
name = "life"
set = { "tier.peer.events.left.time_to_event.week" = 4, "clients.on_worker_exit" = "lose" }

[[variant]]
name = "tables"

[variant.set]
tier.peer.incentive.stipend.leaving_ratio = 0.25
"tier.peer.events" = { tired = { time_to_event = { dist = "date", week = 9 } } }
"""


def migrated(folder: Path, text: str) -> str:
    """The text as `migrate` leaves it in a file."""
    path = folder / "file.toml"
    path.write_bytes(text.encode("utf-8"))
    write(migrate(path))
    return path.read_bytes().decode("utf-8")


def test_keys_of_every_form_and_nothing_else(tmp_path: Path) -> None:
    assert migrated(tmp_path, OLD_SCENARIO) == NEW_SCENARIO
    load(tmp_path / "file.toml")


def line(words: str) -> int:
    """Where these words stand in the old scenario."""
    return next(number for number, text in enumerate(OLD_SCENARIO.split("\n"), start=1) if words in text)


def test_what_it_says_of_the_changes(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(OLD_SCENARIO, encoding="utf-8")
    changes = migrate(path).changes
    assert changes[:3] == (
        Change(line("idle"), '"idle"', '"stay"'),
        Change(line("life.left"), "life", "events"),
        Change(line("life.left"), "clock", "time_to_event"),
    )
    of_variant = '"tier.peer.life.left.clock.week"', '"tier.peer.events.left.time_to_event.week"'
    assert Change(line("set = {"), *of_variant) in changes


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_today_s_files_stay_as_they_are(path: Path) -> None:
    migration = migrate(path)
    assert migration.changes == () and migration.content == path.read_bytes()


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("before", ["", "\ufeff"])
def test_line_ends_and_a_byte_order_mark_stay(tmp_path: Path, newline: str, before: str) -> None:
    old, new = (before + text.replace("\n", newline) for text in (OLD_SCENARIO, NEW_SCENARIO))
    assert migrated(tmp_path, old) == new


OLD_STUDY = """\
title = "luck and measures"                      # luck
scenario = "plan.toml"
luck = "common"                                  # this stays in its column
measures = ["clients.handed_over", "tier.peer.waiting.seat.several_weeks", "clients.completed"]
trajectories = ["clients.in_handover", "tier.peer.waiting.course.several.gathering+trainer_hours"]
design = { kind = "latin_hypercube", points = 32 }
replications = { relative = 0.1, measures = ["clients.handed_over"], absolute = { "clients.handed_over" = 2 } }
constraints = ["tier.peer.life.left.clock.mean_weeks + 2 * share <= 90"]
ordered = [["tier.peer.life.left.clock.mean_weeks", "share"]]

[set]
clients.handover_patience_weeks = 4
"tier.peer.life.moving" = { clock = { dist = "date", week = 3 } }

[factors]
share = { paths = ["tier.peer.life.left.clock.shape", "tier.peer.caseload"], low = 1, high = 2 }
both = { together = { "tier.peer.life.left.clock.week" = [1, 2], tier.peer.not_deployed = ["idle", "exit"] } }
tier.peer.life.left.clock.mean_weeks = { low = 10, high = 90, name = "clock" }
"clients.on_worker_exit" = { levels = ["hand_over", "lose"], labels = ["hand_over", "idle"] }
"tier.peer.life" = [{ gone = { clock = { dist = "date", week = 9 } } }, {}]

[quick.factors]
"tier.peer.life.left.clock.week" = [1, 2]
"""

NEW_STUDY = """\
title = "luck and measures"                      # luck
scenario = "plan.toml"
random_numbers = "common"                        # this stays in its column
outcomes = ["clients.transfers", "tier.peer.waiting.supervision_place.multiple_weeks", "clients.completed"]
trajectories = ["clients.in_transfer", "tier.peer.waiting.course.multiple.gathering+trainer_hours"]
design = { kind = "latin_hypercube", settings = 32 }
replications = { relative = 0.1, outcomes = ["clients.transfers"], absolute = { "clients.transfers" = 2 } }
constraints = ["tier.peer.events.left.time_to_event.mean_weeks + 2 * share <= 90"]
ordered = [["tier.peer.events.left.time_to_event.mean_weeks", "share"]]

[set]
clients.transfer_patience_weeks = 4
"tier.peer.events.moving" = { time_to_event = { dist = "date", week = 3 } }

[factors]
share = { paths = ["tier.peer.events.left.time_to_event.shape", "tier.peer.caseload"], low = 1, high = 2 }
both = { together = { "tier.peer.events.left.time_to_event.week" = [1, 2], tier.peer.not_deployed = ["stay", "exit"] } }
tier.peer.events.left.time_to_event.mean_weeks = { low = 10, high = 90, name = "clock" }
"clients.on_worker_exit" = { levels = ["transfer", "lose"], labels = ["hand_over", "idle"] }
"tier.peer.events" = [{ gone = { time_to_event = { dist = "date", week = 9 } } }, {}]

[quick.factors]
"tier.peer.events.left.time_to_event.week" = [1, 2]
"""


def test_studies_with_every_place_that_names_a_key_or_an_outcome(tmp_path: Path) -> None:
    assert migrated(tmp_path, OLD_STUDY) == NEW_STUDY


def test_an_old_study_is_refused_with_every_new_name(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text(NEW_SCENARIO, encoding="utf-8")
    path = tmp_path / "study.toml"
    path.write_text(OLD_STUDY, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_study(path)
    told = {(problem.line, problem.message) for problem in caught.value.problems if problem.code == "renamed"}
    assert (3, "renamed to random_numbers.") in told
    assert (4, "clients.handed_over is renamed to clients.transfers.") in told
    assert {number for number, _ in told} == {change.line for change in migrate(path).changes}


def test_a_key_under_both_of_its_names(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(OLD_SCENARIO.replace("sessions = 4", "sessions = 4\ntransfer_patience_weeks = 3"), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        migrate(path)
    (problem,) = caught.value.problems
    assert (problem.path, problem.line) == ("clients.handover_patience_weeks", line("handover") + 1)


def test_some_tables_under_the_old_name_and_some_under_the_new(tmp_path: Path) -> None:
    reason = '[tier.peer.%s.%s]\n%s = { dist = "date", week = 3 }\n'
    text = reason % ("life", "left", "clock") + reason % ("events", "moving", "time_to_event")
    assert tomllib.loads(migrated(tmp_path, text))["tier"]["peer"]["events"].keys() == {"left", "moving"}
    path = tmp_path / "twice.toml"
    path.write_text(reason % ("life", "left", "clock") + reason % ("events", "left", "time_to_event"), encoding="utf-8")
    with pytest.raises(ScenarioError, match="cannot be rewritten"):
        migrate(path)


# --- an old file is refused, all of it at once ------------------------------------------------------------------------


def refusals(path: Path) -> list[tuple[int | None, str, str]]:
    with pytest.raises(ScenarioError) as caught:
        load(path)
    return [(problem.line, problem.path, problem.message) for problem in caught.value.problems]


def test_an_old_file_is_refused_with_every_new_name(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(OLD_SCENARIO.replace("sessions = 4", "sessions = 0"), encoding="utf-8")
    found = refusals(path)
    assert (line("idle"), "tier.peer.not_deployed", "idle is renamed to stay.") in found
    assert (line("life.left"), "tier.peer.life", "renamed to events.") in found
    assert (line("engagement"), "tier.peer.engagement", "renamed to incentive.") in found
    assert (line("handover"), "clients.handover_patience_weeks", "renamed to transfer_patience_weeks.") in found
    assert [message for _, path, message in found if path == "clients.sessions"] == [
        "got 0; allowed: a whole number, 1 or more."
    ]
    changes = {change.line for change in migrate(path).changes}
    assert {number for number, _, message in found if "renamed" in message} <= changes


def test_the_file_that_is_extended_is_named(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text(OLD_SCENARIO, encoding="utf-8")
    path = tmp_path / "plan.toml"
    path.write_text('extends = "base.toml"\nhorizon_weeks = 60\n', encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert {problem.file for problem in caught.value.problems} == {str(tmp_path / "base.toml")}
    assert all(f"cascadesim migrate {tmp_path / 'base.toml'}" in problem.hint for problem in caught.value.problems)
    assert migrate(path).changes == ()


def test_an_old_path_in_an_override(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(NEW_SCENARIO, encoding="utf-8")
    with pytest.raises(UsageError, match=re.escape("renamed to tier.peer.events.left.time_to_event.week.")):
        load(path, ["tier.peer.life.left.clock.week=9"])
    with pytest.raises(ScenarioError, match="hand_over is renamed to transfer"):
        load(path, ["clients.on_worker_exit=hand_over"])


# --- scenarios at random, written in the old names --------------------------------------------------------------------


def in_old_names(value: Any, path: tuple[str, ...] = ()) -> Any:
    """The data of a scenario with every key and word that the table has under its old name."""
    keys = {(tuple(old.split(".")[:-1]), new): old.rsplit(".", 1)[-1] for old, new in table("scenario").items()}

    def fits(pattern: tuple[str, ...]) -> bool:
        return len(pattern) == len(path) and all(part in ("*", own) for part, own in zip(pattern, path, strict=True))

    if isinstance(value, dict):
        old = {new: name for (around, new), name in keys.items() if fits(around)}
        return {old.get(key, key): in_old_names(inner, (*path, key)) for key, inner in value.items()}
    if isinstance(value, list):
        return [in_old_names(inner, (*path, str(index))) for index, inner in enumerate(value)]
    for pattern, words in table("scenario_values").items():
        if fits(tuple(pattern.split("."))):
            return {new: old for old, new in words.items()}.get(value, value)
    return value


def check_the_same_plan(folder: Path, data: dict[str, Any]) -> None:
    old = in_old_names(data)
    assert old != data and bool(scenario_renames(old))
    (folder / "new.toml").write_text(to_toml(data), encoding="utf-8")
    assert tomllib.loads(migrated(folder, to_toml(old))) == tomllib.loads(to_toml(data))
    try:
        plan = compile_scenario(load(folder / "new.toml"))
    except ScenarioError as error:
        with pytest.raises(ScenarioError) as caught:
            load(folder / "file.toml")
        assert [problem.message for problem in caught.value.problems] == [each.message for each in error.problems]
    else:
        assert compile_scenario(load(folder / "file.toml")) == plan


@pytest.mark.parametrize("seed", range(1, 41))
def test_a_scenario_at_random_gives_the_same_plan(tmp_path: Path, seed: int) -> None:
    check_the_same_plan(tmp_path, seeded(seed))


@settings(max_examples=20, deadline=None)
@given(scenarios())
def test_any_scenario_gives_the_same_plan(tmp_path_factory: pytest.TempPathFactory, data: dict[str, Any]) -> None:
    check_the_same_plan(tmp_path_factory.mktemp("migrate"), data)


# --- the table --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["scenario", "study", "outcomes"])
def test_a_new_name_is_not_an_old_one(language: str) -> None:
    for old, new in table(language).items():
        path = (*old.split(".")[:-1], new)
        assert new_path(path, language=language) == path
        assert new_path((old.rsplit(".", 1)[-1],), path[:-1], language) == (new,)


def test_words_that_only_look_like_old_names() -> None:
    data = {"tier": {"life": {"life": {"clock": {"clock": 1}}}}, "clock": 1, "sources": {"life": {"kind": "hand_over"}}}
    assert [rename.path for rename in scenario_renames(data)] == [
        ("tier", "life", "life"),
        ("tier", "life", "life", "clock", "clock"),
    ]
    assert study_renames({"title": "luck", "factors": {"life": [1, 2]}}) == []
