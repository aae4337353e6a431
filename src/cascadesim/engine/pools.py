"""The choices for which a caller may have a rule of their own, and pools for them (`custom_rules.py`)."""

from __future__ import annotations

from cascadesim.engine.records import Pool, World

(
    NO_CHOICE,
    CLIENT_WORKER,
    COURSE_CANDIDATE,
    COURSE_TRAINER,
    REFRESHER_PARTICIPANT,
    SUPERVISION_WORKER,
    SUPERVISION_GROUP,
    GROUP_SUPERVISOR,
) = range(8)


def new_pool(world: World, choice: int) -> Pool:
    """A pool with nobody in it, in the order of the caller's rule for this choice if there is one."""
    pool: Pool = world.pool(choice)  # type: ignore[attr-defined]
    return pool
