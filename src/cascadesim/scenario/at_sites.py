"""Staff of a tier that has sites: where they are written, said to those who write them elsewhere."""

from __future__ import annotations

from typing import Any

from cascadesim.errors import UsageError
from cascadesim.scenario.astray import header, is_there
from cascadesim.scenario.document import dotted
from cascadesim.scenario.locate import Path
from cascadesim.scenario.tiers import Staff


def staff_table(path: Path, value: Any) -> str:
    """The hint for `site = "kilis"` among the staff of a tier, or in one intake: the table in which staff stand."""
    if path[:1] != ("tier",) or path[-1] != "site" or len(path) < 3 or not isinstance(value, str):
        return ""
    home: Path = (*path[:2], "site", value)
    key = path[2] if len(path) > 3 else ""  # the list of intakes, or of steps, that it stands in
    place = f"It is {dotted((*home, key))}: write" if key else "Write"
    return f"{place} {header(home)} and {key or 'its staff'} below it."


def refuse_without_site(data: dict[str, Any], key: str, given: str) -> None:
    """A `UsageError` where `--set KEY=GIVEN` means staff of a tier, and sites have their own; it says how to set it."""
    path, sites = tuple(key.split(".")), data.get("sites")
    staff = len(path) > 2 and path[0] == "tier" and path[2] in Staff.model_fields and is_there(data, path[:2])
    if not staff or not isinstance(sites, list) or not sites:
        return
    homes: list[Path] = [(*path[:2], "site", str(site), path[2]) for site in sites]
    home = next((each for each in homes if is_there(data, each)), homes[0])
    hint = f"Write --set {dotted((*home, *path[3:]))}={given}" + (", or that of another site." if sites[1:] else ".")
    raise UsageError(f"{key}: with sites, this is said of each one.", hint=hint, code="sites")
