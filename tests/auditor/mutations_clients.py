"""Changed lines of the engine on the clients' side, and the check that must name what each breaks."""

from __future__ import annotations

from auditor.mutations import Mutation

CLINICS = "clinics.toml"

CLIENT_MUTATIONS = [
    Mutation(*mutation, file=CLINICS)
    for mutation in (
        (
            "everybody speaks everything",
            "_new_providers",
            "plan.language < 0 or",
            "True or",
            "site and language",
        ),
        ("interpreters at other sites", "_new_providers", "plan.site == site", "True", "site and language"),
        (
            "interpreters before speakers",
            "best_near",
            "None if entry is None else entry.worker",
            "None",
            "client left waiting",
        ),
        (
            "no urgency",
            "join_queue",
            "(1, urgency, priority,",
            "(1, 0, priority,",
            "choice of client and worker",
        ),
        ("no priority", "_refer", "plan.priority", "0", "choice of client and worker"),
        ("screened out by nobody", "_refer", "(world)[ClientCount.SCREENED_OUT] += 1", "(world)", "counts"),
        ("assessment for ever", "end_session", "if client.assessment != 0:", "if False:", "levels"),
        ("assessment for nothing", "_commit_hours", "client.rate + client.assessment", "client.rate", "levels"),
        (
            "room for somebody else is not seen",
            "end_session",
            "world.c_phase_pending = True  # there",
            "pass  # there",
            "client left waiting",
        ),
        (
            "pauses are lost",
            "unpause",
            "client.due += world.now",
            "client.due = world.now + 1",
            "one interval apart",
        ),
        ("care never pauses", "_hold_or_end", "pause(world, client, worker)", "pass", "paused at rest"),
        ("a member comes late", "_first_waiting", "len(members) < most", "len(members) <= most", "who is gathered"),
        (
            "one facilitator is enough",
            "start_group",
            "len(chosen) < form.facilitators",
            "len(chosen) == 0",
            "who is gathered",
        ),
        (
            "apprentices facilitate",
            "_for_clients",
            "needs[place].certified and worker.state != ACTIVE",
            "False",
            "who may see clients",
        ),
        (
            "nobody steps in",
            "_replace",
            "missing = client_class.form.facilitators - len(group.facilitators)",
            "missing = 0",
            "client groups at rest",
        ),
        (
            "groups by their names",
            "_next_ready",
            "chosen is None or client_class.queue.best().precedes(chosen.queue.best())",
            "chosen is None",
            "choice of group",
        ),
        (
            "mended by number",
            "_sort_by_turn",
            "_comes_first(group, groups[place - 1])",
            "group.key > groups[place - 1].key",
            "choice of group to mend",
        ),
        (
            "research of one client",
            "_end",
            "rate, group.research",
            "rate, group.client_class.form.research_rate",
            "levels",
        ),
        ("one facilitator is not missing", "_lacking", "present < needed", "masks[0] < needed", "what binds"),
        (
            "who stepped in is still next",
            "replace_facilitators",
            "refresh_touched(world)",
            "pass",
            "choice of facilitator",
        ),
        ("empty groups go on", "leave_group", "world.unsettled = True", "pass", "client groups at rest"),
        (
            "a group too long",
            "_attend",
            "group.sessions == group.client_class",
            "group.sessions > group.client_class",
            "client groups at rest",
        ),
        (
            "one session attended is none",
            "_miss",
            "client.attended == 0",
            "client.attended <= 1",
            "how a member ends",
        ),
        (
            "groups meet a minute late",
            "_schedule",
            "world.now + wait",
            "world.now + wait + 1",
            "group session",
        ),
        ("facilitators keep their hours", "drop_case", "CLIENTS, -rate", "CLIENTS, 0", "client left waiting"),
        (
            "a life event too early",
            "_due_minute",
            "dated_minute(world, reason.clock, client.stream, reason.name_hash)",
            "reason.clock.minute",
            "a client's own reason",
        ),
        (
            "short cases never count",
            "end_practice_case",
            "tier.practice.min_sessions if tier.practice.min_sessions > 0 else to_have",
            "4",
            "certificate overdue",
        ),
        (
            "the wrong clients wait",
            "_publish_care",
            "(BINDS, _CARE, tests), client_class.place",
            "(BINDS, _CARE, tests), 0",
            "what binds",
        ),
        ("the negligible counts", "failing", "masks[1 << bit] * NEGLIGIBLE >= held", "masks[1 << bit]", "what binds"),
        ("who goes away waits on", "_as_supervisee", "worker.group is not None and", "False and", "levels"),
        ("a practice for everybody", "_for_clients", "(mask == 0 and short)", "short", "levels"),
        ("waits in the wrong class", "_refer", "plan.counters[language + 1]", "0", "classes"),
        ("interpreted without an interpreter", "_attend", "client, client.interpreted)", "client, True)", "counts"),
        ("who would not start is handed over", "release_case", "if client.starts != 0:", "if True:", "client moves"),
        ("the interpreted assessment unpaid", "end_session", "pay_interpreter(world, form", "abs(form", "counts"),
    )
]
