"""R12.1: what is said to bind does stand in the way; whoever waits is booked under something, nobody else is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from auditor.check import Check
from auditor.people import ACTIVE, Worker
from auditor.programme import Course, Refresher, Tier
from auditor.queues import at_site, failing
from auditor.replay import Replay, Room, Wait
from auditor.waits import REST, units

Tests = frozenset[str]
NEGLIGIBLE = 10  # one in so many of those held back by a single test


def in_the_way(resources: Sequence[Tests], nobody: str, otherwise: str) -> Tests:
    """What stands in the way, given the tests that each resource fails.

    Those that some resource fails alone, but for the negligible; any, where none fails exactly one. `nobody` is for no
    resource at all, `otherwise` for who does not fit although a resource passes every test.
    """
    if not resources:
        return frozenset({nobody})
    if frozenset() in resources:
        return frozenset({otherwise})
    alone = Counter(test for fails in resources if len(fails) == 1 for test in fails)
    if alone:
        return frozenset(test for test, count in alone.items() if count * NEGLIGIBLE >= alone.total())
    return frozenset().union(*resources)


def too_few(resources: Sequence[Tests], needed: int, nobody: str) -> Tests:
    """The same where several are needed at once: tests without which those who pass the others suffice, else all."""
    ready = resources.count(frozenset())
    if ready >= needed:
        return frozenset()
    if len(resources) < needed:
        return frozenset({nobody})
    tests: Tests = frozenset().union(*resources)
    return frozenset(each for each in tests if ready + resources.count(frozenset({each})) >= needed) or tests


def care(replay: Replay, place: int) -> Tests:
    """What the clients of one demand wait for: enough of them for a group, or a worker."""
    plan = replay.programme.care
    assert plan is not None
    site, language, name, resumed = plan.demands[place]
    form = plan.formats[name]
    together = form.in_groups and not resumed
    if together and units(replay, ("", "", "care", place))[REST] < form.group_min:
        return frozenset({"group_forming"})
    found = (failing(replay, worker, form, language, resumed) for worker in at_site(replay, site))
    resources = [fails for fails in found if fails is not None]
    if together and form.facilitators > 1:
        return too_few(resources, form.facilitators, "too_few_workers")
    return in_the_way(resources, "too_few_workers", "worker_hours")


def above(replay: Replay, tier: Tier, site: str, across: bool) -> Iterator[tuple[Worker, bool]]:
    """Active workers of the tier above who may take on something new, and whether they would have to travel."""
    upper = replay.programme.above(tier)
    for worker in replay.living[upper.name].values() if upper else ():
        if worker.state == ACTIVE and worker.placeable and (worker.site == site or across):
            yield worker, worker.site != site


def supervisors(replay: Replay, tier: Tier, site: str) -> list[Tests]:
    """The tests that each possible supervisor fails for one more group."""
    plan, found = tier.supervision, []
    for worker, travels in above(replay, tier, site, plan.across_sites) if plan else ():
        rate = plan.group_rate + plan.travel_rate * travels
        fails = {
            "supervisor_hours": replay.lendable_to_groups(worker) < rate,
            "supervisor_span": plan.max_supervisees is not None and replay.supervisees(worker) >= plan.max_supervisees,
            "supervisor_unsupervised": worker.lapsed,
        }
        found.append(frozenset(name for name, failed in fails.items() if failed))
    return found


def trainers(replay: Replay, tier: Tier, site: str, plan: Course | Refresher) -> Tests:
    """What too few trainers of those who could give a course fail; nothing where there are enough."""
    found, free = [], replay.lendable if isinstance(plan, Course) else replay.lendable_to_groups
    for worker, travels in above(replay, tier, site, tier.trainers_across_sites):
        if not worker.trainer:
            continue
        ability = worker.tier.competence
        fails = {
            "trainer_hours": free(worker) < plan.trainer_rate + plan.travel_rate * travels,
            "trainer_unsupervised": worker.lapsed,
            "trainer_competence": ability is not None and worker.competence < ability.min_trainer,
        }
        found.append(frozenset(name for name, failed in fails.items() if failed))
    return too_few(found, plan.trainers, "too_few_trainers")


def course(replay: Replay, room: Room, minute: int) -> Tests:
    """What candidates for one stage wait for, as things stand, at this minute."""
    plan, waiting, found = room.plan, len(replay.candidates(room)), set()
    if plan.dates and not room.open_dates(minute):
        return frozenset({"calendar"})
    if waiting < plan.min_cohort:
        found.add("too_few_candidates")
    elif plan.gather and not plan.dates and waiting < plan.max_cohort and minute < room.enough_since + plan.gather:
        found.add("gathering")
    if room.tier.rooms and replay.rooms_taken(room) >= room.tier.rooms:
        found.add("no_room")
    return frozenset(found) | trainers(replay, room.tier, room.site, plan)


def rest(replay: Replay, wait: Wait) -> Tests:
    """What those wait for who fail no test of their own."""
    name, site, kind, place = wait
    if kind in ("practice", "certificate"):
        return frozenset({"no_client" if kind == "practice" else "competence"})
    if kind == "care":
        return care(replay, place)
    tier = replay.programme.tiers[name]
    if kind == "course":
        return course(replay, replay.rooms[name, site, place], replay.now)
    if kind == "supervision_place":
        return in_the_way(supervisors(replay, tier, site), "too_few_supervisors", "supervisor_hours")
    assert tier.refresher is not None
    return trainers(replay, tier, site, tier.refresher) or frozenset({"trainer_hours"})


def every_wait(replay: Replay) -> Iterable[Wait]:
    """Everything that can be waited for."""
    programme = replay.programme
    for place in range(len(programme.care.demands) if programme.care else 0):
        yield "", "", "care", place
    for name, site, stage in replay.rooms:
        yield name, site, "course", stage
    for tier in programme.cascade:
        kinds = {"supervision_place": tier.supervision, "refresher": tier.refresher}
        for site in programme.sites:
            yield from ((tier.name, site, kind, 0) for kind, plan in kinds.items() if plan)
            if (tier.name, site) in replay.openings.targets:
                yield tier.name, site, "vacancy", 0
        if tier.clients_in_practice:
            yield tier.name, "", "practice", 0
        yield tier.name, "", "certificate", 0


def bound(replay: Replay) -> Iterator[str]:
    """At the end of every instant, for every wait."""
    for wait in every_wait(replay):
        waiting = {name: number for name, number in units(replay, wait).items() if number}
        said = sorted(replay.binding.get(wait, ()))
        own = [name for name in waiting if name != REST]
        wanted = sorted([*own, "+".join(sorted(rest(replay, wait)))] if REST in waiting else own)
        if ["+".join(sorted(part.split("+"))) for part in said] != wanted:
            yield f"{wait}: {said or 'nothing'} is said to bind {waiting or 'nobody'}, not {wanted}"


def lapse(replay: Replay) -> Iterator[str]:
    """A date that lapses is counted under what it was waiting for until then (R3.5)."""
    if replay.alarms and replay.alarms[0][0] < replay.until:
        return  # something changes before, and no row says so: a training of the workplace is over, say
    for row in (each for each in replay.coming if each.event == "course_lapsed"):
        rooms = [room for room in replay.rooms.values() if room.tier.name == row.tier and row.amount in room.dates]
        found = [course(replay, room, row.minute - 1) for room in rooms]
        if frozenset(row.detail.split("+")) not in found:
            yield f"date {row.amount} of {row.tier} lapses for {row.detail!r}; it was waiting for {found}"


CHECKS = {
    "what binds": Check("R12.1", "instant", bound),
    "why a date lapses": Check("R3.5", "instant", lapse),
}
