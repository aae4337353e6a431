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
        "len(worker.open) >= places",
        "len(worker.open) > places",
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
        "not worker.supervised",
        "worker.lapsed",
        "supervised to take clients",
    ),
    Mutation(
        "an uncertified worker gets a client",
        "_places",
        "tier.apprentice_caseload if tier.practises_with_clients else 0",
        "tier.apprentice_caseload",
        "who may see clients",
    ),
    Mutation(
        "most cases first",
        "_for_clients",
        "(turn, len(worker.open)",
        "(turn, -len(worker.open)",
        "choice of client and worker",
    ),
    Mutation("span off by one", "offer_seats", "supervisees < circle", "supervisees <= circle", "span"),
    Mutation("trainers on notice", "_for_courses", "and worker.placeable ", "", "who may train"),
    Mutation(
        "trainers with least hours",
        "_for_courses",
        "order = (-free, ",
        "order = (free, ",
        "choice of trainer",
    ),
    Mutation(
        "group size off by one",
        "offer_seats",
        "size < circle.plan.group_size",
        "size <= circle.plan.group_size",
        "group size",
    ),
    Mutation(
        "members for a leader on notice",
        "offer_seats",
        "and supervisor.placeable",
        "",
        "one seat, in an open group",
    ),
    Mutation(
        "a seat noted twice",
        "_seat",
        "self.record.note(Event.SEATED",
        "for _ in range(2): self.record.note(Event.SEATED",
        "one seat, in an open group",
    ),
    Mutation("emptiest group first", "offer_seats", "(-size, -free", "(size, -free", "choice of seat"),
    Mutation("groups never merge", "merge", "supervisor.state == EXITED", "True", "groups at rest"),
    Mutation("grace ignored", "expired", "self._running[0][0] <= self.world.clock.now", "False", "grace overdue"),
    Mutation("grace a minute longer", "publish", ".grace_minutes)", ".grace_minutes + 1)", "grace"),
    Mutation(
        "hours booked twice",
        "book",
        "shift(base + _FIRST_RATE + purpose, rate)",
        "shift(base + _FIRST_RATE + purpose, 2 * rate)",
        "KPIs",
    ),
    Mutation(
        "the ledger forgets",
        "book",
        "after = before + rate",
        "after = before",
        "supervision fits the week",
    ),
    Mutation("cohort off by one", "_start", "< plan.max_cohort", "<= plan.max_cohort", "cohort"),
    Mutation("gathering ignored", "_timely", "not room.gathering(self.clock.now)", "True", "gathering"),
    Mutation("dates never lapse", "close_windows", "if window.closes <= now", "if window.closes < 0", "dates overdue"),
    Mutation("a longer course", "_start", "+ plan.minutes", "+ plan.minutes + 1", "course length"),
    Mutation(
        "nobody steps in",
        "_gone",
        "return bereft",
        "return []",
        "substitute left out",
    ),
    Mutation("unsupervised cases count", "case_ended", " and not unsupervised", "", "certificate"),
    Mutation(
        "a case too many",
        "_test",
        "worker.cases >= practice.cases",
        "worker.cases > practice.cases",
        "certificate overdue",
    ),
    Mutation(
        "practice runs on alone",
        "pause",
        "worker.practice_due is None",
        "True",
        "certificate",
    ),
    Mutation(
        "a longer apprenticeship",
        "limit_apprenticeship",
        "practice.limit_minutes",
        "practice.limit_minutes + 1",
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
        "hand_over",
        "self.waiting.join_handovers(client)",
        "pass",
        "choice of client and worker",
    ),
    Mutation(
        "a session too many",
        "_session",
        "client.attended >= client.demand.plan.sessions",
        "client.attended > client.demand.plan.sessions",
        "in care at rest",
    ),
    Mutation(
        "sessions a minute late",
        "_schedule_session",
        "self.clock.at(minute,",
        "self.clock.at(minute + 1,",
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
        "area",
        "* self.minute -",
        "* (self.minute - 1) -",
        "Little's identity",
    ),
]

SESSION_RANK = "_SESSION_END"
"""The name under which the engine keeps the rank of a session's end."""
