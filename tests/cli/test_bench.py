"""`cascadesim bench` at small size: what it prints, writes and draws. No time is asserted."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cascadesim.devtools.benchmark import run
from cascadesim.devtools.benchmark.reference_queue import IMPLEMENTATIONS

from .conftest import Command, Told

LIBRARY = ("prosper-shaped", "national-scale", "national-scale-1pct")
BARS = 9


@pytest.fixture
def library(small_file: Path) -> Iterator[Path]:
    """A folder with the names of the library, all of them the small programme."""
    folder = Path("library")
    folder.mkdir()
    for name in LIBRARY:
        shutil.copy(small_file, folder / f"{name}.toml")
    yield folder


@pytest.fixture
def one_process_of_a_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    """All scenarios of that library are one, so a fresh process for one of them tells what it would for the others."""
    done: dict[tuple[str, ...], subprocess.CompletedProcess[str]] = {}

    def start(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        kind = tuple(part for part in command if not part.endswith(".toml"))
        if kind not in done:
            done[kind] = subprocess.run(command, **options)
        return done[kind]

    monkeypatch.setattr(run, "subprocess", SimpleNamespace(run=start))


def check_text(told: Told) -> None:
    lines = told.out.splitlines()
    assert max(map(len, lines)) <= 80
    assert "\x1b" not in told.out
    bars = lines[lines.index(next(line for line in lines if line.startswith("Bars "))) + 1 :]
    shown = [line for line in bars[: bars.index("")] if not line.startswith("    ")]
    assert len(shown) == BARS
    assert all(re.search(r"(unmeasured|\) (aim|must|no))$", line) for line in shown)
    for name in IMPLEMENTATIONS:
        assert re.search(rf"^  {re.escape(name)} +([\d.,]+ \(|-)", told.out, flags=re.MULTILINE), name


@pytest.mark.slow
@pytest.mark.usefixtures("one_process_of_a_kind")
def test_one_run_measures_everything(cascadesim: Command, library: Path) -> None:
    told = cascadesim("bench", library, "--quick", "--full", "--repeats", 3, "-o", "found.json")
    assert (told.code, told.err) == (0, "")
    check_text(told)
    assert {path.name for path in Path().glob("found.*")} == {"found.json", "found.png", "found.svg"}
    assert Path("found.png").stat().st_size > 20_000
    found = json.loads(Path("found.json").read_text(encoding="utf-8"))
    assert found["machine"]["cores"] >= 1 and found["machine"]["libraries"]["simpy"]
    by = {(work["group"], work["name"], work["by"]): work for work in found["works"]}
    assert {(name, engine) for group, name, engine in by if group == "library"} == {
        (name, engine)
        for name in LIBRARY
        for engine in ("compiled", "kernel", "simpy")
        if (name, engine) != ("national-scale", "simpy")
    }
    assert [name for group, _, name in by if group == "queue"] == list(IMPLEMENTATIONS)
    assert [name for group, name, _ in by if group == "threads"] == ["1", "2"]
    assert {group for group, _, _ in by} == {"library", "queue", "clients", "workers", "tiers", "threads"}
    for work in found["works"]:
        assert len(work["turns"]) == (0 if work["why_not"] else 3)
        assert all(turn["seconds"] > 0 and turn["replications"] >= 1 for turn in work["turns"])
    compiled, simpy = (by["library", "prosper-shaped", engine] for engine in ("compiled", "simpy"))
    assert compiled["turns"][0]["events"] == simpy["turns"][0]["events"] > 0
    unmeasured = {bar["what"] for bar in found["bars"] if bar["holds"] == "unmeasured"}
    assert unmeasured - {"compiled / Cimba, M/M/20+M"} == {"cold compile"}
    memory = {(each["asks"], each["of"]): each["told"] for each in found["fresh"] if each["asks"] != "first"}
    assert set(memory) == {(name, f"{how} the log") for name in LIBRARY for how in ("with", "without")}
    assert (
        memory["prosper-shaped", "with the log"][0]["rows"]
        > 0
        == memory["prosper-shaped", "without the log"][0]["rows"]
    )


@pytest.mark.slow
def test_a_folder_without_the_library_leaves_bars_unmeasured(cascadesim: Command) -> None:
    told = cascadesim("bench", ".", "--quick", "--json")
    assert (told.code, told.err) == (0, "")
    holds = {bar["what"]: (bar["holds"], bar["why_not"]) for bar in told.json["bars"]}
    missing = ("unmeasured", "prosper-shaped is not in the folder")
    assert holds["compiled / SimPy engine, prosper-shaped"] == missing
    assert holds["two threads / one"][0] == holds["cached import and first run"][0] == "unmeasured"
    assert holds["national-scale, peak memory without log"] == ("unmeasured", "only with --full")
    assert holds["compiled / hand-written Numba, M/M/20+M"][0] in ("aim", "must", "no")
    (kept,) = Path("results").glob("bench-*.json")
    assert json.loads(kept.read_text(encoding="utf-8")) == told.json


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["nowhere"], 4, "nowhere has no scenario files (*.toml). Name a folder"),
        ([".", "-o", "found.txt"], 2, "-o found.txt: the results are a JSON file. Name it *.json."),
        ([".", "-o", "no/found.json"], 4, "there is no folder no. Make the folder first."),
        ([".", "--profile"], 4, ". has no prosper-shaped.toml. Name the folder of the library"),
        ([".", "--repeats", 0], 2, "0 is not in the range"),
    ],
)
def test_what_cannot_be_is_refused_at_once(cascadesim: Command, arguments: list[str], code: int, said: str) -> None:
    told = cascadesim("bench", "--quick", *arguments)
    assert (told.code, told.out) == (code, "")
    assert said in told.err


def test_the_profile_adds_up(cascadesim: Command, library: Path) -> None:
    told = cascadesim("bench", library, "--quick", "--profile")
    rows = re.findall(r"^  ([\w/ -]+?) +([\d.]+)% +([\d.]+)%$", told.out, flags=re.MULTILINE)
    modules = {"engine/individual_care", "runtime/simpy_calendar", "model/rng", "simpy/core"}
    assert modules <= {module for module, *_ in rows}
    for shares in list(zip(*rows, strict=True))[1:]:
        assert 80 < sum(map(float, shares)) <= 100.5
    assert max(map(len, told.out.splitlines())) <= 80
    assert set(cascadesim("bench", library, "--quick", "--profile", "--json").json) == {"prosper-shaped", "M/M/20+M"}
