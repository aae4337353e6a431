"""What is said of a key that is not known where it stands, and of a value that may not stand where it does.

A key may be misspelt, in another unit, in the wrong table, or unnamed; of a value it is said what is allowed there and
what was probably meant. `unknown_key`, `key_for_name` and `wrong_value` serve every kind of file; `ScenarioHints` knows
the slips that only scenarios have.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Iterator
from typing import Any

from cascadesim.errors import UsageError, nearest
from cascadesim.scenario.document import KeyPath, dotted, header, value_at
from cascadesim.scenario.key_tree import Node, below, is_placeholder, node_at, patterns, standing
from cascadesim.scenario.number_formats import KeyUnits, key_units, number_hint, quoted, sentence, shown, unit_ratio
from cascadesim.scenario.problems import DROP, MISSING, FileHints, FormFault
from cascadesim.scenario.renames import everyday_word, new_word
from cascadesim.scenario.schema import target_hint
from cascadesim.scenario.workforce import Staff

_NUMBERS = ("whole", "number", "quantity", "amount", "rate")
_PERCENT = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*%\s*")
_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


def wrong_value(node: Node, value: Any) -> tuple[str, str]:
    """(message, hint) for a value that may not stand at `node`."""
    return f"got {shown(value)}; allowed: {_allowed(node, value)}.", _hint(node, value)


def _allowed(node: Node, value: Any) -> str:
    """What is allowed at `node`: for a number out of bounds only the bounds, else every form."""
    bounds = node.bounds
    if node.kind == "text" and isinstance(value, str) and not value.strip():
        return "text that is not blank"
    if bounds is None or isinstance(value, bool) or not isinstance(value, int | float):
        return node.allowed
    has_end = bounds.most <= 1 or " to " in bounds.words
    return f"{bounds.words}, at most {bounds.most:,.10g}" if value > bounds.most and not has_end else bounds.words


def _hint(node: Node, value: Any) -> str:
    if isinstance(value, bool):
        return ""
    share = node.bounds is not None and node.bounds.most == 1
    if isinstance(value, int | float):
        return _hint_for_number(node, value, share)
    if isinstance(value, str):
        return _hint_for_text(node, value, share)
    if isinstance(value, dt.datetime) and node.kind == "date":
        return f"Write {value.date().isoformat()}, without the time."
    if isinstance(value, list) and len(value) == 1 and _alone(node, value[0]):
        return "Write it without brackets."
    if isinstance(value, dict) and holds_tables(node):
        return "Put brackets around it: [{ ... }]."
    return ""


def _alone(node: Node, item: Any) -> bool:
    """Whether the one item of a list may have been meant for `node` itself."""
    if node.kind in ("list", "rate") or isinstance(item, list):
        return False
    is_table = node.kind in ("table", "names", "changes", "tagged")
    return is_table == isinstance(item, dict) or node.kind in ("amount", "quantity", "forms")


def holds_tables(node: Node) -> bool:
    """Whether it is a list of tables."""
    return node.kind == "list" and node.item is not None and node.item.kind in ("table", "tagged")


def _hint_for_number(node: Node, value: float, share: bool) -> str:
    if share and 1 < value <= 100:
        text = f"{value / 100:.2f}" if value == int(value) else f"{value / 100:.10g}"
        return f"Did you mean {text}?"
    if node.kind == "whole" and isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return f"Write {int(value)}, without the point."
    if node.kind == "flag" and value in (0, 1):
        return f"Write {'true' if value else 'false'}."
    if node.kind == "text":
        return f'Write it in quotes: "{shown(value)}".'
    if node.kind == "list":
        return f"Put brackets around it: [{shown(value)}]."
    return ""


def _hint_for_text(node: Node, value: str, share: bool) -> str:
    percent = _PERCENT.fullmatch(value)
    if percent and share:
        return f"Did you mean {float(percent[1]) / 100:.4g}?"
    if node.kind in _NUMBERS:
        try:
            number = float(value)
        except ValueError:
            return sentence(number_hint(value))
        return f"Write {value.strip()}, without quotes." if math.isfinite(number) else ""
    if node.kind == "flag" and value.lower() in _TRUE + _FALSE:
        return f"Write {'true' if value.lower() in _TRUE else 'false'}, without quotes."
    if node.kind == "choice":
        close = nearest(value.lower(), [str(choice) for choice in node.choices])
        return f"Did you mean {close}?" if close else ""
    if node.kind == "list":
        return f"Put brackets around it: [{quoted(value) if node.item and node.item.kind == 'text' else value}]."
    return ""


# Dates where weeks are asked for.

_WEEK_KEYS = ("week", "from_week", "until_week", "dates", "at_weeks")
_MOMENTS = (*_WEEK_KEYS, "report_weeks", "measure_from_week", "horizon_weeks")
"""Keys that hold points in time; other weeks are lengths of time."""


def week_of_date(data: dict[str, Any], key: str, node: Node, value: Any) -> str:
    """The hint for a date that stands where a number of weeks may; nothing where it is no date, or no weeks are."""
    date = _date(value)
    weeks = node.kind in ("whole", "number") and key in _MOMENTS
    return _weeks_after_start(data, date, whole=node.kind == "whole") if date is not None and weeks else ""


def key_of_date(data: dict[str, Any], key: str, known: Iterable[str], value: Any) -> tuple[str, str]:
    """(the key that was meant, hint) for an unknown key such as `date` or `from_date`; empty where it is none."""
    date, stem = _date(value), key_units(key).stem.replace("date", "week")
    close = next((name for name in _WEEK_KEYS if name in known and (name == stem or key in ("date", "start_date"))), "")
    return (close, _weeks_after_start(data, date, close)) if date is not None and close else ("", "")


def _date(value: Any) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value.strip())
        except ValueError:
            return None
    return value if isinstance(value, dt.date) else None


def _weeks_after_start(data: dict[str, Any], date: dt.date, key: str = "", whole: bool = False) -> str:
    start = _date(data.get("start_date"))
    if start is None:
        return "Weeks count from the start of the programme: 0, 1, 2.5."
    weeks = (date - start).days / 7
    number = f"{round(weeks)}" if whole else f"{weeks:.4g}"
    if weeks < 0:
        return f"{date} lies before week 0, which is {start} (start_date)."
    return f"Write {f'{key} = ' if key else ''}{number}: {date} is {number} weeks after start_date, {start}."


# Keys that say another unit of time than the file's.

_FARTHEST = 60
_LONGEST = 120
_LARGEST = 1e15
_WORKING_DAYS = 5
_SCALED = ("value", "low", "high", "mode", "mean", "sd", "values", "rate")
"""What a quantity, a distribution or a step of a rate has in the unit of its key."""


def key_in_other_unit(key: str, known: Iterable[str], around: str = "") -> str | None:
    """The known key that says the same in another unit: `meeting_hours` for `meeting_minutes`.

    A key without a unit has that of the key `around` its table: the `mean` of `patience_weeks`.
    """
    written = key_units(key)
    distances = [(_distance(written, _units_in(name, around)), name) for name in known if name != key]
    close = [
        (distance, name)
        for distance, name in distances
        if distance is not None and (distance > 1 or key_units(name) == KeyUnits(name))
    ]
    return min(close)[1] if close else None


def converted(key: str, close: str, value: Any, around: str = "") -> str:
    """` 90 minutes are 1.5 hours.` where a key of one unit was meant to be a key of another; else nothing."""
    written, asked = key_units(key), _units_in(close, around)
    if _distance(written, asked) in (None, 1):
        return ""
    new = _scaled(value, unit_ratio(written.amount, asked.amount) * unit_ratio(asked.per, written.per))
    if new is None:
        return ""
    if not isinstance(value, int | float):
        text = _toml(new)
        return f" In that unit: {close} = {text}." if len(text) <= _LONGEST else ""
    named = written.amount != asked.amount
    if written.amount == "day" and written.stem == "course":  # nine days of a course are nearly two weeks
        new = _scaled(value, 1 / _WORKING_DAYS)
    before, after = _phrase(value, written, named), _phrase(new, asked, named)
    if written.amount == "day" and written.stem == "course":
        before += ", five working days a week,"
    elif written.per == "day":
        before += ", seven days a week,"
    verb = "is" if value == 1 or not named else "are"
    return f" {before} {verb} {after}{f': {close} = {_toml(new)}' if written.per else ''}."


def _units_in(key: str, around: str) -> KeyUnits:
    own, outer = key_units(key), key_units(around)
    return own if own.amount or own.per else KeyUnits(key, outer.amount, outer.per)


def _distance(one: KeyUnits, other: KeyUnits) -> float | None:
    """How far apart the units of the same thing are; None for two things, or units that nobody takes for another."""
    same = one.stem == other.stem and bool(one.amount) == bool(other.amount) and bool(one.per) == bool(other.per)
    if not same or not (one.amount or one.per):
        return None
    if {one.amount, other.amount} == {"hour", "day"}:
        return None  # a day of work has as many hours as people work
    amounts, rates = unit_ratio(one.amount, other.amount), unit_ratio(other.per, one.per)
    distances = max(amounts, 1 / amounts), max(rates, 1 / rates)
    near = distances[0] <= _FARTHEST and ("cost" not in one.stem or distances[1] <= _FARTHEST)
    return max(distances) if near else None


def _phrase(number: float, units: KeyUnits, named: bool) -> str:
    """`0.02 a month`, `90 minutes`, `90 minutes a week`."""
    parts = [f"{number:g}"]
    if named:
        parts.append(units.amount if number == 1 else f"{units.amount}s")
    if units.per:
        parts.append(f"{'an' if units.per == 'hour' else 'a'} {units.per}")
    return " ".join(parts)


def _scaled(value: Any, times: float) -> Any:
    """A number, a list or a table of them in the other unit; None where there is nothing to scale."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not abs(value) < _LARGEST:  # nor nan
            return None
        number = value * times
        return float(f"{number:.4g}") if abs(number) < 1000 else round(number)
    if isinstance(value, list):
        new = [_scaled(item, times) for item in value]
        return None if None in new or not new else new
    if isinstance(value, dict):
        scaled = {key: _scaled(item, times) for key, item in value.items() if key in _SCALED}
        return None if None in scaled.values() or not scaled else value | scaled
    return None


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_toml(item)}' for key, item in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return f"{value:g}" if isinstance(value, float) else shown(value)


TAKE_OUT = (
    'A variant takes a key out by setting the table around it, in quotes, without the key: "tier.NAME.training" = '
    "{ ... }; a table of names is emptied by {}, a list by []."
)
_EVERYWHERE = {"source", "kind", "week", "value", "note", "from", "dist", "required", "rate", "count"}
"""Keys of so many tables that naming one of them would be a guess."""


def unknown_key(root: Node, data: Any, path: KeyPath, hints: FileHints) -> FormFault:
    """A key that is not known where it stands."""
    meant = hints.unknown_key(root, data, path) or key_for_name(root, data, path, hints)
    return meant or _misspelt(root, data, path, hints)


def key_for_name(root: Node, data: dict[str, Any], path: KeyPath, hints: FileHints) -> FormFault | None:
    """The fault where `path` leads through a key in the place of a name; told once for the table around it.

    `[tier.NAME.incentive]` with the keys of an incentive is `[tier.NAME.incentive.stipend]` without its name.
    """
    node, value = root, data
    for depth, key in enumerate(path):
        real = standing(node, value)
        child = below(real, key) if real is not None else None
        if real is None or not isinstance(value, dict) or key not in value:
            return None
        names, inner, home = real.names, value[key], path[:depth]
        if names is not None and names.example and _is_key(real, str(key), inner) and not hints.is_told(home, inner):
            table = isinstance(inner, dict) and not {"value", "dist"} & set(inner)
            named = (*home, hints.example_name(data, home) or names.example, *([key] if table else []))
            hint = f"Name the {names.noun}: write {header(named)} above it."
            return FormFault((*home, key), "is a key, and here stands a name.", hint, "wrong_table", DROP, (home,))
        if child is None:
            return None
        node, value = child, inner
    return None


def _is_key(node: Node, key: str, value: Any) -> bool:
    """Whether `key` is one of the tables that `node` holds by name, and `value` no such table itself."""
    fields = node.item.fields if node.item is not None else {}
    return key in fields and not (isinstance(value, dict) and set(value) & set(fields))


def _misspelt(root: Node, data: Any, path: KeyPath, hints: FileHints) -> FormFault:
    """A key of another unit, of another table, or spelt like one that is known."""
    key, table, known = str(path[-1]), path[:-1], _known_keys(root, data, path[:-1])
    around = next((part for part in reversed(table) if isinstance(part, str)), "")
    other = key_in_other_unit(key, known, around)
    close, elsewhere = other or _meant(key, known), _elsewhere(root, key, path)
    if elsewhere and not other and not (close and _same_letters(close, key)):
        tables = " or ".join(header(home[:-1]) if len(home) > 1 else "the top of the file" for home in elsewhere)
        return FormFault(path, "unknown key here.", f"It belongs in {tables}.", "wrong_table", DROP, tuple(elsewhere))
    everyday = None if other else everyday_word(key, whole=bool(close))
    if everyday is not None:
        return FormFault(path, "unknown key.", everyday.says, "unknown_key", DROP, ((*table, everyday.key),))
    if close:
        hint = f"Did you mean {close}?{converted(key, close, value_at(data, path), around)}"
        return FormFault(path, "unknown key.", hint, "unknown_key", DROP, ((*table, close),))
    hint = " ".join(filter(None, [f"Known: {', '.join(sorted(known))}.", hints.after_known_keys(path)]))
    return FormFault(path, "unknown key.", hint, "unknown_key", DROP)


def _known_keys(root: Node, data: Any, table: KeyPath) -> list[str]:
    """The keys that may stand in the table at a path."""
    node = node_at(root, data, table)
    real = None if node is None else standing(node, value_at(data, table))
    names = list(real.fields) if real is not None else []
    return [*names, node.tag] if node is not None and node.kind == "amount" and node.tag not in names else names


def _meant(key: str, known: list[str]) -> str | None:
    """The known key that was probably meant: one that is spelt much the same, or the only one that begins so."""
    longer = [name for name in known if name.startswith(f"{key}_")]
    return nearest(key, known) or (longer[0] if len(longer) == 1 else None)


def _same_letters(one: str, other: str) -> bool:
    """Whether two keys differ in next to nothing: a misspelling rather than the key of another table."""
    return one.replace("_", "").lower() == other.replace("_", "").lower()


def _elsewhere(root: Node, key: str, path: KeyPath) -> list[KeyPath]:
    """Where else a key of this name stands, nearest first, with the names of this path filled in; at most two."""
    homes = dict.fromkeys(
        _named_as(path, parts)
        for parts, _ in patterns(root)
        if parts[-1] == key and "N" not in parts and key not in _EVERYWHERE
    )
    homes.pop(path, None)  # of one of several tables that the key does not suit
    most = max((_common_parts(path, home) for home in homes), default=0)
    return [home for home in homes if _common_parts(path, home) == most][:2]


def _common_parts(one: KeyPath, other: KeyPath) -> int:
    """How many parts two paths have in common from the left."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _named_as(path: KeyPath, parts: tuple[str, ...]) -> KeyPath:
    """The pattern with the names that `path` has as far as it runs along the pattern."""
    home: KeyPath = ()
    for part in parts:
        shared = len(home) < len(path) - 1 and path[: len(home)] == home
        home = (*home, path[len(home)] if is_placeholder(part) and shared else part)
    return home


def full_keys(root: Node, data: dict[str, Any], end: str) -> list[str]:
    """The keys of the document that end so (`caseload`, `NAME.caseload`); where it gives none, those that it could."""
    parts = tuple(end.split("."))
    keys = [
        path
        for pattern, _ in patterns(root)
        if "N" not in pattern and pattern[-1] == parts[-1]
        for path in _filled(data, pattern)
        if path[-len(parts) :] == parts and len(path) > len(parts)
    ]
    distinct = list(dict.fromkeys(keys))
    return [dotted(path) for path in [path for path in distinct if _exists(data, path)] or distinct]


def _filled(data: dict[str, Any], pattern: tuple[str, ...]) -> Iterator[KeyPath]:
    """A pattern with the names that the document has in its places."""
    paths: list[KeyPath] = [()]
    for part in pattern:
        if not is_placeholder(part):
            paths = [(*path, part) for path in paths]
            continue
        homes = [(path, value_at(data, path)) for path in paths]
        paths = [(*path, name) for path, home in homes if isinstance(home, dict) for name in home]
    yield from paths


def _exists(data: Any, path: KeyPath) -> bool:
    return value_at(data, path, MISSING) is not MISSING


class ScenarioHints(FileHints):
    """The slips that only scenarios have."""

    def unknown_key(self, root: Node, data: dict[str, Any], path: KeyPath) -> FormFault | None:
        """A table put together the wrong way, a date where a week is asked for, the site of an intake."""
        key, table, value = str(path[-1]), path[:-1], value_at(data, path)
        meant = _meant_table(root, data, path)
        if meant is not None:
            new = () if _exists(data, meant[:-1]) else (meant[:-1],)
            suspects = (path, meant, *new, *((table,) if path[:1] == ("tier",) else ()))
            return FormFault(path, "unknown table.", f"Write {header(meant)}.", "wrong_table", DROP, suspects)
        week, hint = key_of_date(data, key, _known_keys(root, data, table), value)
        hint = hint or _staff_table(path, value)
        suspects = ((*table, week),) if week else ()
        return FormFault(path, "unknown key here.", hint, "wrong_table", DROP, suspects) if hint else None

    def missing_key(self, data: dict[str, Any], path: KeyPath) -> FormFault | None:
        """A table `[tier.NAME]` of which something is missing, since another tier of the cascade was meant."""
        cascade, tiers = data.get("cascade"), data.get("tier")
        if path[:1] != ("tier",) or len(path) != 3 or not isinstance(cascade, list) or path[1] in cascade:
            return None
        close = nearest(str(path[1]), [name for name in cascade if isinstance(name, str) and name in (tiers or ())])
        if close is None:
            return None
        message, suspects = f"{path[1]} is not in the cascade.", (path[:2], ("tier", close))
        return FormFault(path[:2], message, f"Did you mean {close}?", "cascade", DROP, suspects)

    def wrong_value(self, data: dict[str, Any], path: KeyPath, node: Node, value: Any) -> str:
        """An old word, a target out of its grammar, staff of a site, a date for a week."""
        if isinstance(value, str) and new_word(tuple(map(str, path)), value) != value:
            return f"{value} is renamed to {new_word(tuple(map(str, path)), value)}."
        if path == ("target", "reach"):
            return target_hint(value)
        key = next((part for part in reversed(path) if isinstance(part, str)), "")
        return _staff_table(path, value) or week_of_date(data, key, node, value)

    def example_name(self, data: dict[str, Any], path: KeyPath) -> str | None:
        """The first tier of the cascade."""
        cascade = data.get("cascade")
        return str(cascade[0]) if path == ("tier",) and isinstance(cascade, list) and cascade else None

    def is_told(self, path: KeyPath, value: Any) -> bool:
        """`[tier.training.NAME]` is told of as a table put together the wrong way."""
        return path == ("tier",) and isinstance(value, dict)

    def after_known_keys(self, path: KeyPath) -> str | None:
        """What may have been tried in a variant."""
        return TAKE_OUT if path[:1] == ("variant",) else None


def _meant_table(root: Node, data: dict[str, Any], path: KeyPath) -> KeyPath | None:
    """Where the unknown table at `path` most likely belongs.

    `[tier.training.NAME]` and `[NAME.training]` are `[tier.NAME.training]`; `[clients.NAME]` with the keys of a stream
    is `[clients.stream.NAME]`.
    """
    value, tier = value_at(data, path), root.fields["tier"].item
    if not isinstance(value, dict) or tier is None:
        return None
    tiers = _tier_names(tier, data)
    if len(path) == 3 and path[0] == "tier" and path[1] in tier.fields and path[2] in tiers:
        return ("tier", path[2], path[1])
    if len(path) == 1 and path[0] in tiers and value and set(value) <= set(tier.fields):
        key = next(iter(value))
        return ("tier", path[0], key) if len(value) == 1 and isinstance(value[key], dict) else ("tier", path[0])
    node = node_at(root, data, path[:-1])
    for key, child in node.fields.items() if node is not None else ():
        named = child.item if child.kind == "names" and child.item is not None and child.item.kind == "table" else None
        if named is not None and value and set(value) <= set(named.fields):
            return (*path[:-1], key, path[-1])
    return None


def _tier_names(tier: Node, data: dict[str, Any]) -> set[str]:
    """What tiers are called, by the cascade or by their tables."""
    cascade, tables = data.get("cascade"), data.get("tier")
    named = {name for name in cascade if isinstance(name, str)} if isinstance(cascade, list) else set()
    return named | (set(tables) - set(tier.fields) if isinstance(tables, dict) else set())


def _staff_table(path: KeyPath, value: Any) -> str:
    """The hint for `site = "north"` among the staff of a tier, or in one intake: the table in which staff stand."""
    if path[:1] != ("tier",) or path[-1] != "site" or len(path) < 3 or not isinstance(value, str):
        return ""
    home: KeyPath = (*path[:2], "site", value)
    key = path[2] if len(path) > 3 else ""  # the list of intakes, or of steps, that it stands in
    whose = f"It is {dotted((*home, key))}: write" if key else "Write"
    return f"{whose} {header(home)} and {key or 'its staff'} below it."


def refuse_without_site(data: dict[str, Any], key: str, value: str) -> None:
    """A `UsageError` where `--set KEY=VALUE` means staff of a tier, and sites have their own; it says how to set it."""
    path, sites = tuple(key.split(".")), data.get("sites")
    staff = len(path) > 2 and path[0] == "tier" and path[2] in Staff.model_fields and _exists(data, path[:2])
    if not staff or not isinstance(sites, list) or not sites:
        return
    homes: list[KeyPath] = [(*path[:2], "site", str(site), path[2]) for site in sites]
    home = next((home for home in homes if _exists(data, home)), homes[0])
    hint = f"Write --set {dotted((*home, *path[3:]))}={value}" + (", or that of another site." if sites[1:] else ".")
    raise UsageError(f"{key}: with sites, each site has its own.", hint=hint, code="sites")
