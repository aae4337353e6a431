"""Planted faults in what happens to workers, as in `plants.py`, for the logs of `careers.toml`."""

from __future__ import annotations

from typing import Any

from auditor.amounts import WEEK
from auditor.edits import Edit, again, by_who_is, change, drop, later, to_somebody_else, twice
from auditor.rows import Row


def more(row: Row) -> int:
    """The amount of a row, and a hundredth of a level on top."""
    return row.amount + 10_000_000


CAREER_EDITS: list[tuple[str, str, Edit]] = [
    ("promoted into the tier above", "promoted to nowhere", drop("recruited", detail="promotion")),
    ("worker moves", "promoted without having left", drop("exited", detail="promoted")),
    ("worker moves", "a seat while away", again("joined_supervision", "absent", other="base@east:group:0")),
    ("nothing after exit", "strained after exit", again("strained", "exited")),
    ("known words", "a site that there is not", change("vacancies", {"key": "north"})),
    ("suspension", "suspended for nothing", again("group_suspended", "group_opened")),
    ("suspension", "resumed for nothing", again("group_resumed", "group_opened")),
    ("groups at rest", "groups go on while their leader is away", drop("group_suspended")),
    ("shedding", "a group given up for nothing", again("group_shed", "group_opened")),
    ("seat lost", "a seat lost for nothing", again("left_supervision", "joined_supervision", detail="dissolved")),
    ("who may train", "taught by who is no trainer", by_who_is("trainer_joined", "no_trainer", ("exited",))),
    ("who may train", "taught by who moves up", by_who_is("trainer_joined", "promoting", ("exited",))),
    ("who may train", "taught by who is away", by_who_is("trainer_joined", "absent", ("returned", "exited"))),
    ("rooms", "more courses than rooms", drop("course_ended", tier="base", detail="held")),
    ("course entry", "into another stage", drop("stage_passed")),
    ("course outcome", "passed at the first stage", change("stage_passed", {"event": "passed"})),
    ("course outcome", "one attempt too many", change("exited", {"event": "failed"}, detail="failed_training")),
    ("date that lapses", "a date that lapses too late", later("course_lapsed", 30)),
    ("leaving a course", "left for nothing", again("left_course", "entered_course")),
    ("leaving a course", "a refresher left for nothing", again("left_refresher", "joined_refresher")),
    ("away from courses", "away and in a course", drop("left_course")),
    ("choice of trainer", "another trainer's turn", to_somebody_else("trainer_joined")),
    ("hours after a change", "an hour more", change("hours_changed", {"amount": lambda row: row.amount + 60})),
    ("absence", "away for too long", change("absent", {"amount": lambda row: row.minute + 20 * WEEK})),
    ("return", "back too late", later("returned", 60)),
    ("absence overdue", "away for ever", drop("returned")),
    ("exit of life", "struck by a wave that is not there", change("exited", {"detail": "wave"}, detail="tired")),
    ("deployment", "idle long after the certificate", again("not_deployed", "unsupervised")),
    ("deployment", "no trainer long after it", again("no_trainer", "unsupervised")),
    ("reason and state", "promoted out of the blue", again("exited", "joined_supervision", detail="promoted")),
    ("reason and state", "not selected after the course", again("exited", "passed", detail="not_selected")),
    ("workplace training", "held twice", twice("workplace_training")),
    ("workplace training overdue", "never held", drop("workplace_training", minute=lambda at: at > 0)),
    ("published level", "a level too high", change("published", {"amount": more})),
    ("level not published", "a review forgotten", drop("published")),
    ("strain", "more strain than load", change("strained", {"amount": more})),
    ("strain not noted", "strain forgotten", drop("strained")),
    ("competence after a course", "more than a course can give", change("passed", {"amount": 10**9}, tier="middle")),
    ("competence at the certificate", "another one", change("certified", {"amount": more}, tier="base")),
    ("refresher missed", "missed before it is due", again("refresher_missed", "unsupervised")),
    ("refresher missed and not noted", "nobody notes it", drop("refresher_missed")),
    ("refresher completed", "of another refresher", change("refreshed", {"other": "base@east:refresher:99"})),
    ("vacancies", "one too many", change("vacancies", {"amount": lambda row: row.amount + 1})),
    ("vacancies left", "never opened", drop("vacancies", detail="")),
    ("whose promotion", "more time than there is", change("promoting", {"amount": lambda row: row.amount + 60})),
    ("promotion", "up with open cases", again("exited", "promoting", detail="promoted")),
    ("promotion overdue", "never moves up", drop("exited", detail="promoted")),
    ("recruitment", "a way in that there is not", change("recruited", {"detail": "poisson"}, tier="top")),
    ("planned recruits", "one too few", drop("recruited", detail="intake")),
    ("head counts", "nobody recruited them", drop("recruited", tier="base")),
    ("tier counts", "a group given up and not counted", drop("group_shed")),
    ("levels", "an absence that begins later", later("absent", 1)),
]

CAREER_TOLD: list[tuple[str, str, Any]] = [
    ("hold overdue", "tier.middle.absence.hold_weeks", 0.6),
    ("hours that do not suffice", "tier.base.supervision.preparation_hours", 3.5),
    ("supervision fits the week", "tier.middle.training_reserve_hours_per_week", 12.0),
    ("courses fit the week", "tier.base.training.trainer_hours_per_week", 15.0),
    ("refreshers fit the week", "tier.base.refresher.trainee_hours_per_week", 9.0),
    ("choice of supervisor", "tier.middle.supervision.across_sites", False),
    ("choice of trainer", "tier.middle.training.across_sites", False),
    ("who may train", "tier.top.competence.min_trainer_competence.value", 0.68),
    ("refresher left waiting", "tier.base.refresher.window_weeks", 4.0),
    ("certain draws", "tier.base.deployment_probability.value", 0.0),
    ("certain draws", "tier.top.trains_probability.value", 0.0),
    ("certain draws", "tier.middle.training.selection_probability.value", 0.0),
    ("reason and state", "tier.middle.deployment_probability.value", 1.0),
    ("date missed", "tier.base.events.wave.time_to_event.share.value", 1.0),
    ("exit of life", "tier.base.events.wave.time_to_event.week", 36.0),
    ("absence", "tier.base.events.feast.absence_weeks.value.value", 2.0),
    ("workplace training", "organisation.readiness.every_weeks", 12.0),
    ("published level", "organisation.readiness.half_life_weeks.value", 11.0),
    ("strain", "tier.middle.strain.comfort_utilisation.value", 0.41),
    ("strain", "tier.middle.other_duties_hours_per_week.value", 1.1),
    ("competence after a course", "tier.middle.competence.dilution.value", 0.21),
    ("competence at the certificate", "tier.base.competence.gain_per_session.value", 0.06),
    ("competence at the certificate", "tier.base.competence.half_life_weeks.value", 20.0),
    ("certificate", "tier.base.competence.certification_threshold.value", 0.6),
    ("refresher missed", "tier.base.refresher.every_weeks", 9.0),
    ("vacancies", "tier.base.site.west.target", 7),
    ("whose promotion", "tier.top.promotion.min_tenure_weeks", 30.0),
    ("vacancies offered again", "tier.top.promotion.min_tenure_weeks", 0.0),
    ("recruitment", "tier.top.lag_weeks.value", 3.0),
    ("recruitment", "tier.base.site.west.pool", 6),
    ("planned recruits", "tier.middle.site.east.intake", [{"week": 1.0, "count": 5}]),
    ("candidate patience", "tier.middle.candidate_patience_weeks.value.value", 3.0),
]
