"""R12.1: what is said to bind does stand in the way; whoever waits is booked under something, nobody else is."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check import Check
from auditor.people import ACTIVE, APPRENTICE, Worker
from auditor.programme import Tier
from auditor.replay import Replay

Tests = frozenset[str]


def sound(said: Tests, resources: list[Tests], nobody: str, otherwise: str) -> bool:
    """Whether these tests can be what stands in the way, given the tests that each resource fails.

    One test binds if some resource fails it alone; several if each is failed alone by some resource, or where none
    fails exactly one, by any. `otherwise` is for who does not fit although a resource passes every test.
    """
    if not resources:
        return said == {nobody}
    if frozenset() in resources:
        return said == {otherwise}
    alone = frozenset().union(*(fails for fails in resources if len(fails) == 1))
    return bool(said) and said <= (alone or frozenset().union(*resources))


def care(replay: Replay) -> list[Tests]:
    """The tests that each worker who sees clients fails for one more."""
    found, plan = [], replay.programme.care
    for worker in (each for living in replay.living.values() for each in living.values()):
        learner = worker.state == APPRENTICE and worker.tier.clients_in_practice
        if plan and not worker.notices and (learner or (worker.state == ACTIVE and worker.tier.delivers)):
            places = worker.tier.apprentice_caseload if learner else worker.tier.caseload
            fails = {
                "caseload": len(worker.cases) >= places,
                "worker_hours": replay.committed(worker) + plan.rate > worker.available,
                "worker_unsupervised": not worker.supervised,
            }
            found.append(frozenset(name for name, failed in fails.items() if failed))
    return found


def leaders(replay: Replay, tier: Tier) -> list[Worker]:
    """Who of the tier above may lead and teach at all."""
    above = replay.programme.above(tier)
    living = replay.living[above.name].values() if above else ()
    return [worker for worker in living if worker.state == ACTIVE and not worker.notices]


def supervisors(replay: Replay, tier: Tier) -> list[Tests]:
    """The tests that each possible supervisor fails for one more group."""
    plan, found = tier.supervision, []
    for worker in leaders(replay, tier) if plan else ():
        fails = {
            "supervisor_hours": replay.lendable(worker) < plan.group_rate,
            "supervisor_span": plan.max_supervisees is not None and replay.supervisees(worker) >= plan.max_supervisees,
            "supervisor_unsupervised": worker.lapsed,
        }
        found.append(frozenset(name for name, failed in fails.items() if failed))
    return found


def course_tests(replay: Replay, tier: Tier, minute: int) -> Tests:
    """What a course of a tier waits for, as things stand, at this minute."""
    plan, room, waiting = tier.course, replay.rooms[tier.name], replay.waiting(tier.name, "course")
    if not plan:
        return frozenset()
    if plan.dates and not any(date <= minute < date + plan.window for date in room.dates):
        return frozenset({"calendar"})
    found = set()
    if waiting < plan.min_cohort:
        found.add("too_few_candidates")
    elif plan.gather and not plan.dates and waiting < plan.max_cohort and minute < room.enough_since + plan.gather:
        found.add("gathering")
    hours = {worker.key for worker in leaders(replay, tier) if replay.lendable(worker) < plan.trainer_rate}
    lapsed = {worker.key for worker in leaders(replay, tier) if worker.lapsed}
    everybody = {worker.key for worker in leaders(replay, tier)}
    if len(everybody) < plan.trainers:
        found.add("too_few_trainers")
    elif len(everybody - hours - lapsed) < plan.trainers:
        enough = {"trainer_hours": everybody - lapsed, "trainer_unsupervised": everybody - hours}
        alone = {name for name, those in enough.items() if len(those) >= plan.trainers}
        found |= alone or set(enough)
    return frozenset(found)


def bound(replay: Replay) -> Iterator[str]:
    """At the end of every instant, for every wait."""
    waits = [("care", None)] if replay.programme.care else []
    waits += [(wait, tier) for tier in replay.programme.cascade for wait in ("course", "seat", "practice")]
    for wait, tier in waits:
        if (wait == "course" and not tier.course) or (wait == "seat" and not tier.supervision):
            continue
        name = tier.name if tier else ""
        said = [frozenset(part.split("+")) for part in replay.binding.get((name, wait), ())]
        if not _agrees(replay, wait, tier, said):
            words = "|".join("+".join(sorted(tests)) for tests in said) or "nothing"
            yield f"{words} is said to bind {replay.waiting(name, wait)} who wait for {wait} {name}"


def _agrees(replay: Replay, wait: str, tier: Tier | None, said: list[Tests]) -> bool:
    waiting = replay.waiting(tier.name if tier else "", wait)
    if wait == "seat" and tier:
        own = replay.blocked_by_own_hours(tier.name)
        if ({"own_hours"} in said) != (own > 0):
            return False
        waiting, said = waiting - own, [tests for tests in said if tests != {"own_hours"}]
    if not waiting or len(said) != 1:
        return not waiting and not said
    if tier is None:
        return sound(said[0], care(replay), "too_few_workers", "worker_hours")
    if wait == "seat":
        return sound(said[0], supervisors(replay, tier), "too_few_supervisors", "supervisor_hours")
    return said[0] == (course_tests(replay, tier, replay.now) if wait == "course" else {"no_client"})


def lapse(replay: Replay) -> Iterator[str]:
    """A date that lapses is counted under what it was waiting for until then (R3.5)."""
    for row in (each for each in replay.coming if each.event == "course_lapsed"):
        tests = course_tests(replay, replay.programme.tiers[row.tier], row.minute - 1)
        if set(row.detail.split("+")) != tests:
            yield f"date {row.amount} of {row.tier} lapses for {row.detail!r}; it was waiting for {sorted(tests)}"


CHECKS = {
    "what binds": Check("R12.1", "instant", bound),
    "why a date lapses": Check("R3.5", "instant", lapse),
}
