"""Stores and result folders from somebody else's hands: each can cost an error message, and nothing else.

Whoever wrote them knows the format: every digest is right. What is wrong is named, nothing outside is touched, and no
command takes long.
"""

from __future__ import annotations

import contextlib
import faulthandler
import json
import os
import re
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from experiment.sweep.fake_workers import FILE, FakeWorkers

from cascadesim.cli import run_command
from cascadesim.experiment.files import canonical, digest, sha256_of
from cascadesim.experiment.sweep.parts import OWNER, TaskRow
from cascadesim.experiment.sweep.store import put_rows, spec_from
from cascadesim.experiment.sweep.tasks import DONE, Task, TaskResult

from .conftest import Command

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes, links and alarms")

SECONDS = 20
STUDY = FILE.replace("replications = 25", 'replications = 12\ntrajectories = ["clients.waiting"]')
COMMANDS = {
    "analyse": ("analyse", "S"),
    "plot": ("plot", "S", "fan"),
    "rerun": ("rerun", "S", "--task", "0"),
    "merge": ("merge", "S", "-o", "all"),
    "compare": ("compare", "S", "small.toml", "--replications", "2"),
    "doctor": ("doctor", "S"),
    "resume": ("resume", "S"),
}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, small_file: Path) -> Path:
    """A folder with a finished sweep `S` and two results, and what is nobody's business."""
    folder = tmp_path_factory.mktemp("finished")
    shutil.copy(small_file, folder / "small.toml")
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    (folder / "thesis.txt").write_text("years of work")
    for arguments in (
        ("sweep", "study.toml", "-o", "S", "-q", "--jobs", "1"),
        ("run", "small.toml", "-o", "R", "-q", "--replications", "3"),
        ("run", "small.toml", "-o", "Q", "-q", "--replications", "3", "--seed", "2"),
    ):
        with contextlib.chdir(folder):
            assert run_command(list(arguments)) == 0
    return folder


def _answer(task: Task) -> TaskResult:
    numbers = np.arange(2.0 * task.count).reshape(task.count, 2)
    return task.ended(DONE, values=numbers, paths=numbers)


@pytest.fixture
def place(finished: Path, cascadesim: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of it, where nothing may take long."""
    del cascadesim  # it is what changes the folder
    shutil.copytree(finished, tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr("cascadesim.experiment.sweep.tasks.ProcessWorkers", FakeWorkers(_answer))

    def late(*_: object) -> None:
        raise AssertionError("it takes too long")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(SECONDS)
    faulthandler.dump_traceback_later(
        3 * SECONDS, exit=True, file=sys.__stderr__
    )  # within SQLite and DuckDB no alarm is heard
    yield tmp_path
    signal.alarm(0)
    faulthandler.cancel_dump_traceback_later()
    signal.signal(signal.SIGALRM, before)


def _record(place: Path, *statements: str) -> None:
    with contextlib.closing(sqlite3.connect(place / "S/store.sqlite")) as record:
        for statement in statements:
            record.execute(statement)
        record.commit()


def _row(place: Path, **changes: Any) -> None:
    """Change the first task's row, its digest too."""
    with contextlib.closing(sqlite3.connect(place / "S/store.sqlite")) as record:
        fields = record.execute("SELECT * FROM tasks ORDER BY task").fetchone()[:-1]
        record.execute("DELETE FROM tasks WHERE task = 0")
        put_rows(record, "tasks", [TaskRow(*fields)._replace(**changes)])
        record.commit()


def _meta(place: Path, key: str, value: str) -> None:
    with contextlib.closing(sqlite3.connect(place / "S/store.sqlite")) as record:
        put_rows(record, "meta", [(key, value)])
        record.commit()


def _study(place: Path, **changes: Any) -> None:
    """Change what the store is about, in both copies."""
    content = json.loads((place / "S/study.json").read_text())["asked"]
    for path, value in changes.items():
        *way, last = path.split("__")
        inner = content
        for step in way:
            inner = inner[int(step) if step.isdigit() else step]
        inner[last] = value
    text = canonical({"asked": content, "digest": digest(content)})
    (place / "S/study.json").write_text(text)
    _meta(place, "asked", text)


def _part(place: Path, columns: str, kind: str = "replications", rows: str = "") -> None:
    """Write the part of the first task anew, with its digest in its name, and name it in the record."""
    spec = spec_from((place / "S/study.json").read_text(), place)
    assert spec is not None
    column = "part" if kind == "replications" else "paths"
    with contextlib.closing(sqlite3.connect(place / "S/store.sqlite")) as record:
        ((old,),) = record.execute(f"SELECT {column} FROM tasks WHERE task = 0").fetchall()
        new = place / "S/parts/new"
        source = rows or f"read_parquet('{place / 'S/parts' / old}')"
        notes = f"KV_METADATA {{{OWNER}: '{spec.identity}'}}"
        duckdb.sql(f"COPY (SELECT {columns} FROM {source}) TO '{new}' (FORMAT parquet, {notes})")
        name = f"{kind}-{sha256_of(new)[:24]}.parquet"
        new.rename(place / "S/parts" / name)
        fields = record.execute("SELECT * FROM tasks WHERE task = 0").fetchone()[:-1]
        put_rows(record, "tasks", [TaskRow(*fields)._replace(**{column: name})])
        record.commit()


def _table(place: Path, name: str, columns: str, rows: str = "") -> None:
    """Write a table anew, and note its digest."""
    table, new = place / f"S/tables/{name}.parquet", place / "S/tables/new"
    duckdb.sql(f"COPY (SELECT {columns} FROM {rows or f'''read_parquet('{table}')'''}) TO '{new}' (FORMAT parquet)")
    new.rename(table)
    with contextlib.closing(sqlite3.connect(place / "S/store.sqlite")) as record:
        ((noted,),) = record.execute("SELECT value FROM meta WHERE key = 'tables'").fetchall()
    _meta(place, "tables", json.dumps(json.loads(noted) | {table.name: sha256_of(table)}))


def _away(path: Path, put: Callable[[Path], object]) -> None:
    """Put something else in the place of a file or folder."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    put(path)


def _link(path: Path) -> None:
    path.symlink_to(path.parents[1] / "thesis.txt" if path.suffix else path.parents[1] / "elsewhere")


def _first_part(place: Path) -> Path:
    return min((place / "S/parts").iterdir())


def _deleting_journal(place: Path, name: str) -> None:
    """A journal that tells SQLite to delete the thesis once it has been played back."""
    victim = str(place / "thesis.txt").encode()
    own = sqlite3.connect(place / "own.sqlite", isolation_level=None)
    own.execute("CREATE TABLE tasks (x)")
    own.execute("INSERT INTO tasks VALUES (zeroblob(99999))")
    own.execute("PRAGMA cache_size = 1")
    own.execute("BEGIN")
    own.execute("UPDATE tasks SET x = randomblob(99999)")
    for _ in range(9):
        own.execute("INSERT INTO tasks VALUES (randomblob(50000))")
    shutil.copy(place / "own.sqlite", place / "S" / name)
    tail = (1 << 30) // 4096 + 1, len(victim), sum(victim)
    journal = (place / "own.sqlite-journal").read_bytes()
    page, length, check = (number.to_bytes(4, "big") for number in tail)
    end = page + victim + length + check + bytes.fromhex("d9d505f920a163d7")
    (place / "S" / f"{name}-journal").write_bytes(journal + end)
    own.execute("ROLLBACK")
    own.close()


ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT"
HEAD = "task, setting, replication"
ALL = f'{HEAD}, "clients.started", "clients.completed"'
KINDS = [(name.strip(), "DOUBLE" if '"' in name else "BIGINT") for name in ALL.split(",")]
PART = r"parts/replications-\w+.parquet: damaged"
NO_STUDY = "this is no study of this version"
UNLIKE = "is not as it was made"

HOSTILE: dict[str, tuple[Callable[[Path], object], str, set[int]]] = {
    "negative task": (lambda place: _row(place, task=-5, point=-1), r"row of tasks \(-5\) is damaged", {0}),
    "task beyond the study": (lambda place: _row(place, task=2**40), r"row of tasks \(1099511627776\)", {0}),
    "negative point": (lambda place: _row(place, point=-1), r"row of tasks \(0\)", {0}),
    "negative count": (lambda place: _row(place, replications=-10), r"row of tasks \(0\)", {0}),
    "text for a number": (lambda place: _row(place, first="many"), r"row of tasks \(0\)", {0}),
    "unknown status": (lambda place: _row(place, status="sleeping"), r"row of tasks \(0\)", {0}),
    "huge note": (
        lambda place: _row(place, status="failed", problem="x" * 10**7, part="", paths=""),
        r"row of tasks \(0\)",
        {0},
    ),
    "note beyond all limits": (
        lambda place: _record(place, "UPDATE tasks SET problem = CAST(zeroblob(200000000) AS TEXT) WHERE task = 0"),
        "store.sqlite: .*too big",
        {0},
    ),
    "escapes in a note": (
        lambda place: _row(place, status="failed", problem="\x1b[2J\u202e", part="", paths=""),
        "",
        {0},
    ),
    "part elsewhere": (lambda place: _row(place, part="../../thesis.txt"), r"row of tasks \(0\)", {0}),
    "part by its whole path": (lambda place: _row(place, part=str(place / "thesis.txt")), r"row of tasks \(0\)", {0}),
    "a view in place of tasks": (
        lambda place: _record(
            place,
            "ALTER TABLE tasks RENAME TO old",
            f"CREATE VIEW tasks AS {ENDLESS} x AS task, 0 AS setting, 0 AS first, 1 AS count, 'done' AS status, "
            "'' AS problem, '' AS part, '' AS paths, x'00' AS digest FROM n",
        ),
        "tables are not as they were made",
        {0},
    ),
    "a view in place of meta": (
        lambda place: _record(
            place, "DROP TABLE meta", f"CREATE VIEW meta AS {ENDLESS} x AS key, x AS value, x'00' AS digest FROM n"
        ),
        "tables are not as they were made",
        {0},
    ),
    "a trigger": (
        lambda place: _record(
            place, f"CREATE TRIGGER t AFTER INSERT ON tasks BEGIN INSERT INTO meta {ENDLESS} x, x, x FROM n; END"
        ),
        "tables are not as they were made",
        {0},
    ),
    "a virtual table": (
        lambda place: _record(place, "DROP TABLE meta", "CREATE VIRTUAL TABLE meta USING fts5(key, value, digest)"),
        "tables are not as they were made",
        {0},
    ),
    "a journal that deletes": (lambda place: _deleting_journal(place, "store.sqlite"), "names a file", {4}),
    "a lock's journal that deletes": (lambda place: _deleting_journal(place, "writer.lock"), "names a file", {4}),
    "tables elsewhere": (
        lambda place: _meta(place, "tables", '{"../../thesis.txt": "0"}'),
        "tables/settings.parquet: damaged",
        {0},
    ),
    "tables that are no object": (lambda place: _meta(place, "tables", "[1, [2]]"), "settings.parquet: damaged", {0}),
    "tables nested": (lambda place: _meta(place, "tables", "[" * 100_000), "settings.parquet: damaged", {0}),
    "part with other columns": (lambda place: _part(place, HEAD), PART, {0}),
    "part with text": (lambda place: _part(place, f"{HEAD}, 'x' AS a, 'y' AS b"), PART, {0}),
    "part without numbers": (
        lambda place: _part(place, ALL.replace("setting", "CAST(NULL AS BIGINT) AS setting")),
        PART,
        {0},
    ),
    "part of other tasks": (lambda place: _part(place, ALL.replace("task", "task + 10**12 AS task")), PART, {0}),
    "part with other replications": (
        lambda place: _part(place, ALL.replace("replication", "replication - 7 AS replication")),
        PART,
        {0},
    ),
    "part without end": (
        lambda place: _part(place, ", ".join(f"0::{kind} AS {name}" for name, kind in KINDS), rows="range(3000000)"),
        PART,
        {0},
    ),
    "part twice": (lambda place: _part(place, f"{ALL}, unnest([1, 2]) AS twice"), PART, {0}),
    "trajectories of other weeks": (
        lambda place: _part(place, f"{HEAD}, 'x' AS week, 1.5 AS \"clients.waiting\"", "trajectories"),
        "parts/trajectories",
        {0},
    ),
    "table with text": (
        lambda place: _table(place, "replications", "setting, replication, 'x' AS \"clients.started\", 1 AS b"),
        "",
        {0},
    ),
    "table of other settings": (
        lambda place: _table(place, "settings", "* REPLACE (setting - 3 AS setting)"),
        "",
        {0},
    ),
    "table of unknown statuses": (lambda place: _table(place, "settings", "* REPLACE ('asleep' AS status)"), "", {0}),
    "table without numbers": (
        lambda place: _table(place, "settings", "* REPLACE (CAST(NULL AS BIGINT) AS replications)"),
        "",
        {0},
    ),
    "table of other replications": (
        lambda place: _table(place, "replications", "* REPLACE (replication + 1000000000 AS replication)"),
        "",
        {0},
    ),
    "table that is another file": (
        lambda place: shutil.copy(place / "thesis.txt", place / "S/tables/settings.parquet"),
        "settings.parquet: damaged",
        {0},
    ),
    "trajectories with text": (
        lambda place: _table(place, "trajectories", "* REPLACE ('x' AS week)"),
        "",
        {0},
    ),
    "shard of nothing": (lambda place: _study(place, shard=[-1, 0]), "both copies", {5}),
    "shard of text": (lambda place: _study(place, shard=["a", None]), "both copies", {5}),
    "no code": (lambda place: _study(place, code=None), "both copies", {5}),
    "study of a list": (lambda place: _study(place, study=[1]), "both copies", {5}),
    "no outcomes": (lambda place: _study(place, study__outcomes=[]), NO_STUDY, {4}),
    "outcomes that leave the folder": (lambda place: _study(place, study__outcomes=["../../x"]), NO_STUDY, {4}),
    "outcomes of one name": (lambda place: _study(place, study__outcomes=["A", "a"]), NO_STUDY, {4}),
    "outcomes in the way": (lambda place: _study(place, study__outcomes=["task"]), NO_STUDY, {4}),
    "replications without end": (lambda place: _study(place, study__replications__n=10**12), NO_STUDY, {4}),
    "negative replications": (lambda place: _study(place, study__replications__n=-3), NO_STUDY, {4}),
    "negative seed": (lambda place: _study(place, study__seed=-1), NO_STUDY, {4}),
    "points without end": (
        lambda place: _study(place, study__design={"kind": "latin_hypercube", "numbers": [["settings", 10**12]]}),
        NO_STUDY,
        {4},
    ),
    "no factors' values": (lambda place: _study(place, study__factors__0__values=[]), NO_STUDY, {4}),
    "factor of another kind": (lambda place: _study(place, study__factors__0__kind="range"), NO_STUDY, {4}),
    "no bases": (lambda place: _study(place, study__bases={}), NO_STUDY, {4}),
    "base that is no scenario": (lambda place: _study(place, study__bases={"base": {"tier": 3}}), "", {0, 3}),
    "random numbers of another kind": (lambda place: _study(place, study__random_numbers="lava"), NO_STUDY, {4}),
    **{
        f"{what} in place of {name}": (
            lambda place, name=name, put=put: _away(place / "S" / name, put),
            f"{name}: is a {said}",
            {4},
        )
        for name in ("store.sqlite", "study.json", "writer.lock", "writer.json", "parts", "tables", "damaged")
        for what, put, said in (("a pipe", os.mkfifo, "pipe"), ("a link", _link, "link"))
    },
    "a pipe in place of a part": (
        lambda place: _away(_first_part(place), os.mkfifo),
        r"parquet: is a pipe",
        {4},
    ),
    "a device in place of a part": (
        lambda place: _away(_first_part(place), lambda path: path.symlink_to("/dev/zero")),
        r"parquet: is a link",
        {4},
    ),
    "a pipe in place of a table": (
        lambda place: _away(place / "S/tables/settings.parquet", os.mkfifo),
        r"settings.parquet: is a pipe",
        {4},
    ),
    "a link where a part is to be written": (
        lambda place: (place / "S/tables/.new-settings").symlink_to(place / "thesis.txt"),
        "is a link",
        {4},
    ),
    "a folder in place of the study": (lambda place: _away(place / "S/study.json", Path.mkdir), "missing or dam", {0}),
    "study without end": (
        lambda place: os.truncate(place / "S/study.json", 10**12),
        "study.json: missing or damaged",
        {0},
    ),
    "study nested": (
        lambda place: (place / "S/study.json").write_text('{"asked":' + "[" * 1_000_000),
        "study.json: missing or damaged",
        {0},
    ),
    "a holder of great length": (lambda place: (place / "S/writer.json").write_text("[" * 10**6), "", {0}),
}


@pytest.mark.parametrize("what", HOSTILE)
@pytest.mark.usefixtures("cascadesim")
def test_a_store_from_a_stranger_costs_a_message(place: Path, what: str, capsys: pytest.CaptureFixture[str]) -> None:
    harm, said, codes = HOSTILE[what]
    harm(place)
    for name, arguments in COMMANDS.items():
        code = run_command(list(arguments))
        told = capsys.readouterr()
        text = told.out + told.err
        assert code in (0, 2, 3, 4, 5) or (name == "rerun" and "OTHER NUMBERS" in text), (name, code, text)
        assert not {"\x1b", "\u202e"} & set(text), name
        assert len(text) < 20_000, name
        assert (place / "thesis.txt").read_text() == "years of work", name
        if name == "doctor":
            assert re.search(said, text), text
            assert code in codes, text
        assert code == 4 or name != "resume" or codes != {4}, text
        assert (code == 4 and "tables/" in text) or name != "analyse" or not what.startswith("table"), text


@pytest.mark.usefixtures("cascadesim")
def test_labels_from_a_stranger_act_nowhere(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In pictures, pages and copies for spreadsheets; `$` begins no formula."""
    acts = "\x1b[2J\u202e $x^{$"
    _study(place, study__title=acts, study__factors__0__labels=["=1+1", acts], study__bases__base__title=acts)
    _table(place, "settings", f"* REPLACE ('bad {acts}' AS problem)")
    for arguments in (
        ("analyse", "S"),
        ("plot", "S", "heatmap"),
        ("plot", "S", "differences"),
        ("resume", "S", "--csv"),
    ):
        assert run_command(list(arguments)) == 0
        told = capsys.readouterr()
        assert not {"\x1b", "\u202e"} & set(told.out + told.err)
    written = [path for path in (place / "S").rglob("*") if path.suffix in (".csv", ".md", ".svg")]
    assert {path.suffix for path in written} == {".csv", ".md", ".svg"}
    for path in written:
        text = path.read_text(encoding="utf-8")
        assert not {"\x1b", "\u202e"} & set(text), path
        assert not re.search("(^|,)=", text) or path.suffix != ".csv", path


def _manifest(place: Path, **changes: Any) -> None:
    path = place / "R/manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def _kpis(place: Path, columns: str) -> None:
    table, new = place / "R/tables/kpis.parquet", place / "new"
    duckdb.sql(f"COPY (SELECT {columns} FROM read_parquet('{table}')) TO '{new}' (FORMAT parquet)")
    new.rename(table)


RESULTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "compares what is elsewhere": (lambda place: _manifest(place, compares={"a": "../Q/manifest.json"}), "compares: "),
    "compares by a whole path": (lambda place: _manifest(place, compares={"a": "/etc/manifest.json"}), "compares: "),
    "compares a list": (lambda place: _manifest(place, compares=[["a", "b"]]), "compares: "),
    "compares nothing that is there": (lambda place: _manifest(place, compares={"a": "b/manifest.json"}), "no file"),
    "compares by a link": (
        lambda place: (_manifest(place, compares={"a": "b/manifest.json"}), (place / "R/b").symlink_to(place / "Q")),
        "R/b: is a link",
    ),
    "more replications": (lambda place: _manifest(place, replications=10**5), "hash: "),
    "nested": (lambda place: (place / "R/manifest.json").write_text("[" * 10**6), "not a manifest"),
    "a pipe": (lambda place: _away(place / "R/manifest.json", os.mkfifo), "pipe"),
    "a link": (lambda place: _away(place / "R/manifest.json", _link), "is a link"),
    "a table that is a pipe": (lambda place: _away(place / "R/tables/kpis.parquet", os.mkfifo), "no such file"),
    "a table that is a link": (lambda place: _away(place / "R/tables/kpis.parquet", _link), "is a link"),
    "tables that are a link": (lambda place: _away(place / "R/tables", _link), "is a link"),
    "text for numbers": (lambda place: _kpis(place, "replication, 'x' AS \"clients.started\""), "VARCHAR"),
    "lists for numbers": (
        lambda place: _kpis(place, 'replication, [1.5] AS "clients.started"'),
        r"\[\]; allowed",
    ),
    "no numbers": (lambda place: _kpis(place, "replication"), ""),
    "other replications": (lambda place: _kpis(place, "* REPLACE (replication + 9 AS replication)"), "not 0 to 2"),
    "no replications": (lambda place: _kpis(place, "* REPLACE (CAST(NULL AS BIGINT) AS replication)"), "not 0 to 2"),
    "rows without end": (lambda place: _kpis(place, "replication, unnest(range(100000)) AS x"), "at most 3 rows"),
    "no table": (lambda place: shutil.copy(place / "thesis.txt", place / "R/tables/kpis.parquet"), "cannot be read"),
}


@pytest.mark.parametrize("what", RESULTS)
@pytest.mark.usefixtures("cascadesim")
def test_a_result_from_a_stranger_costs_a_message(place: Path, what: str, capsys: pytest.CaptureFixture[str]) -> None:
    harm, said = RESULTS[what]
    harm(place)
    code = run_command(["compare", "R", "Q"])
    told = capsys.readouterr()
    assert re.search(said, told.err), told
    assert code in ((0, 2, 3, 4) if not said else (3, 4)), told
    assert (place / "thesis.txt").read_text() == "years of work"
