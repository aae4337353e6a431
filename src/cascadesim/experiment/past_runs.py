"""A scenario that was run, and those that earlier commands have left in their folders, for whoever compares."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cascadesim.errors import EnvironmentFault
from cascadesim.experiment.manifest import MANIFEST, read_manifest, read_request
from cascadesim.experiment.parquet import read_table
from cascadesim.experiment.sweep.store import is_store
from cascadesim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class PastRun:
    """What was run, with which seed and version of cascadesim, and its KPIs: a row a replication, from 0 on.

    `code` tells versions of the code apart that have one number; empty where that was not noted.
    """

    scenario: Scenario
    seed: int
    version: str
    kpis: pd.DataFrame
    code: str = ""


def read_runs(folder: Path) -> dict[str, PastRun]:
    """The run in `folder` by the folder's name, or each of those that it compares by theirs.

    Raises `EnvironmentFault` where it is no result folder or a table is missing, `ScenarioError` where the manifest is
    damaged.
    """
    if is_store(folder):
        hint = f"cascadesim analyse {folder} compares its settings."
        raise EnvironmentFault("holds a sweep, not a run.", hint=hint, code="not_a_manifest", file=str(folder))
    content = read_manifest(folder / MANIFEST)
    if "compares" not in content:
        return {folder.resolve().name: _past_run(folder)}
    try:
        inner = {str(name): folder / str(path) for name, path in dict(content["compares"]).items()}
    except (TypeError, ValueError):
        raise EnvironmentFault("is damaged.", code="damaged_manifest", file=str(folder / MANIFEST)) from None
    return {name: _past_run(path.parent) for name, path in inner.items()}


def _past_run(folder: Path) -> PastRun:
    request, version = read_request(folder / MANIFEST)
    code = read_manifest(folder / MANIFEST).get("code")  # older manifests have none
    kpis = read_table(folder / "tables" / "kpis.parquet")
    return PastRun(request.scenario, request.seed, version, kpis, code if isinstance(code, str) else "")
