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
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from cascadesim import load
from cascadesim.experiment.study.read import read_study
from cascadesim.model.enums import Event
from cascadesim.model.measures import measure_names
from cascadesim.model.measures.trajectories import trajectory_columns
from cascadesim.scenario.compile import compile_scenario
from docs.pages import DOCS, FENCE, PAGES, ROOT, Block, blocks_of, put_example, reader, run_block, set_up_desk
from docs.warm_start import WarmStart

LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)")


@pytest.fixture(scope="module")
def warm() -> Iterator[WarmStart]:
    """One interpreter that has loaded everything, for the examples of all pages."""
    with WarmStart(reader()) as started:
        yield started


@pytest.fixture
def desk(tmp_path: Path, warm: WarmStart) -> Path:
    """A folder like the clone, with `cascadesim` and `python` on the path."""
    return set_up_desk(tmp_path, warm)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the blocks are written for a POSIX shell")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_examples_run(page: Path, desk: Path) -> None:
    for block in blocks_of(page.read_text(encoding="utf-8")):
        if block.is_run:
            printed = run_block(block, desk)
            if block.output is not None:
                assert printed == block.output, block.text
        elif block.language == "toml":
            _try_toml(block, desk)


def _try_toml(block: Block, desk: Path) -> None:
    """Load a block that is a whole scenario or study; parse any other."""
    path = put_example(block, desk)
    if path is None:
        tomllib.loads(block.text)
    elif path.parent.name == "studies":
        read_study(path)
    else:
        load(path)


def _anchors(page: Path) -> set[str]:
    """The headings of a page as a link names them."""
    headings = re.findall(r"^#+ (.*)$", FENCE.sub("", page.read_text(encoding="utf-8")), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target, anchor in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if target.startswith("https:"):
            continue
        path = page.parent / target if target else page
        assert path.exists(), target
        assert not anchor or anchor in _anchors(path), f"{target}#{anchor}"


def test_every_page_is_reached_from_the_index() -> None:
    linked = {(DOCS / target).resolve() for target, _ in LINK.findall((DOCS / "index.md").read_text(encoding="utf-8"))}
    assert {page for page in PAGES if page != DOCS / "index.md"} <= linked


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_first_sentence_says_for_whom_the_page_is(page: Path) -> None:
    _, first, *_ = page.read_text(encoding="utf-8").split("\n\n")
    assert re.match(r"For |cascadesim is for ", first), first


@pytest.mark.parametrize("page", sorted((DOCS / "how-to").glob("*.md")), ids=lambda page: page.stem)
def test_a_how_to_page_is_named_as_a_question(page: Path) -> None:
    title = page.read_text(encoding="utf-8").partition("\n")[0]
    assert title.startswith("# ") and title.endswith("?")
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    assert f"](how-to/{page.name})" in index


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_nothing_is_left_to_fill_in(page: Path) -> None:
    assert not re.findall(r"@@|TODO|TBD|XXX", page.read_text(encoding="utf-8"))


def test_rules_that_the_code_cites_are_stated() -> None:
    page = (DOCS / "explanation" / "model.md").read_text(encoding="utf-8")
    stated = set(re.findall(r"\*\*(R\d+\.\d+)\*\*", page))
    for path in sorted((ROOT / "src").rglob("*.py")) + sorted(DOCS.rglob("*.md")):
        cited = set(re.findall(r"\bR\d+\.\d+\b", path.read_text(encoding="utf-8")))
        assert cited <= stated, f"{path.relative_to(ROOT)} cites {sorted(cited - stated)}"


def test_every_event_is_described_once() -> None:
    page = (DOCS / "reference" / "events.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \|", page, flags=re.MULTILINE)
    columns = {"replication", "row", "minute", "event", "kind", "key", "tier", "other", "detail", "amount"}
    assert sorted(set(rows) - columns) == sorted(event.name.lower() for event in Event)
    assert len(rows) == len(set(rows))


@pytest.mark.parametrize("scenario", ["scenarios/prosper-shaped.toml", "tests/scenario/whole.toml"])
def test_every_measure_and_column_is_described(scenario: str) -> None:
    """Names in the page of outcomes are patterns: W, NAME, REASON, PURPOSE, CONSTRAINT and the like are any name."""
    page = (DOCS / "reference" / "outcomes.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\|([^|]+)\|", page, flags=re.MULTILINE)
    cells = [cell for row in rows for cell in re.findall("`([^`]+)`", row)]
    patterns = [re.compile(re.sub("[A-Z]+", r"[\\w+]+", re.escape(cell))) for cell in cells]
    plan = compile_scenario(load(ROOT / scenario))
    every = [*measure_names(plan.scope), *trajectory_columns(plan.scope)]
    names = [re.sub(r"^(clients|tier\.\w+)\.", "", name) for name in every]
    assert [name for name in names if not any(pattern.fullmatch(name) for pattern in patterns)] == []


def test_the_line_to_break_at_is_there() -> None:
    """The page of the engines names a line of `place_waiting` at which a worker has a group."""
    page = (DOCS / "explanation" / "engines.md").read_text(encoding="utf-8")
    named = re.search(r"break (cascadesim/engine/\w+\.py):(\d+)", page)
    assert named is not None
    lines = (ROOT / "src" / named[1]).read_text(encoding="utf-8").splitlines()
    assert lines[int(named[2]) - 1].strip() == "refresh_touched(world)"
    assert "_seat(world, worker, group" in lines[int(named[2]) - 2]
