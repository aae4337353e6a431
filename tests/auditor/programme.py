"""The programme as the auditor reads it: a resolved scenario, in minutes, with the defaults of the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

Span = tuple[int, int | None]
BUILT_IN = ("failed_training", "gave_up_waiting", "not_certified")


@dataclass(frozen=True)
class Course:
    """What turns a candidate of a tier into an apprentice. Rates are minutes a week (R3.1)."""

    minutes: int
    trainers: int
    min_cohort: int
    max_cohort: int
    trainer_rate: int
    trainee_rate: int
    pass_probability: Fraction
    gather: int
    dates: tuple[int, ...]  # empty: whenever it is ready
    window: int


@dataclass(frozen=True)
class Supervision:
    """What a tier receives from the tier above (R4.1)."""

    group_size: int
    group_rate: int
    seat_rate: int
    max_supervisees: int | None
    grace: int


@dataclass(frozen=True)
class Reason:
    """One reason to leave; `date` is None unless it is a fixed date."""

    date: int | None
    from_certification: bool
    notice: int


@dataclass(frozen=True)
class Tier:
    """One tier; `practice` is none, clients or simulated (R2.9)."""

    name: str
    level: int
    delivers: bool
    clients_in_practice: bool
    available: Span
    overtime: Fraction
    initial: int
    intake: tuple[tuple[int, int], ...]
    recruits: bool
    patience: Span | None
    caseload: int
    apprentice_caseload: int
    extra_rate: int
    course: Course | None
    supervision: Supervision | None
    practice: str
    practice_minutes: int
    practice_cases: int
    practice_min_sessions: int
    practice_first: bool
    apprentice_limit: int
    reasons: Mapping[str, Reason] = field(default_factory=dict)

    @property
    def exit_names(self) -> set[str]:
        """Every reason with which somebody of this tier can leave."""
        return set(self.reasons) | set(BUILT_IN)


@dataclass(frozen=True)
class Care:
    """What clients are offered. `rate` is minutes a week of an open episode (R8.1)."""

    sessions: int
    rate: int
    interval: Span
    start: Fraction
    go_on: Fraction
    no_show: Fraction
    max_no_shows: int | None
    patience: Span | None
    hand_over: bool
    handover_patience: Span | None
    streams: tuple[str, ...]


@dataclass(frozen=True)
class Programme:
    """Everything the auditor needs of a scenario."""

    horizon: int
    measure_from: int
    cascade: tuple[Tier, ...]  # from the top
    tiers: Mapping[str, Tier]
    care: Care | None

    def above(self, tier: Tier) -> Tier | None:
        """The tier that trains and supervises this one."""
        return self.cascade[tier.level - 1] if tier.level else None

    def below(self, tier: Tier) -> Tier | None:
        """The tier that this one trains and supervises."""
        return self.cascade[tier.level + 1] if tier.level + 1 < len(self.cascade) else None
