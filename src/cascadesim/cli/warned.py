"""Warnings before a run: in full where the plan may not work as it is meant, counted where only a source is missing."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from cascadesim.cli.console import complain, show_problems
from cascadesim.errors import Problem

ABOUT_EVIDENCE = frozenset({"no_source", "wide_range", "range_dropped"})
"""Warnings about where a value comes from, and how far off it may be: no result depends on that."""


def show_warnings(file: Path, warnings: Iterable[Problem]) -> None:
    """Everything that may make a run useless, on stderr, and in one line how much `check` says besides."""
    found = list(dict.fromkeys(warnings))
    show_plan_warnings(found)
    folded = sum(warning.code in ABOUT_EVIDENCE for warning in found)
    if folded:
        said = f"{folded} warnings" if folded > 1 else "1 warning"
        complain(f"{file}: {said} about sources and ranges; `cascadesim check {file}` says more.")


def show_plan_warnings(warnings: Iterable[Problem]) -> None:
    """Only those that may make a run useless."""
    show_problems((each for each in warnings if each.code not in ABOUT_EVIDENCE), "warning: ")
