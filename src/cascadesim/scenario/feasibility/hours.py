"""Whether a week holds what it is for: courses, refreshers, supervision and clients, besides what else takes of it.

How much a week holds and what each duty takes of it is in minutes a week, as the ledger counts them (R2.4).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from cascadesim.model.units import HOUR_MINUTES, rate_nearest, rate_up
from cascadesim.scenario import defaults
from cascadesim.scenario.checks.clients import present, sees_clients, speaks, spoken
from cascadesim.scenario.clients import Clients, Format, Stream
from cascadesim.scenario.document import KeyPath
from cascadesim.scenario.feasibility.run_size import BestCase, best_cases_by_site
from cascadesim.scenario.problems import Finding, streams, tiers
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.workforce import Refresher, Supervision, Tier, Training


@dataclass(frozen=True, slots=True)
class Week:
    """The minutes that a worker's week can hold: `available`, and `limit` with overtime. `words` is the arithmetic.

    `plain` says only what is available.
    """

    available: float
    limit: float
    words: str
    plain: str


def is_trained(tier: Tier, level: int) -> bool:
    """Whether the tier takes a course of which everything is known that its arithmetic needs."""
    stages = defaults.stages(tier.training)
    known = all(stage.trainer_hours_per_week is not None and stage.course_weeks is not None for stage in stages)
    return level > 0 and defaults.trains(tier, level) and known


def is_supervised(tier: Tier, level: int) -> bool:
    """Whether the tier is supervised, and by how much is known."""
    return level > 0 and defaults.supervises(tier, level) and tier.supervision.meeting_hours is not None


def week_of(tier: Tier, average: bool = False) -> Week:
    """The longest week that anybody of the tier can have, or the average one; without end where hours have none."""
    amount = tier.hours_per_week
    hours = amount.mean_value if average else amount.support[1]
    if not math.isfinite(hours):
        return Week(math.inf, math.inf, "any number of hours", "any number of hours")
    available, share = rate_up(hours), tier.overtime_fraction.value
    limit = math.floor(available * (1 + share) + 1e-6)
    which = "on average" if average else "at most"
    overtime = f" x (1 + {share:g} overtime) = {in_hours(limit)}" if share else ""
    plain = f"{which} {in_hours(available)}"
    return Week(available, limit, plain + overtime, plain)


def week_of_promoted(tier: Tier, below: Tier) -> Week:
    """The longest week of whoever comes to a tier from the one below, whose hours they keep (R9.2)."""
    return week_of(tier.model_copy(update={"hours_per_week": below.hours_per_week}))


def can_get_longer(tier: Tier) -> bool:
    """Whether an event of their lives can give workers of a tier more hours."""
    factors = (reason.then.hours_factor for reason in tier.events.values() if reason.then is not None)
    return any(factor is not None and factor.value > 1 for factor in factors)


def longest_week(scenario: Scenario, level: int) -> Week:
    """The longest week that anybody of a tier can have: of their own, as promoted (R9.2), or by a life event."""
    tier = scenario.tier[scenario.cascade[level]]
    weeks, sources = [week_of(tier)], [tier]
    for below in range(level + 1, len(scenario.cascade)):
        if scenario.tier[scenario.cascade[below - 1]].promotion is None:
            break
        sources.append(scenario.tier[scenario.cascade[below]])
        weeks.append(week_of_promoted(tier, sources[-1]))
    if any(map(can_get_longer, sources)):
        return replace(weeks[0], available=math.inf, limit=math.inf)
    return max(weeks, key=lambda week: week.limit)


def in_hours(minutes: float) -> str:
    """Minutes a week as hours, for a message."""
    return f"{minutes / HOUR_MINUTES:.4g} h"


def trainer_minutes(course: Training | Refresher, travel_hours: float = 0.0) -> int:
    """What a course, a stage of one or a refresher takes of each trainer's week, with hours of travel (R3.1)."""
    assert course.trainer_hours_per_week is not None and course.course_weeks is not None
    own = rate_up(course.trainer_hours_per_week + course.preparation_hours / course.course_weeks)
    return own + rate_up(travel_hours)


def trainer_words(course: Training | Refresher, travel_hours: float = 0.0) -> str:
    """The arithmetic of `trainer_minutes`."""
    total = in_hours(trainer_minutes(course, travel_hours))
    if not course.preparation_hours and not travel_hours:
        return total
    preparation = f" + {course.preparation_hours:g} h / {course.course_weeks:g}" if course.preparation_hours else ""
    way = f" + {travel_hours:g} h of travel" if travel_hours else ""
    return f"{course.trainer_hours_per_week:g} h{preparation}{way} = {total}"


def group_minutes(tier: Tier, travel_hours: float = 0.0) -> int:
    """What a supervision group of this tier takes of the supervisor's week, with hours of travel to it (R4.1)."""
    supervision = tier.supervision
    assert supervision.meeting_hours is not None
    hours = supervision.meeting_hours + supervision.preparation_hours + travel_hours
    return rate_nearest(hours, supervision.interval_weeks)


def group_words(tier: Tier, travel_hours: float = 0.0) -> str:
    """The arithmetic of `group_minutes`."""
    supervision, total = tier.supervision, in_hours(group_minutes(tier, travel_hours))
    if supervision.interval_weeks == 1 and not supervision.preparation_hours and not travel_hours:
        return total
    hours = f"{supervision.meeting_hours:g} h + {supervision.preparation_hours:g} h"
    hours += f" + {travel_hours:g} h of travel" if travel_hours else ""
    return f"({hours}) / {supervision.interval_weeks:g} = {total}"


def supervision_minutes(tier: Tier) -> int:
    """What being supervised takes of this tier's own week (R4.1)."""
    assert tier.supervision.meeting_hours is not None
    return rate_nearest(tier.supervision.meeting_hours, tier.supervision.interval_weeks)


def own_supervision_minutes(tier: Tier, level: int) -> int:
    """`supervision_minutes`, or 0 where the tier is not supervised."""
    return supervision_minutes(tier) if is_supervised(tier, level) else 0


def client_minutes(clients: Clients, form: Format, interpreted: bool = False) -> int:
    """What one client, or a full group, takes of a worker's week at its start: session, research, assessment (R8.1)."""
    assert form.sessions is not None and form.session_hours is not None
    assert form.session_overhead_hours is not None and form.interval_weeks is not None
    factor = clients.interpreter_hours_factor.value if interpreted and clients.interpreter_hours_factor else 1.0
    interval = form.interval_weeks.mean_value
    minutes = rate_up((form.session_hours * factor + form.session_overhead_hours) / interval)
    research = rate_up(clients.research_hours_per_client / (form.sessions * interval))
    if form.group_max == 1:
        return minutes + research + rate_up(clients.assessment_hours * factor / interval)
    return minutes + -(-research * form.group_max // form.facilitators)  # every member's, shared (R8.6)


OTHER_DUTIES, RESERVE, SUPERVISED = "of other duties", "kept for courses", "of being supervised"


def taken_before(tier: Tier, reserve: bool) -> dict[str, int]:
    """What is gone of every week before anything else."""
    taken = {OTHER_DUTIES: rate_up(tier.other_duties_hours_per_week.value)}
    return taken | ({RESERVE: rate_up(tier.training_reserve_hours_per_week)} if reserve else {})


def beside(taken: dict[str, int], word: str = ", besides") -> str:
    """`, besides 12 h of other duties and 1 h of being supervised`: what else takes of a week; empty where nothing."""
    listed = " and ".join(f"{in_hours(minutes)} {what}" for what, minutes in taken.items() if minutes)
    return f"{word} {listed}" if listed else ""


CARE = ("session_hours", "session_overhead_hours", "interval_weeks", "format", "stream", "assessment_hours")
"""Keys of [clients] that say how many hours a client takes."""


def week_keys(path: KeyPath) -> tuple[KeyPath, ...]:
    """The keys that say how much of a week there is."""
    keys = ("hours_per_week", "overtime_fraction", "other_duties_hours_per_week", "training_reserve_hours_per_week")
    return (*((*path, key) for key in keys), ("cascade",))


def course_hours(scenario: Scenario) -> Iterator[Finding]:
    """Every stage of a course fits into the week of somebody in the tier above, with the way there if need be."""
    people = best_cases_by_site(scenario)
    for level, name, tier, path in tiers(scenario):
        for place, stage in enumerate(defaults.stages(tier.training) if is_trained(tier, level) else ()):
            own = tier.training.stages[place] if tier.training.stages else None
            inner = own is not None and own.trainer_hours_per_week is not None
            home: KeyPath = (*path, "training", "stages", place) if inner else (*path, "training")
            keys = ("trainer_hours_per_week", "preparation_hours", "course_weeks")
            reads = (*((*home, key) for key in keys), (*path, "training", "stages"))
            for travel, where in _journeys(people, level, tier.training, "candidates"):
                need = trainer_minutes(stage, travel)
                what = f"a course for {name}{where} takes {trainer_words(stage, travel)} of each trainer's week"
                all_reads = (*reads, (*path, "training", "travel_hours"), ("tier",)) if travel else reads
                blame = (all_reads, "Spread it over more weeks")
                findings = list(_fits(scenario, level, what, need, blame, reserve=False, where=where))
                yield from findings
                if findings:
                    break


def refresher_hours(scenario: Scenario) -> Iterator[Finding]:
    """A refresher fits into the week of a trainer, beside the reserve, and into that of a worker."""
    for level, name, tier, path in tiers(scenario):
        refresher, table = tier.refresher, (*path, "refresher")
        if refresher is None or level == 0:
            continue
        need = trainer_minutes(refresher)
        what = f"a refresher for {name} takes {trainer_words(refresher)} of each trainer's week"
        reads = tuple((*table, key) for key in ("trainer_hours_per_week", "preparation_hours", "course_weeks"))
        yield from _fits(scenario, level, what, need, (reads, "Spread it over more weeks"), reserve=True)
        taken = taken_before(tier, reserve=False) | {SUPERVISED: own_supervision_minutes(tier, level)}
        need, most = rate_up(refresher.trainee_hours_per_week), week_of(tier)
        if need + sum(taken.values()) > most.available:
            message = f"takes {in_hours(need)} of a week{beside(taken)}; {name} has {most.plain}."
            keys = ((*table, "trainee_hours_per_week"), *week_keys(path), (*path, "supervision"))
            yield Finding(keys[0], message, "Spread it over more weeks.", "impossible", keys)


def group_hours(scenario: Scenario) -> Iterator[Finding]:
    """A supervision group fits into the week of somebody in the tier above, with an apprentice in it if need be."""
    people = best_cases_by_site(scenario)
    for level, name, tier, path in tiers(scenario):
        if not is_supervised(tier, level):
            continue
        table = (*path, "supervision")
        trainees = any(best.candidates for best in people[level].values())
        apprentices = trainees and defaults.practice(scenario, level) != "none"
        extra = math.ceil(tier.apprentice_extra_hours_per_week * 60) if apprentices else 0
        for travel, where in _journeys(people, level, tier.supervision, "everybody"):
            reads: list[KeyPath] = [(*table, key) for key in ("meeting_hours", "preparation_hours", "interval_weeks")]
            reads += [(*table, "travel_hours"), ("tier",)] if travel else []
            need = group_minutes(tier, travel) + extra
            what = f"one group of {name}{where} takes {group_words(tier, travel)} of the supervisor's week"
            if extra:
                reads.append((*path, "apprentice_extra_hours_per_week"))
                what = f"{what}, and an apprentice in it {in_hours(extra)} more"
            blame = (tuple(reads), "Meet less often or more briefly")
            findings = list(_fits(scenario, level, what, need, blame, reserve=True, where=where))
            yield from findings
            if findings:
                break


def _journeys(
    people: list[dict[str, BestCase]], level: int, duty: Training | Supervision, who: str
) -> Iterator[tuple[float, str]]:
    """(hours of travel, where) of those who train or supervise a tier: at home, then to a site without any of them.

    `who` is the number of a `BestCase` that says whether there is anybody to go to; nothing where there is nobody.
    """
    above = people[level - 1]
    peopled = [site for site, best in people[level].items() if getattr(best, who)]
    away = [site for site in peopled if not above[site].everybody] if duty.across_sites else []
    if len(away) < len(peopled):
        yield 0.0, ""
    if away:
        yield duty.travel_hours, f" at {away[0]}" if len(away) < len(peopled) else ""


def _fits(
    scenario: Scenario,
    level: int,
    what: str,
    need: int,
    blame: tuple[tuple[KeyPath, ...], str],
    reserve: bool,
    where: str = "",
) -> Iterator[Finding]:
    """Whether a duty of `need` minutes fits into a week of the tier above `level`, at best and on average.

    `blame` are the keys that the need was read from, the first one to blame, and what can be done about them.
    What concerns only some sites (`where`) is not impossible.
    """
    reads, way = blame
    name = scenario.cascade[level - 1]
    tier, path = scenario.tier[name], ("tier", name)
    most, usual = longest_week(scenario, level - 1), week_of(tier, average=True)
    hint = f"{way}, or raise tier.{name}.hours_per_week."
    reads = (*reads, *week_keys(path))
    taken = taken_before(tier, reserve)
    if sum(taken.values()) > most.limit:
        return  # told by own_hours
    if need + sum(taken.values()) > most.limit:
        code, message = "unlikely" if where else "impossible", f"{what}{beside(taken)}; {name} has {most.words}."
        yield Finding(reads[0], message, hint, code, reads, warning=bool(where))
        return
    taken[SUPERVISED] = own_supervision_minutes(tier, level - 1)
    if need + sum(taken.values()) > usual.limit:
        message = f"{what}{beside(taken)}; {name} has {usual.words}."
        yield Finding(reads[0], message, hint, "unlikely", (*reads, (*path, "supervision")), warning=True)


def promoted_hours(scenario: Scenario) -> Iterator[Finding]:
    """The longest week that the promoted can bring with them holds something of what the tier below receives (R9.2).

    Whoever can supervise and not train, or train and not supervise, may be wanted for just that.
    """
    for level, name, tier, path in tiers(scenario):
        if tier.promotion is None or level + 1 == len(scenario.cascade) or defaults.delivers(scenario, level):
            continue
        below = scenario.cascade[level + 1]
        worker = scenario.tier[below]
        if can_get_longer(worker):
            continue  # they may have come to more hours by then
        week = week_of_promoted(tier, worker)
        duties = list(_duties(worker, below, level + 1))
        room = {reserve: week.limit - sum(taken_before(tier, reserve).values()) for reserve in (False, True)}
        if duties and all(need > room[reserve] for *_, need, reserve in duties):
            key: KeyPath = (*path, "promotion")
            listed = " and ".join(f"{what} takes {words} of a week" for what, words, *_ in duties)
            message = f"whoever is promoted keeps the hours of {below}, {week.words}, "
            message += f"and can do nothing here: {listed}."
            hint = f"Recruit {name} from outside, or raise tier.{below}.hours_per_week."
            yield Finding(key, message, hint, "unlikely", (key, *week_keys(path), ("tier", below)), warning=True)


def _duties(tier: Tier, name: str, level: int) -> Iterator[tuple[str, str, int, bool]]:
    """(duty, its arithmetic, minutes a week, whether the training reserve goes before it) of those above this tier."""
    if is_trained(tier, level):
        stage = max(defaults.stages(tier.training), key=trainer_minutes)
        yield f"a course for {name}", trainer_words(stage), trainer_minutes(stage), False
    if is_supervised(tier, level):
        yield f"one group of {name}", group_words(tier), group_minutes(tier), True


def own_hours(scenario: Scenario) -> Iterator[Finding]:
    """Whoever is supervised, keeps hours for courses or sees clients has the hours for it."""
    for level, name, tier, path in tiers(scenario):
        supervised, most = own_supervision_minutes(tier, level), longest_week(scenario, level)
        key: KeyPath = (*path, "hours_per_week")
        meetings = tuple((*path, "supervision", own) for own in ("meeting_hours", "interval_weeks"))
        reads = (key, *week_keys(path), *meetings)
        taken, reserve = taken_before(tier, reserve=False), rate_up(tier.training_reserve_hours_per_week)
        if supervised + sum(taken.values()) > most.limit:
            what = f"being supervised takes {in_hours(supervised)} of a week{beside(taken)}"
            if not supervised:
                what = f"other duties take {in_hours(sum(taken.values()))} of a week"
            message = f"{what}; {name} has {most.words}."
            yield Finding(key, message, "Give them more hours, or let them meet less.", "impossible", reads)
        elif reserve + sum(taken.values()) > most.limit:
            key = (*path, "training_reserve_hours_per_week")
            message = f"keeps {in_hours(reserve)} of a week{beside(taken)}; {name} has {most.words}."
            yield Finding(key, message, "Less than the hours.", "impossible", (key, *reads))
        else:
            yield from _room_for_a_client(scenario, level, reads)


def _room_for_a_client(scenario: Scenario, level: int, reads: tuple[KeyPath, ...]) -> Iterator[Finding]:
    """Clients are seen within the hours available, never in overtime (R2.4)."""
    name = scenario.cascade[level]
    tier = scenario.tier[name]
    needs = [need for need in _client_needs(scenario, level).values() if need < math.inf]
    if not needs:
        return
    need, taken = int(min(needs)), _beside_clients(tier, level)
    reads += tuple(("clients", key) for key in CARE)
    for week, code in ((longest_week(scenario, level), "impossible"), (week_of(tier, average=True), "unlikely")):
        if need + sum(taken.values()) > week.available:
            message = f"one client takes {in_hours(need)} a week{beside(taken, ' beside')}; {name} has {week.plain}."
            hint = "Give them more hours; clients are not seen in overtime."
            yield Finding(reads[0], message, hint, code, reads, warning=code == "unlikely")
            return


def _beside_clients(tier: Tier, level: int) -> dict[str, int]:
    return {SUPERVISED: own_supervision_minutes(tier, level)} | taken_before(tier, reserve=True)


def _client_needs(scenario: Scenario, level: int) -> dict[str, float]:
    """What one client (or group) of each stream takes of a week of this tier; infinite where nobody understands them.

    Nothing for a tier that sees no clients.
    """
    clients, tier = scenario.clients, scenario.tier[scenario.cascade[level]]
    if clients is None or not sees_clients(scenario, level):
        return {}
    forms = defaults.formats(clients)
    needs: dict[str, float] = {}
    for name, stream in clients.stream.items():
        form = forms.get(stream.format or defaults.INDIVIDUAL)
        if form is None or form.interval_weeks is None or form.interval_weeks.mean_value <= 0:
            continue
        interpreted = not _understands(tier, stream)
        lost = interpreted and clients.interpreter_hours_factor is None
        needs[name] = math.inf if lost else client_minutes(clients, form, interpreted)
    return needs


def _understands(tier: Tier, stream: Stream) -> bool:
    languages = spoken(stream)
    return not languages or any(speaks(tier, language) for language in languages)


def stream_hours(scenario: Scenario) -> Iterator[Finding]:
    """Every stream has somebody whose week holds a client of it."""
    levels_at = {
        site: _levels_present(scenario, site) for site in {stream.site or "" for stream, _ in streams(scenario)}
    }
    seeing = {level for levels in levels_at.values() for level in levels}
    needs = {level: _client_needs(scenario, level) for level in seeing}
    least = {level: min(needs[level].values(), default=0.0) for level in seeing}
    rooms = {level: _room(scenario, level) for level in seeing}
    for stream, path in streams(scenario):
        name, levels = str(path[-1]), levels_at[stream.site or ""]
        if any(name not in needs[level] or least[level] > rooms[level] for level in levels):
            continue  # told by own_hours
        if levels and all(rooms[level] < needs[level][name] < math.inf for level in levels):
            level = min(levels, key=lambda level: needs[level][name] - rooms[level])
            need, room, worker = in_hours(needs[level][name]), in_hours(rooms[level]), scenario.cascade[level]
            message = f"one of these takes {need} of a worker's week; {worker} has at most {room} for it."
            reads = (path, ("clients",), ("tier",), ("cascade",))
            yield Finding(path, message, "Give them more hours; clients are not seen in overtime.", "impossible", reads)


def _levels_present(scenario: Scenario, site: str) -> list[int]:
    workers = present(scenario, site)
    return [level for level, _, tier, _ in tiers(scenario) if any(tier is worker for worker in workers)]


def _room(scenario: Scenario, level: int) -> float:
    tier = scenario.tier[scenario.cascade[level]]
    return longest_week(scenario, level).available - sum(_beside_clients(tier, level).values())
