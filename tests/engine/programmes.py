"""Texts of tiny scenarios: a school, a team with its supervisors, a desk for clients; each test adds its own point."""

from __future__ import annotations

from engine.scene import Scene, dated


def school(training: str, intake: str, *, mentor: str = "", mentors: str = "", peer: str = "", rest: str = "") -> str:
    """Mentors who teach, peers who come by `intake`; a course is two weeks of ten hours for at most two.

    `training` overrides that; `mentors` is the intake of mentors in place of one initial one of ten hours; `mentor` and
    `peer` are more keys of the two tiers, `rest` more tables.
    """
    keys = {"course_weeks": "2", "max_cohort": "2", "trainer_hours_per_week": "10"}
    keys |= dict(each.split(" = ", 1) for each in training.splitlines())
    table = "\n".join(f"{key} = {value}" for key, value in keys.items())
    people = {"initial": "1", "hours_per_week": "10"} | dict(each.split(" = ", 1) for each in mentor.splitlines())
    if mentors:
        people |= {"initial": people["initial"] if "initial" in mentor else "0", "intake": dated(mentors)}
    above = "\n".join(f"{key} = {value}" for key, value in people.items())
    return f"""
horizon_weeks = 20
cascade = ["mentor", "peer"]
[tier.mentor]
{above}
[tier.peer]
hours_per_week = 5
intake = {dated(intake)}
{peer}
[tier.peer.training]
{table}
[tier.peer.supervision]
required = false
{rest}
"""


def courses(scene: Scene) -> list[str]:
    """Starts and ends of courses."""
    return scene.lines("course_started", "course_ended", "course_lapsed")


SEATS = ("group_opened", "group_closed", "joined_supervision", "left_supervision", "moved", "unsupervised", "lapsed")


def team(intake: str, supervision: str = "", *, mentor: str = "initial = 1", peer: str = "", rest: str = "") -> str:
    """Mentors of ten hours who lead groups of two (two hours a week); peers certified at once, who come by `intake`."""
    keys = {"group_size": "2", "meeting_hours": "2"} | dict(each.split(" = ", 1) for each in supervision.splitlines())
    people = {"hours_per_week": "10"} | dict(each.split(" = ", 1) for each in mentor.splitlines())
    below = {"hours_per_week": "5"} | dict(each.split(" = ", 1) for each in peer.splitlines())
    table, above, peers = ("\n".join(f"{key} = {v}" for key, v in keys.items()) for keys in (keys, people, below))
    return f"""
horizon_weeks = 20
cascade = ["mentor", "peer"]
[tier.mentor]
{above}
[tier.peer]
intake = {dated(intake)}
{peers}
[tier.peer.training]
required = false
[tier.peer.supervision]
{table}
{rest}
"""


CARE = (
    "started",
    "not_starting",
    "session",
    "no_show",
    "completed",
    "dropped_out",
    "never_started",
    "reneged",
    "awaiting_transfer",
    "resumed",
    "lost_on_exit",
)


def desk(
    referred: str, clients: str = "", *, intake: str = "0:1", worker: str = "", streams: str = "a", rest: str = ""
) -> str:
    """One tier of workers with one place each; two sessions; `referred` for each of the streams."""
    care = {"sessions": "2", "session_hours": "1"} | dict(each.split(" = ", 1) for each in clients.splitlines())
    table = "\n".join(f"{key} = {value}" for key, value in care.items())
    rates = "\n".join(f"[clients.stream.{name}]\nreferrals_per_week = {referred}" for name in streams.split())
    return f"""
horizon_weeks = 20
cascade = ["w"]
[tier.w]
hours_per_week = 20
intake = {dated(intake)}
{worker}
{rest}
[clients]
{table}
{rates}
"""


def told(scene: Scene, *events: str) -> list[str]:
    """What happened to clients; `w0` is the first worker of the first intake."""
    return [each.replace("w:intake:0:", "w").replace(" 10080", "") for each in scene.lines(*(events or CARE))]


def care(referred: str, clients: str, *, intake: str = "0:1", rest: str = "") -> str:
    """Workers of one tier with one place each."""
    return f"""
horizon_weeks = 20
cascade = ["w"]
[tier.w]
hours_per_week = 20
intake = {dated(intake)}
{rest}
[clients]
session_hours = 1
{clients}
[clients.stream.a]
referrals_per_week = {referred}
"""


def of_clients(scene: Scene) -> list[str]:
    """Everything about clients and exits; `w0:0` is the worker of week 0."""
    kinds = [row for row in scene.rows if row.kind == "client" or row.event in ("exited", "notice")]
    events = {row.event for row in kinds} - {"referred"}
    return [each.replace("w:intake:", "w").replace(" 10080", "") for each in scene.lines(*events)]


TIERS = """
horizon_weeks = 20
cascade = ["mentor", "peer"]
[tier.mentor]
hours_per_week = 20
intake = {mentors}
[tier.peer]
hours_per_week = 10
{peer}
[tier.peer.training]
{training}
[tier.peer.supervision]
{supervision}
{rest}
"""


def two_tiers(
    mentors: str, peer: str, *, training: str = "required = false", supervision: str = "", rest: str = ""
) -> str:
    """Mentors by intake; peers as told."""
    supervised = "meeting_hours = 1" + "\n" + supervision if supervision != "none" else "required = false"
    return TIERS.format(mentors=dated(mentors), peer=peer, training=training, supervision=supervised, rest=rest)
