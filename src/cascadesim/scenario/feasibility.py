"""Plans that can never work, with the arithmetic: refused where no draw can help, warned of where only luck can.

Each check takes the scenario and yields what it finds; `CHECKS` is all of them. They assume that `checks.py` has
nothing to say about the keys that they read.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from cascadesim.scenario import defaults
from cascadesim.scenario.checks import tiers
from cascadesim.scenario.findings import Finding
from cascadesim.scenario.locate import Path
from cascadesim.scenario.prospects import fewest_weeks_of_practice, prospects, rises
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.tiers import Tier
from cascadesim.scenario.week import (
    Week,
    course_minutes,
    course_words,
    episode_minutes,
    group_minutes,
    group_words,
    in_hours,
    is_supervised,
    is_trained,
    seat_minutes,
    week_of,
)
from cascadesim.scenario.words import counted


def _recruits(path: Path) -> tuple[Path, ...]:
    return ((*path, "initial"), (*path, "intake"), (*path, "recruits_per_week"), ("horizon_weeks",))


def _hours(path: Path) -> tuple[Path, ...]:
    return ((*path, "hours_per_week"), (*path, "overtime_fraction"))


def _meetings(path: Path) -> tuple[Path, ...]:
    return ((*path, "supervision", "meeting_hours"), (*path, "supervision", "interval_weeks"))


def members(scenario: Scenario) -> Iterator[Finding]:
    """Every tier can have somebody in it (R1.1), and somebody certified before the end."""
    horizon = scenario.horizon_weeks
    for (_, name, _, path), prospect in zip(tiers(scenario), prospects(scenario), strict=True):
        if prospect.everybody == 0:
            message = f"{name} can never have a member: nobody comes within the horizon of {horizon:g} weeks."
            hint = "Give initial, intake or recruits_per_week."
            yield Finding(path, message, hint, "impossible", _recruits(path))
        elif horizon <= prospect.ready < math.inf:
            message = f"nobody of {name} can be certified before week {prospect.ready:g}; the horizon is {horizon:g}."
            reads = (*_recruits(path), (*path, "training"), ("tier",), ("cascade",), ("clients",))
            yield Finding(path, message, "Start earlier, or look further.", "unlikely", reads, warning=True)


def cohorts(scenario: Scenario) -> Iterator[Finding]:
    """A course can find its trainees, its trainers and its date."""
    found = prospects(scenario)
    for level, name, tier, path in tiers(scenario):
        prospect, training, here = found[level], tier.training, (*path, "training")
        if not is_trained(tier, level) or not prospect.candidates:
            continue
        above = scenario.cascade[level - 1]
        if training.trainers_per_course > found[level - 1].everybody > 0:
            people = counted(found[level - 1].everybody, "person", "people")
            message = f"got {training.trainers_per_course}, but {above} has {people} in all."
            reads = ((*here, "trainers_per_course"), *_recruits(("tier", above)), ("cascade",))
            yield Finding(reads[0], message, f"Lower it, or recruit more in [tier.{above}].", "impossible", reads)
        if training.min_cohort > prospect.candidates:
            recruits = counted(prospect.dated, "recruit")
            message = f"got {training.min_cohort}, but {name} has {recruits} for the course in all."
            reads = ((*here, "min_cohort"), *_recruits(path))
            yield Finding(reads[0], message, "Lower it, or recruit more.", "impossible", reads)
        elif training.at_weeks and math.isinf(prospect.course) and found[level - 1].ready < math.inf:
            earliest = max(prospect.first_candidates, found[level - 1].ready)
            message = f"every date passes before trainees and trainers are there: week {earliest:g} at the earliest."
            reads = ((*here, "at_weeks"), (*here, "window_weeks"), (*here, "min_cohort"), ("tier",), ("cascade",))
            yield Finding(reads[0], message, "Choose later dates.", "impossible", reads)


def course_hours(scenario: Scenario) -> Iterator[Finding]:
    """A course fits into the week of somebody in the tier above."""
    for level, name, tier, path in tiers(scenario):
        if not is_trained(tier, level):
            continue
        above, home = scenario.tier[scenario.cascade[level - 1]], ("tier", scenario.cascade[level - 1])
        here: Path = (*path, "training", "trainer_hours_per_week")
        reads = (here, (*path, "training", "preparation_hours"), (*path, "training", "course_weeks"), *_hours(home))
        need = course_minutes(tier)
        what = f"a course for {name} takes {course_words(tier)} of each trainer's week"
        hint = f"Spread it over more weeks, or raise tier.{home[1]}.hours_per_week."
        yield from _fits(here, what, need, home[1], above, level - 1, hint, (*reads, ("cascade",)))


def group_hours(scenario: Scenario) -> Iterator[Finding]:
    """A supervision group fits into the week of somebody in the tier above, with an apprentice in it if need be."""
    for level, name, tier, path in tiers(scenario):
        if not is_supervised(tier, level):
            continue
        above, home = scenario.tier[scenario.cascade[level - 1]], ("tier", scenario.cascade[level - 1])
        here: Path = (*path, "supervision", "meeting_hours")
        reads = [here, (*path, "supervision", "preparation_hours"), (*path, "supervision", "interval_weeks")]
        need, what = group_minutes(tier), f"one group of {name} takes {group_words(tier)} of the supervisor's week"
        extra = math.ceil(tier.apprentice_extra_hours_per_week * 60)
        if extra and defaults.practice(scenario, level) != "none":
            reads.append((*path, "apprentice_extra_hours_per_week"))
            need, what = need + extra, f"{what}, and an apprentice in it {in_hours(extra)} more"
        hint = f"Meet less often or more briefly, or raise tier.{home[1]}.hours_per_week."
        yield from _fits(here, what, need, home[1], above, level - 1, hint, (*reads, *_hours(home), ("cascade",)))


def _fits(
    here: Path, what: str, need: int, name: str, tier: Tier, level: int, hint: str, reads: tuple[Path, ...]
) -> Iterator[Finding]:
    """Whether a duty of `need` minutes fits into a week of `tier`, at best and, beside its supervision, on average."""
    most, usual = week_of(tier), week_of(tier, average=True)
    if need > most.limit:
        yield Finding(here, f"{what}; {name} has {most.words}.", hint, "impossible", reads)
        return
    own = seat_minutes(tier) if is_supervised(tier, level) else 0
    if need + own > usual.limit:
        beside = f", besides {in_hours(own)} of being supervised" if own else ""
        reads += (("tier", name, "supervision"),)
        yield Finding(here, f"{what}{beside}; {name} has {usual.words}.", hint, "unlikely", reads, warning=True)


def own_hours(scenario: Scenario) -> Iterator[Finding]:
    """Whoever is supervised, and whoever sees clients, has the hours for it."""
    for level, name, tier, path in tiers(scenario):
        seat = seat_minutes(tier) if is_supervised(tier, level) else 0
        most = week_of(tier)
        here: Path = (*path, "hours_per_week")
        reads = (*_hours(path), *_meetings(path), ("cascade",))
        if seat > most.limit:
            message = f"being supervised takes {in_hours(seat)} of a week; {name} has {most.words}."
            yield Finding(here, message, "Give them more hours, or let them meet less.", "impossible", reads)
        elif _sees_clients(scenario, level):
            yield from _room_for_a_client(scenario, name, seat, most, week_of(tier, average=True), path)


def _sees_clients(scenario: Scenario, level: int) -> bool:
    """Whether anybody of the tier does, and by how much of a week can be told."""
    if scenario.clients is None or scenario.clients.interval_weeks.mean_value <= 0:
        return False
    return defaults.delivers(scenario, level) or defaults.practice(scenario, level) == "clients"


def _room_for_a_client(
    scenario: Scenario, name: str, seat: int, most: Week, usual: Week, path: Path
) -> Iterator[Finding]:
    """Clients are seen within the hours available, never in overtime (R2.4)."""
    episode = episode_minutes(scenario)
    care = tuple(("clients", key) for key in ("session_hours", "session_overhead_hours", "interval_weeks"))
    reads = (*_hours(path), *_meetings(path), ("cascade",), *care)
    beside = f" beside {in_hours(seat)} of being supervised" if seat else ""
    for week, code in ((most, "impossible"), (usual, "unlikely")):
        if seat + episode > week.available:
            share = week.words.split(" x ")[0]
            message = f"one client takes {in_hours(episode)} a week{beside}; {name} has {share}."
            hint = "Give them more hours; clients are not seen in overtime."
            yield Finding((*path, "hours_per_week"), message, hint, code, reads, warning=code == "unlikely")
            return


def certificates(scenario: Scenario) -> Iterator[Finding]:
    """Whoever is trained can pass and be certified in time."""
    for level, _, tier, path in tiers(scenario):
        training, here = tier.training, (*path, "training")
        if not is_trained(tier, level):
            continue
        if training.pass_probability.value == 0:
            message = "got 0: nobody can ever pass."
            yield Finding((*here, "pass_probability"), message, "Anything above 0.", "impossible")
        least, limit = fewest_weeks_of_practice(scenario, level), training.apprentice_limit_weeks
        if least > limit:
            message = f"practice takes at least {least:g} weeks, and whoever is not certified within {limit:g} leaves."
            keys = ("apprentice_limit_weeks", "practice", "practice_weeks", "practice_cases", "practice_min_sessions")
            care = (("clients", "sessions"), ("clients", "interval_weeks"), ("cascade",))
            reads = (*((*here, key) for key in keys), (*path, "apprentice_caseload"), *care)
            yield Finding((*here, keys[0]), message, f"At least {least:g}.", "impossible", reads)


def referrals(scenario: Scenario) -> Iterator[Finding]:
    """There are clients to see, and to practise on, and they come to sessions."""
    clients = scenario.clients
    if clients is None:
        return
    learners = [name for level, name in enumerate(scenario.cascade) if defaults.practice(scenario, level) == "clients"]
    rates = [stream.referrals_per_week for stream in clients.stream.values()]
    obstacles: list[tuple[Path, str]] = []
    if not any(list(rises(rate, scenario.horizon_weeks)) for rate in rates):
        obstacles.append((("clients", "stream"), "no client is ever referred within the horizon"))
    if clients.start_probability.value == 0:
        obstacles.append((("clients", "start_probability"), "no client ever starts"))
    if clients.no_show_probability.value == 1:
        obstacles.append((("clients", "no_show_probability"), "no client ever comes to a session"))
    for path, message in obstacles:
        reads: tuple[Path, ...] = (path, ("horizon_weeks",), ("cascade",))
        if learners:
            home = ("tier", learners[0], "training")
            reads += ((*home, "practice"), (*home, "practice_cases"), (*home, "required"))
            message += f", and {learners[0]} must practise with clients"
        code = "impossible" if learners else "unlikely"
        yield Finding(path, f"{message}.", "", code, reads, warning=not learners)


def dates(scenario: Scenario) -> Iterator[Finding]:
    """What is dated at or after the horizon never happens."""
    horizon = scenario.horizon_weeks
    dated: list[tuple[Path, float]] = []
    for _, _, tier, path in tiers(scenario):
        dated += [((*path, "intake", i, "week"), intake.week) for i, intake in enumerate(tier.intake)]
        dated += [((*path, "training", "at_weeks", i), week) for i, week in enumerate(tier.training.at_weeks)]
        rate = tier.recruits_per_week
        dated += [((*path, "recruits_per_week", i, "from_week"), step.from_week) for i, step in enumerate(rate)]
    for name, stream in scenario.clients.stream.items() if scenario.clients else ():
        home = ("clients", "stream", name, "referrals_per_week")
        dated += [((*home, i, "from_week"), step.from_week) for i, step in enumerate(stream.referrals_per_week)]
    for path, week in dated:
        if week >= horizon:
            message = f"week {week:g} lies past the horizon of {horizon:g} weeks: it never happens."
            yield Finding(path, message, "", "past_horizon", (path, ("horizon_weeks",)), warning=True)


CHECKS: tuple[Callable[[Scenario], Iterator[Finding]], ...] = (
    members,
    cohorts,
    course_hours,
    group_hours,
    own_hours,
    certificates,
    referrals,
    dates,
)
