"""The plan as the rules of the engine read it: `model/plan.py`, and what follows from all of it and from its layout.

`runtime/plan_tables.py` fills in what is here. A number that ends in `text` is that of a word of the event log.
"""

from __future__ import annotations

from cascadesim.engine.runtime.fields import plan_record
from cascadesim.model import plan as model
from cascadesim.model.plan import CoursePlan, Word


@plan_record
class ReasonPlan(model.ReasonPlan):
    """One reason to leave, to be away or to have other hours; `exit` is its place among the exits, -1 if none."""

    exit: int
    text: int


@plan_record
class StaffPlan(model.StaffPlan):
    """Where the workers of a tier at one site come from."""

    worker_hash: Word
    recruits_stream: Word


@plan_record
class TierPlan(model.TierPlan):
    """One tier; `base`, `counts` and `waits` are where its levels and counts begin (`model/counters.py`)."""

    staff: tuple[StaffPlan, ...]
    reasons: tuple[ReasonPlan, ...]
    refresher_course: CoursePlan | None  # what a refresher is as a course
    trains: bool
    to_rise: float  # the competence from which a worker may be promoted
    planned: int
    base: int
    counts: int
    waits: tuple[int, ...]  # by `Wait`, -1 where it is none of a tier's
    limit_order: int
    # the model's own reasons, among the tier's exits (`defaults.exit_names`; listed in `plan_tables._BUILT_IN`)
    not_selected: int
    promoted: int
    not_deployed: int
    gave_up_waiting: int
    failed_training: int
    not_certified: int
    exit_texts: int


@plan_record
class FormatPlan(model.FormatPlan):
    """One way to give the intervention."""

    place: int
    text: int
    group_hash: Word


@plan_record
class ClientReasonPlan(model.ClientReasonPlan):
    """Something in a client's own life that ends their time with the programme."""

    text: int


@plan_record
class StreamPlan(model.StreamPlan):
    """One stream of referrals; by language, the first for any: `classes` are places in
    `ClientPlan.classes`, `counters` in `CounterLayout.classes`."""

    text: int
    classes: tuple[int, ...]
    counters: tuple[int, ...]
    arrivals: Word
    client_hash: Word


@plan_record
class ClientClassPlan:
    """Clients who need the same: site, language, format, whether they go on after a transfer, and their places among
    the needs. `resumes` is the place of the class of those who do."""

    site: int
    language: int
    form: FormatPlan
    need: int
    far_need: int
    resumed: bool
    resumes: int


@plan_record
class Need:
    """Minutes a week that a worker must have, and whether only the certified may give it."""

    rate: int
    certified: bool


@plan_record
class ClientPlan(model.ClientPlan):
    """The intervention."""

    formats: tuple[FormatPlan, ...]
    reasons: tuple[ClientReasonPlan, ...]
    streams: tuple[StreamPlan, ...]
    needs: tuple[Need, ...]
    classes: tuple[ClientClassPlan, ...]


@plan_record
class StatePlan(model.StatePlan):
    """One state of the organisation (R7.1)."""

    text: int


@plan_record
class ShockPlan:
    """One shock of one tier within the run; `active` is where its active workers are counted."""

    level: int
    minute: int
    active: int


@plan_record
class WaitLevels:
    """For every set of tests of a wait: the level of the set, and that of the combination (-1 for none)."""

    places: tuple[int, ...]


@plan_record
class Plan(model.Plan):
    """Everything that does not change during a run."""

    tiers: tuple[TierPlan, ...]
    organisation: tuple[StatePlan, ...]
    clients: ClientPlan
    shocks: tuple[ShockPlan, ...]
    waits: tuple[WaitLevels, ...]
    n_class_counts: int
    n_levels: int
    state_counts: int
    group_counts: int
    sessions_given: int
    interpreter_minutes: int
    completions: int
    waiting: int
    in_transfer: int
    in_care: int
    client_counts: int
    care_wait: int
    modelled: bool  # competence
    varying: bool  # rates of referral
    reviews: bool
    tiered: bool
