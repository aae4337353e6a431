"""States of an organisation and of its people, from 0 to 1: readiness, role clarity and others, and strain (R5.9, R7).

All half-lives and times are in minutes.
"""

from __future__ import annotations

from cascadesim.model.competence import approached


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
