"""What makes workers leave sooner or later: hazard ratios, engagement, recognition; and hours lost to the workplace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cascadesim.lookup import suggestion
from cascadesim.model.hazards import FLAGS
from cascadesim.scenario import defaults
from cascadesim.scenario.checks.common import idle, is_said, staffs, tiers
from cascadesim.scenario.document import dotted
from cascadesim.scenario.findings import Finding
from cascadesim.scenario.life import DateClock, Reason, ShockClock
from cascadesim.scenario.locate import Path
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.support import Engagement
from cascadesim.scenario.tiers import Tier


def responsive(tier: Tier) -> list[Reason]:
    """The reasons of a tier that hazard ratios act on: a date or a wave comes when it comes (R5.1)."""
    return [
        reason
        for reason in tier.life.values()
        if not reason.external and not isinstance(reason.clock, DateClock | ShockClock)
    ]


def hazard_ratios(scenario: Scenario) -> Iterator[Finding]:
    """Every ratio names a flag or a state that there is, and there is something to act on."""
    known = (*FLAGS, *scenario.organisation)
    for level, _, tier, path in tiers(scenario):
        needs = {
            "unsupervised": (defaults.supervises(tier, level), "supervision"),
            "missed_refresher": (tier.refresher is not None, "refresher"),
            "strain": (tier.strain is not None, "strain"),
        }
        for name in tier.hazard_ratios:
            here: Path = (*path, "hazard_ratios", name)
            there, table = needs.get(name, (True, ""))
            if name not in known:
                yield _no_state(here, name, known)
            elif not there:
                reads = ((*path, table), ("cascade",))
                yield idle(here, f"[{dotted((*path, table))}] is not given or not required", *reads)
            elif not responsive(tier):
                yield idle(here, "no reason of this tier responds to it", (*path, "life"))
        if tier.strain is not None and "strain" not in tier.hazard_ratios:
            hint = f"Add [tier.{path[1]}.hazard_ratios] with strain = 1.5, say."
            key = (*path, "hazard_ratios")
            yield idle((*path, "strain"), "strain acts through a hazard ratio only", key, hint=hint)


def _no_state(here: Path, name: str, known: Iterable[str]) -> Finding:
    hint = suggestion(name, known) if known else f"Add the table [organisation.{name}]."
    reads = (here, ("organisation",))
    return Finding(here, f"there is no state {name} of the organisation.", hint, "no_such_state", reads)


def lost_hours(scenario: Scenario) -> Iterator[Finding]:
    """Hours are lost to states of the organisation."""
    for _, _, tier, path in tiers(scenario):
        for name in tier.lost_hours_per_week:
            if name not in scenario.organisation:
                yield _no_state((*path, "lost_hours_per_week", name), name, tuple(scenario.organisation))


def engagement(scenario: Scenario) -> Iterator[Finding]:
    """A measure begins before it ends, and does something."""
    for level, _, tier, path in tiers(scenario):
        for name, measure in tier.engagement.items():
            here: Path = (*path, "engagement", name)
            if measure.until_week is not None and measure.until_week <= measure.from_week:
                reads = ((*here, "until_week"), (*here, "from_week"))
                message = f"got {measure.until_week:g}, not after from_week = {measure.from_week:g}."
                yield Finding(reads[0], message, "", reads=reads)
            does = [key for key in Engagement.model_fields if key.endswith("ratio") and is_said(measure, key)]
            if not does and not measure.week_cost.value:
                yield idle(here, "every ratio is 1, and it costs nothing")
            for key, why in _nothing_to_act_on(tier, defaults.supervises(tier, level)).items():
                if key in does:
                    yield idle((*here, key), why, (*path, "life"), (*path, "competence"), (*path, "supervision"))


def _nothing_to_act_on(tier: Tier, supervised: bool) -> dict[str, str]:
    """The ratios of engagement that change nothing in a tier, and why."""
    outcomes = [defaults.consequences(reason) for reason in responsive(tier)]
    found: dict[str, str] = {}
    if not any(leaves or hours_change for leaves, hours_change, _ in outcomes):
        found["leaving_ratio"] = "this tier has no reason to leave or to change hours that responds to it"
    if not any(away and not leaves and not hours_change for leaves, hours_change, away in outcomes):
        found["absence_ratio"] = "this tier has no reason that is an absence only and responds to it"
    if tier.competence is None or not supervised:
        found["attendance_ratio"] = "attendance matters for competence only, which is not modelled"
    return found


def recognition(scenario: Scenario) -> Iterator[Finding]:
    """Recognition has something to act on; attendance has competence."""
    people, clients = scenario.recognition, scenario.clients
    streams = clients.stream.values() if clients is not None else ()
    if is_said(people, "recruitment_factor") and not any(staff.recruits_per_week for _, staff, _ in staffs(scenario)):
        yield idle(("recognition", "recruitment_factor"), "no tier has recruits_per_week", ("tier",))
    if is_said(people, "referral_factor") and not any(stream.referrals_per_week for stream in streams):
        yield idle(("recognition", "referral_factor"), "no stream has referrals_per_week", ("clients",))
    if is_said(people, "leaving_ratio") and not any(responsive(tier) for _, _, tier, _ in tiers(scenario)):
        yield idle(("recognition", "leaving_ratio"), "no reason of any tier responds to it", ("tier",))
    for _, _, tier, path in tiers(scenario):
        if is_said(tier.supervision, "attendance_probability") and tier.competence is None:
            here: Path = (*path, "supervision", "attendance_probability")
            yield idle(here, "attendance matters for competence only, which is not modelled", (*path, "competence"))
