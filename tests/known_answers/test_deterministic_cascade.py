"""A cascade of three tiers without luck: every date worked out by hand.

Masters (12 h = 720 min a week): two.
- A course for mentors takes 8 + 2 / 2 = 9 h = 540 min of each of two trainers for two weeks.
- A group of mentors takes round((1 + 0.5) x 60 / 2) = 45 min of its master, round(60 / 2) = 30 of each member.

Mentors (10 h = 600 min): 3 come at week 1, 2 at week 3, 2 at week 33.
- Week 1: three candidates, two masters with 540 <= 720 free: course 0, weeks 1 to 3. Three pass at week 3.
- Week 3: course 0 ends, three apprentices are seated before courses are looked at: a group of two under master 0 (both
  masters have 720 free, lowest key) and one of one under master 1 (now 720 against 675). The two who come at week 3 are
  below min_cohort. They wait until week 33, when two more make four.
- Simulated practice, three weeks while supervised: certified at week 6.
- Week 30: both masters give notice (four weeks): no course, no new member; they leave at week 34. So the four
  candidates of week 33 find no trainer, and wait to the end.
- Week 34: the groups dissolve, all three mentors are unsupervised; two weeks of grace: lapsed at week 36.

Peers (6 h): 6 come at week 5, courses only at weeks 8, 12 and 38, for exactly four.
- Week 8: four of six enter course 0, with one trainer, the mentor with most free minutes: all have 600 - 30 = 570 free,
  so the lowest key. 8 + 3 = week 11: four pass and, having nothing to practise, are certified at once.
- Week 11: seats. A group takes 60 min. Mentor 0 (570 free again, like the others; lowest key) opens group 0 with the
  first three, which is all the span of three; the fourth opens a group under mentor 1 (570; mentor 0 has 510).
- Week 12: two candidates, four are needed: the date lapses at week 13 for too_few_candidates. Week 38: the mentors have
  lapsed by then too: too_few_candidates and trainer_unsupervised, at week 39.
- The peers keep their seats: a lapsed supervisor goes on with the groups that they lead (R4.6).
"""

from __future__ import annotations

from engine.scene import Scene, scene_of

from cascadesim import simulate
from known_answers.judge import known

STORY = [
    "1 course_started mentor:course:0 3",
    "1 trainer_joined mentor:course:0 master:initial:0",
    "1 trainer_joined mentor:course:0 master:initial:1",
    "1 entered_course mentor:intake:1:0 mentor:course:0",
    "1 entered_course mentor:intake:1:1 mentor:course:0",
    "1 entered_course mentor:intake:1:2 mentor:course:0",
    "3 course_ended mentor:course:0 held",
    "3 passed mentor:intake:1:0 mentor:course:0",
    "3 passed mentor:intake:1:1 mentor:course:0",
    "3 passed mentor:intake:1:2 mentor:course:0",
    "3 group_opened mentor:group:0 master:initial:0",
    "3 joined_supervision mentor:intake:1:0 mentor:group:0",
    "3 joined_supervision mentor:intake:1:1 mentor:group:0",
    "3 group_opened mentor:group:1 master:initial:1",
    "3 joined_supervision mentor:intake:1:2 mentor:group:1",
    "6 certified mentor:intake:1:0",
    "6 certified mentor:intake:1:1",
    "6 certified mentor:intake:1:2",
    "8 course_started peer:course:0 4",
    "8 trainer_joined peer:course:0 mentor:intake:1:0",
    "8 entered_course peer:intake:5:0 peer:course:0",
    "8 entered_course peer:intake:5:1 peer:course:0",
    "8 entered_course peer:intake:5:2 peer:course:0",
    "8 entered_course peer:intake:5:3 peer:course:0",
    "11 course_ended peer:course:0 held",
    "11 passed peer:intake:5:0 peer:course:0",
    "11 certified peer:intake:5:0",
    "11 passed peer:intake:5:1 peer:course:0",
    "11 certified peer:intake:5:1",
    "11 passed peer:intake:5:2 peer:course:0",
    "11 certified peer:intake:5:2",
    "11 passed peer:intake:5:3 peer:course:0",
    "11 certified peer:intake:5:3",
    "11 group_opened peer:group:0 mentor:intake:1:0",
    "11 joined_supervision peer:intake:5:0 peer:group:0",
    "11 joined_supervision peer:intake:5:1 peer:group:0",
    "11 joined_supervision peer:intake:5:2 peer:group:0",
    "11 group_opened peer:group:1 mentor:intake:1:1",
    "11 joined_supervision peer:intake:5:3 peer:group:1",
    "13 course_lapsed too_few_candidates 120960",
    "30 notice master:initial:0 retires 342720",
    "30 notice master:initial:1 retires 342720",
    "34 exited master:initial:0 retires",
    "34 exited master:initial:1 retires",
    "34 left_supervision mentor:intake:1:0 mentor:group:0 dissolved",
    "34 left_supervision mentor:intake:1:1 mentor:group:0 dissolved",
    "34 group_closed mentor:group:0 master:initial:0 dissolved",
    "34 left_supervision mentor:intake:1:2 mentor:group:1 dissolved",
    "34 group_closed mentor:group:1 master:initial:1 dissolved",
    "34 unsupervised mentor:intake:1:0",
    "34 unsupervised mentor:intake:1:1",
    "34 unsupervised mentor:intake:1:2",
    "36 lapsed mentor:intake:1:0",
    "36 lapsed mentor:intake:1:1",
    "36 lapsed mentor:intake:1:2",
    "39 course_lapsed too_few_candidates+trainer_unsupervised 383040",
]


def story(scene: Scene) -> list[str]:
    """Everything after the masters and the arrivals."""
    return [each for each in scene.lines() if "recruited" not in each and "certified master" not in each]


def test_every_date() -> None:
    assert story(scene_of(simulate(known("three_tiers"), events=True))) == STORY


def test_every_figure() -> None:
    """The KPIs, from the dates above and the minutes of each commitment."""
    kpis = simulate(known("three_tiers")).kpis
    given = 9 * 2 * 2  # hours of both masters on the course
    assert kpis["tier.master.share.training_given"] == given / (2 * 12 * 34)
    assert kpis["tier.master.share.supervision_given"] == (0.75 * 2 * 31) / (2 * 12 * 34)  # weeks 3 to 34
    assert kpis["tier.master.exits.retires"] == 2
    assert kpis["tier.mentor.recruited"] == 7
    assert kpis["tier.mentor.certified_yield"] == 3 / 3  # the other four still wait for a course
    assert kpis["tier.mentor.apprentice_mean"] == 3 * 3 / 60
    assert kpis["tier.mentor.unsupervised_mean"] == 3 * 26 / 60
    assert kpis["tier.mentor.supervised_share"] == (3 * 31) / (3 * 57)
    assert kpis["tier.mentor.waiting.course.too_few_candidates_weeks"] == 2 * 27  # two of week 3, until the notice
    assert kpis["tier.mentor.waiting.course.multiple_weeks"] == 2 * 3  # neither candidates nor trainers, until week 33
    assert kpis["tier.mentor.waiting.course.too_few_trainers_weeks"] == 4 * 27
    assert kpis["tier.peer.waiting.course.calendar_weeks"] == 6 * 3 + 2 * 4 + 2 * 25 + 2 * 21
    assert kpis["tier.peer.waiting.course.too_few_candidates_weeks"] == 2 * 1
    assert kpis["tier.peer.waiting.course.multiple_weeks"] == 2 * 1
    assert kpis["tier.peer.courses_lapsed"] == 2
    assert [kpis[f"tier.peer.active_at_week_{week}"] for week in (20, 40, 60)] == [4, 4, 4]
    assert kpis["tier.peer.supervised_share"] == 1.0


def test_luck_has_no_part_in_it() -> None:
    """Another seed, another replication: the same story."""
    for seed, replication in ((2, 0), (1, 9)):
        assert story(scene_of(simulate(known("three_tiers"), seed=seed, replication=replication, events=True))) == STORY
