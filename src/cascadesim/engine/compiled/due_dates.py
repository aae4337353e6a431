"""When the next refresher of a worker is due (R3.9)."""

from __future__ import annotations

from cascadesim.engine.compiled.clock import REFRESHER_LOOK, put
from cascadesim.engine.compiled.memory import address, compiled
from cascadesim.engine.compiled.plan_nouns import refresher_plan_at, tier_plan_at
from cascadesim.model.enums import Rank

_DEADLINE = int(Rank.DEADLINE)


@compiled
def expect(S, w):
    """The next refresher is due a period from now; somewhat before that the worker may be placed in one."""
    at = tier_plan_at(w.tier).refresher
    if at == 0 or not w.deployed:
        return
    plan = refresher_plan_at(at)
    due = S.now + plan.every_minutes
    w.refresher_due = due
    opens = max(S.now + 1, due - plan.window_minutes)  # never now: nothing is due at the instant that made it
    w.refresher_from = opens
    put(S, opens, _DEADLINE, w.key, REFRESHER_LOOK, address(w), due)
    if opens != due:
        put(S, due, _DEADLINE, w.key, REFRESHER_LOOK, address(w), due)
