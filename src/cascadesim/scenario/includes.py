"""Files that a scenario names: the one that it `extends`, and `dates_csv` with the dates of a stream's referrals."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from cascadesim.errors import EnvironmentFault, Problem, ScenarioError
from cascadesim.scenario.document import (
    SAVE_AS_UTF_8,
    Document,
    KeyPath,
    SourceLocation,
    misplaced,
    paths,
    read_bytes,
    read_document,
)
from cascadesim.scenario.fields import MAX_WEEKS
from cascadesim.scenario.number_formats import counted, number_hint, sentence, shown
from cascadesim.scenario.renames import in_new_names, scenario_renames
from cascadesim.scenario.schema import EXTENDS

MAX_EXTENDED = 10
"""Files that extend one another."""

DATES_CSV, COLUMN, COUNT = "dates_csv", "week", "count"
MAX_ROWS = 1_000_000
MAX_BYTES = 50_000_000
MOST_FAULTS = 20
"""Of one CSV file; more are not told."""

STAND_IN = [0.0]
"""What stands for the dates of a file that cannot be read, so that the rest can be looked at."""

_CALENDAR = re.compile(r"\d[-./]\d+[-./]\d|\d[ ./-][a-z]{3}|[a-z]{3}[ .]+\d", re.IGNORECASE)
"""A date as people write it: 2026-01-05, 5/1/2026, 5 Jan 2026."""


def read_extended(path: Path) -> Document:
    """The file at `path` on top of those that it extends, nearest last.

    Raises `EnvironmentFault` where the file itself cannot be read, `ScenarioError` for everything named inside it.
    """
    root = path.parent.resolve()
    layers = [with_dates(_read(path), path.parent, root)]
    chain = [path.resolve()]
    while EXTENDS in layers[-1].data:
        path = _base(layers[-1], path, root, chain)
        chain.append(path.resolve())
        try:
            layers.append(with_dates(_read(path), path.parent, root))
        except EnvironmentFault as fault:
            raise _refused(layers[-1], fault.problems[0].message, "extends_unreadable") from None
    merged = _without_extends(layers.pop())
    while layers:
        merged = merge(merged, _without_extends(layers.pop()))
    return merged


def _read(path: Path) -> Document:
    """One file in today's names; old ones are faults of it."""
    document = read_document(path, str(path))
    return in_new_names(document, scenario_renames(document.data))


def _without_extends(layer: Document) -> Document:
    return replace(layer, data={key: value for key, value in layer.data.items() if key != EXTENDS})


def _base(document: Document, path: Path, root: Path, chain: list[Path]) -> Path:
    """The file that `document` (at `path`) extends; it must lie in the folder tree `root` and not be in `chain`."""
    named = document.data[EXTENDS]
    wrong = misplaced(named, path.parent, root, 'extends = "base.toml"')
    if wrong is not None:
        code, message, hint = wrong
        raise _refused(document, message, f"{EXTENDS}_{code}", hint)
    base = path.parent / str(named)
    real = base.resolve()
    if real in chain:
        message = f"a circle: {' -> '.join(file.name for file in [*chain, real])}."
        raise _refused(document, message, "extends_circle", "One of these files must stand on its own.")
    if len(chain) > MAX_EXTENDED:
        raise _refused(document, f"more than {MAX_EXTENDED} files extend one another.", "extends_depth")
    return base


def _refused(document: Document, message: str, code: str, hint: str = "") -> ScenarioError:
    return ScenarioError((document.problem((EXTENDS,), message, hint, code),))


def merge(base: Document, new: Document) -> Document:
    """`new` laid over `base`: tables merge key by key, everything else replaces. Each path keeps its own location."""
    locations: dict[KeyPath, SourceLocation] = {}

    def merged(old: dict[str, Any], over: dict[str, Any], path: KeyPath) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key in [*old, *(key for key in over if key not in old)]:
            own = (*path, key)
            before, after = old.get(key), over.get(key)
            if isinstance(before, dict) and isinstance(after, dict) and not _replaces(key, before, after):
                locations[own] = new.locations.get(own) or base.locations[own]
                data[key] = merged(before, after, own)
                continue
            data[key], source = (after, new.locations) if key in over else (before, base.locations)
            locations.update((inner, source[inner]) for inner in paths(data[key], own) if inner in source)
        return data

    data = merged(base.data, new.data, ())
    return Document(data, locations, new.file, new.name, faults=base.faults + new.faults)


def _replaces(key: str, old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether nothing of `old` may remain: shares of one whole, or another distribution."""
    if key == "languages":
        return True
    if "dist" in new:
        return bool(new["dist"] != old.get("dist"))
    return "dist" in old and "value" in new


def with_dates(document: Document, folder: Path, root: Path) -> Document:
    """The document with the dates of every CSV file that it names, beside those that it gives itself.

    A file is looked for in `folder` and must lie in the folder tree `root`. What is wrong with it is added to the
    faults of the document, so that the scenario itself needs no file.
    """
    data, faults, locations = document.data, list(document.faults), dict(document.locations)
    for path, named in list(_csv_files(data)):
        file = _DatesFile(folder / named)
        wrong = _why_not_readable(named, folder, root, file)
        if wrong:
            file.problems.append(document.problem(path, *wrong, DATES_CSV))
        faults += file.problems
        locations[*path[:-1], "dates"] = locations.pop(path, document.location(path))
        data = _with_weeks(data, path[:-1], STAND_IN if file.problems else file.weeks)
    return replace(document, data=data, faults=tuple(faults), locations=locations)


def _csv_files(data: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """(path, name of the file) of every `dates_csv` in a document whose form nobody has looked at yet."""
    clients = data.get("clients")
    streams = clients.get("stream") if isinstance(clients, dict) else None
    for name, stream in streams.items() if isinstance(streams, dict) else ():
        if isinstance(stream, dict) and isinstance(stream.get(DATES_CSV), str):
            yield ("clients", "stream", name, DATES_CSV), stream[DATES_CSV]


def _with_weeks(data: dict[str, Any], stream: tuple[str, ...], weeks: list[float]) -> dict[str, Any]:
    """A copy of the data with these dates added to the stream, which names no file any more."""
    if not stream:
        own = data.get("dates")
        kept = {key: value for key, value in data.items() if key != DATES_CSV}
        return {**kept, "dates": [*own, *weeks] if isinstance(own, list) else weeks}
    return {**data, stream[0]: _with_weeks(data[stream[0]], stream[1:], weeks)}


def _why_not_readable(named: str, folder: Path, root: Path, file: _DatesFile) -> tuple[str, str] | None:
    """Read the file; (message, hint) where it cannot be read at all."""
    wrong = misplaced(named, folder, root, f'{DATES_CSV} = "referrals.csv"')
    if wrong is not None:
        return wrong[1:]
    try:
        raw = read_bytes(folder / named, MAX_BYTES)
    except EnvironmentFault as error:
        problem = error.problems[0]
        if problem.code == "no_file":
            return f"there is no file {named}.", f"It is looked for beside the scenario, in {folder.resolve()}."
        if problem.code == "is_folder":
            hint = f'Name a file in it: {DATES_CSV} = "{named}/referrals.csv".'
            return f"{named} is a folder; a CSV file is needed.", hint
        return problem.message, ""
    if len(raw) > MAX_BYTES:
        return f"{named} is larger than {MAX_BYTES:,} bytes.", ""
    file.read(raw)
    return None


class _DatesFile:
    """A CSV file with a column `week` and perhaps `count`, how many clients are referred then: the `weeks` in it, one
    for each client, and the `problems` of its lines. Empty rows do not count."""

    def __init__(self, path: Path) -> None:
        self.file = str(path)
        self.weeks: list[float] = []
        self.problems: list[Problem] = []

    def read(self, raw: bytes) -> None:
        """Read the bytes of the file."""
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            self._refuse(line, "the file is not UTF-8 text.", SAVE_AS_UTF_8)
            return
        rows = csv.reader(io.StringIO(text, newline=""))
        try:
            self._rows(rows)
        except csv.Error as error:
            self._refuse(rows.line_num, f"this is not CSV: {error}.")
        if not self.weeks and not self.problems:
            self._refuse(1, "there are no rows.")

    def _rows(self, rows: Any) -> None:
        """Read what the CSV reader gives: the names of the columns, then rows."""
        header = _without_empty_end(next(rows, []))
        for row in filter(None, map(_without_empty_end, rows if self._knows(header) else ())):
            if not self._row(row, header, rows.line_num):
                return

    def _refuse(self, line: int, message: str, hint: str = "") -> None:
        self.problems.append(Problem(message, file=self.file, line=line, hint=hint, code=DATES_CSV))

    def _knows(self, names: list[str]) -> bool:
        """Whether the columns are the ones that are read, each once."""
        listed = ", ".join(map(shown, names)) or "none"
        odd = next((name for name in names if name not in (COLUMN, COUNT)), None)
        hint = "The first line names the columns, with commas between them."
        if len(names) == 1 and (";" in names[0] or "\t" in names[0]):
            hint = "The columns are separated by semicolons or tabs; commas are needed. Save it as CSV (comma)."
        if COLUMN not in names:
            self._refuse(1, f"there is no column {COLUMN}; the columns are {listed}.", hint)
        elif odd is not None:
            known = f"Columns that are read: {COLUMN}, and {COUNT} (clients referred then)."
            self._refuse(1, f"column {shown(odd)} is not read.", f"{known} Take the others out.")
        elif len(set(names)) < len(names):
            self._refuse(1, f"a column stands twice; the columns are {listed}.", "Keep one of them.")
        return not self.problems

    def _row(self, row: list[str], header: list[str], line: int) -> bool:
        """Read a row; whether there is room for another one."""
        if len(self.problems) == MOST_FAULTS:
            self._refuse(line, "there are further faults.")
            return False
        if len(row) > len(header):
            self._refuse_decimal_comma(row, header, line)
            return True
        cells = dict(zip(header, [*row, *[""] * len(header)], strict=False))
        week, count = self._week(cells[COLUMN], line), self._count(cells.get(COUNT, "1"), line)
        if len(self.weeks) + count > MAX_ROWS:
            self._refuse(line, f"more than {MAX_ROWS:,} clients.")
            return False
        self.weeks += [week] * count
        return True

    def _count(self, text: str, line: int) -> int:
        """A whole number of clients; what is none is a fault."""
        try:
            number = float(text)
        except ValueError:
            number = -1.0
        if 0 <= number < math.inf and number == int(number):
            return int(number)
        hint = sentence(number_hint(text))
        self._refuse(line, f"{COUNT}: got {shown(text)}; allowed: a whole number of clients, 0 or more.", hint)
        return 0

    def _refuse_decimal_comma(self, row: list[str], header: list[str], line: int) -> None:
        """A row with more fields than columns: most likely a decimal comma, which would lose the fraction unseen."""
        message = f"got {shown(','.join(row))}: {counted(len(row), 'field')}, for {counted(len(header), 'column')}."
        hint = "A fraction takes a decimal point, not a comma: 1.5. A text with a comma in it goes in quotes."
        alone = sentence(number_hint(",".join(row))) if len(header) == 1 else ""
        self._refuse(line, message, alone or hint)

    def _week(self, text: str, line: int) -> float:
        """A number of weeks from 0 on; what is none is a fault."""
        try:
            number = float(text)
        except ValueError:
            number = -1.0
        if 0 <= number <= MAX_WEEKS:
            return number
        hint = sentence(number_hint(text))
        if _CALENDAR.search(text):
            hint = "Weeks count from the start of the programme: 0, 1, 2.5. Calendar dates are not read."
        allowed = f"a number of weeks, 0 or more, at most {MAX_WEEKS:,}"
        self._refuse(line, f"{COLUMN}: got {shown(text)}; allowed: {allowed}.", hint)
        return 0.0


def _without_empty_end(row: list[str]) -> list[str]:
    """The fields of a row, without the empty ones with which spreadsheets fill it up."""
    fields = [field.strip() for field in row]
    while fields and not fields[-1]:
        fields.pop()
    return fields
