"""Between the course and the certificate: practice under supervision, with clients or simulated (R2.8, R2.9)."""

from __future__ import annotations

from cascadesim.engine.compiled.ability import competent_enough
from cascadesim.engine.compiled.clock import PRACTICE_ENDS, put
from cascadesim.engine.compiled.lives import limit_apprenticeship
from cascadesim.engine.compiled.memory import address, compiled
from cascadesim.engine.compiled.people import APPRENTICE, certify, start_practising, stop_awaiting
from cascadesim.engine.compiled.plan_nouns import tier_plan_at
from cascadesim.engine.compiled.rooms import level_state
from cascadesim.model.enums import Rank

_PRACTICE_END = int(Rank.PRACTICE_END)
NO_PRACTICE, WITH_CLIENTS, SIMULATED = range(3)
PRACTICES = {"none": NO_PRACTICE, "clients": WITH_CLIENTS, "simulated": SIMULATED}


@compiled
def begin_apprenticeship(S, w):
    """The last stage is passed; certified at once where no practice is asked for."""
    tier = tier_plan_at(w.tier)
    start_practising(S, w)
    if tier.practice == NO_PRACTICE:
        certify(S, w, 0)
        return
    limit_apprenticeship(S, w)
    w.practice_left = tier.practice_minutes
    if tier.practice == WITH_CLIENTS:
        _test(S, w)
    elif w.supervised:
        resume_practice(S, w)


@compiled
def resume_practice(S, w):
    """Simulated practice runs on: the apprentice is supervised, and there."""
    simulated = tier_plan_at(w.tier).practice == SIMULATED
    if w.state != APPRENTICE or not simulated or w.practising or w.practice_left == 0:
        return
    w.practice_since = S.now
    w.practising = 1
    w.practices += 1
    put(S, S.now + w.practice_left, _PRACTICE_END, w.key, PRACTICE_ENDS, address(w), w.practices)


@compiled
def pause_practice(S, w):
    """Simulated practice stands still: the apprentice has lost their supervisor, or is away."""
    if w.practising:
        w.practice_left -= S.now - w.practice_since
        w.practising = 0
        w.practices += 1  # the entry on the calendar is stale


@compiled
def practice_away(S, w):
    """Absent from now on: practice stands still, and who is away waits for no certificate (R2.7, R12.1)."""
    pause_practice(S, w)
    if w.awaits_competence:
        level_state(S, w.level).awaiting -= 1
        S.awaiting_changed = 1


@compiled
def practice_back(S, w):
    """There again: a case that ended meanwhile may have been the last one; simulated practice goes on (R2.8)."""
    if w.awaits_competence:
        level_state(S, w.level).awaiting += 1
        S.awaiting_changed = 1
    if w.state == APPRENTICE and tier_plan_at(w.tier).practice == WITH_CLIENTS:
        _test(S, w)
    if w.supervised:
        resume_practice(S, w)


@compiled
def end_practice(S, w, number):
    """Enough weeks of simulated practice."""
    if w.practices != number:
        return
    S.events += 1
    w.practising = 0
    w.practice_left = 0
    _test(S, w)
    S.woken = 1


@compiled
def case_ended(S, w, sessions, to_have, unsupervised):
    """An apprentice's case is over; it counts if enough of the sessions `to_have` were attended, all supervised.

    So does that of an apprentice who is away: the client has left meanwhile.
    """
    tier = tier_plan_at(w.tier)
    practises = w.state == APPRENTICE or (w.away and w.left_state == APPRENTICE)
    if not practises or tier.practice != WITH_CLIENTS:
        return
    needed = tier.practice_min_sessions if tier.practice_min_sessions > 0 else to_have
    if sessions >= needed and not unsupervised:
        w.cases += 1
        if not w.away:
            _test(S, w)


@compiled
def session_held(S, w):
    """An apprentice has had a supervised session: competence may be enough now (R2.8)."""
    if w.awaits_competence:
        _test(S, w)


@compiled
def _test(S, w):
    """Certify whoever has practised enough and is competent enough."""
    tier = tier_plan_at(w.tier)
    enough = w.cases >= tier.practice_cases if tier.practice == WITH_CLIENTS else w.practice_left == 0
    if not enough:
        return
    if competent_enough(w):
        stop_awaiting(S, w)
        certify(S, w, 0)
    elif not w.awaits_competence:
        w.awaits_competence = 1
        level_state(S, w.level).awaiting += 1
        S.awaiting_changed = 1
