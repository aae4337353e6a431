"""The KPIs of clients again, from the replay alone: counts as integers, shares and weeks as fractions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from auditor.amounts import WEEK
from auditor.apply_clients import OUTCOMES
from auditor.clientele import Client
from auditor.counters import class_counts, client_counts, completions
from auditor.figures_of import Number, mean_weeks, quantile, ratio, spread
from auditor.people import HANDOVER, OPEN, WAITING
from auditor.replay import Replay


def clients(replay: Replay, weeks: Sequence[int]) -> Iterator[tuple[str, Number]]:
    """Every KPI of clients without its prefix; `weeks` are those that are reported."""
    start = replay.programme.measure_from
    counted = [client for client in replay.clients.values() if client.referred_at >= start]
    yield from _everybody(replay, counted)
    yield from _waits(replay, counted)
    yield from _mechanisms(replay)
    for kind, groups in (("stream", _streams), ("language", _languages), ("site", _sites)):
        yield from _classes(kind, groups(replay), counted)
    for week in weeks:
        begun = [client.started_at for client in counted if client.started_at >= 0]
        done = [client.since for client in counted if client.state == "completed"]
        yield f"referred_at_week_{week}", sum(1 for client in counted if client.referred_at < week * WEEK)
        yield f"started_at_week_{week}", sum(1 for minute in begun if minute < week * WEEK)
        yield f"completed_at_week_{week}", sum(1 for minute in done if minute < week * WEEK)


def _everybody(replay: Replay, counted: list[Client]) -> Iterator[tuple[str, Number]]:
    found = {name.removeprefix("clients."): number for name, number in client_counts(replay).items()}
    names = [name for name in OUTCOMES.values() if name != "left_for_own_reason"]
    for name in ("referred", "started", *names, "transfers", "sessions_attended"):
        yield name, found[name]
    yield "completions", completions(replay, replay.programme.measure_from)
    yield "waiting_at_end", _in_state(counted, WAITING)
    yield "in_transfer_at_end", _in_state(counted, HANDOVER)
    yield "in_care_at_end", _in_state(counted, *OPEN)
    attended, missed = found["sessions_attended"], found["no_shows"]
    yield "sessions_unsupervised_share", ratio(found["sessions_unsupervised"], attended)
    yield "no_show_share", ratio(missed, missed + attended)
    yield "coverage", ratio(found["started"], found["referred"])
    yield "sessions_mean", ratio(found["closed_sessions"], found["closed"])
    yield "sessions_sd", spread([client.attended for client in counted if client.ended and client.was_offered])


def _waits(replay: Replay, counted: list[Client]) -> Iterator[tuple[str, Number]]:
    start, end = replay.programme.measure_from, replay.programme.horizon
    waits = [client.started_at - client.referred_at for client in counted if client.started_at >= 0]
    yield "wait_mean_weeks", mean_weeks(waits)
    yield "wait_median_weeks", quantile(waits, Fraction(1, 2), WEEK)
    yield "wait_p90_weeks", quantile(waits, Fraction(9, 10), WEEK)
    still = [end - client.referred_at for client in counted if client.state == WAITING]
    yield "still_waiting_mean_weeks", mean_weeks(still)
    starts = [client.started_at for client in replay.clients.values() if client.started_at >= 0]
    yield "first_start_week", Fraction(min(starts), WEEK) if starts else None
    for level in ("waiting", "in_care"):
        yield f"{level}_mean", ratio(replay.levels.area(f"clients.{level}", start, end), end - start)


def _mechanisms(replay: Replay) -> Iterator[tuple[str, Number]]:
    """What only some scenarios have."""
    care = replay.programme.care
    found = {name.removeprefix("clients."): number for name, number in client_counts(replay).items()}
    if not care:
        return
    if any(stream.eligible < 1 for stream in care.streams.values()):
        yield "screened_out", found["screened_out"]
        yield "eligible_share", ratio(found["referred"], found["referred"] + found["screened_out"])
    if care.reasons:
        yield "left_for_own_reason", found["left_for_own_reason"]
    if any(care.formats[stream.format].says_adequate for stream in care.streams.values()):
        yield "adequate_share", ratio(found["completed"], found["closed"])
    if care.in_need:
        yield "reach", min(1.0, ratio(found["started"], care.in_need))
    if any(care.formats[stream.format].in_groups for stream in care.streams.values()):
        start = replay.programme.measure_from
        groups = [group for group in replay.client_groups.values() if group.started_at >= start]
        yield "client_groups_started", len(groups)
        yield "group_size_mean", ratio(sum(group.announced for group in groups), len(groups))
    told_apart = any(tier.languages for tier in replay.programme.cascade) and _spoken(replay)
    if told_apart and care.individual.interpreted_rate is not None:
        yield "interpreted_share", ratio(found["interpreted"], found["sessions_held"])


def _in_state(some: Iterable[Client], *states: str) -> int:
    return sum(1 for client in some if client.state in states)


# --- by stream, language and site -------------------------------------------------------------------------------------


def _spoken(replay: Replay) -> set[str]:
    care = replay.programme.care
    return {language for stream in care.streams.values() for language in stream.languages} if care else set()


def _streams(replay: Replay) -> set[str]:
    return set(replay.programme.care.streams) if replay.programme.care else set()


def _languages(replay: Replay) -> set[str]:
    return _spoken(replay)


def _sites(replay: Replay) -> set[str]:
    care, sites = replay.programme.care, replay.programme.sites
    return {stream.site or sites[0] for stream in care.streams.values()} if care else set()


def _classes(kind: str, names: set[str], counted: list[Client]) -> Iterator[tuple[str, Number]]:
    """Of each of several streams, languages or sites; of one alone they would say what is said already."""
    by_name: dict[str, list[Client]] = defaultdict(list)
    for client in counted:
        by_name[{"stream": client.stream.name, "language": client.language, "site": client.stream.site}[kind]].append(
            client
        )
    for name in sorted(names) if len(names) > 1 else ():
        referred, started, completed, waited, closed, attended = class_counts(by_name[name])
        yield f"{kind}.{name}.referred", referred
        yield f"{kind}.{name}.started", started
        yield f"{kind}.{name}.completed", completed
        yield f"{kind}.{name}.coverage", ratio(started, referred)
        yield f"{kind}.{name}.wait_mean_weeks", ratio(waited, started * WEEK)
        yield f"{kind}.{name}.sessions_mean", ratio(attended, closed)
