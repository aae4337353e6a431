"""Care in groups: who is gathered, who facilitates, session by session (R8.6)."""

from __future__ import annotations

import numpy as np

from cascadesim.engine.compiled.ability import practised
from cascadesim.engine.compiled.care import GO_ON, SHOW, START, TRY_BITS, hand_over
from cascadesim.engine.compiled.cases import join_members, quit_members
from cascadesim.engine.compiled.clients import (
    COMPLETED,
    DROPPED_OUT,
    LEFT,
    NEVER_STARTED,
    NO_SHOWS,
    SESSIONS,
    UNSUPERVISED_SESSIONS,
    add,
    count_session,
    count_start,
    end_client,
    place_client,
)
from cascadesim.engine.compiled.clock import GROUP_SESSION, put
from cascadesim.engine.compiled.demands import pool_of
from cascadesim.engine.compiled.helpers import helps, join_helpers, quit_helpers
from cascadesim.engine.compiled.ledger import CLIENTS, RESEARCH, book
from cascadesim.engine.compiled.luck import chance, minutes
from cascadesim.engine.compiled.memory import address, allocate, compiled, store
from cascadesim.engine.compiled.nouns import (
    CLIENT_GROUP,
    client_at,
    client_group_at,
    demand_at,
    desk_at,
    helper_at,
    link_at,
    pool_at,
    queue_at,
    slot_at,
    worker_at,
)
from cascadesim.engine.compiled.offers import refresh_touched
from cascadesim.engine.compiled.people import EXITED, count_case_dropped, count_case_taken
from cascadesim.engine.compiled.plan_nouns import FORMAT, care_at, format_at
from cascadesim.engine.compiled.pool import precedes, put_back, withdraw
from cascadesim.engine.compiled.record import count, note
from cascadesim.engine.compiled.rooms import language_hash, level_state, site_hash
from cascadesim.engine.compiled.texts import (
    CONTINUE,
    DISSOLVED,
    EMPTY,
    INTERPRETER,
    NO_TEXT,
    NOT_STARTING,
    NOT_SUPERVISED,
    STARTED,
    SUPERVISED,
)
from cascadesim.engine.compiled.texts import HELD as HELD_TEXT
from cascadesim.engine.compiled.texts import NO_SHOWS as NO_SHOWS_TEXT
from cascadesim.engine.compiled.training import numbered_key
from cascadesim.engine.compiled.vectors import (
    BEREFT_GROUPS,
    HELPERS,
    MEMBERS,
    PASSED_OVER,
    get,
    push,
    sort_by_key,
    vector,
)
from cascadesim.model.counters import GROUP_COUNTS
from cascadesim.model.enums import Event, Kind, Purpose, Rank
from cascadesim.model.rng import mix64

_CLIENT, _WORKER, _GROUP = int(Kind.CLIENT), int(Kind.WORKER), int(Kind.CLIENT_GROUP)
_SESSION_END, _INTERVAL = int(Rank.SESSION_END), int(Purpose.GROUP_INTERVAL)
_KEY = 1 << 62  # group sessions come after the individual ones of an instant
_STARTED, _MEMBERS = (GROUP_COUNTS.index(name) for name in ("client_groups_started", "client_group_members"))
_NUMBER = (1 << 40) - 1
_NOTE_STARTED, _NOTE_FACILITATOR, _NOTE_JOINED, _NOTE_GROUP_SESSION, _NOTE_SESSION, _NOTE_NO_SHOW, _NOTE_ENDED = (
    int(event)
    for event in (
        Event.CLIENT_GROUP_STARTED,
        Event.FACILITATOR_JOINED,
        Event.JOINED_GROUP,
        Event.GROUP_SESSION,
        Event.SESSION,
        Event.NO_SHOW,
        Event.CLIENT_GROUP_ENDED,
    )
)
_GROUP_SIZE, _FORMAT_SIZE = CLIENT_GROUP.itemsize, FORMAT.itemsize


@compiled
def _form(group):
    return format_at(demand_at(group.demand).form)


# --- beginning --------------------------------------------------------------------------------------------------------


@compiled
def start_group(S, demand):
    """Begin one group of this demand if enough wait and enough workers have room; False if it could not."""
    form = format_at(demand.form)
    if demand.waiting < form.group_min:
        return False
    members = _first_waiting(S, demand, form.group_max)
    if members.size < form.group_min:
        return False
    near, found = _helpers(S, demand, form.facilitators, 0)
    if found < form.facilitators:
        return False
    group = _new_group(S, demand, members.size)
    count(S, S.group_counts + _STARTED, 1)
    count(S, S.group_counts + _MEMBERS, members.size)
    note(S, _NOTE_STARTED, _GROUP, group.key, -1, 0, -1, form.text, members.size)
    for place in range(found):
        _join(S, group, worker_at(get(vector(S, HELPERS), place)), place >= near)
    sort_by_key(members)
    for place in range(members.size):
        _enter(S, group, client_at(get(members, place)))
    _schedule(S, group)
    return True


@compiled
def _new_group(S, demand, size):
    group = client_group_at(allocate(S, _GROUP_SIZE))
    number = (demand.form - care_at(S.care).formats) // _FORMAT_SIZE
    group.key = numbered_key(number * (S.n_languages + 1) + demand.language + 1, demand.site, demand.groups)
    group.demand = address(demand)
    form = format_at(demand.form)
    group.research = -(-form.research_rate * size // form.facilitators)  # every member's, shared (R8.6)
    demand.groups += 1
    spoken = np.uint64(0)
    if demand.language >= 0:
        spoken = np.uint64(language_hash(S, demand.language))
    ident = np.uint64(site_hash(S, demand.site)) + np.uint64(3) * spoken + np.uint64(group.key & _NUMBER)
    group.stream = mix64(format_at(demand.form).group_hash ^ ident)
    return group


@compiled
def _first_waiting(S, demand, most):
    """The first of those referred, left in."""
    members = vector(S, MEMBERS)
    members.size = 0
    queue = demand.queues
    while queue != 0:
        at = queue_at(queue).first
        while at != 0 and members.size < most:
            push(S, members, at)
            at = client_at(at).queue_after
        queue = queue_at(queue).after
    return members


@compiled
def _helpers(S, demand, needed, group):
    """The certified workers who are next for a group, those who speak the language before those who do not, without
    those who help it already: how many speak it, and how many there are."""
    helpers = vector(S, HELPERS)
    helpers.size = 0
    _choose(S, demand.near, demand.need, needed, group)
    near = helpers.size
    if demand.far_need >= 0 and helpers.size < needed:
        _choose(S, demand.far, demand.far_need, needed, group)
    return near, helpers.size


@compiled
def _choose(S, links, need, needed, group):
    """The first workers of several desks together, who are left in their pools."""
    helpers, passed_over = vector(S, HELPERS), vector(S, PASSED_OVER)
    passed_over.size = 0
    while helpers.size < needed:
        found, at = 0, links
        while at != 0:
            root = pool_at(pool_of(desk_at(link_at(at).item), need)).root
            if root != 0 and (found == 0 or precedes(slot_at(root), slot_at(found))):
                found = root
            at = link_at(at).after
        if found == 0:
            break
        slot = slot_at(found)
        if group == 0 or not helps(client_group_at(group), worker_at(slot.item).key):
            push(S, helpers, slot.item)
        push(S, passed_over, found)
        push(S, passed_over, slot.pool)
        withdraw(slot)
    for place in range(0, passed_over.size, 2):
        put_back(get(passed_over, place + 1), slot_at(get(passed_over, place)))


@compiled
def _join(S, group, w, interpreted):
    form = _form(group)
    rate = form.interpreted_rate if interpreted else form.episode_rate
    join_helpers(S, group, w, rate, interpreted)
    count_case_taken(S, w)
    book(S, w, CLIENTS, rate)
    if group.research:
        book(S, w, RESEARCH, group.research)
    w.last_start = S.now
    text = INTERPRETER if interpreted else NO_TEXT
    note(S, _NOTE_FACILITATOR, _GROUP, group.key, w.level, _WORKER, w.key, text, 0)


@compiled
def _enter(S, group, c):
    place_client(S, c)
    c.group = address(group)
    c.starts = 1 if chance(S, care_at(S.care).start_probability, c.stream, START, 0) else 0
    if c.starts:
        count_start(S, c)
    join_members(group, c)
    text = STARTED if c.starts else NOT_STARTING
    note(S, _NOTE_JOINED, _CLIENT, c.key, -1, _GROUP, group.key, text, 0)


@compiled
def _schedule(S, group):
    wait = minutes(S, _form(group).interval, group.stream, _INTERVAL, group.sessions)
    put(S, S.now + wait, _SESSION_END, _KEY + group.key, GROUP_SESSION, address(group), group.generation)


# --- sessions ---------------------------------------------------------------------------------------------------------


@compiled
def end_group_session(S, group, number):
    """A session of a group."""
    if group.generation != number:
        return
    S.events += 1
    group.sessions += 1
    note(S, _NOTE_GROUP_SESSION, _GROUP, group.key, -1, 0, -1, NO_TEXT, group.sessions)
    supervised = interpreted = False
    at = group.facilitators
    while at != 0:
        supervised = supervised or worker_at(helper_at(at).worker).supervised != 0
        interpreted = interpreted or helper_at(at).interpreted != 0
        at = helper_at(at).after
    first = _members(S, group, supervised)
    if first != 0:
        _held(S, group, client_at(first), interpreted)
    if group.members == 0:
        _end(S, group, HELD_TEXT if group.sessions == _form(group).sessions else EMPTY)
    else:
        _schedule(S, group)
    S.woken = 1


@compiled
def _held(S, group, first, interpreted):
    """Somebody has come: one session for all, counted where the first of them is; its facilitators have learned."""
    count_session(S, first, interpreted)
    at = group.facilitators
    while at != 0:
        w = worker_at(helper_at(at).worker)
        practised(S, w, level_state(S, w.level).attendance)
        at = helper_at(at).after


@compiled
def _members(S, group, supervised):
    """Every member's part in a session; the first who has come, 0 if nobody has."""
    first, at = 0, group.members
    while at != 0:
        here, c = at, client_at(at)
        at = c.after
        if _member(S, group, c, supervised) and first == 0:
            first = here
    return first


@compiled
def _member(S, group, c, supervised):
    """One member's part in a session, True if they come; a no-show misses it, and nothing is postponed."""
    plan, last = care_at(S.care), group.sessions == _form(group).sessions
    if not c.starts:
        _out(S, group, c, NEVER_STARTED, NO_TEXT)
        return False
    if chance(S, plan.no_show_probability, c.stream, SHOW, c.attended << TRY_BITS | c.tries):
        _no_show(S, group, c, last, plan.max_no_shows)
        return False
    c.attended += 1
    c.tries = 0
    add(c.counts, SESSIONS, 1)
    if not supervised:
        add(c.counts, UNSUPERVISED_SESSIONS, 1)
    how = SUPERVISED if supervised else NOT_SUPERVISED
    note(S, _NOTE_SESSION, _CLIENT, c.key, -1, _GROUP, group.key, how, c.attended)
    if last:
        _out(S, group, c, COMPLETED, NO_TEXT)
    elif not chance(S, plan.continue_probability, c.stream, GO_ON, c.attended):
        _out(S, group, c, DROPPED_OUT, CONTINUE)
    return True


@compiled
def _no_show(S, group, c, last, most):
    c.no_shows += 1
    c.tries += 1
    add(c.counts, NO_SHOWS, 1)
    note(S, _NOTE_NO_SHOW, _CLIENT, c.key, -1, _GROUP, group.key, NO_TEXT, c.no_shows)
    if 0 <= most < c.no_shows or (last and c.attended == 0):
        _out(S, group, c, DROPPED_OUT, NO_SHOWS_TEXT)
    elif last:
        _out(S, group, c, COMPLETED, NO_TEXT)


@compiled
def _out(S, group, c, outcome, text):
    quit_members(group, c)
    c.group = 0
    end_client(S, c, outcome, -1, text)


@compiled
def leave_group(S, c, text):
    """A member leaves for a reason of their own; whether anybody is left is seen in the C-phase."""
    group = client_group_at(c.group)
    _out(S, group, c, LEFT, text)
    if group.members == 0:
        _bereave(S, group)
        S.unsettled = 1


# --- ending -----------------------------------------------------------------------------------------------------------


@compiled
def _bereave(S, group):
    if not group.bereft:
        group.bereft = 1
        push(S, vector(S, BEREFT_GROUPS), address(group))


@compiled
def lose_helper(S, at, w):
    """A facilitator has gone, is away or may practise no longer."""
    helper = helper_at(at)
    group, rate = client_group_at(helper.group), helper.rate
    quit_helpers(S, group, w, at)
    _free(S, group, w, rate)
    group.lost_worker = address(w)
    _bereave(S, group)


@compiled
def _free(S, group, w, rate):
    if w.state == EXITED:
        w.n_open -= 1
        return
    count_case_dropped(S, w)
    book(S, w, CLIENTS, -rate)
    if group.research:
        book(S, w, RESEARCH, -group.research)


@compiled
def mend(S):
    """Replace lost facilitators; else the rest carry on; else everybody goes to individual hand-over."""
    bereft = vector(S, BEREFT_GROUPS)
    _sort_by_turn(bereft)
    for number in range(bereft.size):
        group = client_group_at(get(bereft, number))
        group.bereft = 0
        if group.members != 0:
            _replace(S, group)
        else:
            _end(S, group, EMPTY)
        refresh_touched(S)  # who has just stepped in may be next for another group no longer, who is free is
    bereft.size = 0


@compiled
def _sort_by_turn(groups):
    """Those first whose members were referred first; before all, where nobody is left."""
    for place in range(groups.size):
        at, here = get(groups, place), place
        group = client_group_at(at)
        _find_turn(group)
        while here > 0 and _comes_first(group, client_group_at(get(groups, here - 1))):
            store(groups.at, here, get(groups, here - 1))
            here -= 1
        store(groups.at, here, at)


@compiled
def _find_turn(group):
    group.referred, group.first, at = -1, group.key, group.members
    while at != 0:
        c = client_at(at)
        if group.referred < 0 or c.referred < group.referred:  # members are in the order of their keys
            group.referred, group.first = c.referred, c.key
        at = c.after


@compiled
def _comes_first(group, other):
    return group.referred < other.referred or (group.referred == other.referred and group.first < other.first)


@compiled
def _replace(S, group):
    demand = demand_at(group.demand)
    missing = format_at(demand.form).facilitators - group.n_facilitators
    near, found = _helpers(S, demand, missing, address(group))
    for place in range(found):
        _join(S, group, worker_at(get(vector(S, HELPERS), place)), place >= near)
    if group.facilitators == 0:
        _dissolve(S, group, worker_at(group.lost_worker))


@compiled
def _dissolve(S, group, w):
    individual = demand_at(group.demand).individual
    sessions = format_at(demand_at(individual).form).sessions
    while group.members != 0:
        c = client_at(group.members)
        quit_members(group, c)
        c.group = 0
        if not c.starts:
            end_client(S, c, NEVER_STARTED, -1, NO_TEXT)
        elif c.attended >= sessions:
            end_client(S, c, COMPLETED, -1, NO_TEXT)
        else:
            c.demand = individual
            hand_over(S, c, w)
    _end(S, group, DISSOLVED)


@compiled
def _end(S, group, how):
    group.generation += 1
    while group.facilitators != 0:
        at = group.facilitators
        w, rate = worker_at(helper_at(at).worker), helper_at(at).rate
        quit_helpers(S, group, w, at)
        _free(S, group, w, rate)
    note(S, _NOTE_ENDED, _GROUP, group.key, -1, 0, -1, how, 0)
