"""Levels from 0 to 1 that come and go: competence (R6), strain (R5.9), states of the organisation (R7.1).

All half-lives and times are in minutes.
"""

from __future__ import annotations

import math

_LN_2 = 0.6931471805599453


def after_course(
    course_level: float, dilution: float, trainers_competence: float, noise: float, baseline: float, ceiling: float
) -> float:
    """The competence with which a trainee leaves a course (R6.1): course_level (1 - dilution (1 - trainers)) + noise.

    `trainers_competence` is the mean of the trainers' at the start of the course. Never below `baseline`, where an
    untrained person stands, nor above `ceiling`.
    """
    taught = course_level * (1.0 - dilution * (1.0 - trainers_competence)) + noise
    return min(ceiling, max(baseline, taught))


def after_session(competence: float, gain: float, attendance: float, ceiling: float) -> float:
    """After a supervised session: gain x attendance of the way to `ceiling` (R6.2). Who is above it stays there."""
    if competence >= ceiling:
        return competence
    return min(ceiling, competence + gain * attendance * (ceiling - competence))


def after_refresher(competence: float, refresher_gain: float, ceiling: float) -> float:
    """After a refresher: `refresher_gain` of the way to `ceiling` (R6.2). Who is above it stays there."""
    return after_session(competence, refresher_gain, 1.0, ceiling)


def decayed(competence: float, baseline: float, half_life_minutes: float, minutes: float) -> float:
    """After `minutes` without supervision: what lies above `baseline` halves every half-life (R6.2); 0: no decay."""
    return competence if competence <= baseline else approached(competence, baseline, half_life_minutes, minutes)


def approached(level: float, rest: float, half_life_minutes: float, minutes: float) -> float:
    """A level after `minutes` in which its distance from `rest` has halved every half-life: rest + (x - rest) 2^(-t/h).

    It lies between the two. With a half-life of 0 it stays where it is.
    """
    if half_life_minutes <= 0.0 or minutes <= 0.0:
        return level
    # Not a power of two: compilers turn one with a fixed base into another function, with other last digits.
    moved = rest + (level - rest) * math.exp(-_LN_2 * (minutes / half_life_minutes))
    return min(level, moved) if level > rest else max(level, moved)


def decayed_level(level: float, half_life_minutes: float, minutes: float) -> float:
    """A named state after `minutes` in which it halved every half-life (R7.1); 0: no decay."""
    return approached(level, 0.0, half_life_minutes, minutes)


def lifted(level: float, lift: float) -> float:
    """A named state after a lift: the share `lift` of the way to 1 (R7.1)."""
    return level + lift * (1.0 - level)


def strain_target(utilisation: float, comfort: float, overtime_fraction: float) -> float:
    """The strain to which a load leads in the end (R5.9): 0 up to `comfort`, then a line up to 1 at the limit.

    `utilisation` is committed over available time, and its limit is 1 + `overtime_fraction`. Where comfort reaches
    the limit there is no line: 1 above comfort.
    """
    span = 1.0 + overtime_fraction - comfort
    if span <= 0.0:
        return 1.0 if utilisation > comfort else 0.0
    return min(1.0, max(0.0, (utilisation - comfort) / span))


def strain_after(
    strain: float, target: float, half_life_minutes: float, recovery_half_life_minutes: float, minutes: float
) -> float:
    """Strain after `minutes` on the way to `target` (R5.9): its distance halves every half-life, up or down.

    Upwards `half_life_minutes` is in force, downwards `recovery_half_life_minutes`; with 0 it does not move that way.
    """
    half_life = half_life_minutes if target > strain else recovery_half_life_minutes
    return approached(strain, target, half_life, minutes)
