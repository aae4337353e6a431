"""`extends = "base.toml"`: a scenario that says only how it differs from another one."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Any

from cascadesim.errors import EnvironmentFault, ScenarioError
from cascadesim.scenario.document import Document, Place
from cascadesim.scenario.locate import Path
from cascadesim.scenario.read import read_document

EXTENDS = "extends"
MAX_DEPTH = 10


def read_extended(path: FilePath) -> Document:
    """The file at `path` on top of those that it extends, nearest last.

    Raises `EnvironmentFault` where the file itself cannot be read, `ScenarioError` for everything named inside it.
    """
    document = read_document(path, str(path))
    root = path.parent.resolve()
    chain = [path.resolve()]
    layers = [document]
    here = path
    while EXTENDS in layers[-1].data:
        here = _base(layers[-1], here, root, chain)
        chain.append(here.resolve())
        try:
            layers.append(read_document(here, str(here)))
        except EnvironmentFault as fault:
            raise _refused(layers[-1], str(fault), "extends_unreadable") from None
    data: dict[str, Any] = {}
    places: dict[Path, Place] = {}
    for layer in reversed(layers):
        own = {key: value for key, value in layer.data.items() if key != EXTENDS}
        merge(data, own, places, layer.places)
    return Document(data, places, document.file, document.name)


def _base(document: Document, here: FilePath, root: FilePath, chain: list[FilePath]) -> FilePath:
    """The file that `document` (at `here`) extends; it must lie in the folder tree `root` and not be in `chain`."""
    named = document.data[EXTENDS]
    if not isinstance(named, str) or not named.strip() or "\0" in named:
        raise _refused(document, 'it takes the name of one file: extends = "base.toml".', "extends_name")
    base = here.parent / named
    try:
        real = base.resolve()
    except (OSError, RuntimeError):
        raise _refused(document, f"the path {named} leads nowhere.", "extends_unreadable") from None
    if FilePath(named).is_absolute() or not real.is_relative_to(root):
        message = f"{named} lies outside the folder of the scenario ({root})."
        raise _refused(document, message, "extends_outside", "Copy it into that folder or one below it.")
    if real in chain:
        message = f"a circle: {' -> '.join(file.name for file in [*chain, real])}."
        raise _refused(document, message, "extends_circle", "One of these files must stand on its own.")
    if len(chain) > MAX_DEPTH:
        raise _refused(document, f"more than {MAX_DEPTH} files extend one another.", "extends_depth")
    return base


def _refused(document: Document, message: str, code: str, hint: str = "") -> ScenarioError:
    return ScenarioError((document.problem((EXTENDS,), message, hint, code),))


def merge(
    onto: dict[str, Any], data: dict[str, Any], places: dict[Path, Place], new_places: Any, path: Path = ()
) -> None:
    """Lay `data` over `onto` in place: tables merge key by key, everything else replaces, with its places."""
    for key, value in data.items():
        here = (*path, key)
        old = onto.get(key)
        if isinstance(old, dict) and isinstance(value, dict) and not _other_kind(old, value):
            if here in new_places:
                places[here] = new_places[here]
            merge(old, value, places, new_places, here)
            continue
        replace_places(places, new_places, here)
        onto[key] = value


def _other_kind(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether `new` is another distribution than `old`, so that no number of the old one may remain."""
    if "dist" in new:
        return bool(new["dist"] != old.get("dist"))
    return "dist" in old and "value" in new


def replace_places(places: dict[Path, Place], new_places: Any, path: Path) -> None:
    """Forget what stood at `path` and below; note what stands there now."""
    size = len(path)
    for known in [known for known in places if known[:size] == path]:
        del places[known]
    for known, place in new_places.items():
        if known[:size] == path:
            places[known] = place
