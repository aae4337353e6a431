"""A tiny programme from a scenario file, and its log as lines that can be worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from cascadesim import Run, load, simulate
from cascadesim.model.enums import Kind, Purpose
from cascadesim.model.hazards import time_from
from cascadesim.model.plan import Plan
from cascadesim.model.rng import entity_stream, replication_key, uniform
from cascadesim.scenario.compile import compile_scenario

WEEK = 10_080
MOST_TRIES = 2_000
MOST_ARRIVALS = 200_000
_ONE_MINUTE = 0.0001  # weeks; a little more than a minute, rounded to one


class Row(NamedTuple):
    """One row of the event log; labels are text, empty where there is none."""

    minute: int
    event: str
    kind: str
    key: str
    tier: str
    other: str
    detail: str
    amount: int


@dataclass(frozen=True)
class Scene:
    """One run, with its log as rows and as lines."""

    run: Run
    rows: tuple[Row, ...]

    def lines(self, *events: str, of: str = "") -> list[str]:
        """The log in words, only these events (all but `binds` if none is named) and, if given, only of this key."""
        wanted = [row for row in self.rows if (row.event in events if events else row.event != "binding_constraint")]
        return [line(row) for row in wanted if not of or row.key == of]

    def weeks(self, event: str, of: str = "", other: str = "") -> list[str]:
        """When this event happened, in the notation of `when`."""
        return [when(row.minute) for row in self.select(event) if of in ("", row.key) and other in ("", row.other)]

    def select(self, *events: str) -> list[Row]:
        """The rows of these events."""
        return [row for row in self.rows if row.event in events]

    def kpi(self, name: str) -> float:
        """One KPI."""
        return self.run.kpis[name]


def when(minute: int) -> str:
    """`7` for minute 70,560, `7+30` for half an hour later."""
    weeks, rest = divmod(minute, WEEK)
    return f"{weeks}+{rest}" if rest else f"{weeks}"


def line(row: Row) -> str:
    """`7 joined_supervision peer:intake:0:0 peer:group:0`: when, event, key, then other, detail and amount, if any."""
    words = (when(row.minute), row.event, row.key, row.other, row.detail, f"{row.amount}" if row.amount else "")
    return " ".join(word for word in words if word)


def scene_of(run: Run) -> Scene:
    """The scene of a run that kept its log."""
    assert run.events is not None
    return Scene(run, tuple(Row(*row[2:]) for row in run.events.rows))


def write(folder: Path, text: str) -> Path:
    """The scenario as a file."""
    file = folder / "scene.toml"
    file.write_text(text, encoding="utf-8")
    return file


def play(folder: Path, text: str, *, seed: int = 1, replication: int = 0, sets: Iterable[str] = ()) -> Scene:
    """Write the scenario to a file, load it, run it with its log."""
    scenario = load(write(folder, text), sets)
    return scene_of(simulate(scenario, seed=seed, replication=replication, events=True))


def burst(*weeks: float, mean: float = 1.0) -> str:
    """A rate in TOML that brings `mean` arrivals within the minute after each of these weeks, and none otherwise."""
    steps = ["{ from_week = 0, rate = 0 }"] if 0 not in weeks else []
    for week in weeks:
        steps.append(f"{{ from_week = {week}, rate = {WEEK * mean} }}")
        steps.append(f"{{ from_week = {week + _ONE_MINUTE}, rate = 0 }}")
    return f"[{', '.join(steps)}]"


def short(lines: list[str]) -> list[str]:
    """Shorter names: `m0` is mentor:initial:0, `p:2:1` is peer:intake:2:1, `g0` is peer:group:0."""
    words = {"mentor:initial:": "m", "mentor:intake:": "m:", "peer:initial:": "p", "peer:intake:": "p:"}
    words |= {"peer:group:": "g", "mentor:group:": "mg"}
    for long, brief in words.items():
        lines = [each.replace(long, brief) for each in lines]
    return lines


def rarely(usual: float, rare: float) -> str:
    """`usual` in every run that anybody will see; the `rare` value keeps the plan from being refused as hopeless."""
    return f'{{ dist = "discrete", values = [{usual}, {rare}], probabilities = [0.9999999999, 0.0000000001] }}'


def leaves(tier: str, reason: str, week: float, *, origin: str = "certification", notice_weeks: float = 0) -> str:
    """A table that lets everybody of a tier who is there just before `week` leave (or give notice) then."""
    return f"""
[tier.{tier}.events.{reason}]
time_to_event = {{ dist = "date", week = {week} }}
from = "{origin}"
notice_weeks = {notice_weeks}
"""


def dated(text: str) -> str:
    """Intakes in TOML from `WEEK:COUNT WEEK:COUNT ...`."""
    pairs = [each.split(":") for each in text.split()]
    return f"[{', '.join(f'{{ week = {week}, count = {count} }}' for week, count in pairs)}]"


def play_where(folder: Path, text: str, wanted: Callable[[Scene], bool]) -> Scene:
    """The first replication that is as `wanted`: luck chosen, so that what follows from it can be worked out."""
    scenario = load(write(folder, text))
    for replication in range(MOST_TRIES):
        scene = scene_of(simulate(scenario, replication=replication, events=True))
        if wanted(scene):
            return scene
    raise AssertionError(f"no replication below {MOST_TRIES} is as wanted")


def play_referred(
    folder: Path,
    text: str,
    referred: Mapping[str, Iterable[float]],
    wanted: Callable[[Scene], bool] = lambda _: True,
) -> Scene:
    """The first replication in which exactly these referrals come (stream -> weeks, a client for each), as `wanted`.

    `text` holds a `burst` for each; arrivals are Poisson, so about one replication in five gives one client on time.
    """
    due = sorted((round(week * WEEK), stream) for stream, weeks in referred.items() for week in weeks)
    scenario = load(write(folder, text))
    plan = compile_scenario(scenario)
    for replication in range(MOST_ARRIVALS):
        if _referrals(plan, replication) == due:
            scene = scene_of(simulate(scenario, replication=replication, events=True))
            assert sorted((row.minute, row.detail) for row in scene.select("referred")) == due
            if wanted(scene):
                return scene
    raise AssertionError(f"no replication below {MOST_ARRIVALS} has the referrals {due} and is as wanted")


def _referrals(plan: Plan, replication: int) -> list[tuple[int, str]]:
    """Who is referred when in this replication, worked out without running it."""
    assert plan.clients is not None
    luck, found = replication_key(1, replication), []
    for stream in plan.clients.streams:
        total, source = 0.0, entity_stream(Kind.STREAM, stream.name_hash, 0)
        for ordinal in range(100):
            total -= math.log(1.0 - uniform(luck, source, Purpose.INTER_ARRIVAL, ordinal))
            minute = time_from(stream.pieces, 0.0, total)
            if minute >= plan.horizon:
                break
            found.append((max(1, math.floor(minute + 0.5)), stream.name))
    return sorted(found)
