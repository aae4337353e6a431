"""sweep, resume, merge, doctor and rerun as they are typed: what they say, and how they end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from experiment.sweep.fake_workers import FILE, FakeWorkers, ends
from faults.acts import InlineWorkers

from cascadesim.experiment.sweep import rerun
from cascadesim.experiment.sweep.tasks import DIED, FAILED
from cli.conftest import Command

CREW = "cascadesim.experiment.sweep.tasks.ProcessWorkers"


@pytest.fixture(autouse=True)
def study(cascadesim: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A study beside the scenario; its cells are run in this process."""
    assert cascadesim
    monkeypatch.setattr(CREW, InlineWorkers)
    (tmp_path / "plan.toml").write_text(FILE, encoding="utf-8")
    return tmp_path / "plan.toml"


@pytest.fixture
def _shorter(study: Path) -> None:
    """Eight cells in place of twelve: a full one of each point, and one that is not full."""
    study.write_text(FILE.replace("replications = 25", "replications = 11"), encoding="utf-8")


@pytest.mark.usefixtures("_shorter")
def test_a_sweep_and_what_comes_after(cascadesim: Command) -> None:
    told = cascadesim("sweep", "plan.toml", "-o", "out")
    assert (told.code, told.err) == (0, "")
    assert told.out.startswith("Finished: 8 tasks. Tables are in out/tables\n")
    told = cascadesim("resume", "out")
    assert (told.code, told.out) == (0, "Nothing to do: all 8 tasks are finished. Tables are in out/tables\n")
    told = cascadesim("resume", "out", "--json")
    assert told.code == 0
    found = told.json
    assert (found["tasks"], found["already_done"], found["computed"], found["failed"]) == (8, 8, 0, {})
    assert cascadesim("doctor", "out").out == "No damage was detected.\n"
    told = cascadesim("rerun", "out", "--task", 2, "--json")
    assert (told.code, told.json["same"]) == (0, True)
    assert (cascadesim("sweep", "plan.toml", "-o", "out", "-q").out) == ""


def test_a_cell_that_fails_again_is_told_beside_what_the_sweep_knows(
    cascadesim: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr(CREW, FakeWorkers(ends(FAILED, 4)))
    assert cascadesim("sweep", "plan.toml", "-o", "out", "-q").code == 5
    monkeypatch.setattr(rerun, "run_prepared", fails)
    monkeypatch.setattr("cascadesim.cli.sweep.code_version", lambda: "9.9+abc")
    was = rerun.code_version()
    monkeypatch.setattr(rerun, "code_version", lambda: "9.9+abc")
    told = cascadesim("rerun", "out", "--task", 4, "--events")
    assert told.code == 5
    assert told.err == (
        "task 4: 10 of 10 runs failed: replication 10: ZeroDivisionError: by nothing\n"
        "in the sweep it failed: failed for a reason\n"
        f"the sweep is of cascadesim {was}, this is 9.9+abc: numbers may differ for that reason.\n"
    )
    assert told.out == (
        "Task 4, 0 replications of setting 1: no numbers.\nWhat there is, with problem.txt, is in out/reruns/task-4\n"
    )
    told = cascadesim("rerun", "out", "--task", 4, "--json")
    assert (told.code, told.json["replications"], told.json["recorded"]) == (5, 0, "failed: failed for a reason")


def test_a_dry_run_writes_nothing(cascadesim: Command, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    told = cascadesim("sweep", "plan.toml", "--dry-run", "--jobs", 2)
    assert told.code == 0
    assert "4 settings to run" in told.out
    assert "100 replications" in told.out
    told = cascadesim("sweep", "plan.toml", "--dry-run", "--json")
    assert (told.json["settings"], told.json["runs"]) == (4, 100)
    assert sorted(tmp_path.rglob("*")) == before


def test_without_a_place_it_finds_one_of_its_own(cascadesim: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CREW, FakeWorkers())
    first, second = (cascadesim("sweep", "plan.toml", "--json", *more).json["folder"] for more in ([], ["--seed", 6]))
    assert first != second
    assert Path(first).parent == Path("results")
    told = cascadesim("sweep", "plan.toml", "--json", "--shard", "2/3")
    assert told.json["folder"].endswith("-part-2-of-3")


@pytest.mark.parametrize("status", [FAILED, DIED])
def test_a_cell_that_ends_badly_is_named(cascadesim: Command, monkeypatch: pytest.MonkeyPatch, status: str) -> None:
    monkeypatch.setattr(CREW, FakeWorkers(ends(status, 4)))
    named = f"task 4 {status} (setting 1, replications 10 to 19, seed 5): {status} for a reason"
    told = cascadesim("sweep", "plan.toml", "-o", "out")
    assert told.code == 5
    assert told.err == f"{named}\n1 task {status}, for example\n  {named}\n"
    monkeypatch.setattr(CREW, FakeWorkers(ends(status, 4)))
    told = cascadesim("resume", "out", "--json")
    again = f"{named}\n" if status == DIED else ""  # whoever died is tried again, and told of at once
    assert (told.code, told.err) == (5, again)
    (failure,) = told.json["failures"]
    known = {"task": 4, "setting": 1, "first": 10, "count": 10, "seed": 5, "status": status}
    assert failure == known | {"problem": f"{status} for a reason"}


def test_too_many_failures(cascadesim: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CREW, FakeWorkers(ends(FAILED, 0, 1, 2)))
    told = cascadesim("sweep", "plan.toml", "-o", "out", "--max-failures", 1)
    assert told.code == 5
    assert told.out == "Stopped after too many failures. Finished tasks are kept in out.\n"


def test_ctrl_c_says_how_to_go_on(cascadesim: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CREW, FakeWorkers(upto=5))
    told = cascadesim("sweep", "plan.toml", "-o", "out")
    assert told.code == 130
    assert "finished tasks are kept. To continue: cascadesim resume out" in told.err
    monkeypatch.setattr(CREW, FakeWorkers(upto=2))
    told = cascadesim("resume", "out", "--json")
    assert told.code == 130
    assert "cascadesim resume out" in told.json["errors"][0]["message"]
    monkeypatch.setattr(CREW, FakeWorkers())
    assert cascadesim("resume", "out", "--json").json["already_done"] == 7


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["sweep", "plan.toml", "--shard", "5/4"], 2, "no part of a whole"),
        (["sweep", "plan.toml", "--shard", "x"], 2, "no part of a whole"),
        (["sweep", "plan.toml", "--jobs", "0"], 2, "--jobs"),
        (["sweep", "plan.toml", "--cluster", "http://x"], 2, "neither tcp:// nor tls://"),
        (["sweep", "plan.toml", "--cluster", "localhost:1", "--jobs", "2"], 2, "--jobs: does not go with --cluster"),
        (["sweep", "nothing.toml"], 4, "nothing.toml"),
        (["sweep", "plan.toml", "-o", "small.toml"], 4, "small.toml: is a file"),
        (["sweep", "plan.toml", "-o", "small.toml/deep"], 4, "small.toml"),
        (["resume", "nothing"], 4, "nothing: holds no sweep"),
        (["doctor", "nothing"], 4, "nothing: holds no sweep"),
        (["merge", "nothing"], 4, "nothing: holds no sweep"),
        (["rerun", "nothing", "--task", "0"], 4, "nothing: holds no sweep"),
        (["merge"], 2, "DIR"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_refused(cascadesim: Command, arguments: list[str], code: int, said: str) -> None:
    told = cascadesim(*arguments)
    assert told.code == code
    assert said in told.err


@pytest.mark.usefixtures("_shorter")
def test_shards_and_their_merge(cascadesim: Command) -> None:
    for number in (1, 2):
        assert cascadesim("sweep", "plan.toml", "-o", f"part-{number}", "--shard", f"{number}/2", "-q").code == 0
    told = cascadesim("merge", "part-2", "-o", "out")
    assert told.code == 5
    assert told.out == "4 tasks added, 4 in total: out\n4 are missing: cascadesim resume out\n"
    told = cascadesim("merge", "part-1", "-o", "out", "--json")
    assert (told.code, told.json["tasks"], told.json["to_do"]) == (0, 8, 0)
    assert cascadesim("sweep", "plan.toml", "-o", "whole", "-q").code == 0
    for path in Path("whole/tables").iterdir():
        assert (Path("out/tables") / path.name).read_bytes() == path.read_bytes()


@pytest.mark.usefixtures("_shorter")
def test_the_doctor_mends_or_says_that_it_cannot(cascadesim: Command) -> None:
    cascadesim("sweep", "plan.toml", "-o", "out", "-q")
    part = next(Path("out/parts").iterdir())
    part.write_bytes(b"")
    told = cascadesim("doctor", "out")
    assert told.code == 0
    assert told.out.startswith(f"parts/{part.name}: damaged; its tasks will run again.\nRepaired; ")
    assert told.out.endswith("computed again. Damaged files are in out/damaged\n")
    Path("out/study.json").write_text("{}")
    Path("out/store.sqlite").write_bytes(b"")
    told = cascadesim("doctor", "out", "--json")
    assert (told.code, told.json["repaired"]) == (5, False)
    assert "both copies of the study" in json.dumps(told.json["faults"])
