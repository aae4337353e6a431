"""`check`, `schema`, `explain` and `init`, as the shell sees them."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cascadesim import load
from cascadesim.cli import console, run_command
from cascadesim.cli.scenario_help import starter_text
from scenario.helpers import PLAN


@dataclass(frozen=True)
class Told:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Command = Callable[..., Told]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    monkeypatch.chdir(tmp_path)
    Path("plan.toml").write_text(PLAN, encoding="utf-8")
    Path("wrong.toml").write_text(PLAN.replace("caseload = 3", "case_load = 3"), encoding="utf-8")
    Path("unsure.toml").write_text(
        PLAN.replace('rate_per_year = 0.1, source = "guess"', "rate_per_year = 0.1"), encoding="utf-8"
    )

    def run(*arguments: str) -> Told:
        code = run_command(list(arguments))
        told = capsys.readouterr()
        assert "Traceback" not in told.out + told.err
        return Told(code, told.out, told.err)

    return run


def test_check_counts_in_words_and_whole_numbers(command: Command) -> None:
    sets = ("--set", "replications=1", "--set", "tier.peer.recruits_per_week.0.rate=200")
    told = command("check", "plan.toml", *sets).out
    assert "104 weeks, 1 replication.\n" in told
    assert "about 19,600 one by one" in told


def test_check_says_what_a_plan_says(command: Command) -> None:
    told = command("check", "plan.toml")
    assert (told.code, told.err) == (0, "")
    assert told.out.splitlines() == [
        "plan.toml: OK (A plan to bend). 104 weeks, 10 replications.",
        "  master: 3 at the start",
        "  mentor: 1 at the start, 6 in intakes",
        "  peer: 10 in intakes, about 39.2 one by one",
        "  about 200 referrals, with those not eligible",
        "  at most about 2,105 events in each replication",
        "  variants: two more mentors",
    ]
    assert command("check", "plan.toml", "--quiet").out == ""


def test_check_says_what_is_wrong(command: Command) -> None:
    told = command("check", "wrong.toml")
    line = PLAN.split("\n").index("caseload = 3") + 1
    assert (told.code, told.out) == (3, "")
    assert told.err == (
        f"wrong.toml:{line}: tier.peer.case_load: unknown key. Did you mean caseload?\n    case_load = 3\n1 error.\n"
    )


def test_warnings_exit_with_0(command: Command) -> None:
    told = command("check", "unsure.toml")
    assert told.code == 0
    assert told.err.startswith("warning: unsure.toml:") and told.err.endswith("1 warning.\n")
    assert "unsure.toml: OK" in told.out


def test_faults_stand_last_and_values_without_a_source_together(command: Command) -> None:
    """After them, how many there are of each: what stops the run is what is read first."""
    bare = PLAN.replace(', source = "guess"', "")
    text = bare.replace("caseload = 3", "case_load = 3").replace("week = 100", "week = 200")
    Path("both.toml").write_text(text, encoding="utf-8")
    lines = command("check", "both.toml").err.splitlines()
    number = next(place for place, line in enumerate(lines) if "name no source" in line)
    assert re.fullmatch(
        r"warning: both.toml: \d+ keys say something about the world, and name no source. Write .*", lines[number]
    )
    line = next(place for place, line in enumerate(text.splitlines(), 1) if line.startswith("pass_probability"))
    assert f"    line {line}: tier.mentor.training.pass_probability" in lines[number + 1 :]
    fault = next(place for place, line in enumerate(lines) if "unknown key" in line)
    assert fault > number and any("past the horizon" in line for line in lines[:number])
    assert re.fullmatch(r"1 error, \d+ warnings\.", lines[-1])


def test_problems_are_wrapped_on_a_terminal_only(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = command("check", "wrong.toml").err
    monkeypatch.setattr(console, "terminal_width", lambda _: 40)
    lines = command("check", "wrong.toml").err.splitlines()
    assert max(map(len, lines)) <= 40 and len(lines) > len(whole.splitlines())
    assert " ".join(" ".join(lines).split()) == " ".join(whole.split())


def test_no_line_of_explain_is_wider_than_a_terminal(command: Command) -> None:
    assert max(map(len, command("explain").out.splitlines())) <= 80
    for key in ("tier.NAME.training", "clients.stream", "caseload"):
        assert max(map(len, command("explain", key).out.splitlines())) <= 80
    lines = command("explain", "tier.NAME.training").out.splitlines()
    assert sum(line.startswith(" " * 11) for line in lines) > 3


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["plan.toml", "plan.toml"], 0),
        (["plan.toml", "wrong.toml"], 3),
        (["missing.toml"], 4),
        (["."], 4),
        (["wrong.toml", "missing.toml", "plan.toml"], 4),
        (["plan.toml", "--set", "tier.peer.caseload=0"], 3),
        (["plan.toml", "--set", "tier.peer.caselod=1"], 2),
        (["plan.toml", "--set", "tier.peer.caseload"], 2),
        (["plan.toml", "--set", "tier.peer.caseload=2", "--set", "title=x"], 0),
        ([], 2),
        (["plan.toml", "--no-such-option"], 2),
    ],
)
def test_exit_codes(command: Command, arguments: list[str], code: int) -> None:
    assert command("check", *arguments).code == code
    told = command("check", *arguments, "--json")
    assert told.code == code
    assert bool(told.json["errors"]) == (code != 0)


def test_a_file_named_inside_a_scenario_is_the_scenarios_fault(command: Command) -> None:
    Path("child.toml").write_text('extends = "missing.toml"\n', encoding="utf-8")
    told = command("check", "child.toml")
    assert told.code == 3 and told.err.startswith("child.toml:1: extends: there is no file missing.toml.")


def test_json_lists_every_problem(command: Command) -> None:
    told = command("check", "wrong.toml", "unsure.toml", "plan.toml", "--json")
    assert told.err == ""
    (error,) = told.json["errors"]
    assert error == {
        "code": "unknown_key",
        "message": "unknown key.",
        "file": "wrong.toml",
        "line": PLAN.split("\n").index("caseload = 3") + 1,
        "path": "tier.peer.case_load",
        "hint": "Did you mean caseload?",
    }
    assert [warning["code"] for warning in told.json["warnings"]] == ["no_source"]
    assert [found["file"] for found in told.json["plans"]] == ["unsure.toml", "plan.toml"]
    tiers = told.json["plans"][1]["tiers"]
    assert tiers[0] == {"name": "master", "initial": 3, "intake": 0, "recruits_expected": 0.0, "target": 0}


def test_explain(command: Command) -> None:
    told = command("explain", "tier.peer.caseload")
    assert told.code == 0 and told.out.startswith("tier.NAME.caseload\n  meaning  The most clients")
    assert len(command("explain").out.splitlines()) > 100
    assert [key["key"] for key in command("explain", "required", "--json").json["keys"]] == [
        "tier.NAME.training.required",
        "tier.NAME.supervision.required",
    ]
    told = command("explain", "course", "calendar")
    assert told.code == 0 and told.out == command("explain", "course calendar").out
    head, *lines = told.out.splitlines()
    assert head == "No key is called course calendar. Keys whose explanations speak of it:"
    assert "tier.NAME.training.when" in lines and len(lines) < 45 and max(map(len, lines)) <= 80
    assert command("explain", "week", "hour").out.splitlines()[-1].endswith(" more")
    told = command("explain", "caselod")
    assert (told.code, told.out) == (2, "") and "Did you mean tier.NAME.caseload?" in told.err


def test_explain_knows_outcomes_and_everyday_words(command: Command) -> None:
    told = command("explain", "clients.coverage")
    assert told.code == 0 and told.out.startswith("clients.coverage (an outcome)\n  meaning  started / referred\n")
    assert [outcome["outcome"] for outcome in command("explain", "wait_mean_weeks", "--json").json["outcomes"]] == [
        "clients.wait_mean_weeks",
        *(f"clients.{kind}.NAME.wait_mean_weeks" for kind in ("stream", "language", "site")),
    ]
    for word in ("fte", "budget", "holiday", "monthly", "region", "per diem", "pregnancy", "warm-up", "seed"):
        told = command("explain", word)
        assert told.code == 0 and told.out.startswith(f"No key is called {word}. ")
    assert "hours_per_week = 8" in " ".join(command("explain", "FTE").out.split())


def test_schema(command: Command) -> None:
    told = command("schema")
    assert told.code == 0 and told.json["properties"]["horizon_weeks"]["type"] == "number"


def test_init(command: Command) -> None:
    told = command("init")
    assert told.code == 0 and "cascadesim check programme.toml" in told.out
    assert Path("programme.toml").read_text(encoding="utf-8") == starter_text()
    told = command("check", "programme.toml")
    assert (told.code, told.err) == (0, "")
    assert load("programme.toml").warnings == ()


@pytest.mark.parametrize("name", ["plan.toml", ".", "folder", "link", "no/such/folder.toml", "x" * 300])
def test_init_leaves_alone_what_is_there(command: Command, name: str) -> None:
    Path("folder").mkdir()
    with contextlib.suppress(OSError):
        Path("link").symlink_to("nowhere.toml")
    before = sorted(path.name for path in Path().iterdir())
    told = command("init", name)
    assert told.code == 4 and told.out == ""
    assert sorted(path.name for path in Path().iterdir()) == before
    assert Path("plan.toml").read_text(encoding="utf-8") == PLAN


def test_init_into_a_folder_that_is_not_there(command: Command) -> None:
    told = command("init", "none/new.toml")
    assert (told.code, told.out) == (4, "")
    assert told.err == ("none/new.toml: cannot write none/new.toml: there is no folder none. Make the folder first.\n")


def test_init_works_on_disks_without_hard_links(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    assert command("init", "new.toml").code == 0
    assert Path("new.toml").read_text(encoding="utf-8") == starter_text()
    assert command("init", "new.toml").code == 4
    assert sorted(path.name for path in Path().iterdir()) == ["new.toml", "plan.toml", "unsure.toml", "wrong.toml"]
