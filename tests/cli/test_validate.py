"""`validate`: what it needs is asked for before anything is run."""

from __future__ import annotations

from pathlib import Path

import pytest

from cascadesim.analysis import answers
from cli.conftest import Command

PUBLISHED = """
[[published]]
outcome = "clients.no_show_share"
value = 0.1
kind = "fitted"
source = "somebody"

[sources.somebody]
kind = "literature"
citation = "Somebody 2020"
"""


@pytest.fixture
def no_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("nothing may be run")

    monkeypatch.setattr(answers, "replicate", refuse)


@pytest.mark.usefixtures("no_runs")
def test_a_file_without_published_figures_is_told_at_once(cascadesim: Command) -> None:
    told = cascadesim("validate", "small.toml")
    words = (
        "small.toml: has no [[published]] figures: it is not run, and there is nothing to compare. A table "
        "[[published]] with outcome, value, kind and source adds one.\n"
    )
    assert (told.code, told.out, told.err) == (0, "", words)
    assert cascadesim("validate", "small.toml", "-o", "page.md").out == "Wrote page.md.\n"
    assert "[small](small.toml), not run. " in Path("page.md").read_text(encoding="utf-8")
    (found,) = cascadesim("validate", "small.toml", "--json").json["scenarios"]
    assert (found["replications"], found["rows"]) == (0, [])


def test_beside_others_a_file_without_figures_is_said_not_to_be_run(cascadesim: Command) -> None:
    Path("known.toml").write_text(Path("small.toml").read_text(encoding="utf-8") + PUBLISHED, encoding="utf-8")
    page = cascadesim("validate", "small.toml", "known.toml", "--replications", "2").out
    assert "[small](small.toml), not run. " in page and "[known](known.toml), 2 runs, seed 1, weeks 0 to 30. " in page


@pytest.mark.usefixtures("no_runs")
@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("none/page.md", "none/page.md: cannot write none/page.md: there is no folder none. Make the folder first.\n"),
        ("folder", "folder: folder is a folder; the page is a file. Name a file in it.\n"),
    ],
)
def test_a_place_that_cannot_be_written_is_told_at_once(cascadesim: Command, place: str, words: str) -> None:
    Path("folder").mkdir()
    Path("known.toml").write_text(Path("small.toml").read_text(encoding="utf-8") + PUBLISHED, encoding="utf-8")
    told = cascadesim("validate", "known.toml", "-o", place)
    assert (told.code, told.out, told.err) == (4, "", words)


def test_the_page_is_written(cascadesim: Command) -> None:
    Path("known.toml").write_text(Path("small.toml").read_text(encoding="utf-8") + PUBLISHED, encoding="utf-8")
    told = cascadesim("validate", "known.toml", "--replications", "2", "-o", "page.md")
    assert (told.code, told.out) == (0, "Wrote page.md.\n")
    assert Path("page.md").read_text(encoding="utf-8").startswith("# Published and simulated figures")
