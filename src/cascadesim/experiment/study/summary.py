"""What a study will run, in plain data: for `cascadesim check`, and for whoever looks before they start."""

from __future__ import annotations

from typing import Any

from cascadesim.errors import CascadeError
from cascadesim.experiment.study.definition import Fixed
from cascadesim.experiment.study.factors import Factor
from cascadesim.experiment.study.reader import about
from cascadesim.experiment.study.study import Study, point_scenario

TRIED = 50
"""Points whose scenarios are built to see how many cannot be run, spread over the design."""


def study_plan(study: Study) -> dict[str, Any]:
    """The sizes of a study, its factors, and what is known of the points that cannot be run.

    `not_run` counts points that break a constraint. Of `tried` others the scenario was built, which failed for
    `refused`; `refusal` is the first reason.
    """
    points, repeats = study.points, study.replications
    not_run = len(study.table.problems)
    left = len(points) - not_run
    least = repeats.n if isinstance(repeats, Fixed) else repeats.least
    return {
        "name": study.name,
        "title": study.title,
        "bases": list(study.bases),
        "design": study.design.kind,
        "rows": len(study.rows),
        "settings": len(points),
        "not_run": not_run,
        "replications_least": least,
        "replications_most": repeats.most,
        "runs_least": left * least,
        "runs_most": left * repeats.most,
        "seed": study.seed,
        "random_numbers": study.random_numbers,
        "outcomes": list(study.outcomes),
        "trajectories": list(study.trajectories),
        "factors": [_factor(factor) for factor in study.factors],
        **_tried(study),
    }


def _factor(factor: Factor) -> dict[str, Any]:
    kept = {"name": factor.name, "kind": factor.kind, "paths": list(factor.paths)}
    kept |= {"unit": factor.unit, "base": factor.base}
    if factor.listed:
        return {**kept, "levels": list(factor.labels)}
    return {**kept, "low": factor.low, "high": factor.high, "dist": factor.distribution}


def _tried(study: Study) -> dict[str, Any]:
    step = max(1, len(study.points) // TRIED)
    tried = refused = 0
    refusal = ""
    for point in study.points[::step][:TRIED]:
        if point.problem:
            continue
        tried += 1
        try:
            point_scenario(study, point)
        except CascadeError as error:
            refused += 1
            refusal = refusal or f"setting {point.number}: {about(error.problems[0])}"
    return {"tried": tried, "refused": refused, "refusal": refusal}
