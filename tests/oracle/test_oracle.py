"""No number has changed, and the digests tell when one has."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from oracle import content as contents
from oracle.compare import first_row, gap, relative, verdict
from oracle.content import Content, Part
from oracle.digest import digests
from oracle.frozen import frozen, tasks
from oracle.renames import Renames, read_renames

ROW = ("exited", "worker", "peer:intake:8:0", "peer", "mentor@north:course:2", "promoted", 40, 0)
BINDS = ("binds", "", "", "mentor", "", "course:too_few+hours", 50, 1)
GIVEN = [
    Part({"tier.a.passed": 2.0, "tier.a.share": 0.1}, {"a.passed": [0.0, 1.0], "b": [0.5, math.nan]}, [ROW, BINDS])
]


def test_no_number_has_changed() -> None:
    """Of a few scenarios. `oracle/__main__.py` compares all of them with another checkout, and says what differs."""
    now = {name: digests(run()).nameless for name, run in tasks()}
    before = frozen()
    assert now.keys() == before.keys()
    assert [name for name in now if now[name] != before[name]] == []


def _outcome(part: Part) -> Part:
    return replace(part, outcomes={**part.outcomes, "tier.a.share": math.nextafter(0.1, 1)})


def _cell(part: Part) -> Part:
    return replace(part, table={**part.table, "b": [0.5, 0.0]})


def _minute(part: Part) -> Part:
    return replace(part, log=[(*ROW[:6], 41, 0), BINDS])


def _order(part: Part) -> Part:
    return replace(part, log=[BINDS, ROW])


def _who(part: Part) -> Part:
    return replace(part, log=[ROW, (*BINDS[:3], "peer", *BINDS[4:])])


@pytest.mark.parametrize("change", [_outcome, _cell, _minute, _order, _who])
def test_a_change_shows(change: Callable[[Part], Part]) -> None:
    before, after = digests(GIVEN), digests([change(part) for part in GIVEN])
    assert before.whole != after.whole
    assert before.nameless != after.nameless
    assert (before.log == after.log) == (change in (_outcome, _cell))
    told = "numbers differ, the logs agree" if before.log == after.log else "numbers and logs differ"
    assert verdict(before, after) == told


def _table(**tables: dict[str, str]) -> Renames:
    return replace(read_renames(), tables={**read_renames().tables, **tables})


RENAMES = _table(
    names={"tier.*.passed*": "level.*.done*"},
    words={"hours": "time"},
    events={"exited": "gone"},
    keys={"intake": "planned", "course": "class", "peer": "nobody"},
    details={"exited:promoted": "moved_up"},
)
RENAMED = [
    Part(
        {"level.a.done": 2.0, "tier.a.share": 0.1},
        GIVEN[0].table,
        [
            ("gone", "worker", "peer:planned:8:0", "peer", "mentor@north:class:2", "moved_up", 40, 0),
            ("binds", "", "", "mentor", "", "course:too_few+time", 50, 1),
        ],
    )
]


def test_names_are_brought_up_to_date() -> None:
    assert RENAMES.old(GIVEN) == RENAMED
    before, after = digests(GIVEN), digests(RENAMED)
    assert verdict(before, after) == "the same numbers under other names"
    assert verdict(digests(RENAMES.old(GIVEN)), after) == ""
    assert _table(scenarios={"library/a": "library/b"}).scenario("library/a+2") == "library/b+2"


def test_two_names_may_not_become_one() -> None:
    with pytest.raises(ValueError, match="two names have become one"):
        _table(names={"tier.*.passed": "tier.*.share"}).old(GIVEN)


def test_what_one_side_has_alone_is_left_out() -> None:
    renames = replace(read_renames(), left_out={"old": ["tier.*.share"], "new": ["b", "*.*.passed"]})
    assert renames.old(GIVEN)[0].outcomes == {"tier.a.passed": 2.0}
    assert renames.new(GIVEN)[0] == Part({"tier.a.share": 0.1}, {"a.passed": [0.0, 1.0]}, [ROW, BINDS])


def test_the_table_is_checked(tmp_path: Path) -> None:
    file = tmp_path / "renames.toml"
    for text in ("[nams]\n", '[names]\n"a.*" = "b"\n'):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match=r"renames\.toml"):
            read_renames(file)


def test_what_differs_is_told() -> None:
    after: Content = [replace(_outcome(_minute(GIVEN[0])), table={"b": [0.5, 0.0]})]
    assert gap(GIVEN, after) == (math.inf, "part 0: column a.passed is missing")
    assert gap(GIVEN, [_outcome(GIVEN[0])]).where == "part 0: tier.a.share: 0.1, now 0.10000000000000002"
    assert "row 0 of the log" in first_row(GIVEN, after)
    assert first_row(GIVEN, [_outcome(GIVEN[0])]) == ""
    assert relative(1e-20, 0.0) < 1e-16
    assert relative(math.nan, math.nan) == 0.0
    assert relative(1.0, math.nan) == relative(1.0, math.inf) == math.inf


def test_values_are_kept_to_the_last_bit(tmp_path: Path) -> None:
    contents.keep(tmp_path, "generated/1", GIVEN)
    contents.keep(tmp_path, "generated/2", contents.INVALID)
    assert digests(contents.read(tmp_path, "generated/1")) == digests(GIVEN)
    assert contents.kept(tmp_path) == ["generated/1", "generated/2"]
    assert contents.read(tmp_path, "generated/2") == contents.INVALID
