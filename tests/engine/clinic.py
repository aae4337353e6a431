"""Programmes in which everybody is certified at once and sees clients, and clients are referred on given dates."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cascadesim.model.enums import Kind, Purpose
from cascadesim.model.rng import entity_stream, replication_key, stable_hash, uniform
from engine.scene import Scene

_DATED = re.compile(r"\b([a-z]+):dated:(\d+)\b")
_WORKER = re.compile(r"\b([a-z]+):(?:initial:|intake:0:|intake:([0-9.]+:))")


def clinic(
    tiers: str | Mapping[str, str],
    care: str = "",
    rest: str = "",
    *,
    streams: Mapping[str, str] | None = None,
    weeks: int = 20,
    **dates: str,
) -> str:
    """Tiers of twenty hours a week and one place, unless told otherwise; two sessions of an hour, a week apart.

    `tiers` are more keys of each by name, or those of a single one, `w`; `care` those of `[clients]`; `rest` is more
    tables. Every stream is given by its dates (`a="1, 2.5"`), or in `streams` by its keys.
    """
    people = {"w": tiers} if isinstance(tiers, str) else tiers
    tables = "".join(_tier(name, keys) for name, keys in people.items())
    referred = {name: f"dates = [{when}]" for name, when in dates.items()} | dict(streams or {})
    sources = "".join(f"[clients.stream.{name}]\n{keys}\n" for name, keys in referred.items())
    names = ", ".join(f'"{name}"' for name in people)
    clients = _keys({"sessions": "2", "session_hours": "1"}, care)
    return f"horizon_weeks = {weeks}\ncascade = [{names}]\n{tables}[clients]\n{clients}\n{rest}\n{sources}"


def _tier(name: str, keys: str) -> str:
    usual = {"hours_per_week": "20", "delivers": "true"}
    usual |= {"training.required": "false", "supervision.required": "false"}
    return f"[tier.{name}]\n{_keys(usual, keys)}\n"


def _keys(usual: dict[str, str], more: str) -> str:
    merged = usual | dict(each.split(" = ", 1) for each in more.splitlines())
    return "\n".join(f"{key} = {value}" for key, value in merged.items())


def names(line: str) -> str:
    """Shorter: `a0` for the first dated client of stream a, `w0` for a worker of week 0, `w2:0` for one of week 2.

    Intervals of a week are left out.
    """
    line = _DATED.sub(lambda found: f"{found[1]}{found[2]}", line)
    return _WORKER.sub(lambda found: f"{found[1]}{found[2] or ''}", line).removesuffix(" 10080")


def told(scene: Scene, *events: str) -> list[str]:
    """The rows of these events, in short names."""
    return [names(each) for each in scene.lines(*events)]


def story(scene: Scene, but: str = "") -> list[str]:
    """Everything that happens to clients after their referral, and to their groups, in short names; not `but`."""
    wanted = {row.event for row in scene.rows if row.kind in ("client", "client_group")}
    return told(scene, *(wanted - {"referred", *but.split()}))


def luck_of_client(stream: str, ordinal: int, purpose: Purpose, index: int = 0, *, replication: int = 0) -> float:
    """The uniform behind one draw of a client: stream and number, what for, which one."""
    return uniform(
        replication_key(1, replication), entity_stream(Kind.CLIENT, stable_hash(stream), ordinal), purpose, index
    )
