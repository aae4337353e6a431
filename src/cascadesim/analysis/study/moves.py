"""Morris trajectories: which factors matter at all."""

from __future__ import annotations

from cascadesim.analysis.sensitivity.morris import MorrisResult, morris_effects
from cascadesim.analysis.study.results import Results
from cascadesim.analysis.study.section import Section, words
from cascadesim.analysis.words import count_of, number
from cascadesim.experiment.study.definition import DUMMY_NAME
from cascadesim.experiment.study.dependence import SamplingSpace
from cascadesim.experiment.study.designs import morris_moves

_TOLD = 6


def moves(results: Results) -> list[Section]:
    """A section a measure."""
    return [_section(results, measure) for measure in results.study.measures]


def effects(results: Results, measure: str) -> MorrisResult:
    """The elementary effects of every factor or group on one measure."""
    import numpy as np

    study, cube = results.study, results.square(measure)
    axes = SamplingSpace(study)
    groups, count, levels = axes.groups, study.design.number("trajectories"), study.design.number("levels")
    step = (levels // 2) / (levels - 1)
    moved, steps = np.empty((count, len(groups)), int), np.empty((count, len(groups)))
    for trajectory in range(count):  # not read off the levels: a step of a narrow range may be none
        up, order = morris_moves(study, axes, trajectory)
        moved[trajectory] = order
        steps[trajectory] = [step if up[groups[at].uniforms[0]] else -step for at in order]
    point = np.asarray(study.table.point).reshape(count, len(groups) + 1)
    names = [group.name for group in groups]
    dummy = DUMMY_NAME if DUMMY_NAME in names else ""
    return morris_effects(cube[point], moved, steps, names, dummy)


def _section(results: Results, measure: str) -> Section:
    found = effects(results, measure)
    above = sorted((each for each in found.effects if each.above), key=lambda each: -each.mu_star.value)
    judge = {"dummy": "a factor that changes nothing", "replications": "what replications show", "": "nothing"}
    lines = [
        f"{len(above)} of {count_of(len(found.effects), 'factor')} rise above luck, judged by {judge[found.judged_by]} "
        f"({count_of(found.trajectories, 'trajectory', 'trajectories')}, 5 % for all together)."
    ]
    if found.dropped:
        lines.append(f"{found.dropped} were left out, since a point of theirs has no result.")
    for each in above[:_TOLD]:
        lines.append(
            f"{each.factor}: mean effect of its whole range {number(each.mu.value)}, mean size "
            f"{number(each.mu_star.value)} ({number(each.mu_star.low)} to {number(each.mu_star.high)}; luck alone "
            f"{number(each.floor)})."
        )
    frame = found.frame()
    frame.insert(0, "measure", measure)
    return Section(f"Elementary effects: {words(measure)}", tuple(lines), f"morris-{measure}", frame)
