"""Candidates who wait for a course, and the dates on which courses may start (R3.4, R3.5, R3.8)."""

from __future__ import annotations

from cascadesim.engine.compiled.clock import GATHERED, GIVES_UP, WINDOW_CLOSES, WINDOW_OPENS, put
from cascadesim.engine.compiled.luck import minutes
from cascadesim.engine.compiled.memory import address, allocate, compiled, load
from cascadesim.engine.compiled.nouns import WINDOW, premises_at, slot_at, venue_at, window_at
from cascadesim.engine.compiled.plan_nouns import course_plan_at, tier_plan_at
from cascadesim.engine.compiled.pool import new_slots, offer, size, withdraw
from cascadesim.engine.compiled.record import count, note_coded
from cascadesim.engine.compiled.rooms import place_of, tier_at
from cascadesim.engine.compiled.texts import TESTS
from cascadesim.model.counters import TIER_COUNTS
from cascadesim.model.enums import Event, Kind, Purpose, Rank, Wait

_COURSE, _SITE, _COURSE_LAPSED = int(Kind.COURSE), int(Kind.SITE), int(Event.COURSE_LAPSED)
_PATIENCE, _DEADLINE = int(Rank.PATIENCE), int(Rank.DEADLINE)
_PATIENCE_DRAW, _WAIT = int(Purpose.CANDIDATE_PATIENCE), int(Wait.COURSE)
_LAPSED, _PLANNED = TIER_COUNTS.index("courses_lapsed"), TIER_COUNTS.index("courses_planned")
_WINDOW_SIZE = WINDOW.itemsize


@compiled
def begin_enrolment(S):
    """Put the dates of the calendar on the clock."""
    for number in range(S.venue_count):
        room = venue_at(load(S.venues, number))
        plan = course_plan_at(room.plan)
        for place in range(plan.n_dates):
            date = load(plan.dates, place)
            put(S, date, _DEADLINE, _room_key(room), WINDOW_OPENS, address(room), date)


@compiled
def room_of(S, w):
    """Where this candidate waits; 0 where the tier has no courses."""
    place = place_of(S, w.level, w.site)
    return load(place.rooms, w.stage) if w.stage < place.n_rooms else 0


@compiled
def enrol(S, w, since):
    """A candidate waits for a course since then, with fresh patience."""
    w.waiting_since = since
    rejoin(S, w)
    patience = tier_plan_at(w.tier).candidate_patience
    if patience != 0:
        wait = minutes(S, patience, w.stream, _PATIENCE_DRAW, w.spells)
        put(S, S.now + wait, _PATIENCE, w.key, GIVES_UP, address(w), w.spells)


@compiled
def rejoin(S, w):
    """In the queue, unless the candidate is away."""
    if not w.away:
        room = venue_at(room_of(S, w))
        if w.candidate == 0:
            w.candidate = new_slots(S, 1, address(w))
        offer(room.candidates, slot_at(w.candidate), w.waiting_since, w.key, 0, 0, 0)
        room.changed = 1


@compiled
def leave_queue(S, w):
    """The worker waits for no course of this tier any more, or is away."""
    if w.candidate != 0 and withdraw(slot_at(w.candidate)):
        venue_at(room_of(S, w)).changed = 1


# --- the calendar -----------------------------------------------------------------------------------------------------


@compiled
def open_window(S, room, date):
    """A date of the calendar has come."""
    S.events += 1
    count(S, tier_at(S, room.level).counts + _PLANNED, 1)
    plan = course_plan_at(room.plan)
    window = window_at(allocate(S, _WINDOW_SIZE))
    window.date, window.closes, window.left, window.open = date, date + plan.window_minutes, plan.courses_per_date, 1
    if room.windows == 0:
        room.windows = address(window)
    else:
        last = window_at(room.windows)
        while last.after != 0:
            last = window_at(last.after)
        last.after = address(window)
    room.changed = 1
    put(S, window.closes, _DEADLINE, _room_key(room), WINDOW_CLOSES, address(room), address(window))
    S.woken = 1


@compiled
def close_window(S, room, window):
    """The last day of a date's window."""
    if window.open:
        _wake(S, room)


@compiled
def gathered(S, room, number):
    """The time for gathering candidates is over."""
    if room.gatherings == number and room.enough_since >= 0:
        _wake(S, room)


@compiled
def _wake(S, room):
    """A bare deadline: it does nothing but let the C-phase look again."""
    room.changed = 1
    S.events += 1
    S.woken = 1


@compiled
def lapse_windows(S, room):
    """Take the dates off whose window closes now; one without any course has lapsed for the reason last published."""
    before, at = 0, room.windows
    while at != 0:
        window = window_at(at)
        if window.closes <= S.now:
            window.open = 0
            if before == 0:
                room.windows = window.after
            else:
                window_at(before).after = window.after
            if not window.used:
                _note_lapse(S, room, window.date)
        else:
            before = at
        at = window.after


@compiled
def _note_lapse(S, room, date):
    count(S, tier_at(S, room.level).counts + _LAPSED, 1)
    kind, site = (_SITE, room.site) if S.n_sites > 1 else (0, -1)
    note_coded(S, _COURSE_LAPSED, _COURSE, -1, room.level, kind, site, TESTS, _WAIT, room.tests, date)


@compiled
def use_window(room):
    """A course has started on the earliest open date."""
    window = window_at(room.windows)
    window.used = 1
    window.left -= 1
    if window.left == 0:
        window.open = 0
        room.windows = window.after


@compiled
def gathering(S, room):
    """Whether min_cohort was reached so recently that more candidates, up to max_cohort, are waited for (R3.4)."""
    plan = course_plan_at(room.plan)
    if plan.n_dates > 0 or plan.gather_minutes == 0 or size(room.candidates) >= plan.max_cohort:
        return False
    return S.now < room.enough_since + plan.gather_minutes


@compiled
def watch_cohort(S, room):
    """Note the instant at which min_cohort was reached; the gathering time runs from it."""
    plan = course_plan_at(room.plan)
    if size(room.candidates) < plan.min_cohort:
        room.enough_since = -1
    elif room.enough_since < 0:
        room.enough_since = S.now
        if plan.gather_minutes > 0 and plan.n_dates == 0:
            room.gatherings += 1
            ends = S.now + plan.gather_minutes
            put(S, ends, _DEADLINE, _room_key(room), GATHERED, address(room), room.gatherings)


@compiled
def full(room):
    """Whether no room is left."""
    premises = premises_at(room.premises)
    return 0 < premises.rooms <= premises.running


@compiled
def _room_key(room):
    return room.level << 16 | room.site << 8 | course_plan_at(room.plan).stage
