"""The table of measures over replications."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from cascadesim.analysis.statistics import Summary, summarise
from cascadesim.model.measures import better, unit_of

if TYPE_CHECKING:
    import pandas as pd


def summaries(kpis: pd.DataFrame) -> dict[str, Summary]:
    """The summary of each KPI by name, in the order of the columns. `kpis` has one row a replication."""
    return {name: summarise(kpis[name]) for name in kpis.columns if name != "replication"}


def kpi_table(kpis: pd.DataFrame) -> pd.DataFrame:
    """One row a KPI: kpi, unit, better, mean, low, high (95 % interval of the mean), p10, p90, defined, runs."""
    import pandas as pd

    rows = [
        {"kpi": name, "unit": unit_of(name), "better": better(name), **asdict(summary)}
        for name, summary in summaries(kpis).items()
    ]
    return pd.DataFrame(rows, columns=["kpi", "unit", "better", "mean", "low", "high", "p10", "p90", "defined", "runs"])
