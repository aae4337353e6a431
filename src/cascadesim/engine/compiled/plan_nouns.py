"""The plan of a scenario as records: the dataclasses of `model/plan.py`, lists by address and length.

`tables.py` fills them. Nothing in them changes during a run.
"""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from cascadesim.engine.compiled.memory import caster
from cascadesim.model import plan
from cascadesim.model.hazards import FLAGS

_TYPES = {"int": np.int64, "bool": np.int64, "float": np.float64}


def of_plan(dataclass: type, wholes: str = "", reals: str = "", words: str = "") -> np.dtype:
    """The numbers and truth values of a dataclass by their names, and fields of our own."""
    found: list[tuple] = [  # type: ignore[type-arg]
        (field.name, _TYPES[str(field.type)])
        for field in fields(dataclass)
        if field.type in _TYPES and not field.name.endswith("_hash")
    ]
    found += [(name, np.int64) for name in wholes.split()]
    found += [(name, np.float64) for name in reals.split()]
    found += [(name, np.uint64) for name in words.split()]
    return np.dtype(found)


DRAW = of_plan(plan.Draw, "code size numbers")
PIECE = of_plan(plan.Piece)
SHARE = np.dtype([("value", np.int64), ("reached", np.float64)])
ALSO = np.dtype([("language", np.int64), ("probability", np.float64), ("hash", np.uint64)])
_CLOCK = ("clock table n_table minute", "shape scale share")
REASON = of_plan(
    plan.ReasonPlan,
    "absence exit text dated " + _CLOCK[0],
    _CLOCK[1],
    "hash",
)
COURSE_PLAN = of_plan(plan.CoursePlan, "dates n_dates")
REFRESHER_PLAN = of_plan(plan.RefresherPlan)
SUPERVISION_PLAN = of_plan(plan.SupervisionPlan)
COMPETENCE_PLAN = of_plan(plan.CompetencePlan)
STRAIN_PLAN = of_plan(plan.StrainPlan)
PROMOTION_PLAN = of_plan(plan.PromotionPlan)
ENGAGEMENT = of_plan(plan.EngagementPlan)
STAFF = of_plan(plan.StaffPlan, "intakes n_intakes recruits n_recruits", words="worker_hash recruits_stream")
TIER = of_plan(
    plan.TierPlan,
    "hours candidate_patience lost_rates staff languages n_languages also n_also courses n_courses refresher practice"
    " practice_minutes practice_cases practice_min_sessions practice_first practice_limit supervision competence strain"
    " promotion engagement n_engagement responsive state_ratios frailty reasons n_reasons base counts limit_order"
    " wait_course wait_seat wait_practice wait_refresher wait_vacancy wait_certificate planned trains"
    " not_selected promoted not_deployed gave_up_waiting failed_training not_certified exit_texts",
    "constant frailty_variance to_rise " + " ".join(f"{flag}_ratio" for flag in FLAGS),
)
FORMAT = of_plan(plan.FormatPlan, "interval text", words="group_hash")
CLIENT_REASON = of_plan(
    plan.ClientReasonPlan, "text dated " + _CLOCK[0], _CLOCK[1], "hash"
)
STREAM = of_plan(
    plan.StreamPlan,
    "pieces n_pieces dates n_dates languages n_languages text demands classes",
    words="arrivals client_hash",
)
CARE = of_plan(
    plan.ClientPlan,
    "formats n_formats patience handover_patience reasons n_reasons streams n_streams individual_demands",
)
STATE_PLAN = of_plan(plan.StatePlan, "sites text")
STATE_SITE = np.dtype(
    [("lifts", np.int64), ("n_lifts", np.int64), ("start", np.float64), ("lift", np.float64)]
)
WAVE_PLAN = np.dtype([(name, np.int64) for name in ("level", "minute", "at")])
DEMAND_PLAN = np.dtype([(name, np.int64) for name in ("site", "language", "form", "need", "far_need", "individual")])

draw_at = caster(DRAW)
piece_at = caster(PIECE)
share_at = caster(SHARE)
also_at = caster(ALSO)
reason_at = caster(REASON)
course_plan_at = caster(COURSE_PLAN)
refresher_plan_at = caster(REFRESHER_PLAN)
supervision_plan_at = caster(SUPERVISION_PLAN)
competence_plan_at = caster(COMPETENCE_PLAN)
strain_plan_at = caster(STRAIN_PLAN)
promotion_plan_at = caster(PROMOTION_PLAN)
engagement_at = caster(ENGAGEMENT)
staff_at = caster(STAFF)
tier_plan_at = caster(TIER)
format_at = caster(FORMAT)
client_reason_at = caster(CLIENT_REASON)
stream_at = caster(STREAM)
care_at = caster(CARE)
state_plan_at = caster(STATE_PLAN)
state_site_at = caster(STATE_SITE)
wave_plan_at = caster(WAVE_PLAN)
demand_plan_at = caster(DEMAND_PLAN)
