"""The names of measures as tables; which of them a scenario has is said in `measures.py`."""

from __future__ import annotations

CLIENTS = (
    "referred",
    "started",
    "completed",
    "dropped_out",
    "never_started",
    "reneged",
    "lost_on_exit",
    "waiting_at_end",
    "in_handover_at_end",
    "in_care_at_end",
    "handed_over",
    "sessions_attended",
    "sessions_unsupervised_share",
    "no_show_share",
    "coverage",
    "wait_mean_weeks",
    "wait_median_weeks",
    "wait_p90_weeks",
    "still_waiting_mean_weeks",
    "first_start_week",
    "waiting_mean",
    "in_care_mean",
    "sessions_mean",
    "sessions_sd",
)
CLIENTS_WITH = {
    "screening": ("screened_out", "eligible_share"),
    "own_life": ("left_for_own_reason",),
    "adequate": ("adequate_share",),
    "population": ("reach",),
    "groups": ("client_groups_started", "group_size_mean"),
    "interpreter": ("interpreted_share",),
}
"""By the mechanism that brings them about."""

CLIENTS_BY_WEEK = ("referred", "started", "completed")
CLASS = ("referred", "started", "completed", "coverage", "wait_mean_weeks")
"""Of each stream, language and site."""

TIER = (
    "recruited",
    "entered_course",
    "passed",
    "certified",
    "exited",
    "courses_started",
    "courses_held",
    "courses_cancelled",
    "courses_lapsed",
    "candidate_mean",
    "in_training_mean",
    "apprentice_mean",
    "active_mean",
    "unsupervised_mean",
    "delivering_mean",
    "utilisation",
    "overtime_share",
    "share.supervision_given",
    "share.supervision_received",
    "share.training_given",
    "share.training_taken",
    "share.clients",
    "supervised_share",
    "course_yield",
    "certified_yield",
    "full_complement_week",
)
TIER_WITH = {
    "delivers": ("idle_trained_share",),
    "absence": ("absences", "absent_mean"),
    "hours_change": ("hours_changes",),
    "sheds": ("groups_shed",),
    "run_off": ("run_off_share",),
    "duties": ("share.other_duties",),
    "research": ("share.research",),
    "idle": ("not_deployed_mean",),
    "target": ("vacant_mean", "recruited_replacing", "replacement_ratio"),
    "promotion": ("promoted_in", "replacement_from_below"),
    "calendar": ("courses_planned",),
    "retakes": ("failed", "began_training", "training_yield"),
    "refresher": ("refreshers_started", "refreshed", "refreshers_missed", "missed_refresher_mean"),
    "trains": (
        "graduates_per_trainer_mean",
        "graduates_per_trainer_sd",
        "graduates_per_trainer_p90",
        "graduates_per_trainer_max",
        "never_trained_share",
    ),
    "competence": ("competence_mean", "competence_sd"),
    "learns": ("competence_after_course_mean", "competence_after_course_sd"),
}
TIER_BY_WEEK = ("active", "certified", "delivering")
COMPETENCE = ("competence_mean", "competence_sd")
WAVE = ("dip_share", "recovery_weeks")
CARE = ("too_few_workers", "caseload", "worker_hours", "worker_unsupervised", "language", "group_forming", "several")
TIER_WAITS = {
    "course": (
        "too_few_candidates",
        "too_few_trainers",
        "trainer_hours",
        "trainer_unsupervised",
        "calendar",
        "gathering",
        "no_room",
        "trainer_competence",
        "several",
    ),
    "seat": (
        "too_few_supervisors",
        "supervisor_hours",
        "supervisor_span",
        "supervisor_unsupervised",
        "own_hours",
        "supervisor_absent",
        "several",
    ),
    "practice": ("no_client", "several"),
    "refresher": (
        "own_hours",
        "too_few_trainers",
        "trainer_hours",
        "trainer_unsupervised",
        "trainer_competence",
        "several",
    ),
    "vacancy": ("lag", "promotion", "pool_empty", "several"),
    "certificate": ("competence", "several"),
}
