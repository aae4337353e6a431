"""The calendar: a binary heap in the order of minute, rank and key (R10.1, T1)."""

from __future__ import annotations

from cascadesim.engine.compiled.memory import compiled, load, more_memory, store
from cascadesim.engine.compiled.nouns import EVENT, event_at

_RANK_BITS = 4
_SIZE = EVENT.itemsize
_WORDS = _SIZE // 8
_ROOM = 1024
SESSION, PATIENCE_ENDS, REFERRAL, DATED_REFERRAL, LEAVES, GROUP_SESSION = range(6)
ALARM, GRACE_ENDS, ABSENCE_ENDS, HOLD_ENDS, PRACTICE_ENDS, GIVES_UP, REFRESHER_LOOK = range(6, 13)
PROMOTION_DUE, TENURED = range(13, 15)
COURSE_ENDS, REFRESHER_ENDS, WINDOW_OPENS, WINDOW_CLOSES, GATHERED = range(15, 20)
INTAKE, RECRUIT, VACANCY_FILLED, LIFTED, TRAINING_ENDS, ENGAGEMENT, REVIEW = range(20, 27)
OF_WORKERS, OF_COURSES, OF_PROGRAMME = ALARM, COURSE_ENDS, INTAKE
"""What an entry of the calendar is: of clients, of workers, of courses, of the programme."""


@compiled
def put(S, minute, rank, key, kind, who, number):
    """An entry for `minute`, among those of that instant in the place of (rank, key); none at or after the horizon."""
    if minute >= S.horizon:
        return
    if S.heap_size == S.heap_room:
        room = max(_ROOM, 2 * S.heap_room)
        found = more_memory(S, S.heap, _SIZE * S.heap_size, _SIZE * room)
        if found == 0:
            return
        S.heap, S.heap_room = found, room
    when = minute << _RANK_BITS | rank
    heap, place = S.heap, S.heap_size
    S.heap_size += 1
    while place > 0:
        parent = (place - 1) >> 1
        above = event_at(heap + parent * _SIZE)
        if above.when < when or (above.when == when and above.key <= key):
            break
        _copy(heap, parent, place)
        place = parent
    entry = event_at(heap + place * _SIZE)
    entry.when, entry.key, entry.kind, entry.who, entry.number = when, key, kind, who, number


@compiled
def _copy(heap, source, target):
    for word in range(_WORDS):
        store(heap, target * _WORDS + word, load(heap, source * _WORDS + word))


@compiled
def soonest(S):
    """The minute of the next entry, the horizon if there is none."""
    return S.horizon if S.heap_size == 0 else event_at(S.heap).when >> _RANK_BITS


@compiled
def take(S, due):
    """Take the next entry out, into `due`."""
    heap = S.heap
    top = event_at(heap)
    due.when, due.key, due.kind, due.who, due.number = top.when, top.key, top.kind, top.who, top.number
    S.heap_size -= 1
    size, place = S.heap_size, 0
    last = event_at(heap + size * _SIZE)
    while True:
        child = 2 * place + 1
        if child >= size:
            break
        one = event_at(heap + child * _SIZE)
        if child + 1 < size:
            other = event_at(heap + (child + 1) * _SIZE)
            if other.when < one.when or (other.when == one.when and other.key < one.key):
                child += 1
                one = other
        if last.when < one.when or (last.when == one.when and last.key <= one.key):
            break
        _copy(heap, child, place)
        place = child
    _copy(heap, size, place)
