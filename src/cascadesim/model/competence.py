"""What a worker can do, as a share from 0 to 1: after a course, a session, a refresher, a time without any (R6)."""

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
