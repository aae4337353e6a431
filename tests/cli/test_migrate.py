"""`cascadesim migrate`, and what is said of old commands, options and outcomes."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Command

OLD = '[tier.gamma.life.leaves]   # why\nclock = { dist = "date", week = 3 }\n'
NEW = '[tier.gamma.events.leaves] # why\ntime_to_event = { dist = "date", week = 3 }\n'
CHANGES = "{0}:1: life -> events\n{0}:2: clock -> time_to_event\n"


def test_rewrite_and_again(cascadesim: Command) -> None:
    Path("old.toml").write_text(OLD)
    told = cascadesim("migrate", "--check", "old.toml")
    assert (told.code, told.out) == (3, CHANGES.format("old.toml") + "old.toml: 2 old names; nothing was written.\n")
    assert Path("old.toml").read_text() == OLD
    told = cascadesim("migrate", "old.toml")
    assert (told.code, told.out) == (0, CHANGES.format("old.toml") + "old.toml: 2 old names replaced.\n")
    assert Path("old.toml").read_text() == NEW.replace(" # why", "  # why")
    told = cascadesim("migrate", "old.toml")
    assert (told.code, told.out, told.err) == (0, "old.toml: nothing to change.\n", "")
    assert not list(Path().glob(".old*"))


def test_elsewhere(cascadesim: Command) -> None:
    Path("old.toml").write_text(OLD)
    assert cascadesim("migrate", "old.toml", "-o", "new.toml").out.endswith("2 old names replaced, in new.toml.\n")
    assert Path("old.toml").read_text() == OLD and "events" in Path("new.toml").read_text()
    assert cascadesim("migrate", "old.toml", "new.toml", "-o", "other.toml").code == 2
    assert cascadesim("migrate", "old.toml", "-o", "nowhere/new.toml").code == 4


def test_where_one_file_is_at_fault_none_is_written(cascadesim: Command) -> None:
    Path("old.toml").write_text(OLD)
    Path("bad.toml").write_text("a = [\n")
    told = cascadesim("migrate", "old.toml", "bad.toml", "nothing.toml")
    assert told.code == 4 and "Nothing was written." in told.err
    assert Path("old.toml").read_text() == OLD


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["warmup"], "warmup is renamed to compile: cascadesim compile"),
        (["theory", "small.toml"], "theory is renamed to capacity"),
        (["verify", "twin"], "verify twin is renamed to verify engines"),
        (["compare", "a", "b", "--measure", "x"], "--measure is renamed to --outcome."),
        (["rerun", "out", "--cell", "3"], "--cell is renamed to --task."),
        (["explain", "tier.NAME.life"], "renamed to tier.NAME.events."),
        (["explain", "--study", "luck"], "renamed to random_numbers."),
        (["check", "small.toml", "--set", "tier.gamma.life.x.clock.week=3"], "renamed to tier.gamma.events.x.time_to"),
        (["compare", "small.toml", "small.toml", "--outcome", "clients.handed_over", "--replications", "2"], "renamed"),
    ],
)
def test_what_is_said_of_old_names(cascadesim: Command, arguments: list[str], said: str) -> None:
    told = cascadesim(*arguments)
    assert told.code == 2 and said in told.err
