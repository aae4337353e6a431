"""Workers: their hours, where they come from, how able they are, how they move up, and why they leave."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from cascadesim.errors import suggestion
from cascadesim.model.hazards import FLAGS
from cascadesim.scenario import defaults
from cascadesim.scenario.document import KeyPath, header
from cascadesim.scenario.problems import (
    SUM_NOISE,
    Finding,
    given_twice,
    gives_courses,
    is_given,
    no_effect,
    rates,
    reasons,
    staffs,
    streams,
    tables,
    tiers,
    unused,
)
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.workforce import (
    Competence,
    DateClock,
    Incentive,
    LifeTableClock,
    Reason,
    ShockClock,
    Then,
    Tier,
    WeibullClock,
)

WEEK_HOURS = 168
ATTENDANCE_ALONE = "attendance matters for competence only, which is not modelled"


def hours(scenario: Scenario) -> Iterator[Finding]:
    """A week has 168 hours."""
    for _, _, tier, path in tiers(scenario):
        low, high = tier.hours_per_week.support
        most = high if math.isfinite(high) else tier.hours_per_week.mean_value
        if most > WEEK_HOURS:
            message = f"got {'up to ' if low < high else ''}{most:g} hours; a week has {WEEK_HOURS}."
            yield Finding((*path, "hours_per_week"), message, "", "wrong_value")


def rate_steps(scenario: Scenario) -> Iterator[Finding]:
    """A rate that changes says so once for each week."""
    for rate, path in rates(scenario):
        weeks, hint = (step.from_week for step in rate), "Each step needs a from_week of its own."
        yield from given_twice(weeks, path, hint, "two rates from week {:g} on.")


def recruitment(scenario: Scenario) -> Iterator[Finding]:
    """A lag is that of vacancies, and a pool is drawn on by recruits."""
    targets = _with_targets(scenario)
    for _, _, tier, path in tiers(scenario):
        if is_given(tier, "lag_weeks") and path not in targets:
            why = "there are no vacancies without a target"
            yield no_effect((*path, "lag_weeks"), why, (*path, "target"), (*path, "site"), hint="Add target = ...")
    for _, staff, path in staffs(scenario):
        if staff.pool is not None and not (staff.intake or staff.recruits_per_week or staff.target):
            reads = tuple((*path, key) for key in ("intake", "recruits_per_week", "target"))
            yield no_effect((*path, "pool"), "nobody is recruited after week 0", *reads)


def _with_targets(scenario: Scenario) -> set[KeyPath]:
    """The tiers of which a target says how many there are to be, at some site."""
    return {path[:2] for _, staff, path in staffs(scenario) if staff.target is not None}


def filled_twice(scenario: Scenario) -> Iterator[Finding]:
    """Vacancies open at week 0 for whoever is missing then, though a dated intake is still to come (R9.1)."""
    for _, staff, path in staffs(scenario):
        at_once = sum(intake.count for intake in staff.intake if intake.week == 0)
        later = [intake.week for intake in staff.intake if 0 < intake.week < scenario.horizon_weeks]
        missing = (staff.target or 0) - staff.initial - at_once
        if missing > 0 and later:
            reads: tuple[KeyPath, ...] = tuple((*path, key) for key in ("target", "initial", "intake"))
            message = f"{missing} are missing at week 0 and get vacancies; the intake of week {later[0]:g} comes too."
            hint = "Let the intake come at week 0, or leave it out."
            yield Finding(reads[0], message, hint, "unlikely", (*reads, ("horizon_weeks",)), warning=True)


def promotion(scenario: Scenario) -> Iterator[Finding]:
    """Somebody can be promoted, to a vacancy."""
    targets = _with_targets(scenario)
    for level, name, tier, path in tiers(scenario):
        if tier.promotion is None:
            continue
        key: KeyPath = (*path, "promotion")
        if level + 1 == len(scenario.cascade):
            message = f"{name} is the last tier: there is nobody below it to promote."
            yield Finding(key, message, "Take the table out.", reads=(key, ("cascade",)))
            continue
        if path not in targets:
            message = "promotion fills vacancies, and without a target there are none."
            yield Finding(key, message, "Add target = ...", reads=(key, (*path, "target"), (*path, "site")))
        below = scenario.cascade[level + 1]
        least, competence = tier.promotion.min_competence.value, scenario.tier[below].competence
        reads = ((*key, "min_competence"), ("tier", below, "competence"), ("cascade",))
        if least > 0 and competence is None:
            yield no_effect(reads[0], f"[tier.{below}.competence] is not given", *reads[1:])
        elif competence is not None and least > competence.ceiling.value:
            message = f"got {least:g}, above the ceiling of {below}, {competence.ceiling.value:g}: nobody gets there."
            yield Finding(reads[0], message, "", "impossible", reads)


def deployment(scenario: Scenario) -> Iterator[Finding]:
    """Somebody works, and is selected to."""
    for _, name, tier, path in tiers(scenario):
        key = (*path, "deployment_probability")
        if tier.deployment_probability.value == 0:
            yield Finding(key, f"got 0: nobody of {name} would ever work.", "Anything above 0.", "impossible")
        if tier.not_deployed != "exit" and tier.deployment_probability.value == 1:
            hint = "Add deployment_probability = ..."
            yield no_effect((*path, "not_deployed"), "everybody is deployed", key, hint=hint)


def competence_levels(scenario: Scenario) -> Iterator[Finding]:
    """baseline <= course_level <= ceiling, and nothing is asked for beyond the ceiling."""
    for level, name, tier, path in tiers(scenario):
        competence, keys = tier.competence, (*path, "competence")
        if competence is None:
            continue
        low, high = competence.baseline.value, competence.ceiling.value
        levels = {"course_level": competence.course_level, "initial_competence": competence.initial_competence}
        for key, share in levels.items():
            if share is not None and not low <= share.value <= high:
                reads = tuple((*keys, own) for own in (key, "baseline", "ceiling"))
                message = f"got {share.value:g}, which is not between baseline = {low:g} and ceiling = {high:g}."
                yield Finding(reads[0], message, "", reads=reads)
        thresholds = {"min_trainer_competence": "give a course"} if gives_courses(scenario, level) else {}
        if defaults.trains(tier, level):
            thresholds["certification_threshold"] = "be certified"
        for key, what in thresholds.items():
            yield from _reached(competence, key, f"{name} can {what}", level, keys)


def _reached(competence: Competence, key: str, what: str, level: int, keys: KeyPath) -> Iterator[Finding]:
    """Whether anybody reaches a threshold: refused above the ceiling, doubted where nobody gains."""
    value, ceiling, course = getattr(competence, key).value, competence.ceiling.value, competence.course_level.value
    initial = (competence.initial_competence or competence.course_level).value
    gains = competence.gain_per_session.value or competence.noise_sd.value
    path, reads = (*keys, key), (keys, ("cascade",))
    if value > ceiling:
        message = f"got {value:g}, above ceiling = {ceiling:g}: nobody of {what}."
        yield Finding(path, message, f"At most {ceiling:g}.", "impossible", (path, (*keys, "ceiling"), ("cascade",)))
    elif key == "min_trainer_competence" and level == 0 and value > initial:
        message = f"got {value:g}, and the workers of the first tier have {initial:g}: nobody of {what}."
        yield Finding(path, message, f"At most {initial:g}.", "impossible", reads)
    elif value > course and not gains and (key == "certification_threshold" or value > initial):
        message = f"got {value:g}, above course_level = {course:g}, and nothing raises competence: nobody of {what}."
        yield Finding(path, message, "Add gain_per_session.", "unlikely", reads, warning=True)


def life_tables(scenario: Scenario) -> Iterator[Finding]:
    """The steps of a life table ascend, and one of them is above 0."""
    for clock, path in tables(scenario):
        if not isinstance(clock, LifeTableClock):
            continue
        key = (*path, "table")
        for place in range(1, len(clock.table)):
            before, week = clock.table[place - 1].from_weeks, clock.table[place].from_weeks
            if week <= before:
                message = f"from_weeks = {week:g} comes after {before:g}; the steps of a life table ascend."
                yield Finding((*key, place), message, "Put them in order, each tenure once.")
        if not any(step.rate_per_year.value for step in clock.table):
            yield no_effect(key, "every rate is 0")


def consequences(scenario: Scenario) -> Iterator[Finding]:
    """Probabilities of what follows sum to at most 1, and what they need is given (R5.2)."""
    for reason, path in reasons(scenario):
        if reason.then is None:
            continue
        key, then = (*path, "then"), reason.then
        total = math.fsum(share.value for share in (then.exit, then.hours_change, then.absence) if share is not None)
        reads = (key, (*path, "absence_weeks"))
        if total > 1 + SUM_NOISE:
            yield Finding(key, f"the probabilities sum to {total:.6g}, more than 1.", "", "shares")
            continue
        unclear = [what for what in ("hours_change", "absence") if getattr(then, what) is None]
        if then.hours_factor is not None and reason.absence_weeks is not None and unclear:
            message = f"with both hours_factor and absence_weeks, {' and '.join(unclear)} is needed."
            yield Finding(key, message, "Write a probability for each.", "ambiguous", reads)
            continue
        yield from _consequence_needs(then, reason, key, reads)
        if not any(defaults.consequences(reason)):
            yield no_effect(key, "every probability is 0", *reads[1:])


def _consequence_needs(then: Then, reason: Reason, key: KeyPath, reads: tuple[KeyPath, ...]) -> Iterator[Finding]:
    if then.hours_change is not None and then.hours_change.value and then.hours_factor is None:
        message = "hours change, and nothing says by how much."
        yield Finding((*key, "hours_change"), message, "Add hours_factor = 0.5, say.", "missing", reads)
    if then.absence is not None and then.absence.value and reason.absence_weeks is None:
        message = "nothing says how long the absence lasts."
        yield Finding((*key, "absence"), message, f"Add absence_weeks to {header(key[:-1])}.", "missing", reads)


def unused_consequences(scenario: Scenario) -> Iterator[Finding]:
    """Notice is for exits, the length of an absence for absences, and coming back for what leaves somebody there."""
    for reason, path in reasons(scenario):
        leaves, hours_change, away = defaults.consequences(reason)
        reads = ((*path, "then"), (*path, "absence_weeks"))
        if reason.notice_weeks.value and leaves == 0:
            yield no_effect((*path, "notice_weeks"), "nobody leaves for this reason", *reads)
        if reason.absence_weeks is not None and away == 0 and (leaves or hours_change):
            yield no_effect((*path, "absence_weeks"), "nobody is absent for this reason", *reads)
        if reason.recurring and leaves == 1:
            yield no_effect((*path, "recurring"), "whoever leaves cannot leave again", *reads)
        elif reason.recurring and isinstance(reason.time_to_event, DateClock | ShockClock):
            yield no_effect(
                (*path, "recurring"), f"a {reason.time_to_event.dist} occurs once", (*path, "time_to_event")
            )
        factor = reason.then.hours_factor if reason.then is not None else None
        if factor is not None and (hours_change == 0 or factor.value == 1):
            why = "hours never change for this reason" if hours_change == 0 else "it leaves hours as they are"
            yield no_effect((*path, "then", "hours_factor"), why, *reads)
    for _, _, tier, path in tiers(scenario):
        absent = any(defaults.consequences(reason).absence for reason in tier.events.values())
        if is_given(tier.absence, "hold_weeks") and not absent:
            yield no_effect((*path, "absence", "hold_weeks"), "nobody of this tier is ever absent", (*path, "events"))


def frailty(scenario: Scenario) -> Iterator[Finding]:
    """Frailty and a Weibull clock would explain the same falling hazard twice (R5.10), also of who is promoted."""
    for level, _, tier, path in tiers(scenario):
        key: KeyPath = (*path, "frailty_variance")
        if tier.frailty_variance.value == 0:
            continue
        career = [(reason, home) for reason, home in _career(scenario, level) if responds(reason)]
        for reason, home in career:
            if isinstance(reason.time_to_event, WeibullClock):
                whose = home[-1] if home[:2] == path else f"{home[-1]} of {home[1]}, to which they are promoted"
                both = "both explain a rate that falls with tenure"
                message = f"not together with the weibull time_to_event of {whose}: {both}."
                yield Finding(key, message, "Take one of the two out.", reads=(key, home))
                break
        if not career:
            yield no_effect(key, "no reason of this tier responds to it", (*path, "events"))


def _career(scenario: Scenario, level: int) -> Iterator[tuple[Reason, KeyPath]]:
    """The reasons of a tier, and of the tiers to which its workers may be promoted one after another (R9.2)."""
    while True:
        name = scenario.cascade[level]
        for reason, own in scenario.tier[name].events.items():
            yield own, ("tier", name, "events", reason)
        if level == 0 or scenario.tier[scenario.cascade[level - 1]].promotion is None:
            return
        level -= 1


def responds(reason: Reason) -> bool:
    """Whether hazard ratios act on a reason: a date or a wave comes when it comes (R5.1)."""
    return not (reason.external or isinstance(reason.time_to_event, DateClock | ShockClock))


def responsive(tier: Tier) -> list[Reason]:
    """The reasons of a tier that hazard ratios act on."""
    return list(filter(responds, tier.events.values()))


def hazard_ratios(scenario: Scenario) -> Iterator[Finding]:
    """Every ratio names a flag or a state that there is, and there is something to act on."""
    known = (*FLAGS, *scenario.organisation)
    for level, _, tier, path in tiers(scenario):
        needs = {
            "unsupervised": (not defaults.independent(tier, level), "supervision"),
            "missed_refresher": (tier.refresher is not None, "refresher"),
            "strain": (tier.strain is not None, "strain"),
        }
        for name in tier.hazard_ratios:
            key: KeyPath = (*path, "hazard_ratios", name)
            present, table = needs.get(name, (True, ""))
            if name not in known:
                yield _no_state(key, name, known)
            elif not present:
                reads = ((*path, table), ("cascade",))
                yield no_effect(key, f"{header((*path, table))} is not given or not required", *reads)
            elif not responsive(tier):
                yield no_effect(key, "no reason of this tier responds to it", (*path, "events"))
        if tier.strain is not None and "strain" not in tier.hazard_ratios:
            hint = f"Add [tier.{path[1]}.hazard_ratios] with strain = 1.5, say."
            why = "strain acts through a hazard ratio only"
            yield no_effect((*path, "strain"), why, (*path, "hazard_ratios"), hint=hint)


def _no_state(path: KeyPath, name: str, known: Iterable[str]) -> Finding:
    hint = suggestion(name, known) if known else f"Add the table [organisation.{name}]."
    message, reads = f"there is no state {name} of the organisation.", (path, ("organisation",))
    return Finding(path, message, hint, "no_such_state", reads)


def lost_hours(scenario: Scenario) -> Iterator[Finding]:
    """Hours are lost to states of the organisation."""
    for _, _, tier, path in tiers(scenario):
        for name in tier.lost_hours_per_week:
            if name not in scenario.organisation:
                yield _no_state((*path, "lost_hours_per_week", name), name, tuple(scenario.organisation))


def incentive(scenario: Scenario) -> Iterator[Finding]:
    """An incentive begins before it ends, and has an effect."""
    for level, _, tier, path in tiers(scenario):
        for name, own in tier.incentive.items():
            keys: KeyPath = (*path, "incentive", name)
            if own.until_week is not None and own.until_week <= own.from_week:
                reads = ((*keys, "until_week"), (*keys, "from_week"))
                message = f"got {own.until_week:g}, not after from_week = {own.from_week:g}."
                yield Finding(reads[0], message, "", reads=reads)
            ratios = [key for key in Incentive.model_fields if key.endswith("ratio") and is_given(own, key)]
            if not ratios and not own.week_cost.value:
                yield no_effect(keys, "every ratio is 1, and it costs nothing")
            for key, why in _nothing_to_act_on(tier, defaults.supervises(tier, level)).items():
                if key in ratios:
                    tables = ((*path, "events"), (*path, "competence"), (*path, "supervision"))
                    yield no_effect((*keys, key), why, *tables)


def _nothing_to_act_on(tier: Tier, supervised: bool) -> dict[str, str]:
    """The ratios of an incentive that change nothing in a tier, and why."""
    outcomes = [defaults.consequences(reason) for reason in responsive(tier)]
    idle: dict[str, str] = {}
    if not any(leaves or hours_change for leaves, hours_change, _ in outcomes):
        idle["leaving_ratio"] = "this tier has no reason to leave or to change hours that responds to it"
    if not any(away and not leaves and not hours_change for leaves, hours_change, away in outcomes):
        idle["absence_ratio"] = "this tier has no reason that is an absence only and responds to it"
    if tier.competence is None:
        idle["attendance_ratio"] = ATTENDANCE_ALONE
    elif not supervised:
        idle["attendance_ratio"] = "this tier attends no supervision"
    return idle


def recognition(scenario: Scenario) -> Iterator[Finding]:
    """Recognition has something to act on; attendance has competence."""
    own, table = scenario.recognition, ("recognition",)
    if not any(staff.recruits_per_week for _, staff, _ in staffs(scenario)):
        yield from unused(own, table, ["recruitment_factor"], "no tier has recruits_per_week", ("tier",))
    if not any(stream.referrals_per_week for stream, _ in streams(scenario)):
        yield from unused(own, table, ["referral_factor"], "no stream has referrals_per_week", ("clients",))
    if not any(responsive(tier) for tier in scenario.tier.values()):
        yield from unused(own, table, ["leaving_ratio"], "no reason of any tier responds to it", ("tier",))
    for _, _, tier, path in tiers(scenario):
        if tier.competence is None:
            keys, read = (*path, "supervision"), (*path, "competence")
            yield from unused(tier.supervision, keys, ["attendance_probability"], ATTENDANCE_ALONE, read)
