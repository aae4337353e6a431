"""The rows of a list design: a CSV file with a column for each factor."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from cascadesim.errors import EnvironmentFault, Problem
from cascadesim.experiment.study.factor_levels import label, listed
from cascadesim.experiment.study.factors import Factor
from cascadesim.scenario.number_formats import shown
from cascadesim.scenario.toml_file import is_too_deep, read_bytes

if TYPE_CHECKING:
    from cascadesim.experiment.study.ask import Ask
    from cascadesim.experiment.study.spots import Spots

MAX_BYTES, MAX_ROWS, MAX_COLUMNS = 50_000_000, 200_000, 1_000
_PATH = ("design", "file")
_WHOLE = re.compile(r"[-+]?\d{1,15}")

Rows = list[tuple[float | None, ...]]


def read_list(ask: Ask, spots: Spots, factors: Sequence[Factor]) -> tuple[list[Factor], Rows]:
    """(factors, their codes row by row) of the file that the design names.

    A column is headed by the name of one of `factors`, of which the cells give levels, or by a dotted path. An empty
    cell leaves what the scenario has. Faults in the file are told with its lines.
    """
    design = ask.data.get("design")
    named = design.get("file") if isinstance(design, dict) else None
    if named is None:
        ask.fault(("design",), "a list needs its file.", 'design = { kind = "list", file = "points.csv" }', "missing")
        return list(factors), []
    text = _text(ask, named)
    if text is None:
        return list(factors), []
    return _Reader(ask, spots, factors, str(FilePath(ask.document.file).parent / named)).read(text)


def _text(ask: Ask, named: Any) -> str | None:
    name = ask.text(_PATH, named, 'the name of a CSV file, "points.csv"')
    if name is None:
        return None
    try:
        file = FilePath(ask.document.file).parent / name
        if "\0" in name or (file.exists() and not file.is_file()):
            raise EnvironmentFault(f"{shown(name)} is no file.")
        raw = read_bytes(file, MAX_BYTES)
    except EnvironmentFault as fault:
        missing = fault.problems[0].code == "no_file"
        ask.fault(_PATH, f"there is no file {name}." if missing else fault.problems[0].message, code="no_file")
        return None
    except OSError:
        ask.fault(_PATH, f"the path {shown(name)} leads nowhere.", code="no_file")
        return None
    if len(raw) > MAX_BYTES:
        ask.fault(_PATH, f"{name} is larger than {MAX_BYTES:,} bytes.", code="too_large")
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        ask.fault(_PATH, f"{name} is not UTF-8 text.", "Save it as CSV in UTF-8.", "encoding")
        return None


class _Reader:
    """One file being read."""

    def __init__(self, ask: Ask, spots: Spots, factors: Sequence[Factor], file: str) -> None:
        self.ask, self.spots, self.file = ask, spots, file
        self.known = {factor.name: factor for factor in factors}

    def read(self, text: str) -> tuple[list[Factor], Rows]:
        try:
            reader = csv.reader(io.StringIO(text, newline=""), strict=True)
            lines = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
        except csv.Error as error:
            self._fault(1, f"this is not CSV: {error}.")
            return [], []
        lines = [(number, row) for number, row in lines if any(row)]
        if len(lines) < 2 or len(lines) > MAX_ROWS or not self._heads(lines[0]):
            if not 2 <= len(lines) <= MAX_ROWS:
                self._fault(1, f"{max(0, len(lines) - 1):,} rows below the header; allowed: 1 to {MAX_ROWS:,}.")
            return [], []
        header, rows = lines[0][1], lines[1:]
        for number, row in rows:
            if len(row) != len(header):
                self._fault(number, f"{len(row)} cells under {len(header)} headings.")
                return [], []
        factors, columns = [], []
        for place, name in enumerate(header):
            factor, codes = self._column(name, [(number, row[place]) for number, row in rows])
            if factor is not None:
                factors.append(factor)
                columns.append(codes)
        return factors, list(zip(*columns, strict=True))

    def _heads(self, line: tuple[int, list[str]]) -> bool:
        number, header = line
        for name in header:
            if not name or header.count(name) > 1 or len(header) > MAX_COLUMNS:
                self._fault(number, f"two columns are headed {shown(name)}." if name else "a column has no heading.")
                return False
        for name in self.known:
            if name not in header:
                self._fault(number, f"there is no column for the factor {shown(name)}.")
        return True

    def _column(self, name: str, cells: list[tuple[int, str]]) -> tuple[Factor | None, list[float | None]]:
        values = [(number, _value(cell)) for number, cell in cells]
        if name in self.known:
            factor: Factor | None = self.known[name]
        else:
            levels = list({json.dumps(value): value for _, value in values if value is not None}.values())
            if not levels:
                self._fault(1, f"the column {shown(name)} is empty.")
                return None, []
            before = len(self.ask.problems)
            factor = listed(self.ask, self.spots, _PATH, name, {name: levels}, None, False)
            self.ask.problems[before:] = [self._of(problem, name, values) for problem in self.ask.problems[before:]]
        return factor, [] if factor is None else [self._code(factor, name, *each) for each in values]

    def _code(self, factor: Factor, name: str, number: int, value: Any) -> float | None:
        """The code of a cell."""
        if value is None and factor.paths:
            return None
        if factor.listed:
            labels = list(factor.labels)
            found = [json.dumps(own[0]) for own in factor.values] if name in factor.paths else []
            if json.dumps(value) in found:
                return float(found.index(json.dumps(value)))
            if value in labels or label(value) in labels or str(value) in labels:
                return float(labels.index(next(x for x in (value, label(value), str(value)) if x in labels)))
        elif isinstance(value, int | float) and not isinstance(value, bool) and factor.low <= value <= factor.high:
            return float(value)
        allowed = ", ".join(map(str, factor.labels[:10])) or f"{factor.low:g} to {factor.high:g}"
        self._fault(number, f"{name}: got {shown(value)}; allowed: {allowed}.")
        return None

    def _fault(self, line: int, message: str) -> None:
        if len(self.ask.problems) < 200:
            self.ask.problems.append(Problem(message, file=self.file, line=line, code="list"))

    def _of(self, problem: Problem, name: str, values: list[tuple[int, Any]]) -> Problem:
        """A fault of a column at the line of the level that it is about, if it is about one."""
        said = [(number, shown(own)) for number, value in values for own in (label(value), str(label(value)))]
        lines = (number for number, level in said if problem.message.startswith(f"at {level}: "))
        message = problem.message.removeprefix(f"{name}: ")
        return replace(problem, message=message, file=self.file, line=next(lines, 1), path=name, source="")


def _value(cell: str) -> Any:
    """A cell as TOML would have it: a number, true or false, a list or table in JSON, else a text; None if empty."""
    if not cell:
        return None
    if cell in ("true", "false"):
        return cell == "true"
    if _WHOLE.fullmatch(cell):
        return int(cell)
    try:
        number = float(cell)
        return number if math.isfinite(number) else cell
    except ValueError:
        pass
    if cell[0] in "[{":
        try:
            value = json.loads(cell, parse_constant=str)
            return cell if is_too_deep(value) else value
        except (ValueError, RecursionError):
            return cell
    return cell
