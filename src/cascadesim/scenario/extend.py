"""`extends = "base.toml"`: a scenario that says only how it differs from another one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any

from cascadesim.errors import EnvironmentFault, ScenarioError
from cascadesim.scenario.dates_csv import with_dates
from cascadesim.scenario.document import Document, Place, Places, paths
from cascadesim.scenario.locate import Path
from cascadesim.scenario.read import misplaced, read_document

EXTENDS = "extends"
MAX_DEPTH = 10


def read_extended(path: FilePath) -> Document:
    """The file at `path` on top of those that it extends, nearest last.

    Raises `EnvironmentFault` where the file itself cannot be read, `ScenarioError` for everything named inside it.
    """
    root = path.parent.resolve()
    document = with_dates(read_document(path, str(path)), path.parent, root)
    chain = [path.resolve()]
    layers = [document]
    here = path
    while EXTENDS in layers[-1].data:
        here = _base(layers[-1], here, root, chain)
        chain.append(here.resolve())
        try:
            layers.append(with_dates(read_document(here, str(here)), here.parent, root))
        except EnvironmentFault as fault:
            raise _refused(layers[-1], fault.problems[0].message, "extends_unreadable") from None
    merged = _without_extends(layers.pop())
    while layers:
        merged = merge(merged, _without_extends(layers.pop()))
    return merged


def _without_extends(layer: Document) -> Document:
    own = {key: value for key, value in layer.data.items() if key != EXTENDS}
    return replace(layer, data=own)


def _base(document: Document, here: FilePath, root: FilePath, chain: list[FilePath]) -> FilePath:
    """The file that `document` (at `here`) extends; it must lie in the folder tree `root` and not be in `chain`."""
    named = document.data[EXTENDS]
    wrong = misplaced(named, here.parent, root, 'extends = "base.toml"')
    if wrong is not None:
        code, message, hint = wrong
        raise _refused(document, message, f"{EXTENDS}_{code}", hint)
    base = here.parent / str(named)
    real = base.resolve()
    if real in chain:
        message = f"a circle: {' -> '.join(file.name for file in [*chain, real])}."
        raise _refused(document, message, "extends_circle", "One of these files must stand on its own.")
    if len(chain) > MAX_DEPTH:
        raise _refused(document, f"more than {MAX_DEPTH} files extend one another.", "extends_depth")
    return base


def _refused(document: Document, message: str, code: str, hint: str = "") -> ScenarioError:
    return ScenarioError((document.problem((EXTENDS,), message, hint, code),))


def merge(base: Document, new: Document) -> Document:
    """`new` laid over `base`: tables merge key by key, everything else replaces. Each path keeps its own place."""
    places: dict[Path, Place] = {}
    data = _merged(base.data, new.data, (), base.places, new.places, places)
    return Document(data, places, new.file, new.name, faults=base.faults + new.faults)


def _merged(
    old: dict[str, Any], new: dict[str, Any], path: Path, old_places: Places, new_places: Places, out: dict[Path, Place]
) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key in [*old, *(key for key in new if key not in old)]:
        here = (*path, key)
        before, after = old.get(key), new.get(key)
        if isinstance(before, dict) and isinstance(after, dict) and not _replaces(key, before, after):
            out[here] = new_places.get(here) or old_places[here]
            data[key] = _merged(before, after, here, old_places, new_places, out)
            continue
        data[key], source = (after, new_places) if key in new else (before, old_places)
        out.update((inner, source[inner]) for inner in paths(data[key], here) if inner in source)
    return data


def _replaces(key: str, old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether nothing of `old` may remain: shares of one whole, or another distribution."""
    if key == "languages":
        return True
    if "dist" in new:
        return bool(new["dist"] != old.get("dist"))
    return "dist" in old and "value" in new
