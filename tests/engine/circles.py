"""Tiny programmes in which clients are seen in groups."""

from __future__ import annotations

from engine.clinic import clinic


def circle(
    people: str, form: str = "", care: str = "", rest: str = "", *, streams: dict[str, str] | None = None, **dates: str
) -> str:
    """Groups of three or four, two facilitators, three sessions of two hours; every stream of `dates` is for them.

    `form` are more keys of the format, `streams` others than those of `dates`, by their keys.
    """
    usual = {"group_min": "3", "group_max": "4", "facilitators": "2", "sessions": "3", "session_hours": "2"}
    keys = usual | dict(each.split(" = ", 1) for each in form.splitlines())
    table = "[clients.format.g]\n" + "\n".join(f"{key} = {value}" for key, value in keys.items())
    groups = {name: f'format = "g"\ndates = [{when}]' for name, when in dates.items()}
    return clinic(people, care, f"{table}\n{rest}", streams=groups | (streams or {}))
