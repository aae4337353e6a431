"""Care in groups: who is gathered, who facilitates, session by session (R8.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.engine.care import Care
from cascadesim.engine.clients import NO_SHOWS, SESSIONS, UNSUPERVISED_SESSIONS, Client
from cascadesim.engine.clock import Due
from cascadesim.engine.demands import Demand, Demands
from cascadesim.engine.ledger import CLIENTS, RESEARCH
from cascadesim.engine.worker import EXITED, Worker
from cascadesim.model.counters import GROUP_COUNTS
from cascadesim.model.enums import Event, Kind, Purpose, Rank
from cascadesim.model.ids import numbered_key
from cascadesim.model.rng import MASK, entity_stream, stable_hash

if TYPE_CHECKING:
    from collections.abc import Callable

    from cascadesim.engine.pool import Pool

_CLIENT, _WORKER, _GROUP = int(Kind.CLIENT), int(Kind.WORKER), int(Kind.CLIENT_GROUP)
_SESSION_END = int(Rank.SESSION_END)
_KEY = 1 << 62  # group sessions come after the individual ones of an instant
_STARTED, _MEMBERS = (GROUP_COUNTS.index(name) for name in ("client_groups_started", "client_group_members"))


Helpers = dict[int, tuple[Worker, int, bool]]
"""Facilitators by key: (worker, minutes a week, with an interpreter)."""


class ClientGroup:
    """One group under way: members by key, and who facilitates it.

    `research` are the minutes a week of each facilitator for it, by how many members it began with.
    """

    def __init__(self, key: int, demand: Demand, size: int) -> None:
        self.key = key
        self.demand = demand
        self.research = demand.plan.research_of(size)
        self.members: dict[int, Client] = {}
        self.facilitators: Helpers = {}
        self.sessions = 0
        self.generation = 0

    @property
    def case(self) -> int:
        """Its key among the open cases of a worker, where it cannot meet that of a client."""
        return -1 - self.key

    def turn(self) -> tuple[int, int]:
        """Its place among those that lack a facilitator: who was referred first; before all, where nobody is left."""
        return min(((client.referred, client.key) for client in self.members.values()), default=(-1, self.key))


class Facilitation:
    """Gathers groups in the C-phase and runs their sessions."""

    def __init__(self, care: Care, demands: Demands) -> None:
        self.care = care
        self.demands = demands
        self.world = care.world
        self.record = care.record
        self.clock = care.clock
        self.book = care.book
        self.plan = care.plan
        self.bereft: dict[int, ClientGroup] = {}
        self.refresh_touched: Callable[[], None]

    # --- beginning --------------------------------------------------------------------------------------------------

    def start(self, demand: Demand) -> bool:
        """Begin one group of this demand if enough wait and enough workers have room; False if it could not."""
        if demand.waiting < demand.plan.group_min:
            return False
        members = demand.first(demand.plan.group_max)
        if len(members) < demand.plan.group_min:
            return False
        helpers = self._helpers(demand, demand.plan.facilitators, {})
        if len(helpers) < demand.plan.facilitators:
            return False
        form, languages = self.plan.formats.index(demand.plan), len(self.world.plan.languages) + 1
        key = numbered_key(form * languages + demand.language + 1, demand.site, demand.groups)
        group = ClientGroup(key, demand, len(members))
        demand.groups += 1
        self.record.counts[self.world.layout.group_counts + _STARTED] += 1
        self.record.counts[self.world.layout.group_counts + _MEMBERS] += len(members)
        self.record.note(
            Event.CLIENT_GROUP_STARTED, _GROUP, group.key, detail=demand.plan.name, amount=len(members)
        )
        for worker, interpreted in helpers:
            self._join(group, worker, interpreted)
        for client in sorted(members, key=lambda client: client.key):
            self._enter(group, client)
        self._schedule(group)
        return True

    def _helpers(self, demand: Demand, needed: int, taken: Helpers) -> list[tuple[Worker, bool]]:
        """The certified workers who are next for a group, those who speak the language before those who do not."""
        found: list[tuple[Worker, bool]] = []
        for desks, need, interpreted in ((demand.near, demand.need, False), (demand.far, demand.far_need, True)):
            if need >= 0 and len(found) < needed:
                pools = [desk.pools[need] for desk in desks]
                found += [(worker, interpreted) for worker in _first(pools, needed - len(found), taken)]
        return found

    def _join(self, group: ClientGroup, worker: Worker, interpreted: bool) -> None:
        form = group.demand.plan
        rate = form.interpreted_rate if interpreted else form.episode_rate
        group.facilitators[worker.key] = (worker, rate, interpreted)
        self.care.people.take_case(worker, group.case, group)
        self.care.ledger.book(worker, CLIENTS, rate)
        if group.research:
            self.care.ledger.book(worker, RESEARCH, group.research)
        worker.last_start = self.clock.now
        self.record.note(
            Event.FACILITATOR_JOINED,
            _GROUP,
            group.key,
            worker.level,
            _WORKER,
            worker.key,
            "interpreter" if interpreted else "",
        )

    def _enter(self, group: ClientGroup, client: Client) -> None:
        self.book.place(client)
        client.group = group
        client.starts = self.world.chance(self.plan.start_probability, client.stream, Purpose.START)
        if client.starts:
            self.book.count_start(client, self.clock.now)
        group.members[client.key] = client
        detail = "started" if client.starts else "not_starting"
        self.record.note(Event.JOINED_GROUP, _CLIENT, client.key, -1, _GROUP, group.key, detail)

    def _schedule(self, group: ClientGroup) -> None:
        stream = entity_stream(_GROUP, stable_hash(group.demand.plan.name), self._ident(group))
        minutes = self.world.minutes(group.demand.plan.interval, stream, Purpose.GROUP_INTERVAL, group.sessions)
        minute = self.clock.now + minutes
        if minute < self.world.plan.horizon:
            self.clock.at(minute, _SESSION_END, _KEY + group.key, self._session, group, group.generation)

    def _ident(self, group: ClientGroup) -> int:
        """Who a group is: its number among those of its format, site and language, by their names."""
        plan, demand = self.world.plan, group.demand
        spoken = plan.languages[demand.language][1] if demand.language >= 0 else 0
        return plan.sites[demand.site][1] + 3 * spoken + (group.key & (1 << 40) - 1) & MASK

    # --- sessions ---------------------------------------------------------------------------------------------------

    def _session(self, due: Due) -> None:
        group: ClientGroup = due.who
        if group.generation != due.generation:
            return
        self.record.events += 1
        group.sessions += 1
        self.record.note(Event.GROUP_SESSION, _GROUP, group.key, amount=group.sessions)
        workers = [group.facilitators[key][0] for key in sorted(group.facilitators)]
        supervised = any(worker.supervised for worker in workers)
        came = []
        for key in sorted(group.members):
            client = group.members[key]
            if self._member(group, client, supervised):
                came.append(client)
        if came:
            self._held(group, workers, came[0])
        if not group.members:
            self._end(group, "held" if group.sessions == group.demand.plan.sessions else "empty")
        else:
            self._schedule(group)
        self.clock.wake()

    def _held(self, group: ClientGroup, workers: list[Worker], first: Client) -> None:
        """Somebody has come: one session for all, counted where the first of them is; its facilitators have learned."""
        self.book.count_session(first, any(interpreted for _, _, interpreted in group.facilitators.values()))
        for worker in workers:
            self.care.ability.practised(worker, self.care.pressure.attendance[worker.level])

    def _member(self, group: ClientGroup, client: Client, supervised: bool) -> bool:
        """One member's part in a session, True if they come; a no-show misses it, and nothing is postponed."""
        last = group.sessions == group.demand.plan.sessions
        index = client.attended << 20 | client.tries  # as in individual care, in which they may go on
        if not client.starts:
            self._out(group, client, "never_started")
            return False
        if self.world.chance(self.plan.no_show_probability, client.stream, Purpose.SHOW, index):
            self._no_show(group, client, last)
            return False
        self._attend(group, client, supervised)
        if last:
            self._out(group, client, "completed")
        elif not self.world.chance(self.plan.continue_probability, client.stream, Purpose.CONTINUE, client.attended):
            self._out(group, client, "dropped_out", "continue")
        return True

    def _attend(self, group: ClientGroup, client: Client, supervised: bool) -> None:
        client.attended += 1
        client.tries = 0
        client.counts[SESSIONS] += 1
        if not supervised:
            client.counts[UNSUPERVISED_SESSIONS] += 1
        detail = "supervised" if supervised else "unsupervised"
        self.record.note(Event.SESSION, _CLIENT, client.key, -1, _GROUP, group.key, detail, client.attended)

    def _no_show(self, group: ClientGroup, client: Client, last: bool) -> None:
        client.no_shows += 1
        client.tries += 1
        client.counts[NO_SHOWS] += 1
        self.record.note(Event.NO_SHOW, _CLIENT, client.key, -1, _GROUP, group.key, amount=client.no_shows)
        if 0 <= self.plan.max_no_shows < client.no_shows or (last and client.attended == 0):
            self._out(group, client, "dropped_out", "no_shows")
        elif last:
            self._out(group, client, "completed")

    def _out(self, group: ClientGroup, client: Client, outcome: str, detail: str = "") -> None:
        del group.members[client.key]
        client.group = None
        self.book.end(client, outcome, None, detail)

    def leave(self, client: Client, reason: str) -> None:
        """A member leaves for a reason of their own; whether anybody is left is seen in the C-phase."""
        group = client.group
        assert group is not None
        self._out(group, client, "left_for_own_reason", reason)
        if not group.members:
            self.bereft[group.key] = group
            self.care.people.unsettled = True

    # --- ending -----------------------------------------------------------------------------------------------------

    def lose(self, group: ClientGroup, worker: Worker) -> None:
        """A facilitator has gone, is away or may practise no longer."""
        _, rate, _ = group.facilitators.pop(worker.key)
        self._free(group, worker, rate)
        self.bereft[group.key] = group

    def _free(self, group: ClientGroup, worker: Worker, rate: int) -> None:
        if worker.state == EXITED:
            return
        self.care.people.drop_case(worker, group.case)
        self.care.ledger.book(worker, CLIENTS, -rate)
        if group.research:
            self.care.ledger.book(worker, RESEARCH, -group.research)

    def mend(self, lost: dict[int, Worker]) -> None:
        """Replace lost facilitators; else the rest carry on; else everybody goes to individual hand-over."""
        for group in sorted(self.bereft.values(), key=ClientGroup.turn):
            if group.members:
                self._replace(group, lost)
            else:
                self._end(group, "empty")
            self.refresh_touched()  # who has just stepped in may be next for another group no longer, who is free is
        self.bereft.clear()

    def _replace(self, group: ClientGroup, lost: dict[int, Worker]) -> None:
        missing = group.demand.plan.facilitators - len(group.facilitators)
        for worker, interpreted in self._helpers(group.demand, missing, group.facilitators):
            self._join(group, worker, interpreted)
        if not group.facilitators:
            self._dissolve(group, lost[group.key])

    def _dissolve(self, group: ClientGroup, worker: Worker) -> None:
        demand = self.demands.at(group.demand.site, group.demand.language, self.plan.individual)
        for key in sorted(group.members):
            client = group.members[key]
            client.group = None
            if not client.starts:
                self.book.end(client, "never_started")
            elif client.attended >= demand.plan.sessions:
                self.book.end(client, "completed")
            else:
                client.demand = demand
                self.care.hand_over(client, worker)
        group.members.clear()
        self._end(group, "dissolved")

    def _end(self, group: ClientGroup, how: str) -> None:
        group.generation += 1
        for key in sorted(group.facilitators):
            worker, rate, _ = group.facilitators[key]
            self._free(group, worker, rate)
        group.facilitators.clear()
        self.record.note(Event.CLIENT_GROUP_ENDED, _GROUP, group.key, detail=how)


def _first(pools: list[Pool[Worker]], number: int, taken: Helpers) -> list[Worker]:
    """The first workers of several pools together, who are left in them."""
    offered = (
        (pool.order(worker), worker)
        for pool in pools
        for worker in pool
        if worker.key not in taken
    )
    return [worker for _, worker in sorted(offered, key=lambda each: each[0])[:number]]
