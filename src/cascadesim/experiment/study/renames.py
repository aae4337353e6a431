"""Old names in study files: keys of their own, and the paths and outcomes of scenarios that they name."""

from __future__ import annotations

import re
from typing import Any

from cascadesim.experiment.study.file_schema import FactorTable
from cascadesim.scenario.document import KeyPath
from cascadesim.scenario.renames import Parts, Rename, Walk, new_outcome, new_path

TABLES_OF_SCENARIOS = frozenset({"tier", "clients", "organisation", "recognition", "costs"})
"""What a path begins with that stands as tables in tables, without quotes."""

_OUTCOMES = (("outcomes",), ("trajectories",), ("replications", "outcomes"))
"""Lists of names of outcomes and of columns."""
_PATHS = (("ordered",), ("design", "groups"))
"""Where factors are named, which are called by their paths unless they have names."""
_PATH = re.compile(r"[A-Za-z][\w-]*(?:\.[\w-]+)+")


def study_renames(data: dict[str, Any]) -> list[Rename]:
    """Every old name in a study file."""
    walk = _StudyWalk()
    walk.study(data)
    return walk.renames


class _StudyWalk(Walk):
    def study(self, table: dict[str, Any], at: KeyPath = (), path: Parts = ()) -> None:
        """A table of study keys."""
        for key, value in table.items():
            new = new_path((key,), path, "study")
            self.key((*at, key), new)
            self._value(value, (*at, key), (*path, *new))

    def _value(self, value: Any, at: KeyPath, path: Parts) -> None:
        own = path[1:] if path[:1] == ("quick",) else path
        if own == ("set",):
            self.scenario(value, at, whole_paths=True)
        elif own == ("factors",):
            self._factors(value, at)
        elif own in _OUTCOMES:
            self._names(value, at, new_outcome)
        elif own == ("replications", "absolute") and isinstance(value, dict):
            for name in value:
                self.key((*at, name), (new_outcome(name),))
        elif own in _PATHS:
            self._names(value, at, _today)
        elif own == ("constraints",):
            self._names(value, at, lambda text: _PATH.sub(lambda found: _today(found[0]), text))
        elif isinstance(value, dict):
            self.study(value, at, path)

    def _names(self, value: Any, at: KeyPath, new: Any) -> None:
        """The texts in a list, or in lists by name or in a list."""
        if isinstance(value, str):
            self.text(at, value, new(value))
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, inner in items:
            self._names(inner, (*at, key), new)

    def _factors(self, table: Any, at: KeyPath, path: Parts = ()) -> None:
        """A table of factors by path; a path without quotes is tables in tables."""
        for key, value in table.items() if isinstance(table, dict) else ():
            new = new_path(key.split("."), path)
            self.key((*at, key), new)
            inside, own = isinstance(value, dict) and "." not in key, (*path, *new)
            if inside and (path or key in TABLES_OF_SCENARIOS) and not set(FactorTable.model_fields) & set(value):
                self._factors(value, (*at, key), own)
            else:
                self._factor(value, (*at, key), own)

    def _factor(self, value: Any, at: KeyPath, path: Parts) -> None:
        """A list of levels, or a table with levels, paths or factors that move together."""
        if not isinstance(value, dict):
            self._levels(value, at, path)
            return
        named = [name for name in value.get("paths", ()) if isinstance(name, str)]
        self._levels(value.get("levels"), (*at, "levels"), new_path(named[0].split(".")) if named else path)
        for key in ("paths", "shares"):
            self._names(value.get(key), (*at, key), _today)
        self._factors(value.get("together"), (*at, "together"))

    def _levels(self, levels: Any, at: KeyPath, path: Parts) -> None:
        for index, level in enumerate(levels if isinstance(levels, list) else ()):
            self.scenario(level, (*at, index), path)


def _today(path: str) -> str:
    return ".".join(new_path(path.split(".")))
