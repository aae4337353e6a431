"""`dates_csv`: the dates of a stream's referrals in a CSV file, read into `dates` so that a scenario needs no file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any

from cascadesim.errors import EnvironmentFault, Problem
from cascadesim.scenario.base import MAX_WEEKS
from cascadesim.scenario.document import Document
from cascadesim.scenario.locate import Path
from cascadesim.scenario.numerals import numeral
from cascadesim.scenario.read import misplaced, read_bytes
from cascadesim.scenario.words import counted, sentence, shown

KEY, COLUMN = "dates_csv", "week"
MAX_ROWS = 1_000_000
MAX_BYTES = 50_000_000
MOST_FAULTS = 20
"""Of one file; more are not told."""

_CALENDAR = re.compile(r"\d[-./]\d+[-./]\d|\d[ ./-][a-z]{3}|[a-z]{3}[ .]+\d", re.IGNORECASE)
"""A date as people write it: 2026-01-05, 5/1/2026, 5 Jan 2026."""

STAND_IN = [0.0]
"""What stands for the dates of a file that cannot be read, so that the rest can be looked at."""


def with_dates(document: Document, folder: FilePath, root: FilePath) -> Document:
    """The document with the dates of every file that it names, beside those that it gives itself.

    A file is looked for in `folder` and must lie in the folder tree `root`. What is wrong with it is added to the
    faults of the document.
    """
    data, faults, places = document.data, list(document.faults), dict(document.places)
    for path, named in list(_named(data)):
        problems: list[Problem] = []
        weeks = _weeks(document, path, named, folder, root, problems)
        faults += problems
        places[*path[:-1], "dates"] = places.pop(path, document.place(path))
        data = _put(data, path[:-1], weeks if not problems else STAND_IN)
    return replace(document, data=data, faults=tuple(faults), places=places)


def _named(data: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """(path, name of the file) of every `dates_csv` in a document whose form nobody has looked at yet."""
    clients = data.get("clients")
    streams = clients.get("stream") if isinstance(clients, dict) else None
    for name, stream in streams.items() if isinstance(streams, dict) else ():
        if isinstance(stream, dict) and isinstance(stream.get(KEY), str):
            yield ("clients", "stream", name, KEY), stream[KEY]


def _put(data: dict[str, Any], stream: tuple[str, ...], weeks: list[float]) -> dict[str, Any]:
    """A copy of the data with these dates added to the stream, which names no file any more."""
    if not stream:
        own = data.get("dates")
        kept = {key: value for key, value in data.items() if key != KEY}
        return {**kept, "dates": [*own, *weeks] if isinstance(own, list) else weeks}
    return {**data, stream[0]: _put(data[stream[0]], stream[1:], weeks)}


def _weeks(
    document: Document, path: Path, named: str, folder: FilePath, root: FilePath, problems: list[Problem]
) -> list[float]:
    file = folder / named
    wrong = misplaced(named, folder, root, f'{KEY} = "referrals.csv"')
    _, message, hint = wrong or ("", "", "")
    raw = b""
    if not message:
        try:
            raw = read_bytes(file, MAX_BYTES)
        except EnvironmentFault as error:
            message, hint = _unread(named, folder, error.problems[0])
    if len(raw) > MAX_BYTES:
        message = f"{named} is larger than {MAX_BYTES:,} bytes."
    if message:
        problems.append(document.problem(path, message, hint, KEY))
        return []
    weeks = _read(raw, str(file), problems)
    if not weeks and not problems:
        problems.append(Problem("there are no rows.", file=str(file), line=1, code=KEY))
    return weeks


def _unread(named: str, folder: FilePath, problem: Problem) -> tuple[str, str]:
    """(message, hint) of a file that cannot be read."""
    if problem.code == "no_file":
        return f"there is no file {named}.", f"It is looked for beside the scenario, in {folder.resolve()}."
    if problem.code == "is_folder":
        return f"{named} is a folder; a CSV file is needed.", f'Name a file in it: {KEY} = "{named}/referrals.csv".'
    return problem.message, ""


def _read(raw: bytes, file: str, problems: list[Problem]) -> list[float]:
    """The weeks in the column of that name; empty rows are passed over."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message, hint = "the file is not UTF-8 text.", "Save it as UTF-8."
        problems.append(Problem(message, file=file, line=line, hint=hint, code=KEY))
        return []
    rows = csv.reader(io.StringIO(text, newline=""))
    weeks: list[float] = []
    try:
        header = _ended(next(rows, []))
        column = _column(header, file, problems)
        for row in map(_ended, rows):
            if column is None:
                break
            if not row:
                continue
            if len(weeks) == MAX_ROWS or len(problems) == MOST_FAULTS:
                message = f"more than {MAX_ROWS:,} rows." if len(weeks) == MAX_ROWS else "there are further faults."
                problems.append(Problem(message, file=file, line=rows.line_num, code=KEY))
                break
            if len(row) > len(header):
                problems.append(_too_long(row, header, file, rows.line_num))
                continue
            weeks.append(_week(row[column] if column < len(row) else "", file, rows.line_num, problems))
    except csv.Error as error:
        problems.append(Problem(f"this is not CSV: {error}.", file=file, line=rows.line_num, code=KEY))
    return weeks


def _ended(row: list[str]) -> list[str]:
    """The fields of a row, without the empty ones with which spreadsheets fill it up."""
    fields = [field.strip() for field in row]
    while fields and not fields[-1]:
        fields.pop()
    return fields


def _too_long(row: list[str], header: list[str], file: str, line: int) -> Problem:
    """A row with more fields than columns: most likely a decimal comma, which would lose the fraction unseen."""
    message = f"got {shown(','.join(row))}: {counted(len(row), 'field')}, for {counted(len(header), 'column')}."
    hint = "A fraction takes a decimal point, not a comma: 1.5. A text with a comma in it goes in quotes."
    alone = sentence(numeral(",".join(row))) if len(header) == 1 else ""
    return Problem(message, file=file, line=line, hint=alone or hint, code=KEY)


def _column(names: list[str], file: str, problems: list[Problem]) -> int | None:
    if COLUMN in names:
        return names.index(COLUMN)
    hint = "The first line names the columns, with commas between them."
    message = f"there is no column {COLUMN}; the columns are {', '.join(map(shown, names)) or 'none'}."
    problems.append(Problem(message, file=file, line=1, hint=hint, code=KEY))
    return None


def _week(text: str, file: str, line: int, problems: list[Problem]) -> float:
    """A number of weeks from 0 on; what is none is a fault."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= MAX_WEEKS:  # not a number fails as well
        message = f"{COLUMN}: got {shown(text)}; allowed: a number of weeks, 0 or more, at most {MAX_WEEKS:,}."
        hint = sentence(numeral(text))
        if _CALENDAR.search(text):
            hint = "Weeks count from the start of the programme: 0, 1, 2.5. Calendar dates are not read."
        problems.append(Problem(message, file=file, line=line, hint=hint, code=KEY))
        return 0.0
    return number
