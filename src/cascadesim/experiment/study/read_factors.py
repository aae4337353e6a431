"""The factors of a study: what each row of [factors] stands for, and how factors depend on one another."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cascadesim.experiment.study.definition import (
    BASE,
    CHANCE_NAME,
    DISTRIBUTIONS,
    DUMMY_NAME,
    LEVELS,
    RANGE,
    Dependence,
    Factor,
    plain_number,
)
from cascadesim.experiment.study.dependence import ORDERED, SHARES
from cascadesim.experiment.study.file_schema import LONGEST_NAME, MOST_FACTORS, RANGE_KEYS, FactorTable, Span
from cascadesim.experiment.study.reader import BaseScenarios, ParameterPath, Reader
from cascadesim.scenario.document import KeyPath, dotted
from cascadesim.scenario.key_tree import walk
from cascadesim.scenario.number_formats import counted, shown
from cascadesim.scenario.schema import scenario_keys

MOST_LEVELS = 10_000
_MOST_TRIED = 50
_LONGEST_LABEL = 40
_FAR = 8.0
"""Standard deviations beyond which hardly anything of a normal distribution lies."""

VARIANT, SCENARIO = "variant", "scenario"
"""The names of the factor that says which of several bases."""

_RESERVED = (VARIANT, SCENARIO, DUMMY_NAME, CHANCE_NAME)


def read_factors(reader: Reader, scenarios: BaseScenarios, by_default: bool) -> tuple[list[Factor], list[Dependence]]:
    """(factors, dependences) that the file names, which scenario first.

    Without a table of factors, and where the design goes `by_default`, those are every range that the scenario marks.
    """
    factors = _base_factor(reader, scenarios)
    if reader.file.factors is None:
        return factors + (from_scenario_ranges(reader, scenarios) if by_default else []), []
    if len(reader.file.factors) > MOST_FACTORS:
        message = f"{len(reader.file.factors):,} factors; at most {MOST_FACTORS:,}."
        reader.fault(("factors",), message, code="too_large")
        return factors, []
    dependences: list[Dependence] = []
    places: list[KeyPath] = [()] * len(factors)
    for key, value in reader.file.factors.items():
        row = FactorRow(reader, scenarios, key, value if isinstance(value, FactorTable) else FactorTable(levels=value))
        more, dependence = row.read()
        if not more:
            reader.lost |= {key, row.table.name or ""}
        factors += more
        places += [row.at] * len(more)
        dependences += dependence
    _keep_apart(reader, factors, places)
    return factors, dependences + _ordered(reader, factors)


def _base_factor(reader: Reader, scenarios: BaseScenarios) -> list[Factor]:
    """The factor that says from which scenario or variant a point starts, if there are several."""
    names = tuple(scenarios.data)
    name = SCENARIO if reader.file.variants is None else VARIANT
    return [Factor(name, (), BASE, names[0], labels=names)] if len(names) > 1 else []


class FactorRow:
    """A factor being read: a row of [factors]; or a column of a list, or a range of the scenario, told of at `at`.

    Every method notes what is wrong, and gives nothing then.
    """

    def __init__(
        self, reader: Reader, scenarios: BaseScenarios, key: str, table: FactorTable, at: KeyPath | None = None
    ) -> None:
        self.reader, self.scenarios, self.key, self.table = reader, scenarios, key, table
        self.at = ("factors", key) if at is None else at
        self._named = "" if at is None else f"{key}: "
        self.name = key if table.name is None else table.name
        self._faults_before = reader.faults

    def read(self) -> tuple[list[Factor], list[Dependence]]:
        """(one factor, or one for each share; that shares depend on one another)."""
        table = self.table
        forms = self._given(("paths", "together", "shares"))
        if len(forms) > 1:
            self._fault(f"{forms[0]} and {forms[1]} do not go together.", code="conflict")
        elif forms and table.name is not None:
            self._fault("the name of such factors stands before the equals sign.", "name", code="conflict")
        self._check_name()
        if self._is_wrong():
            return [], []
        if table.shares is not None:
            return self._shares(table.shares)
        factor = self._of_columns()
        return ([factor], []) if factor is not None and self.reader.is_sound(self.at) else ([], [])

    def _fault(self, message: str, key: str = "", hint: str = "", code: str = "wrong_value") -> None:
        self.reader.fault((*self.at, key) if key else self.at, self._named + message, hint, code)

    def _is_wrong(self) -> bool:
        return self.reader.faults > self._faults_before

    def _given(self, keys: Sequence[str]) -> list[str]:
        return [key for key in keys if key in self.table.model_fields_set]

    def _check_name(self) -> None:
        key = "" if self.table.name is None else "name"
        if self.name in _RESERVED:
            self._fault(f"{self.name} is the name of a factor that a design adds.", key, "Choose another name.", "name")
        elif not self.name.strip() or not self.name.isprintable() or len(self.name) > 4 * LONGEST_NAME:
            self._fault(f"not a name; allowed: up to {4 * LONGEST_NAME} characters on one line.", key, code="name")

    def _of_columns(self) -> Factor | None:
        """A factor that gives each of its paths a value from a list, or from a range."""
        own = self.table if self.table.levels is None else self.table.levels
        columns = self.table.together or dict.fromkeys(self.table.paths or (self.key,), own)
        ranges = {path: column for path, column in columns.items() if isinstance(column, Span)}
        lists = {path: column for path, column in columns.items() if not isinstance(column, Span)}
        if not lists:
            return self._ranged(ranges)
        for key in self._given(("low", "high", "dist", "mode", "mean", "sd", "whole")):
            self._fault(f"{key} is for ranges; here are levels.", key, code="conflict")
        lengths = [len(column) for column in lists.values()]
        if ranges:
            self._fault("they are all lists, or all ranges { low = 1, high = 2 }.", "together", code="conflict")
        elif len(set(lengths)) > 1:
            message = f"lists that move together are of one length, not {', '.join(map(str, lengths))}."
            self._fault(message, "together", code="conflict")
        elif not 1 <= lengths[0] <= MOST_LEVELS:
            message = f"a list of {counted(lengths[0], 'value')}; allowed: 1 to {MOST_LEVELS:,}."
            self._fault(message, code="too_large")
        else:
            return self._listed(lists)
        return None

    def _listed(self, columns: Mapping[str, Sequence[Any]]) -> Factor | None:
        """A factor whose level k gives each path the k-th value of its list."""
        times, names = self.table.times, self.table.labels
        known = [
            self.scenarios.find(self.at, path, any(isinstance(value, dict) for value in column))
            for path, column in columns.items()
        ]
        values = tuple(zip(*(map(as_json, column) for column in columns.values()), strict=True))
        if len({json.dumps(value, sort_keys=True) for value in values}) < len(values):
            self._fault("a level is given twice.", code="twice")
        for value in (value for row in values for value in row if times):
            if plain_number(value) is not value:
                message = f"got {shown(value)}; allowed: numbers, which the scenario's own is multiplied by."
                self._fault(message)
        if names is not None and len(names) != len(values):
            message = f"{counted(len(names), 'label')} for {counted(len(values), 'level')}."
            self._fault(message, "labels", code="conflict")
        paths = [path for path in known if path is not None]
        if self._is_wrong() or not paths:
            return None
        labels = _labels(values) if names is None else names
        base = 1 if times else _own_level(paths, labels, values, self.scenarios.first)
        return self._tried(self._factor(LEVELS, paths, base, labels=labels, values=values))

    def _ranged(self, columns: Mapping[str, Span]) -> Factor | None:
        """A factor that gives each path a value between its ends, all as far along.

        Ends that are not given are those of the range that the scenario itself marks at the path.
        """
        if self.table.labels is not None:
            self._fault("labels are for levels; here is a range.", "labels", code="conflict")
        paths, spans = [], []
        for name, column in columns.items():
            path = self.scenarios.find(self.at, name)
            span = None if path is None else self._span(path, column)
            if path is not None and span is not None:
                paths.append(path)
                spans.append(span)
        if self._is_wrong() or not paths:
            return None
        times = self.table.times
        base = 1 if times else paths[0].number
        whole = self.table.whole or (not times and any(path.whole for path in paths))
        for path, span in zip(paths, spans, strict=True):
            for end in span if whole else ():
                if end != int(end):
                    self._fault(f"got {shown(end)}; {path.path} runs over whole numbers.")
        (low, high), dist = spans[0], self.table.dist or "uniform"
        what: dict[str, Any] = {"low": low, "high": high, "spans": tuple(spans), "whole": whole, "distribution": dist}
        what["numbers"] = self._numbers(dist, low, high, base)
        return self._tried(self._factor(RANGE, paths, base, **what))

    def _span(self, path: ParameterPath, column: Span) -> tuple[float, float] | None:
        low, high = column.low, column.high
        if low is None and high is None and path.marked is not None and not self.table.times:
            low, high = path.marked
        missing = [key for key, end in zip(RANGE_KEYS, (low, high), strict=True) if end is None]
        if low is None or high is None:
            hint = "The scenario marks no range there." if len(missing) == 2 and not self.table.times else ""
            verb = "is" if len(missing) == 1 else "are"
            self._fault(f"{' and '.join(missing)} {verb} missing.", "", hint, "missing")
        elif not low < high:
            why = "nothing is left to vary" if low == high else "low comes first"
            self._fault(f"got low = {shown(low)}, high = {shown(high)}: {why}.", code="conflict")
        else:
            return low, high
        return None

    def _numbers(self, dist: str, low: float, high: float, base: float | None) -> tuple[float, ...]:
        """What the distribution needs besides low and high; the mode and the mean are by default the scenario's."""
        row = DISTRIBUTIONS[dist]
        for key in self._given(("mode", "mean", "sd")):
            if key not in row.needs:
                takes = " and ".join(row.needs) or "low and high only"
                self._fault(f"{dist} takes {takes}.", key, code="conflict")
        if row.positive and low <= 0:
            self._fault(f"got low = {shown(low)}; {dist} needs a number above 0.")
            return ()
        numbers: list[float] = []
        for key in row.needs:
            number = getattr(self.table, key)
            number = base if number is None and key != "sd" else number
            if number is None:
                self._fault(f"{dist} needs {key}.", code="missing")
                return ()
            numbers.append(float(number))
        wrong = _unfit(dist, low, high, numbers)
        if wrong:
            self._fault(wrong, code="conflict")
        return tuple(numbers)

    def _factor(self, kind: str, paths: Sequence[ParameterPath], base: Any, **what: Any) -> Factor:
        """The factor, with what the scenarios have at its paths themselves."""
        times = self.table.times
        unit = "times the scenario's own" if times else paths[0].unit
        factor = Factor(self.name, tuple(path.path for path in paths), kind, base, unit, times=times, **what)
        return replace(factor, origins=self._origins(paths)) if times else with_base_levels(factor, paths)

    def _origins(self, paths: Sequence[ParameterPath]) -> tuple[tuple[str, tuple[float, ...]], ...]:
        """(base, the number of each path in it) for a factor that multiplies; a path without a number is noted."""
        origins: dict[str, list[float]] = {}
        for path in paths:
            for base, value in path.values.items():
                number = plain_number(value)
                if number is None:
                    self._fault(f"{path.path} is no number that could be multiplied.")
                    return ()
                origins.setdefault(base, []).append(number)
        return tuple((base, tuple(numbers)) for base, numbers in origins.items())

    def _tried(self, factor: Factor) -> Factor | None:
        """The factor, if every level may stand at its keys and at least one makes a scenario that could run.

        The ends are tried of ranges and of long lists.
        """
        if self._is_wrong():
            return None
        codes = factor.codes()
        codes = [*codes[:_MOST_TRIED], *codes[-_MOST_TRIED:]] if len(codes) > 2 * _MOST_TRIED else codes
        refusals = []
        for base in self.scenarios.data:
            for code in codes:
                changes, before = dict(factor.changes(code, base)), f"{self._named}at {shown(factor.level(code))}: "
                refusals.append(self.scenarios.refusal(self.at, changes, base, before))
        if all(refusals) and not self._is_wrong():
            what = "none of its levels" if factor.listed else "neither end of its range"
            hint = "Give [factors] without it, or correct its range." if self.at == ("scenario",) else ""
            self._fault(f"{what} can be run: {refusals[0]}", "", hint, "inconsistent")
        return factor

    def _shares(self, names: tuple[str, ...]) -> tuple[list[Factor], list[Dependence]]:
        """A factor for each share, and that they sum to one."""
        for key in self._given([key for key in FactorTable.model_fields if key != "shares"]):
            self._fault(f"{key} does not go with shares: they run from 0 to 1.", key, code="conflict")
        if len(names) == 1:
            self._fault("one share alone is always 1; at least two are needed.", "shares", code="conflict")
        paths = [self.scenarios.find((*self.at, "shares"), name) for name in names]
        factors = [
            with_base_levels(
                Factor(path.path, (path.path,), RANGE, path.number, "of the whole", spans=((0.0, 1.0),)), [path]
            )
            for path in paths
            if path is not None
        ]
        if self._is_wrong() or not factors:
            return [], []
        for base in self.scenarios.data:
            even = dict.fromkeys(names, 1.0 / len(names))
            refusal = self.scenarios.refusal(self.at, even, base, "with equal shares: ")
            if refusal:
                self._fault(f"with equal shares: {refusal}", code="inconsistent")
        return factors, [Dependence(SHARES, self.name, names)]


def _unfit(dist: str, low: float, high: float, numbers: Sequence[float]) -> str:
    """What is wrong with the numbers of a distribution, if anything."""
    if dist == "triangular" and not low <= numbers[0] <= high:
        return f"got mode = {numbers[0]:g}; allowed: from low to high, {low:g} to {high:g}."
    if dist not in ("normal", "lognormal"):
        return ""
    mean, sd = numbers
    if sd <= 0 or (dist == "lognormal" and mean <= 0):
        return f"got mean = {mean:g}, sd = {sd:g}; {'both are' if dist == 'lognormal' else 'sd is'} above 0."
    if low > mean + _FAR * sd or high < mean - _FAR * sd or sd < 1e-9 * (high - low):
        return f"hardly anything with mean = {mean:g} and sd = {sd:g} lies from {low:g} to {high:g}."
    return ""


def _own_level(
    paths: Sequence[ParameterPath], labels: tuple[Any, ...], values: tuple[tuple[Any, ...], ...], base: str
) -> Any:
    """The level of a scenario itself: one of the labels, else the number or text there; None with several paths."""
    numbers = [plain_number(path.values[base]) for path in paths]
    pairs = zip(paths, numbers, strict=True)
    own = tuple(path.values[base] if number is None else number for path, number in pairs)
    if own in values:
        return labels[values.index(own)]
    return label(own[0]) if len(own) == 1 and own[0] is not None else None


def _labels(values: tuple[tuple[Any, ...], ...]) -> tuple[Any, ...]:
    """What the levels are called: by the first path, where that tells them apart; all numbers or all texts."""
    labels = tuple(label(value[0]) for value in values)
    if any(isinstance(name, str) for name in labels):
        labels = tuple(map(str, labels))
    return labels if len(set(labels)) == len(labels) else tuple(f"level {i + 1}" for i in range(len(labels)))


def label(value: Any) -> Any:
    """A number as it is, a text as it is, anything else as JSON, shortened."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_LABEL else text[: _LONGEST_LABEL - 3] + "..."


def as_json(value: Any) -> Any:
    """A TOML value as JSON has it: dates as texts, and no number that is none."""
    if isinstance(value, dict):
        return {key: as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_json(inner) for inner in value]
    if isinstance(value, float) and value - value != 0:
        return str(value)  # nan and inf, of which no key takes one: the scenario says so of the text
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value


def _keep_apart(reader: Reader, factors: Sequence[Factor], places: Sequence[KeyPath]) -> None:
    """No two factors have one name, or change the same key."""
    names: set[str] = set()
    owners: dict[tuple[str, ...], str] = {}
    for factor, at in zip(factors, places, strict=True):
        if factor.name in names:
            reader.fault(at, f"two factors are called {shown(factor.name)}.", code="twice")
        names.add(factor.name)
        for path in factor.paths:
            parts = tuple(path.removesuffix(".value").split("."))
            clash = next((own for own in owners if own[: len(parts)] == parts[: len(own)]), None)
            if clash is not None:
                reader.fault(at, f"{path} is changed by {shown(owners[clash])} already.", code="twice")
            owners[parts] = factor.name


def _ordered(reader: Reader, factors: Sequence[Factor]) -> list[Dependence]:
    """What the key `ordered` says: lists of factors of which each is at least the one before it."""
    known = {factor.name: factor for factor in factors if factor.kind in (LEVELS, RANGE)}
    dependences: list[Dependence] = []
    used: set[str] = set()
    for number, names in enumerate(reader.file.ordered or ()):
        at = ("ordered", number)
        for index, name in enumerate(names):
            if name not in known:
                reader.unknown((*at, index), name, known, "factor")
            elif name in used:
                reader.fault((*at, index), f"{shown(name)} stands in two lists.", code="twice")
        used.update(names)
        if len(names) == 1:
            reader.fault(at, "one factor alone is in order; at least two are needed.", code="conflict")
        elif all(name in known for name in names):
            _check_order(reader, at, [known[name] for name in names])
            dependences.append(Dependence(ORDERED, " <= ".join(names), names))
    return dependences


def _check_order(reader: Reader, at: KeyPath, factors: Sequence[Factor]) -> None:
    """Their levels are numbers that rise, and there is room for all."""
    for factor in factors:
        rises = all(plain_number(level) is level for level in factor.labels)
        if not rises or list(factor.labels) != sorted(factor.labels):
            reader.fault(at, f"the levels of {shown(factor.name)} are not numbers that rise.", code="conflict")
            return
    for index, factor in enumerate(factors):
        for other in factors[index + 1 :]:
            if factor.least > other.most:
                reader.fault(at, f"{shown(factor.name)} is always above {shown(other.name)}.", code="conflict")
                return


def from_scenario_ranges(reader: Reader, scenarios: BaseScenarios) -> list[Factor]:
    """Each range that the first scenario marks, as a uniform factor, in the order of the language.

    A range of which low and high are the same is left out: nothing is left to vary. Both ends of each are tried in the
    scenario by themselves. One that the scenario refuses stays in, and the points that it spoils are told of one by
    one; where it refuses both ends, the study is at fault and names the range. With several scenarios the range is that
    of the first, and each must have the key.
    """
    factors: list[Factor] = []
    for data in list(scenarios.data.values())[:1]:
        for path, node, value in walk(scenario_keys(), data):
            if node.kind != "quantity" or not isinstance(value, dict) or dotted(path) != ".".join(map(str, path)):
                continue
            key = dotted(path[:-1] if path[-1] == "value" else path)
            marked = ParameterPath(key, node, {"": value}).marked
            if marked is not None and marked[0] != marked[1]:
                factors += FactorRow(reader, scenarios, key, FactorTable(), ("scenario",)).read()[0]
    if not factors and scenarios.data:
        reader.fault(("scenario",), "the scenario marks no range to vary.", "Give [factors].", "no_factors")
    return factors


def with_base_levels(factor: Factor, paths: Sequence[ParameterPath]) -> Factor:
    """The factor with its level in every base (variant, or scenario) in which that is not as in the first."""
    bases = list(paths[0].values) if len(paths[0].values) > 1 else []
    levels = [(base, _own_level(paths, factor.labels, factor.values, base)) for base in bases]
    return replace(factor, base_levels=tuple((base, level) for base, level in levels if level != factor.base))
