"""Care in groups: who is gathered, who facilitates, session by session (R8.6)."""

from __future__ import annotations

from cascadesim.engine.availability import refresh_touched
from cascadesim.engine.calendar import GROUP_SESSION, put
from cascadesim.engine.clients import (
    best_provider,
    count_attended,
    count_no_show,
    count_session,
    draw_start,
    end_client,
    place_client,
    quit_members,
)
from cascadesim.engine.competence import hold_session
from cascadesim.engine.courses import numbered_key
from cascadesim.engine.event_log import (
    CLIENT_GROUP,
    CONTINUE,
    DISSOLVED,
    EMPTY,
    HELD,
    INTERPRETER,
    NO_SHOWS,
    NO_TEXT,
    NOBODY,
    NOT_STARTING,
    NOT_SUPERVISED,
    STARTED,
    SUPERVISED,
    note,
    of_client,
    of_client_group,
    of_worker,
)
from cascadesim.engine.hours_ledger import book
from cascadesim.engine.individual_care import TRY_BITS
from cascadesim.engine.records import Client, ClientClass, ClientGroup, Facilitator, ProviderPool, Worker, World
from cascadesim.engine.referrals import hand_over
from cascadesim.engine.runtime.fields import Growing, new
from cascadesim.engine.runtime.lists import insert_by_key, sort_by_key, take_out
from cascadesim.engine.sampling import chance, minutes, word
from cascadesim.engine.state import count, happened, pass_over, put_back
from cascadesim.engine.workers import drop_case, take_case
from cascadesim.model.counters import ClientCount, GroupCount
from cascadesim.model.enums import Event, Purpose, Rank
from cascadesim.model.rng import MASK, mix64
from cascadesim.model.units import rate_over

_KEY = 1 << 62  # group sessions come after the individual ones of an instant
_NUMBER = (1 << 40) - 1


def _facilitates(group: ClientGroup, key: int) -> bool:
    """Whether the worker with this key facilitates the group."""
    for facilitator in group.facilitators:
        if facilitator.key == key:
            return True
    return False


# --- beginning --------------------------------------------------------------------------------------------------------


def start_group(world: World, client_class: ClientClass) -> bool:
    """Begin one group of those who wait, who are enough, if enough workers have room; False if it could not."""
    form = client_class.form
    near = _choose_facilitators(world, client_class, form.facilitators, world.no_group)
    chosen = world.chosen_facilitators
    if len(chosen) < form.facilitators:
        return False
    members = _first_waiting(world, client_class, form.group_max)
    group = _make_group(world, client_class, len(members))
    count(world, world.plan.group_counts + GroupCount.CLIENT_GROUPS_STARTED, 1)
    count(world, world.plan.group_counts + GroupCount.CLIENT_GROUP_MEMBERS, len(members))
    note(world, Event.CLIENT_GROUP_STARTED, of_client_group(group), NOBODY, form.text, len(members))
    for place in range(len(chosen)):
        _join(world, group, chosen[place], place >= near)
    sort_by_key(members)
    for client in members:
        _enter(world, group, client)
    _schedule(world, group)
    return True


def _make_group(world: World, client_class: ClientClass, size: int) -> ClientGroup:
    group, plan, form = new(world, ClientGroup), client_class.plan, client_class.form
    owner = form.place * (len(world.plan.languages) + 1) + plan.language + 1
    group.key = numbered_key(owner, plan.site, client_class.groups)
    group.client_class = client_class
    group.research = -(-form.research_rate * size // form.facilitators)  # as FormatPlan.research_of (R8.6)
    client_class.groups += 1
    spoken = world.plan.languages[plan.language].name_hash if plan.language >= 0 else word(0)
    identity = world.plan.sites[plan.site].name_hash + word(3) * spoken + word(group.key & _NUMBER)
    group.stream = mix64(form.group_hash ^ (identity & MASK))
    return group


def _first_waiting(world: World, client_class: ClientClass, most: int) -> Growing[Client]:
    """The first of those referred, left in."""
    members = world.members
    members.clear()
    while client_class.queue.size > 0 and len(members) < most:
        entry = client_class.queue.best()
        members.append(entry.client)
        pass_over(world, entry)
    put_back(world)
    return members


def _choose_facilitators(world: World, client_class: ClientClass, needed: int, group: ClientGroup) -> int:
    """The certified workers who are next for a group, those who speak the language before those who do not, without
    those who facilitate it already, into `world.chosen_facilitators`; how many of them speak it."""
    chosen, plan = world.chosen_facilitators, client_class.plan
    chosen.clear()
    _choose(world, client_class.near, plan.need, needed, group)
    near = len(chosen)
    if plan.far_need >= 0 and near < needed:
        _choose(world, client_class.far, plan.far_need, needed, group)
    return near


def _choose(world: World, providers: Growing[ProviderPool], need: int, needed: int, group: ClientGroup) -> None:
    """The first workers of several pools together, who are left in them."""
    chosen = world.chosen_facilitators
    while len(chosen) < needed:
        entry = best_provider(providers, need)
        if entry is None:
            break
        if group is None or not _facilitates(group, entry.worker.key):
            chosen.append(entry.worker)
        pass_over(world, entry)
    put_back(world)


def _join(world: World, group: ClientGroup, worker: Worker, interpreted: bool) -> Facilitator:
    form = group.client_class.form
    rate = form.interpreted_rate if interpreted else form.episode_rate
    part = new(world, Facilitator)
    part.key, part.group, part.worker, part.rate, part.interpreted = worker.key, group, worker, rate, interpreted
    insert_by_key(group.facilitators, part)
    worker.groups.append(part)
    take_case(world, worker, rate, group.research)
    worker.last_start = world.now
    subject, text = (CLIENT_GROUP, group.key, worker.level), INTERPRETER if interpreted else NO_TEXT
    note(world, Event.FACILITATOR_JOINED, subject, of_worker(worker), text)
    return part


def _enter(world: World, group: ClientGroup, client: Client) -> None:
    place_client(world, client)
    draw_start(world, client)
    insert_by_key(group.members, client)
    client.group = group
    note(
        world,
        Event.JOINED_GROUP,
        of_client(client),
        of_client_group(group),
        STARTED if client.starts != 0 else NOT_STARTING,
    )


def _schedule(world: World, group: ClientGroup) -> None:
    interval = group.client_class.form.interval
    group.wait = minutes(world, interval, group.stream, Purpose.GROUP_INTERVAL, group.sessions)
    for facilitator in group.facilitators:
        _book_interval(world, group, facilitator)
    put(world, world.now + group.wait, Rank.SESSION_END, _KEY + group.key, GROUP_SESSION, group, group.generation)


def _book_interval(world: World, group: ClientGroup, part: Facilitator) -> None:
    """The hours of a facilitator in this interval (R8.1)."""
    mean, rate, research = group.client_class.form.mean_interval, part.rate, group.research
    care, kept = rate_over(rate, mean, group.wait) - rate, rate_over(research, mean, group.wait) - research
    book(world, part.worker, part, care, kept)


# --- sessions ---------------------------------------------------------------------------------------------------------


def end_group_session(world: World, group: ClientGroup, number: int) -> None:
    """A session of a group."""
    if group.generation != number:
        return
    happened(world)
    group.sessions += 1
    note(world, Event.GROUP_SESSION, of_client_group(group), NOBODY, NO_TEXT, group.sessions)
    supervised = interpreted = False
    for facilitator in group.facilitators:
        supervised = supervised or facilitator.worker.supervised
        interpreted = interpreted or facilitator.interpreted
    first = _attend_all(world, group, supervised)
    if first is not None:
        _hold(world, group, first, interpreted)
    if not group.members:
        _end(world, group, HELD if group.sessions == group.client_class.form.sessions else EMPTY)
    else:
        _schedule(world, group)


def _hold(world: World, group: ClientGroup, first: Client, interpreted: bool) -> None:
    """Somebody has come: one session for all, counted where the first of them is; its facilitators have learned."""
    count_session(world, first, interpreted)
    for facilitator in group.facilitators:
        worker = facilitator.worker
        hold_session(world, worker, worker.tier_state.attendance)


def _attend_all(world: World, group: ClientGroup, supervised: bool) -> Client:
    """Every member's part in a session; the first who has come, None if nobody has."""
    first, place = None, 0
    while place < len(group.members):
        client = group.members[place]
        if _attend(world, group, client, supervised) and first is None:
            first = client
        if client.group is group:  # else the next one has taken their place
            place += 1
    return first


def _attend(world: World, group: ClientGroup, client: Client, supervised: bool) -> bool:
    """One member's part in a session, True if they come; a no-show misses it, and nothing is postponed."""
    plan = world.plan.clients
    if client.starts == 0:
        _out(world, group, client, ClientCount.NEVER_STARTED, NO_TEXT)
        return False
    attempt = client.attended << TRY_BITS | client.tries
    if chance(world, plan.no_show_probability, client.stream, Purpose.SHOW, attempt):
        _miss(world, group, client, plan.max_no_shows)
        return False
    count_attended(client, supervised)
    how = SUPERVISED if supervised else NOT_SUPERVISED
    note(world, Event.SESSION, of_client(client), of_client_group(group), how, client.attended)
    if group.sessions == group.client_class.form.sessions:
        _finish(world, group, client)
    elif not chance(world, plan.continue_probability, client.stream, Purpose.CONTINUE, client.attended):
        _out(world, group, client, ClientCount.DROPPED_OUT, CONTINUE)
    return True


def _miss(world: World, group: ClientGroup, client: Client, most: int) -> None:
    count_no_show(client)
    note(world, Event.NO_SHOW, of_client(client), of_client_group(group), NO_TEXT, client.no_shows)
    if 0 <= most < client.no_shows:
        _out(world, group, client, ClientCount.DROPPED_OUT, NO_SHOWS)
    elif group.sessions == group.client_class.form.sessions:
        _finish(world, group, client)


def _finish(world: World, group: ClientGroup, client: Client) -> None:
    """The last session is over; who has missed too many to have completed has dropped out (R8.6)."""
    completed = client.attended >= group.client_class.form.adequate_sessions
    _out(world, group, client, ClientCount.DROPPED_OUT, NO_TEXT if completed else NO_SHOWS)


def _out(world: World, group: ClientGroup, client: Client, outcome: int, text: int) -> None:
    quit_members(group, client)
    end_client(world, client, outcome, client.worker, text)


def leave_group(world: World, client: Client, text: int) -> None:
    """A member leaves for a reason of their own; whether anybody is left is seen in the C-phase."""
    group = client.group
    _out(world, group, client, ClientCount.LEFT_FOR_OWN_REASON, text)
    if not group.members:
        _look_later(world, group)
        world.unsettled = True


# --- ending -----------------------------------------------------------------------------------------------------------


def _look_later(world: World, group: ClientGroup) -> None:
    if not group.bereft:
        group.bereft = True
        world.without_facilitator.append(group)


def lose_facilitator(world: World, facilitator: Facilitator) -> None:
    """A facilitator has gone, is away or may practise no longer."""
    group, worker, rate = facilitator.group, facilitator.worker, facilitator.rate
    take_out(group.facilitators, facilitator)
    take_out(worker.groups, facilitator)
    book(world, worker, facilitator, 0, 0)
    drop_case(world, worker, rate, group.research)
    group.lost_worker = worker
    _look_later(world, group)


def replace_facilitators(world: World) -> None:
    """Replace lost facilitators; else the rest carry on; else everybody goes to transfer, and on alone."""
    groups = world.without_facilitator
    _sort_by_turn(groups)
    for place in range(len(groups)):
        group = groups[place]
        group.bereft = False
        if group.members:
            _replace(world, group)
        else:
            _end(world, group, EMPTY)
        refresh_touched(world)  # who has just stepped in may be next for another group no longer, who is free is
    groups.clear()


def _sort_by_turn(groups: Growing[ClientGroup]) -> None:
    """Those first whose members were referred first; before all, where nobody is left."""
    for start in range(len(groups)):
        group, place = groups[start], start
        _find_turn(group)
        while place > 0 and _comes_first(group, groups[place - 1]):
            groups[place] = groups[place - 1]
            place -= 1
        groups[place] = group


def _find_turn(group: ClientGroup) -> None:
    group.referred, group.first = -1, group.key
    for client in group.members:
        if group.referred < 0 or client.referred < group.referred:  # members are in the order of their keys
            group.referred, group.first = client.referred, client.key


def _comes_first(group: ClientGroup, other: ClientGroup) -> bool:
    return group.referred < other.referred or (group.referred == other.referred and group.first < other.first)


def _replace(world: World, group: ClientGroup) -> None:
    client_class = group.client_class
    missing = client_class.form.facilitators - len(group.facilitators)
    near, chosen = _choose_facilitators(world, client_class, missing, group), world.chosen_facilitators
    for place in range(len(chosen)):
        _book_interval(world, group, _join(world, group, chosen[place], place >= near))
    if not group.facilitators:
        _dissolve(world, group, group.lost_worker)


def _dissolve(world: World, group: ClientGroup, worker: Worker) -> None:
    while group.members:
        client = group.members[0]
        quit_members(group, client)
        if client.starts == 0:
            end_client(world, client, ClientCount.NEVER_STARTED, client.worker, NO_TEXT)
        else:
            hand_over(world, client, worker)
    _end(world, group, DISSOLVED)


def _end(world: World, group: ClientGroup, how: int) -> None:
    group.generation += 1
    for facilitator in group.facilitators:
        take_out(facilitator.worker.groups, facilitator)
        book(world, facilitator.worker, facilitator, 0, 0)
        drop_case(world, facilitator.worker, facilitator.rate, group.research)
    group.facilitators.clear()
    note(world, Event.CLIENT_GROUP_ENDED, of_client_group(group), NOBODY, how)
