"""What lives in a compiled run, as record types: the classes of the SimPy engine, with addresses for references.

Every field is a 64-bit whole number (a truth value too) but for those after `reals` and `words` (unsigned). A field
named after another noun holds its address, 0 for none; `at` is that of a list. -1 is a time that has not come.
"""

from __future__ import annotations

import numpy as np

from cascadesim.engine.compiled.memory import caster
from cascadesim.model.counters import PURPOSES


def noun(wholes: str, reals: str = "", words: str = "", **lists: int) -> np.dtype:
    """The record type with these fields; `lists` are whole numbers, so many of them."""
    fields: list[tuple] = [(name, np.int64) for name in wholes.split()]  # type: ignore[type-arg]
    fields += [(name, np.float64) for name in reals.split()]
    fields += [(name, np.uint64) for name in words.split()]
    fields += [(name, np.int64, (size,)) for name, size in lists.items()]
    return np.dtype(fields)


# --- the world --------------------------------------------------------------------------------------------------------

WORLD = noun(
    # the plan
    "horizon measure_from review_minutes tiers n_tiers sites n_sites languages n_languages states n_states care"
    " n_snapshots snapshots n_levels n_counts state_counts group_counts given_counts client_levels care_wait n_classes"
    " venue_count circle_count demand_plans"
    # memory
    " first_block reserve block arena arena_left vectors free_client free_helper free_gift free_slot holding graces"
    # the clock and the record
    " now woken heap heap_size heap_room log log_size log_room keeps_log events levels counts client_counts"
    " other_counts snapshot_counts snapshot_competence snapshot_states before_care snapshot due no_memory"
    # who has to be looked at
    " unsettled offers_changed vacancies_changed awaiting_changed restless_any review_due striking"
    " unfilled_any tiered reviews modelled varying"
    # the parts that there are one of
    " wait_places wanted masks places level_states venues circles refresher_rooms n_refresher_rooms openings"
    " n_openings demands n_demands needs n_needs desks classes nobody present_clients first_start only sources"
    " state_levels waves n_waves wave_plans",
    words="luck",
)
VECTOR = noun("at size room")
EVENT = noun("when key kind who number")
LOG_ROW = noun("minute event kind key level other_kind other detail_kind detail detail_more amount")
POOL = noun("root size")
SLOT = noun("pool item child after before a b c d e")
"""Somebody's place in a pool: their order there is (a, b, c, d, e)."""

# --- people -----------------------------------------------------------------------------------------------------------

WORKER = noun(
    "key level site state tier touched on_notice recruited_at certified_at available limit committed away refreshing"
    # leaving
    " clocks n_clocks hazards n_hazards alarm alarms unaimed left_state absences absence_hazard away_since"
    # training
    " stage attempt waiting_since spells course giving last_course trainer taught cases practice_left practice_since"
    " practising practices awaits_competence refresher refresher_due refresher_from missed_refresher competence_at"
    " courses_taken last_session"
    # strain
    " load room metered_at strained_at"
    # supervision
    " group leads supervisees extra_rate supervised reserved unsupervised_since lapsed blocked merging"
    # clients
    " deployed promoting promoted_by placeable speaks desk clients groups n_open last_start care_masks free_apprentice"
    " seat_mask far_seat_mask course_masks blocked_refresher"
    # places in pools and lists
    " care_slots course_slots opener far_opener queue participant candidate before after trainee_before trainee_after"
    " place",
    "leaving_multiplier absence_multiplier frailty competence strain",
    "stream",
    rates=len(PURPOSES),
)
HAZARD = noun("plan origin since occurrence outcome done frozen", "spent threshold")
CLOCK = noun("minute rank order place")
LEVEL_STATE = noun(
    # what is looked at for a worker of this tier
    "looks_clients looks_seats looks_courses looks_supervisee looks_participant halls n_halls practising_clients"
    " free_apprentices awaiting booked_practice booked_certificate first_full planned",
    "leaving_factor absence_factor attendance",
)
PLACE = noun(
    "level site rooms n_rooms circle refresher_room openings staffing leavers pool targeted unfilled venues n_venues"
    " in_training restless recruits",
    "drawn",
)
"""One tier at one site."""
OPENINGS = noun("level site opened under_way unfillable promised booked place")
BOOKED = noun("size", tests=3, units=3)
"""Who was last booked as waiting under which sets of tests (`constraints.py`)."""

# --- courses ----------------------------------------------------------------------------------------------------------

VENUE = noun(
    "level site needed rate hall trainers masks changed unpublished refresher plan next_of_hall booked"
    # of a classroom
    " premises next_of_premises stage candidates enough_since gatherings windows tests"
    # of refreshers
    " participants blocked courses"
)
HALL = noun("level rate trainers masks venues refresher")
PREMISES = noun("rooms running courses venues")
WINDOW = noun("date closes left used open after")
COURSE = noun("kind key level venue trainers n_trainers trainees n_trainees over", "taught_by")
GIFT = noun("course worker key rate after after_given")
"""One worker's part in giving one course."""

# --- supervision ------------------------------------------------------------------------------------------------------

GROUP = noun(
    "key opened circle level supervisor rate suspended members size before after held_before held_after seat"
)
BEYOND = noun("rate openers masks circles")
CIRCLE = noun(
    "level site plan beyond extra_rate plain extra seats openers masks groups changed unpublished blocked suspended"
    " next_of_beyond booked"
)

# --- clients ----------------------------------------------------------------------------------------------------------

CLIENT = noun(
    "key referred demand urgency priority state starts worker group interpreted attended tries no_shows spells"
    " generation attended_here unsupervised_here rate research assessment due counted counts own"
    # places in lists: the queue, those present, the cases of a worker or the members of a group
    " queue queue_before queue_after present_before present_after before after handover reasons",
    words="stream",
)
QUEUE = noun("urgency priority first last after")
DEMAND = noun(
    "place site language form need far_need waiting groups queues handovers near far individual booked booked_tests"
    " ready"
)
DESK = noun("site speaks pools masks after")
LINK = noun("item after")
CLIENT_GROUP = noun(
    "key demand members size facilitators n_facilitators sessions generation bereft lost_worker research referred"
    " first",
    words="stream",
)
HELPER = noun("group worker key rate interpreted after after_given")
"""One facilitator's part in one group of clients."""
SOURCE = noun("place ordinal numbers due varying", "total since left exact factor", "stream")
STATE_LEVEL = noun("settled", "level published")
WAVE = noun("level minute at before lowest back")

world_at = caster(WORLD)
vector_at = caster(VECTOR)
event_at = caster(EVENT)
log_row_at = caster(LOG_ROW)
pool_at = caster(POOL)
slot_at = caster(SLOT)
worker_at = caster(WORKER)
hazard_at = caster(HAZARD)
clock_at = caster(CLOCK)
level_state_at = caster(LEVEL_STATE)
place_at = caster(PLACE)
openings_at = caster(OPENINGS)
booked_at = caster(BOOKED)
venue_at = caster(VENUE)
hall_at = caster(HALL)
premises_at = caster(PREMISES)
window_at = caster(WINDOW)
course_at = caster(COURSE)
gift_at = caster(GIFT)
group_at = caster(GROUP)
beyond_at = caster(BEYOND)
circle_at = caster(CIRCLE)
client_at = caster(CLIENT)
queue_at = caster(QUEUE)
demand_at = caster(DEMAND)
desk_at = caster(DESK)
link_at = caster(LINK)
client_group_at = caster(CLIENT_GROUP)
helper_at = caster(HELPER)
source_at = caster(SOURCE)
state_level_at = caster(STATE_LEVEL)
wave_at = caster(WAVE)
