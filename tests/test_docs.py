"""What the pages show is true: their commands and examples run, their tables are complete, their links lead somewhere.

Fenced blocks of a page are tried in order, in one copy of what a reader of the README has: `bash` is run, `python` is
run, the `text` right after either is the exact output; `toml` that is a whole scenario or study is loaded, the rest is
parsed.
A `bash` block that sets up an environment, or begins with `# not run by the tests: REASON`, is not run here: `.ci/run`
runs the README's test command literally.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from cascadesim import load
from cascadesim.experiment.study import read_study
from cascadesim.model.enums import Event
from cascadesim.model.measures import measure_names
from cascadesim.model.measures.trajectories import trajectory_columns
from cascadesim.scenario.compile import compile_scenario

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One fenced block; `output` is the `text` block right after it, None if there is none."""

    language: str
    text: str
    output: str | None


def _blocks(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    found = list(FENCE.finditer(text))
    blocks = []
    for one, after in zip(found, [*found[1:], None][: len(found)], strict=True):
        is_output = after is not None and after[1] == "text" and not text[one.end() : after.start()].strip()
        blocks.append(Block(one[1], one[2], after[2] if after is not None and is_output else None))
    return blocks


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder like the clone, with `cascadesim` and `python` on the path."""
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    for name in ("src", "docs", "tests"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "results").mkdir()
    tools = tmp_path / ".tools"
    tools.mkdir()
    for name, command in (("cascadesim", "-m cascadesim "), ("python", "")):
        (tools / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {command}"$@"\n')
        (tools / name).chmod(0o755)
    return tmp_path


def _run(block: Block, desk: Path) -> str:
    paths = os.pathsep.join([str(desk / ".tools"), os.environ["PATH"]])
    environment = os.environ | {"PATH": paths, "PYTHONWARNINGS": "error", "NO_COLOR": "1", "MPLBACKEND": "agg"}
    program = [sys.executable, "-c"] if block.language == "python" else ["bash", "-euo", "pipefail", "-c"]
    done = subprocess.run(
        [*program, block.text], cwd=desk, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{block.text}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _is_run_elsewhere(block: Block) -> bool:
    return "-m venv" in block.text or block.text.startswith("# not run by the tests: ")


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the blocks are written for a POSIX shell")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_examples_run(page: Path, desk: Path) -> None:
    for block in _blocks(page):
        if block.language in ("bash", "python") and not _is_run_elsewhere(block):
            printed = _run(block, desk)
            if block.output is not None:
                assert printed == block.output, block.text
        elif block.language == "toml" and block.text.startswith("schema ="):
            (desk / "example.toml").write_text(block.text, encoding="utf-8")
            load(desk / "example.toml")
        elif block.language == "toml" and block.text.startswith("extends ="):
            (desk / "scenarios" / "example.toml").write_text(block.text, encoding="utf-8")
            load(desk / "scenarios" / "example.toml")
        elif block.language == "toml" and block.text.startswith("scenario ="):
            (desk / "scenarios" / "studies" / "example.toml").write_text(block.text, encoding="utf-8")
            read_study(desk / "scenarios" / "studies" / "example.toml")
        elif block.language == "toml":
            tomllib.loads(block.text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        if not target.startswith("https://"):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_nothing_is_left_to_fill_in(page: Path) -> None:
    assert not re.findall(r"@@|TODO|TBD|XXX", page.read_text(encoding="utf-8"))


def test_rules_that_the_code_cites_are_stated() -> None:
    stated = set(re.findall(r"\*\*(R\d+\.\d+)\*\*", (ROOT / "docs" / "model.md").read_text(encoding="utf-8")))
    for path in sorted((ROOT / "src").rglob("*.py")) + sorted((ROOT / "docs").rglob("*.md")):
        cited = set(re.findall(r"\bR\d+\.\d+\b", path.read_text(encoding="utf-8")))
        assert cited <= stated, f"{path.relative_to(ROOT)} cites {sorted(cited - stated)}"


def test_every_event_is_described_once() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "events.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    columns = {"replication", "row", "minute", "event", "kind", "key", "tier", "other", "detail", "amount"}
    assert sorted(set(rows) - columns) == sorted(event.name.lower() for event in Event)
    assert len(rows) == len(set(rows))


@pytest.mark.parametrize("scenario", ["scenarios/prosper-shaped.toml", "tests/scenario/whole.toml"])
def test_every_measure_and_column_is_described(scenario: str) -> None:
    """Names in docs/results.md are patterns: W, NAME, REASON, PURPOSE, CONSTRAINT and the like stand for anything."""
    page = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\|([^|]+)\|", page, flags=re.MULTILINE)
    cells = [cell for row in rows for cell in re.findall("`([^`]+)`", row)]
    patterns = [re.compile(re.sub("[A-Z]+", r"[\\w+]+", re.escape(cell))) for cell in cells]
    plan = compile_scenario(load(ROOT / scenario))
    every = [*measure_names(plan.scope), *trajectory_columns(plan.scope)]
    names = [re.sub(r"^(clients|tier\.\w+)\.", "", name) for name in every]
    assert [name for name in names if not any(pattern.fullmatch(name) for pattern in patterns)] == []
