"""One reason's clock as it runs for one worker."""

from __future__ import annotations

from cascadesim.model.hazards import cumulative, tenure_at
from cascadesim.model.plan import ClockPlan, ReasonPlan

NOTHING, EXIT, HOURS, ABSENCE = range(4)
DATED = ("date", "shock")


class Hazard:
    """A clock under way: it strikes when the hazard spent since `origin` reaches the threshold (R5.1).

    `outcome` is what follows the next strike. `done` clocks strike no more; a `frozen` one stands still, as the clock
    of an absence does while that absence lasts (R2.7).
    """

    __slots__ = ("done", "frozen", "occurrence", "origin", "outcome", "plan", "since", "spent", "threshold")

    def __init__(self, plan: ReasonPlan, origin: int, now: int) -> None:
        self.plan = plan
        self.origin = origin
        self.since = now
        self.spent = 0.0
        self.threshold = 0.0
        self.occurrence = 0
        self.outcome = NOTHING
        self.done = False
        self.frozen = False

    @property
    def responds(self) -> bool:
        """Whether a multiplier moves the next strike (R5.3)."""
        return not (self.plan.external or self.done or self.plan.clock.kind in DATED)

    def spend(self, multiplier: float, now: int) -> None:
        """Integrate up to now, with the multiplier that was in force (R5.4)."""
        if not self.frozen and now > self.since:
            clock = self.plan.clock
            grown = _reached(clock, now - self.origin) - _reached(clock, self.since - self.origin)
            self.spent += multiplier * grown
        self.since = now

    def strikes_at(self, multiplier: float) -> float:
        """The exact minute of the next strike, under this multiplier from `since` on."""
        left = self.threshold - self.spent
        if multiplier <= 0.0:
            return float("inf")
        clock = self.plan.clock
        tenure = float(self.since - self.origin)
        return self.origin + tenure_at(
            clock.kind, clock.shape, clock.scale_minutes, tenure, max(left, 0.0) / multiplier, clock.table
        )


def _reached(clock: ClockPlan, tenure: int) -> float:
    return cumulative(clock.kind, clock.shape, clock.scale_minutes, float(tenure), clock.table)
