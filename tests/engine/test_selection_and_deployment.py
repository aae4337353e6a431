"""Gates before and after training: who is selected, who is deployed, who becomes a trainer (R2.6, R3.10)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cascadesim.model.enums import Entry, Purpose
from engine.lives import drawn
from engine.programmes import desk, school, team, told
from engine.scene import WEEK, Scene, burst, short

Play = Callable[..., Scene]
PEOPLE = 16


def below(purpose: Purpose, chance: float, *, level: int = 1, date: int = WEEK, people: int = PEOPLE) -> list[int]:
    """The positions in an intake whose draw is below `chance`."""
    return [
        place
        for place in range(people)
        if drawn(purpose, level=level, entry=Entry.INTAKE, date=date, position=place) < chance
    ]


# --- selection --------------------------------------------------------------------------------------------------------


def test_selection_at_recruitment(play: Play) -> None:
    """Who is not selected leaves in the minute of recruitment; one draw for each person."""
    scene = play(school(f"selection_probability = 0.6\nmax_cohort = {PEOPLE}", f"1:{PEOPLE}"))
    chosen = below(Purpose.SELECTION, 0.6)
    assert 5 <= len(chosen) <= 14
    gone = [f"1 exited p:1:{place} not_selected" for place in range(PEOPLE) if place not in chosen]
    assert short(scene.lines("exited")) == gone
    assert scene.kpi("tier.peer.exits.not_selected") == len(gone)
    assert scene.lines("course_started") == [f"1 course_started peer:course:0 {len(chosen)}"]
    assert scene.kpi("tier.peer.passed") == len(chosen)


def test_nobody_is_selected_who_needs_no_course(play: Play) -> None:
    """The initial ones are certified already."""
    scene = play(school("selection_probability = 0.000001", "1:3", peer="initial = 3"))
    assert [row.key for row in scene.select("exited")] == [f"peer:intake:1:{place}" for place in range(3)]


# --- deployment -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", [Entry.INITIAL, Entry.INTAKE])
def test_who_is_not_deployed_leaves(play: Play, entry: Entry) -> None:
    """At the certificate, of week 3, or at once for those who are there at the start."""
    people = f"initial = {PEOPLE}" if entry == Entry.INITIAL else ""
    intake = f"1:{PEOPLE}" if entry == Entry.INTAKE else "19:1"
    peer = f"deployment_probability = 0.6\n{people}".strip()
    scene = play(school(f"max_cohort = {PEOPLE}", intake, peer=peer))
    date, week = (0, 0) if entry == Entry.INITIAL else (WEEK, 3)
    expected = [
        f"peer:{entry.name.lower()}:{'' if entry == Entry.INITIAL else '1:'}{place}"
        for place in range(PEOPLE)
        if drawn(Purpose.DEPLOYMENT, level=1, entry=entry, date=date, position=place) >= 0.6
    ]
    assert 2 <= len(expected) <= 11
    assert [row.key for row in scene.select("exited")] == expected
    assert {(row.minute, row.detail) for row in scene.select("exited")} == {(week * WEEK, "not_deployed")}
    assert scene.kpi("tier.peer.certified") == PEOPLE
    assert scene.kpi("tier.peer.exits.not_deployed") == len(expected)


IDLE = 'deployment_probability = 0.5\nnot_deployed = "stay"'


def test_the_idle_need_no_seat(play: Play) -> None:
    """They stay active, without group, grace or clients, and are counted apart."""
    scene = play(team("0:12", peer=IDLE, mentor="initial = 2"))
    deployed = below(Purpose.DEPLOYMENT, 0.5, date=0, people=12)
    assert 1 < len(deployed) < 12
    assert {row.key for row in scene.select("not_deployed")} == {
        f"peer:intake:0:{place}" for place in range(12) if place not in deployed
    }
    assert {row.key for row in scene.select("joined_supervision")} == {f"peer:intake:0:{place}" for place in deployed}
    assert not scene.select("unsupervised", "lapsed", "exited")
    assert scene.kpi("tier.peer.active_mean") == 12
    assert scene.kpi("tier.peer.not_deployed_mean") == 12 - len(deployed)


def test_the_idle_lead_no_group_and_give_no_course(play_where: Play) -> None:
    def first_idle(scene: Scene) -> bool:
        return [row.key for row in scene.select("not_deployed")] == ["mentor:initial:0"]

    scene = play_where(team("0:1", mentor=f"initial = 2\n{IDLE}"), first_idle)
    assert [row.other for row in scene.select("group_opened")] == ["mentor:initial:1"]
    scene = play_where(school("", "1:1", mentor=f"initial = 2\n{IDLE}"), first_idle)
    assert [row.other for row in scene.select("trainer_joined")] == ["mentor:initial:1"]


def test_the_idle_see_no_client(play_referred: Play) -> None:
    def first_idle(scene: Scene) -> bool:
        return [row.key for row in scene.select("not_deployed")] == ["w:intake:0:0"]

    text = desk(burst(1), intake="0:2", worker=IDLE)
    scene = play_referred(text, first_idle, a=[1])
    assert told(scene, "started") == ["1 started a:0 w1"]
    assert scene.kpi("tier.w.idle_trained_share") == 1 - (2 / 20) / 2  # all active time but that of the case


@pytest.mark.parametrize("how", ["stay", "exit"])
def test_cases_of_an_apprentice_who_is_not_deployed(play_referred: Play, how: str) -> None:
    """Two cases at once; the first to end makes the certificate at week 5, and the other goes to hand-over."""
    text = school(
        "trainer_hours_per_week = 2\npractice_cases = 1",
        "0:1",
        peer=f'apprentice_caseload = 2\ndeployment_probability = 0.5\nnot_deployed = "{how}"',
        rest=f"[clients]\nsessions = 2\nsession_hours = 1\n[clients.stream.a]\nreferrals_per_week = {burst(3, 4)}\n",
    )
    scene = play_referred(text, lambda scene: bool(scene.select("not_deployed", "exited")), a=[3, 4])
    assert short(scene.lines("certified", "not_deployed", "exited", "completed", "awaiting_transfer"))[1:] == [
        "5 completed a:0 p:0:0",
        "5 certified p:0:0",
        "5 not_deployed p:0:0" if how == "stay" else "5 exited p:0:0 not_deployed",
        "5 awaiting_transfer a:1 p:0:0",
    ]


@pytest.mark.parametrize("how", ["stay", "exit"])
def test_cases_that_end_together(play_referred: Play, how: str) -> None:
    """Ends of sessions come before exits (R10.1): the second case of the same minute is completed too."""
    text = school(
        "trainer_hours_per_week = 2\npractice_cases = 1",
        "0:1",
        peer=f'apprentice_caseload = 2\ndeployment_probability = 0.5\nnot_deployed = "{how}"',
        rest=f"[clients]\nsessions = 2\nsession_hours = 1\n[clients.stream.a]\nreferrals_per_week = {burst(3)}\n",
    )
    scene = play_referred(text, lambda scene: bool(scene.select("not_deployed", "exited")), a=[3, 3])
    assert scene.kpi("clients.completed") == 2
    assert scene.kpi("tier.peer.delivering_mean") == 2 / 20
    assert scene.kpi("tier.peer.share.clients") == pytest.approx(2 * 2 / (5 * (18 if how == "stay" else 3)))
    assert len(scene.select("exited")) == (how == "exit")


# --- trainers ---------------------------------------------------------------------------------------------------------


def test_who_is_no_trainer(play: Play) -> None:
    """Mentors of the first week: the draw decides who never gives a course; they supervise all the same."""
    scene = play(school("max_cohort = 1", "1:16", mentor="initial = 8\ntrains_probability = 0.5"))
    trainers = {place for place in range(8) if drawn(Purpose.TRAINS, position=place) < 0.5}
    assert 1 < len(trainers) < 7
    assert {row.key for row in scene.select("no_trainer")} == {
        f"mentor:initial:{place}" for place in range(8) if place not in trainers
    }
    assert {row.other for row in scene.select("trainer_joined")} == {f"mentor:initial:{place}" for place in trainers}
    assert scene.kpi("tier.mentor.never_trained_share") == 1 - len(trainers) / 8
    scene = play(team("0:16", mentor="initial = 8\ntrains_probability = 0.5\nhours_per_week = 2"))
    assert len({row.other for row in scene.select("group_opened")}) == 8
