"""Workforce"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from cascadesim.lookup import suggestion
from cascadesim.scenario import defaults
from cascadesim.scenario.checks.common import idle, is_said, repeated, staffs, tiers
from cascadesim.scenario.checks.training import gives_courses
from cascadesim.scenario.diagnostics.problems import Finding
from cascadesim.scenario.document import KeyPath, dotted
from cascadesim.scenario.fields import Rate
from cascadesim.scenario.organisation import FLAGS
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.workforce import (
    Clock,
    Competence,
    DateClock,
    Engagement,
    LifeTableClock,
    Reason,
    ShockClock,
    Then,
    Tier,
    WeibullClock,
)

WEEK_HOURS = 168


def hours(scenario: Scenario) -> Iterator[Finding]:
    """A week has 168 hours."""
    for _, _, tier, path in tiers(scenario):
        low, high = tier.hours_per_week.support
        most = high if math.isfinite(high) else tier.hours_per_week.mean_value
        if most > WEEK_HOURS:
            message = f"got {'up to' if low < high else ''} {most:g} hours; a week has {WEEK_HOURS}."
            yield Finding((*path, "hours_per_week"), " ".join(message.split()), "", "wrong_value")


def steps(scenario: Scenario) -> Iterator[Finding]:
    """A rate that changes says so once for each week."""
    rates: list[tuple[KeyPath, Rate]] = [
        ((*path, "recruits_per_week"), staff.recruits_per_week) for _, staff, path in staffs(scenario)
    ]
    for name, stream in scenario.clients.stream.items() if scenario.clients else ():
        rates.append((("clients", "stream", name, "referrals_per_week"), stream.referrals_per_week))
    for path, rate in rates:
        for place, week in repeated([step.from_week for step in rate]):
            hint = "Each step needs a from_week of its own."
            yield Finding((*path, place), f"two rates from week {week:g} on.", hint)


def recruitment(scenario: Scenario) -> Iterator[Finding]:
    """A lag is that of vacancies, and a pool is drawn on by recruits."""
    targets = {path[:2] for _, staff, path in staffs(scenario) if staff.target is not None}
    for _, _, tier, path in tiers(scenario):
        if is_said(tier, "lag_weeks") and path not in targets:
            why = "there are no vacancies without a target"
            yield idle((*path, "lag_weeks"), why, (*path, "target"), (*path, "site"), hint="Add target = ...")
    for _, staff, path in staffs(scenario):
        sources = staff.intake or staff.recruits_per_week or staff.target
        if staff.pool is not None and not sources:
            reads = tuple((*path, key) for key in ("intake", "recruits_per_week", "target"))
            yield idle((*path, "pool"), "nobody is recruited after week 0", *reads)


def filled_twice(scenario: Scenario) -> Iterator[Finding]:
    """Vacancies open at week 0 for whoever is missing then, though a dated intake is still to come (R9.1)."""
    for _, staff, path in staffs(scenario):
        at_once = sum(each.count for each in staff.intake if each.week == 0)
        later = [each.week for each in staff.intake if 0 < each.week < scenario.horizon_weeks]
        missing = (staff.target or 0) - staff.initial - at_once
        if missing > 0 and later:
            reads: tuple[KeyPath, ...] = tuple((*path, key) for key in ("target", "initial", "intake"))
            message = f"{missing} are missing at week 0 and get vacancies; the intake of week {later[0]:g} comes too."
            hint = "Let the intake come at week 0, or leave it out."
            yield Finding(reads[0], message, hint, "unlikely", (*reads, ("horizon_weeks",)), warning=True)


def promotion(scenario: Scenario) -> Iterator[Finding]:
    """Somebody can be promoted, to a vacancy."""
    targets = {path[:2] for _, staff, path in staffs(scenario) if staff.target is not None}
    for level, name, tier, path in tiers(scenario):
        if tier.promotion is None:
            continue
        here: KeyPath = (*path, "promotion")
        if level + 1 == len(scenario.cascade):
            message = f"{name} is the last tier: there is nobody below it to promote."
            yield Finding(here, message, "Take the table out.", reads=(here, ("cascade",)))
            continue
        if path not in targets:
            message = "promotion fills vacancies, and without a target there are none."
            yield Finding(here, message, "Add target = ...", reads=(here, (*path, "target"), (*path, "site")))
        below = scenario.cascade[level + 1]
        least, competence = tier.promotion.min_competence.value, scenario.tier[below].competence
        reads = ((*here, "min_competence"), ("tier", below, "competence"), ("cascade",))
        if least > 0 and competence is None:
            yield idle(reads[0], f"[tier.{below}.competence] is not given", *reads[1:])
        elif competence is not None and least > competence.ceiling.value:
            message = f"got {least:g}, above the ceiling of {below}, {competence.ceiling.value:g}: nobody gets there."
            yield Finding(reads[0], message, "", "impossible", reads)


def deployment(scenario: Scenario) -> Iterator[Finding]:
    """Somebody works, and is selected to."""
    for _, name, tier, path in tiers(scenario):
        if tier.deployment_probability.value == 0:
            message = f"got 0: nobody of {name} would ever work."
            yield Finding((*path, "deployment_probability"), message, "Anything above 0.", "impossible")
        if tier.not_deployed != "exit" and tier.deployment_probability.value == 1:
            why = "everybody is deployed"
            reads = (*path, "deployment_probability")
            yield idle((*path, "not_deployed"), why, reads, hint="Add deployment_probability = ...")


def levels(scenario: Scenario) -> Iterator[Finding]:
    """baseline <= course_level <= ceiling, and nothing is asked for beyond the ceiling."""
    for level, name, tier, path in tiers(scenario):
        competence, here = tier.competence, (*path, "competence")
        if competence is None:
            continue
        low, high = competence.baseline.value, competence.ceiling.value
        initial = competence.initial_competence or competence.course_level
        for key, value in (("course_level", competence.course_level.value), ("initial_competence", initial.value)):
            if not low <= value <= high and (key == "course_level" or competence.initial_competence is not None):
                reads = tuple((*here, each) for each in (key, "baseline", "ceiling"))
                message = f"got {value:g}, which is not between baseline = {low:g} and ceiling = {high:g}."
                yield Finding(reads[0], message, "", reads=reads)
        wanted = {"min_trainer_competence": "give a course"} if gives_courses(scenario, level) else {}
        if defaults.trains(tier, level):
            wanted["certification_threshold"] = "be certified"
        for key, what in wanted.items():
            yield from _reached(competence, key, f"{name} can {what}", initial.value, level, here)


def _reached(competence: Competence, key: str, what: str, initial: float, level: int, here: KeyPath) -> Iterator[Finding]:
    """Whether anybody reaches a threshold: refused above the ceiling, doubted where nobody gains."""
    value, ceiling, course = getattr(competence, key).value, competence.ceiling.value, competence.course_level.value
    gains = competence.gain_per_session.value or competence.noise_sd.value
    reads: tuple[KeyPath, ...] = ((*here, key), (*here, "ceiling"), ("cascade",))
    if value > ceiling:
        message = f"got {value:g}, above ceiling = {ceiling:g}: nobody of {what}."
        yield Finding((*here, key), message, f"At most {ceiling:g}.", "impossible", reads)
        return
    reads = (here, ("cascade",))
    if key == "min_trainer_competence" and level == 0 and value > initial:
        message = f"got {value:g}, and the workers of the first tier have {initial:g}: nobody of {what}."
        yield Finding((*here, key), message, f"At most {initial:g}.", "impossible", reads)
    elif value > course and not gains and (key == "certification_threshold" or value > initial):
        message = f"got {value:g}, above course_level = {course:g}, and nothing raises competence: nobody of {what}."
        yield Finding((*here, key), message, "Add gain_per_session.", "unlikely", reads, warning=True)


def unused(scenario: Scenario) -> Iterator[Finding]:
    """What needs another table, or another key, has it."""
    for level, name, tier, path in tiers(scenario):
        competence, here = tier.competence, (*path, "competence")
        if competence is None:
            continue
        trained = defaults.trains(tier, level)
        if competence.certification_threshold.value and not trained:
            yield idle((*here, "certification_threshold"), f"{name} is not trained", (*path, "training"), ("cascade",))
        if competence.refresher_gain.value and tier.refresher is None:
            yield idle((*here, "refresher_gain"), f"{name} has no [tier.{name}.refresher]", (*path, "refresher"))
        if competence.idle_decay_after_weeks is not None and competence.half_life_weeks is None:
            key = (*here, "half_life_weeks")
            yield idle((*here, "idle_decay_after_weeks"), "nothing decays without half_life_weeks", key)
        if competence.dilution.value and trained and level:
            above = scenario.cascade[level - 1]
            if scenario.tier[above].competence is None:
                why = f"[tier.{above}.competence] is not given"
                yield idle((*here, "dilution"), why, ("tier", above, "competence"), ("cascade",))


_SUM_NOISE = 1e-9


def reasons(scenario: Scenario) -> Iterator[tuple[Reason, KeyPath]]:
    """Every reason of every tier, with the path of its table."""
    for _, _, tier, path in tiers(scenario):
        yield from ((reason, (*path, "life", name)) for name, reason in tier.life.items())


def clocks(scenario: Scenario) -> Iterator[Finding]:
    """The steps of a life table ascend, and one of them is above 0."""
    found: list[tuple[KeyPath, Clock]] = [((*path, "clock"), reason.clock) for reason, path in reasons(scenario)]
    for name, own in scenario.clients.life.items() if scenario.clients else ():
        found.append((("clients", "life", name, "clock"), own.clock))
    for path, clock in found:
        if not isinstance(clock, LifeTableClock):
            continue
        here = (*path, "table")
        for place in range(1, len(clock.table)):
            before, week = clock.table[place - 1].from_weeks, clock.table[place].from_weeks
            if week <= before:
                message = f"from_weeks = {week:g} comes after {before:g}; the steps of a life table ascend."
                yield Finding((*here, place), message, "Put them in order, each tenure once.")
        if not any(step.rate_per_year.value for step in clock.table):
            yield idle(here, "every rate is 0")


def consequences(scenario: Scenario) -> Iterator[Finding]:
    """Probabilities of what follows sum to at most 1, and what they need is given (R5.2)."""
    for reason, path in reasons(scenario):
        if reason.then is None:
            continue
        here, then = (*path, "then"), reason.then
        total = math.fsum(share.value for share in (then.exit, then.hours_change, then.absence) if share is not None)
        reads = (here, (*path, "absence_weeks"))
        if total > 1 + _SUM_NOISE:
            yield Finding(here, f"the probabilities sum to {total:.6g}, more than 1.", "", "shares")
            continue
        unclear = [key for key in ("hours_change", "absence") if getattr(then, key) is None]
        if then.hours_factor is not None and reason.absence_weeks is not None and unclear:
            message = f"with both hours_factor and absence_weeks, {' and '.join(unclear)} must be said."
            yield Finding(here, message, "Write a probability for each.", "ambiguous", reads)
            continue
        yield from _needs(then, reason, here, reads)
        if not any(defaults.consequences(reason)):
            yield idle(here, "every probability is 0", *reads[1:])


def _needs(then: Then, reason: Reason, here: KeyPath, reads: tuple[KeyPath, ...]) -> Iterator[Finding]:
    if then.hours_change is not None and then.hours_change.value and then.hours_factor is None:
        message = "hours change, and nothing says by how much."
        yield Finding((*here, "hours_change"), message, "Add hours_factor = 0.5, say.", "missing", reads)
    if then.absence is not None and then.absence.value and reason.absence_weeks is None:
        message = "nothing says how long the absence lasts."
        yield Finding((*here, "absence"), message, f"Add absence_weeks to [{dotted(here[:-1])}].", "missing", reads)


def frailty(scenario: Scenario) -> Iterator[Finding]:
    """Frailty and a Weibull clock would explain the same falling hazard twice (R5.10), also of who is promoted."""
    for level, _, tier, path in tiers(scenario):
        here: KeyPath = (*path, "frailty_variance")
        if tier.frailty_variance.value == 0:
            continue
        dated = DateClock | ShockClock  # come when they come
        felt = [each for each in _career(scenario, level) if not (each[0].external or isinstance(each[0].clock, dated))]
        for reason, where in felt:
            if isinstance(reason.clock, WeibullClock):
                whose = where[-1] if where[:2] == path else f"{where[-1]} of {where[1]}, to which they are promoted"
                message = f"not together with the weibull clock of {whose}: both explain a rate that falls with tenure."
                yield Finding(here, message, "Take one of the two out.", reads=(here, where))
                break
        if not felt:
            yield idle(here, "no reason of this tier responds to it", (*path, "life"))


def _career(scenario: Scenario, level: int) -> Iterator[tuple[Reason, KeyPath]]:
    """The reasons of a tier, and of the tiers to which its workers may be promoted one after another (R9.2)."""
    while True:
        name = scenario.cascade[level]
        for reason, own in scenario.tier[name].life.items():
            yield own, ("tier", name, "life", reason)
        if level == 0 or scenario.tier[scenario.cascade[level - 1]].promotion is None:
            return
        level -= 1


def unused_life(scenario: Scenario) -> Iterator[Finding]:
    """Notice is for exits, the length of an absence for absences, and coming back for what leaves somebody there."""
    for reason, path in reasons(scenario):
        leaves, hours_change, away = defaults.consequences(reason)
        reads = ((*path, "then"), (*path, "absence_weeks"))
        if reason.notice_weeks.value and leaves == 0:
            yield idle((*path, "notice_weeks"), "nobody leaves for this reason", *reads)
        if reason.absence_weeks is not None and away == 0 and (leaves or hours_change):
            yield idle((*path, "absence_weeks"), "nobody is absent for this reason", *reads)
        if reason.recurring and leaves == 1:
            yield idle((*path, "recurring"), "whoever leaves cannot be struck again", *reads)
        elif reason.recurring and isinstance(reason.clock, DateClock | ShockClock):
            yield idle((*path, "recurring"), f"a {reason.clock.dist} strikes once", (*path, "clock"))
        factor = reason.then.hours_factor if reason.then is not None else None
        if factor is not None and (hours_change == 0 or factor.value == 1):
            why = "hours never change for this reason" if hours_change == 0 else "it leaves hours as they are"
            yield idle((*path, "then", "hours_factor"), why, *reads)
    for _, _, tier, path in tiers(scenario):
        if is_said(tier.absence, "hold_weeks") and not any(defaults.consequences(own)[2] for own in tier.life.values()):
            yield idle((*path, "absence", "hold_weeks"), "nobody of this tier is ever absent", (*path, "life"))


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
            here: KeyPath = (*path, "hazard_ratios", name)
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


def _no_state(here: KeyPath, name: str, known: Iterable[str]) -> Finding:
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
            here: KeyPath = (*path, "engagement", name)
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
            here: KeyPath = (*path, "supervision", "attendance_probability")
            yield idle(here, "attendance matters for competence only, which is not modelled", (*path, "competence"))
