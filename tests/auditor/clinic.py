"""What clients are offered and where they come from, as the auditor reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from auditor.clocks import Clock

Span = tuple[int, int | None]
INDIVIDUAL = "individual"
Demand = tuple[str, str, str, bool]
"""What clients wait for: (site, language, format, after a transfer); an empty language is any.

Those in transfer have a demand of their own where it takes something else of a worker to go on with them.
"""


@dataclass(frozen=True)
class Format:
    """One way to give the intervention. Rates are minutes a week of one worker; None: no interpreter is paid for."""

    name: str
    sessions: int
    adequate: int  # so many attended, and who leaves care has completed
    says_adequate: bool
    interpreter_minutes: int  # of a session; 0 where no interpreter is paid for
    assessment_interpreter_minutes: int
    interval: Span
    mean_interval: int  # minutes
    drawn: Mapping[str, Any]  # the interval as the scenario gives it, in weeks
    rate: int
    interpreted_rate: int | None
    assessment_rate: int  # more of them in the first interval
    interpreted_assessment_rate: int
    research_rate: int  # for one client
    group_min: int
    group_max: int
    facilitators: int

    @property
    def in_groups(self) -> bool:
        """Several clients at once."""
        return self.group_max > 1

    def need(self, interpreted: bool, resumed: bool = False) -> int | None:
        """Minutes a week that a worker must have to begin, a group with all its places; None where none can (R8.7).

        After a transfer there is one client and no assessment (R8.1, R8.4, R8.6).
        """
        research = self.research_rate if resumed else self.research(self.group_max)
        if not interpreted:
            return self.rate + research + (0 if resumed else self.assessment_rate)
        if self.interpreted_rate is None:
            return None
        return self.interpreted_rate + research + (0 if resumed else self.interpreted_assessment_rate)

    @property
    def resumes_otherwise(self) -> bool:
        """Whether it takes something else of a worker to go on after a transfer."""
        return self.in_groups or any(self.need(way) != self.need(way, resumed=True) for way in (False, True))

    def research(self, members: int) -> int:
        """Minutes a week of each facilitator for so many members (R8.6)."""
        return -(-self.research_rate * members // self.facilitators)


@dataclass(frozen=True)
class Stream:
    """One stream of referrals. `dates` are minutes; `pauses` are the spans in which its rate is 0."""

    name: str
    site: str
    format: str
    languages: frozenset[str]
    priority: int
    urgent: Fraction
    eligible: Fraction
    dates: tuple[int, ...]
    pauses: tuple[Span, ...]
    steps: tuple[tuple[int, float], ...]  # (minute, rate a minute); empty where nobody comes by a rate


@dataclass(frozen=True)
class OwnReason:
    """Something in a client's own life; `dates` is when it can strike, None for any time after the referral."""

    clock: Clock
    dates: Span | None
    share: Fraction  # of a shock
    certain: bool  # everybody who is there on its date leaves
    leaves: Fraction


@dataclass(frozen=True)
class Care:
    """The intervention and the people who come for it."""

    formats: Mapping[str, Format]  # in sorted order
    start: Fraction
    go_on: Fraction
    no_show: Fraction
    max_no_shows: int | None
    in_need: int  # 0: not given
    patience: Span | None
    hand_over: bool
    handover_patience: Span | None
    reasons: Mapping[str, OwnReason]
    streams: Mapping[str, Stream]  # in sorted order
    horizon: int

    @property
    def individual(self) -> Format:
        """The format of [clients] itself."""
        return self.formats[INDIVIDUAL]

    @cached_property
    def demands(self) -> list[Demand]:
        """Everything that somebody can wait for, in order: of every stream, and after a transfer."""
        wanted = {
            (stream.site, language, stream.format, resumed)
            for stream in self.streams.values()
            for language in stream.languages or {""}
            for resumed in (False, True)
            if not resumed or (self.hand_over and self.formats[stream.format].resumes_otherwise)
        }
        return sorted(wanted)
