"""The measures over replications, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.analysis.statistics import Summary, summarise

if TYPE_CHECKING:
    import pandas as pd


def summaries(kpis: pd.DataFrame) -> dict[str, Summary]:
    """The summary of each KPI by name, in the order of the columns. `kpis` has one row a replication."""
    return {name: summarise(kpis[name]) for name in kpis.columns if name != "replication"}
