"""Changed lines of the engine on the clients' side, and the check that must name what each breaks."""

from __future__ import annotations

from auditor.mutations import Mutation

CLINICS = "clinics.toml"

CLIENT_MUTATIONS = [
    Mutation(*mutation, file=CLINICS)
    for mutation in (
        (
            "everybody speaks everything",
            "meet",
            "speaks = self.language < 0 or",
            "speaks = True or",
            "site and language",
        ),
        ("interpreters at other sites", "meet", "desk.site == self.site", "True", "site and language"),
        ("interpreters before speakers", "best", "return worker, False", "return None, False", "client left waiting"),
        (
            "no urgency",
            "join",
            "(client.urgency, client.priority)",
            "(0, client.priority)",
            "choice of client and worker",
        ),
        ("no priority", "_referred", "plan.priority", "0", "choice of client and worker"),
        ("screened out by nobody", "_referred", "self.book.window()[SCREENED_OUT] += 1", "pass", "counts"),
        ("assessment for ever", "_session", "if client.assessment:", "if False:", "levels"),
        ("assessment for nothing", "_commit", "client.rate + client.assessment)", "client.rate)", "levels"),
        ("room for somebody else is not seen", "_session", "self.clock.wake()", "pass", "client left waiting"),
        (
            "pauses are lost",
            "unpause",
            "client.due += self.clock.now",
            "client.due = self.clock.now + 1",
            "one interval apart",
        ),
        ("care never pauses", "_pause_all", "self.care.pause(case, worker)", "pass", "paused at rest"),
        ("a member comes late", "first", "len(found) == most", "len(found) > most", "who is gathered"),
        (
            "one facilitator is enough",
            "start",
            "len(helpers) < demand.plan.facilitators",
            "not helpers",
            "who is gathered",
        ),
        ("apprentices facilitate", "_for_clients", "grouped and state != ACTIVE", "False", "who may see clients"),
        ("nobody steps in", "_replace", "missing = ", "missing = 0 * ", "client groups at rest"),
        ("groups by their names", "_gather", "min(ready, key=Demand.turn)", "ready[0]", "choice of group"),
        ("mended by number", "mend", "key=ClientGroup.turn", "key=lambda group: -group.key", "choice of group to mend"),
        ("research of one client", "_free", "-group.research", "-group.demand.plan.research_rate", "levels"),
        ("one facilitator is not missing", "lacking", "sum(masks) < needed", "masks[0] < needed", "what binds"),
        ("who stepped in is still next", "mend", "self.refresh_touched()", "pass", "choice of facilitator"),
        ("empty groups go on", "leave", "self.care.people.unsettled = True", "pass", "client groups at rest"),
        (
            "a group too long",
            "_member",
            "group.sessions == group.demand",
            "group.sessions > group.demand",
            "client groups at rest",
        ),
        (
            "one session attended is none",
            "_no_show",
            "client.attended == 0",
            "client.attended <= 1",
            "how a member ends",
        ),
        (
            "groups meet a minute late",
            "_schedule",
            "self.clock.now + minutes",
            "self.clock.now + minutes + 1",
            "group session",
        ),
        ("facilitators keep their hours", "_free", "CLIENTS, -rate", "CLIENTS, 0", "client left waiting"),
        ("a life event too early", "_dated", "clock.minute <= client.referred", "False", "a client's own reason"),
        ("short cases never count", "case_ended", "(practice.min_sessions or to_have)", "4", "certificate overdue"),
        ("the wrong clients wait", "_publish_care", "amount=place", "amount=0", "what binds"),
        ("the negligible counts", "failing", "count * NEGLIGIBLE >= held", "count", "what binds"),
        ("who goes away waits on", "_as_supervisee", "worker.group is not None and", "False and", "levels"),
        ("a practice for everybody", "_for_clients", "ready = short and 0 in masks", "ready = short", "levels"),
        ("waits in the wrong class", "enter", "self.classes[pair]", "next(iter(self.classes.values()))", "classes"),
        ("interpreted without an interpreter", "_attend", "client, client.interpreted)", "client, True)", "counts"),
        ("who would not start is handed over", "release", "if client.starts:", "if True:", "client moves"),
        ("the interpreted assessment unpaid", "_session", "self.book.pay_interpreter", "abs", "counts"),
    )
]
