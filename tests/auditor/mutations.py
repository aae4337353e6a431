"""Changed lines of the engine, and the check that must name what each breaks."""

from __future__ import annotations

from typing import NamedTuple


class Mutation(NamedTuple):
    """In the function `where`, the one of that name that holds the text `old` once, it becomes `new`.

    The fault must be named in runs of the scenario `file`.
    """

    what: str
    where: str
    old: str
    new: str
    check: str
    file: str = "lively.toml"


MUTATIONS = [
    Mutation(
        "caseload off by one",
        "_for_clients",
        "worker.n_open >= places",
        "worker.n_open > places",
        "caseload",
    ),
    Mutation(
        "clients in overtime",
        "_for_clients",
        "free = worker.available",
        "free = worker.limit",
        "episodes fit the week",
    ),
    Mutation("notice ignored", "give_notice", "worker.placeable = False", "pass", "no new client on notice"),
    Mutation(
        "clients without supervision",
        "_for_clients",
        "0 if may_practise(worker) else UNSUPERVISED",
        "UNSUPERVISED if worker.lapsed else 0",
        "supervised to take clients",
    ),
    Mutation(
        "an uncertified worker gets a client",
        "_caseload",
        "state == APPRENTICE and tier.practises_with_clients else 0",
        "state == APPRENTICE else 0",
        "who may see clients",
    ),
    Mutation(
        "most cases first",
        "_for_clients",
        "1, worker.n_open",
        "1, -worker.n_open",
        "choice of client and worker",
    ),
    Mutation("span off by one", "_offer_seats", "supervisees < unit", "supervisees <= unit", "span"),
    Mutation("trainers on notice", "_for_courses", "and worker.placeable ", "", "who may train"),
    Mutation(
        "trainers with least hours",
        "_for_courses",
        "(-free, ",
        "(free, ",
        "choice of trainer",
    ),
    Mutation(
        "group size off by one",
        "_offer_seats",
        "size < unit.plan.group_size",
        "size <= unit.plan.group_size",
        "group size",
    ),
    Mutation(
        "members for a leader on notice",
        "_offer_seats",
        "and supervisor.placeable",
        "",
        "one seat, in an open group",
    ),
    Mutation(
        "a seat noted twice",
        "_seat",
        "note(world, Event.JOINED_SUPERVISION",
        "for _ in range(2): note(world, Event.JOINED_SUPERVISION",
        "one seat, in an open group",
    ),
    Mutation("emptiest group first", "_offer_seats", "(-size, -free", "(size, -free", "choice of seat"),
    Mutation(
        "groups never merge", "merge_groups", "supervisor.state == EXITED or supervisor.away", "True", "groups at rest"
    ),
    Mutation("grace ignored", "_expire_grace", "expired(world, world.graces)", "()", "grace overdue"),
    Mutation("grace a minute longer", "_run_grace", ".grace_minutes)", ".grace_minutes + 1)", "grace"),
    Mutation(
        "hours booked twice",
        "commit",
        "shift(world, base + _FIRST_RATE + purpose, rate)",
        "shift(world, base + _FIRST_RATE + purpose, 2 * rate)",
        "KPIs",
    ),
    Mutation(
        "the ledger forgets",
        "commit",
        "after = before + rate",
        "after = before",
        "supervision fits the week",
    ),
    Mutation(
        "cohort off by one",
        "_start",
        "queue.size > 0 and len(course.trainees) < plan",
        "queue.size > 0 and len(course.trainees) <= plan",
        "cohort",
    ),
    Mutation("gathering ignored", "_timely", "not gathering(world, offering)", "True", "gathering"),
    Mutation(
        "dates never lapse", "lapse_windows", "windows[0].closes <= world.now", "windows[0].closes < 0", "dates overdue"
    ),
    Mutation(
        "a longer course",
        "_start",
        "plan.minutes, Rank.COURSE_END, key",
        "plan.minutes + 1, Rank.COURSE_END, key",
        "course length",
    ),
    Mutation(
        "nobody steps in",
        "leave_courses",
        "world.without_trainer.append(course)",
        "pass",
        "substitute left out",
    ),
    Mutation("nobody is independent", "start_practising", "worker.tier.independent", "False", "unsupervised once"),
    Mutation("unsupervised cases count", "end_practice_case", "not unsupervised", "True", "certificate"),
    Mutation(
        "a case too many",
        "test_practice",
        "worker.cases >= tier.practice.cases",
        "worker.cases > tier.practice.cases",
        "certificate overdue",
    ),
    Mutation(
        "practice runs on alone",
        "pause_practice",
        "if worker.practising:",
        "if False:",
        "certificate",
    ),
    Mutation(
        "a longer apprenticeship",
        "limit_practice",
        "worker.tier.practice.limit_minutes",
        "worker.tier.practice.limit_minutes + 1",
        "apprentice limit",
    ),
    Mutation(
        "a longer notice",
        "_notice",
        "now + reason.notice_minutes",
        "now + reason.notice_minutes + 1",
        "notice",
    ),
    Mutation(
        "a hand-over loses a client",
        "return_to_waiting",
        "client.client_class.queue.offer(client.turn, (0, 0, 0, client.referred, client.key))",
        "pass",
        "choice of client and worker",
    ),
    Mutation(
        "a session too many",
        "end_session",
        "client.attended >= form.sessions",
        "client.attended > form.sessions",
        "in care at rest",
    ),
    Mutation(
        "sessions a minute late",
        "_schedule_session",
        "put(world, client.due,",
        "put(world, client.due + 1,",
        "one interval apart",
    ),
    Mutation(
        "a wrong quantile",
        "quantile",
        "(len(ordered) - 1) * numerator",
        "len(ordered) * numerator",
        "KPIs",
    ),
    Mutation(
        "integrals a minute short",
        "integral",
        "* self.minute -",
        "* (self.minute - 1) -",
        "Little's identity",
    ),
]

SESSION_ENDS = {"_schedule_session": "_SESSION_END", "unpause": "_SESSION_END", "_schedule": "Rank.SESSION_END"}
"""The functions that put the end of a session on the calendar, and how each names its rank."""
