"""Tables on disk: nothing is lost, the same rows are the same bytes, and a fault names the file."""

from __future__ import annotations

import csv
import math
import os
import signal
from pathlib import Path

import pandas as pd
import pytest

from cascadesim import read_table
from cascadesim.errors import EnvironmentFault, UsageError
from cascadesim.experiment.parquet import TableWriter, database, run_long, write_csv, write_table
from cascadesim.experiment.simulate import Rows

FRAME = pd.DataFrame(
    {
        "replication": [0, 1, 2],
        "clients.wait": [0.1 + 0.2, math.nan, -1e-300],
        'odd "name"': ["=1+1", "", "é, \n'"],
    }
)


@pytest.mark.parametrize("folder", ["plain", "with [1] * ? {a,b}", "seed=1", "it's", "ünï ☂"])
def test_what_is_written_is_read(tmp_path: Path, folder: str) -> None:
    (tmp_path / folder).mkdir()
    write_table(FRAME, tmp_path / folder / "a.parquet")
    pd.testing.assert_frame_equal(read_table(tmp_path / folder / "a.parquet"), FRAME)
    assert list(read_table(tmp_path / folder / "a.parquet", ["clients.wait"])) == ["clients.wait"]


def test_many_parts_are_the_same_bytes_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = tuple((number, number / 7, f"text {number}") for number in range(5_000))
    columns = ("replication", "week", "event")
    write_table(Rows(columns, rows).frame(), tmp_path / "whole.parquet")
    monkeypatch.setattr("cascadesim.experiment.parquet._PART_VALUES", 900)
    writer = TableWriter(tmp_path / ".scratch")
    for start in range(0, 5_000, 100):
        writer.add(Rows(columns, rows[start : start + 100]))
    assert len(list((tmp_path / ".scratch").iterdir())) > 10
    writer.finish(tmp_path / "parts.parquet")
    assert (tmp_path / "parts.parquet").read_bytes() == (tmp_path / "whole.parquet").read_bytes()
    assert not (tmp_path / ".scratch").exists()


def test_a_table_without_rows_has_its_columns(tmp_path: Path) -> None:
    writer = TableWriter(tmp_path / ".scratch")
    writer.add(Rows(("replication", "event"), ()))
    writer.finish(tmp_path / "empty.parquet")
    assert list(read_table(tmp_path / "empty.parquet")) == ["replication", "event"]


def test_csv_cells_are_no_formulas_and_numbers_stay(tmp_path: Path) -> None:
    cells = ["=1+1", "+1", "-1", "@x", "\tx", "plain", "a=b"]
    frame = pd.DataFrame({"text": cells, "=number": [-1.5, 0.1 + 0.2, math.nan, 1e300, 0.0, 1.0, -0.0]})
    write_table(frame, tmp_path / "a.parquet")
    write_csv(tmp_path / "a.parquet", tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbftext,"), "by this mark Excel knows UTF-8"
    with (tmp_path / "a.csv").open(newline="", encoding="utf-8-sig") as file:
        header, *rows = csv.reader(file)
    assert header == ["text", "'=number"]
    assert [row[0] for row in rows] == ["'=1+1", "'+1", "'-1", "'@x", "'\tx", "plain", "a=b"]
    assert [row[1] for row in rows][2] == ""
    assert [float(row[1]) for row in rows if row[1]] == [-1.5, 0.1 + 0.2, 1e300, 0.0, 1.0, -0.0]


def test_columns_that_differ_in_capitals_only_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="differ only in capitals: Peer and peer"):
        write_table(pd.DataFrame([[1.0, 2.0]], columns=["Peer", "peer"]), tmp_path / "a.parquet")


@pytest.mark.parametrize(
    ("path", "said"),
    [("missing/a.parquet", "cannot be written: No such file or directory."), ("/dev/full", "No space left on device.")],
)
def test_what_cannot_be_written_is_told(tmp_path: Path, path: str, said: str) -> None:
    with pytest.raises(EnvironmentFault) as caught:
        write_table(FRAME, tmp_path / path)
    assert caught.value.problems[0].file == str(tmp_path / path)
    assert caught.value.problems[0].message.endswith(said)


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "junk.parquet").write_bytes(b"PAR1" * 10)
    with pytest.raises(EnvironmentFault, match=r"junk.parquet: cannot be read"):
        read_table(tmp_path / "junk.parquet")
    with pytest.raises(EnvironmentFault, match="there is no such file"):
        read_table(tmp_path / "none.parquet")


@pytest.mark.skipif(os.name != "posix", reason="alarms")
def test_what_takes_long_is_stopped_by_a_signal(tmp_path: Path) -> None:
    """Left alone the question would take hours."""
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        with pytest.raises(KeyboardInterrupt), database(tmp_path / "new", "written", large=True) as duck:
            run_long(duck, "SELECT count(*) FROM range(1000000000) a, range(1000000) b WHERE a.range % 7 = b.range % 3")
    finally:
        signal.signal(signal.SIGALRM, before)
