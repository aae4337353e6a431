"""From the `[clients]` table of a resolved scenario to what the auditor knows of it, with the defaults of the rules."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from auditor.amounts import HOUR, WEEK, exact, mean, minute_of, nearest, rate_up, spell
from auditor.clinic import INDIVIDUAL, Care, Format, OwnReason, Span, Stream
from auditor.clocks import read_clock, read_steps

Table = Mapping[str, Any]
INHERITED = ("sessions", "session_hours", "session_overhead_hours", "interval_weeks", "adequate_sessions")


def read_care(table: Table, horizon: int) -> Care:
    """The `[clients]` table."""
    formats = {INDIVIDUAL: _format(INDIVIDUAL, {}, table)}
    formats |= {name: _format(name, own, table) for name, own in (table.get("format") or {}).items()}
    return Care(
        formats=dict(sorted(formats.items())),
        start=exact(table.get("start_probability", 1)),
        go_on=exact(table.get("continue_probability", 1)),
        no_show=exact(table.get("no_show_probability", 0)),
        max_no_shows=table.get("max_no_shows"),
        in_need=table.get("population_in_need") or 0,
        patience=_spell(table, "patience_weeks"),
        hand_over=table.get("on_worker_exit", "transfer") == "transfer",
        handover_patience=_spell(table, "transfer_patience_weeks"),
        reasons={name: _reason(own) for name, own in sorted((table.get("events") or {}).items())},
        streams={name: _stream(name, own, table) for name, own in sorted(table["stream"].items())},
        horizon=horizon,
    )


def _spell(table: Table, key: str) -> Span | None:
    return spell(table[key]) if table.get(key) else None


def _format(name: str, own: Table, clients: Table) -> Format:
    """A format says what differs from [clients]; an interpreter makes sessions and assessments longer (R8.7)."""
    said = {key: own.get(key) if own.get(key) is not None else clients.get(key) for key in INHERITED}
    interval = said["interval_weeks"] or {"value": 1}
    weeks, hours = mean(interval), exact(said["session_hours"])
    overhead = exact(said["session_overhead_hours"] or 0)
    most = own.get("group_max") or 1
    assessment = exact(clients.get("assessment_hours", 0)) if most == 1 else Fraction(0)
    given = clients.get("interpreter_hours_factor")
    factor = Fraction(1) if given is None else exact(given)
    return Format(
        name=name,
        sessions=said["sessions"],
        adequate=said["adequate_sessions"] or said["sessions"],
        says_adequate=bool(said["adequate_sessions"]),
        interpreter_minutes=0 if given is None else nearest(hours * factor * HOUR),
        assessment_interpreter_minutes=0 if given is None else nearest(assessment * factor * HOUR),
        interval=spell(interval),
        mean_interval=max(1, nearest(weeks * WEEK)),
        drawn=interval,
        rate=rate_up((hours + overhead) / weeks),
        interpreted_rate=None if given is None else rate_up((hours * factor + overhead) / weeks),
        assessment_rate=rate_up(assessment / weeks),
        interpreted_assessment_rate=rate_up(assessment * factor / weeks),
        research_rate=rate_up(exact(clients.get("research_hours_per_client", 0)) / (said["sessions"] * weeks)),
        group_min=own.get("group_min") or most,
        group_max=most,
        facilitators=(own.get("facilitators") or 1) if most > 1 else 1,
    )


def _stream(name: str, own: Table, clients: Table) -> Stream:
    languages = {language for language, share in (own.get("languages") or {}).items() if exact(share) > 0}
    eligible = own.get("eligibility_probability")
    return Stream(
        name=name,
        site=own.get("site") or "",
        format=own.get("format") or INDIVIDUAL,
        languages=frozenset({own["language"]} if own.get("language") else languages),
        priority=own.get("priority", 1),
        urgent=exact(own.get("urgent_probability", 0)),
        eligible=exact(clients.get("eligibility_probability", 1) if eligible is None else eligible),
        dates=tuple(sorted(minute_of(week) for week in own.get("dates") or ())),
        pauses=_pauses(own.get("referrals_per_week") or ()),
        steps=read_steps(own.get("referrals_per_week") or ()),
    )


def _pauses(steps: Any) -> tuple[Span, ...]:
    """When a rate is 0: before its first step, and while a step says so."""
    at = sorted((minute_of(step.get("from_week", 0)), exact(step["rate"])) for step in steps)
    bounds = [(0, Fraction(0)), *at]
    ends: list[int | None] = [minute for minute, _ in at]
    spans = zip(bounds, [*ends, None], strict=True)
    return tuple((start, end) for (start, rate), end in spans if rate == 0 and start != end)


def _reason(table: Table) -> OwnReason:
    clock = table["time_to_event"]
    dates: Span | None = None
    if clock["dist"] in ("date", "shock"):
        at = minute_of(clock["week"])
        dates = (at, at if clock["dist"] == "date" else at + WEEK - 1)
    leaves = exact(table.get("leave_probability", 1))
    return OwnReason(
        clock=read_clock(clock),
        dates=dates,
        share=exact(clock.get("share", 1)),
        certain=clock["dist"] == "date" and leaves == 1,
        leaves=leaves,
    )
