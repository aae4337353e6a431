"""Changed lines of the engine in what happens to workers, and the check that must name what each breaks."""

from __future__ import annotations

from auditor.mutations import Mutation


def career(what: str, where: str, old: str, new: str, check: str) -> Mutation:
    """A fault that shows in the careers."""
    return Mutation(what, where, old, new, check, "careers.toml")


CAREER_MUTATIONS = [
    career("hours do not change", "_happen_to_stayer", "reason.hours_factor", "1.0", "hours after a change"),
    career("nobody comes back", "end_absence", "come_back(world, worker)", "pass", "groups at rest"),
    career("an absence is a load", "meter", "if not worker.away:", "if True:", "strain"),
    career(
        "groups are held for ever",
        "_expire",
        "expired(world, world.holding)",
        "()",
        "groups at rest",
    ),
    career("everybody gives courses", "_for_courses", "and worker.trainer", "", "who may train"),
    career(
        "the unable give courses",
        "_for_courses",
        "worker.competence < competence.min_trainer",
        "False",
        "who may train",
    ),
    career("no reserve for courses", "reserve", "max(0, left)", "0", "supervision fits the week"),
    career("courses without a room", "_timely", "if no_room_left(offering):", "if False:", "rooms"),
    career("travel costs nothing", "assign", ", far.rate", ", offering.plan.trainer_rate", "levels"),
    career(
        "an attempt too many",
        "_fail",
        "worker.attempt >= attempts",
        "worker.attempt > attempts",
        "course outcome",
    ),
    career("the stage is not noted", "_pass", "worker.stage += 1", "pass", "course outcome"),
    career("the oldest group goes", "_newest", "group.opened >= newest.opened", "False", "shedding"),
    career("nothing is given up", "fit_week", "worker.committed > worker.limit", "False", "hours that do not suffice"),
    career("lapsed supervisors lead on", "lapse", "supervision.lapse_ends_groups", "False", "groups at rest"),
    career(
        "nobody misses who is away",
        "suspend",
        "worker.supervised = False",
        "pass",
        "unsupervised flag",
    ),
    career(
        "refreshers a minute late",
        "expect_refresher",
        "world.now + plan.every_minutes",
        "world.now + plan.every_minutes + 1",
        "refresher missed",
    ),
    career(
        "refreshers in overtime",
        "_as_participant",
        "<= worker.available",
        "<= worker.limit",
        "refreshers fit the week",
    ),
    career(
        "nobody misses a refresher",
        "miss_overdue",
        "worker.course is None",
        "False",
        "refresher missed and not noted",
    ),
    career(
        "vacancies opened twice",
        "_open",
        "- place.under_way - place.unfillable - place.promised",
        "",
        "vacancies",
    ),
    career(
        "vacancies a minute late",
        "_fill",
        "world.plan.tiers[place.level].lag_minutes",
        "world.plan.tiers[place.level].lag_minutes + 1",
        "recruitment",
    ),
    career(
        "vacancies offered once",
        "_open",
        "while place.unfillable > 0 and",
        "while False and",
        "vacancies offered again",
    ),
    career("promotion without tenure", "_eligible", "< plan.min_tenure_minutes", "< 0", "whose promotion"),
    career("a pool without end", "_from_outside", "if place.pool == 0:", "if False:", "recruitment"),
    career("lifts that overshoot", "lifted", "lift * (1.0 - level)", "lift", "published level"),
    career(
        "states that do not decay",
        "decayed_level",
        "half_life_minutes, minutes",
        "0.0, minutes",
        "published level",
    ),
    career("duties are not lost hours", "_duties", "whole_minutes_lost(lost)", "0", "levels"),
    career(
        "every meeting is attended",
        "hold_session",
        "attendance, plan.ceiling",
        "1.0, plan.ceiling",
        "competence at the certificate",
    ),
    career(
        "nothing is forgotten",
        "_value_at",
        "worker.away or worker.unsupervised_since >= 0",
        "False",
        "competence at the certificate",
    ),
    career(
        "weak trainers teach as well",
        "mean_of_trainers",
        "return total / len(course.assignments)",
        "return 1.0",
        "competence after a course",
    ),
]
