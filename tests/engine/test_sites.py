"""Sites share nothing but what `across_sites` allows, and then at the price of travel (R1.7)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.scene import Scene, dated

Play = Callable[..., Scene]


def two(
    mentors: dict[str, str],
    peers: dict[str, str],
    *,
    supervision: str = "required = false",
    training: str = "required = false",
    mentor: str = "",
    peer: str = "",
    sites: str = '["north", "south"]',
) -> str:
    """Mentors of ten hours and peers of five, by site: numbers there at the start, or intakes `WEEK:COUNT`."""

    def staff(tier: str, people: dict[str, str]) -> str:
        tables = []
        for site, who in people.items():
            keys = f"intake = {dated(who)}" if ":" in who else f"initial = {who}"
            tables.append(f"[tier.{tier}.site.{site}]\n{keys}")
        return "\n".join(tables)

    return f"""
horizon_weeks = 20
cascade = ["mentor", "peer"]
sites = {sites}
[tier.mentor]
hours_per_week = 10
{mentor}
{staff("mentor", mentors)}
[tier.peer]
hours_per_week = 5
{peer}
{staff("peer", peers)}
[tier.peer.training]
{training}
[tier.peer.supervision]
{supervision}
"""


GROUPS = "group_size = 3\nmeeting_hours = 2"
COURSE = "course_weeks = 2\nmax_cohort = 3\ntrainer_hours_per_week = 8"


def opened(scene: Scene) -> list[str]:
    return [f"{row.key} {row.other}" for row in scene.select("group_opened")]


def test_groups_and_seats_stay_within_a_site(play: Play) -> None:
    """Three seats in the group of the north are of no use to the south."""
    mentors = {"north": "1", "south": "19:1"}
    scene = play(two(mentors, {"north": "0:1", "south": "0:1"}, supervision=GROUPS))
    assert opened(scene) == [
        "peer@north:group:0 mentor@north:initial:0",
        "peer@south:group:0 mentor@south:intake:19:0",
    ]
    assert [row.key for row in scene.select("unsupervised")] == ["peer@south:intake:0:0"]
    assert scene.kpi("tier.peer.waiting.supervision_place.too_few_supervisors_weeks") == 19


def test_supervisors_travel_where_nobody_is(play: Play) -> None:
    """Two hours and one on the way, every week; members pay for the meeting only."""
    across = GROUPS + "\nacross_sites = true\ntravel_hours = 1"
    scene = play(two({"north": "1"}, {"north": "0:1", "south": "0:1"}, supervision=across))
    assert opened(scene) == [
        "peer@north:group:0 mentor@north:initial:0",
        "peer@south:group:0 mentor@north:initial:0",
    ]
    assert scene.kpi("tier.mentor.share.supervision_given") == (2 + 3) / 10
    assert scene.kpi("tier.peer.share.supervision_received") == 2 / 5


def test_travel_by_meeting(play: Play) -> None:
    """Every other week: (2 + 1.5 + 1) / 2 hours."""
    across = GROUPS + "\nacross_sites = true\ntravel_hours = 1\npreparation_hours = 1.5\ninterval_weeks = 2"
    scene = play(two({"north": "1"}, {"south": "0:1"}, supervision=across))
    assert scene.kpi("tier.mentor.share.supervision_given") == 2.25 / 10


def test_those_of_the_same_site_come_first(play: Play) -> None:
    """One mentor in the south with less time than the two of the north: four groups of hers before anybody travels."""
    across = "meeting_hours = 2.5\nacross_sites = true"
    scene = play(two({"north": "2", "south": "1"}, {"south": "0:5"}, supervision=across))
    assert [row.other for row in scene.select("group_opened")] == ["mentor@south:initial:0"] * 4 + [
        "mentor@north:initial:0"
    ]


def test_travel_must_fit_too(play: Play) -> None:
    """Ten hours hold a group of eight; with three on the way they do not."""
    across = "meeting_hours = 3\npreparation_hours = 5\nacross_sites = true\ntravel_hours = {}"
    for travel, seated, waits in ((2, "peer@south:intake:0:0", 1), (3, "peer@north:intake:19:0", 20)):
        text = two({"north": "1"}, {"north": "19:1", "south": "0:1"}, supervision=across.format(travel))
        scene = play(text)
        assert [row.key for row in scene.select("joined_supervision")] == [seated]
        assert scene.kpi("tier.peer.waiting.supervision_place.supervisor_hours_weeks") == waits


def test_courses_stay_within_a_site(play: Play) -> None:
    """Two are needed: the second of the south comes at week 4, and a mentor of the south at week 9."""
    mentors, peers = {"north": "1", "south": "9:1"}, {"north": "1:2", "south": "1:1 4:1"}
    scene = play(two(mentors, peers, training=COURSE + "\nmin_cohort = 2"))
    assert scene.lines("course_started", "trainer_joined") == [
        "1 course_started peer@north:course:0 2",
        "1 trainer_joined peer@north:course:0 mentor@north:initial:0",
        "9 course_started peer@south:course:0 2",
        "9 trainer_joined peer@south:course:0 mentor@south:intake:9:0",
    ]


def test_trainers_travel(play: Play) -> None:
    """Eight hours a week and two on the way, for two weeks."""
    training = COURSE + "\nacross_sites = true\ntravel_hours = 2"
    scene = play(two({"north": "1"}, {"north": "1:1", "south": "1:2"}, training=training))
    assert scene.lines("course_started", "trainer_joined") == [
        "1 course_started peer@north:course:0 1",
        "1 trainer_joined peer@north:course:0 mentor@north:initial:0",
        "3 course_started peer@south:course:0 2",
        "3 trainer_joined peer@south:course:0 mentor@north:initial:0",
    ]
    assert scene.kpi("tier.mentor.share.training_given") == 2 * (8 + 10) / 200
    # with three hours on the way it is eleven, which nobody has
    text = two({"north": "1", "south": "19:1"}, {"north": "1:1", "south": "1:2"}, training=training)
    scene = play(text.replace("travel_hours = 2", "travel_hours = 3"))
    assert scene.weeks("course_started") == ["1", "19"]


def test_two_trainers_from_two_sites(play: Play) -> None:
    """Both are needed: the one of the south, and one of the north who travels."""
    training = COURSE + "\nacross_sites = true\ntravel_hours = 1\ntrainers_per_course = 2"
    scene = play(two({"north": "2", "south": "1"}, {"south": "1:1"}, training=training))
    assert [row.other for row in scene.select("trainer_joined")] == ["mentor@south:initial:0", "mentor@north:initial:0"]
    assert scene.kpi("tier.mentor.share.training_given") == pytest.approx(2 * (8 + 9) / (3 * 10 * 20))


def test_rooms_of_each_site(play: Play) -> None:
    training = COURSE + "\nparallel_courses = 1\nmax_cohort = 1"
    training = training.replace("max_cohort = 3\n", "")
    scene = play(two({"north": "2", "south": "2"}, {"north": "1:2", "south": "1:1"}, training=training))
    assert scene.lines("course_started") == [
        "1 course_started peer@north:course:0 1",
        "1 course_started peer@south:course:0 1",
        "3 course_started peer@north:course:1 1",
    ]


SPREAD = 'hours_per_week = { dist = "uniform", low = 3, high = 9 }'


def test_who_somebody_is_does_not_depend_on_the_other_sites(play: Play) -> None:
    """Luck goes with the name of the site: neither its place in the list nor another site changes anything."""
    found = []
    for sites, others in (
        ('["north", "south"]', {"south": "0:3"}),
        ('["south", "north"]', {"south": "0:3"}),
        ('["east", "north"]', {"east": "0:7"}),
    ):
        text = two({"north": "1"}, {"north": "0:6", **others}, peer="LATER", sites=sites)
        text = text.replace("hours_per_week = 5\nLATER", SPREAD)
        found.append({row.key: row.amount for row in play(text).select("recruited") if "@north" in row.key})
    assert found[0] == found[1] == found[2]
    assert len(set(found[0].values())) == 7


def test_people_of_two_sites_differ(play: Play) -> None:
    text = two({"north": "1"}, {"north": "0:6", "south": "0:6"}, peer="LATER").replace(
        "hours_per_week = 5\nLATER", SPREAD
    )
    hours = [row.amount for row in play(text).select("recruited") if row.tier == "peer"]
    assert len(set(hours)) == 12


def test_clients_are_seen_at_their_own_site(play: Play) -> None:
    """The workers of the south have nothing to do, though clients of the north wait."""
    text = """
horizon_weeks = 20
cascade = ["w"]
sites = ["north", "south"]
[tier.w]
hours_per_week = 10
[tier.w.site.north]
initial = 1
[tier.w.site.south]
initial = 5
[clients]
sessions = 3
session_hours = 1
[clients.stream.a]
referrals_per_week = 3
site = "north"
"""
    scene = play(text)
    assert {row.other for row in scene.select("started")} == {"w@north:initial:0"}
    assert scene.kpi("clients.waiting_mean") > 10
