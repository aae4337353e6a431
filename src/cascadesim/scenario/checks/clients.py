"""The intervention: its formats, the streams of clients, and how many sessions there are."""

from __future__ import annotations

from collections.abc import Iterator

from cascadesim.lookup import suggestion
from cascadesim.scenario import defaults
from cascadesim.scenario.checks.common import idle
from cascadesim.scenario.clients import Format
from cascadesim.scenario.findings import Finding
from cascadesim.scenario.locate import Path
from cascadesim.scenario.schema import Scenario


def formats(scenario: Scenario) -> Iterator[Finding]:
    """A group has a size, one client has one worker, and time passes between sessions."""
    clients = scenario.clients
    if clients is None:
        return
    if clients.interval_weeks.mean_value <= 0:
        message = "got 0; allowed: a number of weeks above 0."
        yield Finding(("clients", "interval_weeks"), message, "", "wrong_value")
    for name, form in clients.format.items():
        path: Path = ("clients", "format", name)
        if name.casefold() == defaults.INDIVIDUAL:
            message = f"{defaults.INDIVIDUAL} is what [clients] itself is called."
            yield Finding(path, message, "Choose another name.", "name")
        if form.interval_weeks is not None and form.interval_weeks.mean_value <= 0:
            message = "got 0; allowed: a number of weeks above 0."
            yield Finding((*path, "interval_weeks"), message, "", "wrong_value")
        yield from _size(form, path)
        if not any(stream.format == name for stream in clients.stream.values()):
            hint = f'Add format = "{name}" to a stream.'
            yield idle(path, "no stream is seen in it", ("clients", "stream"), hint=hint)


def _size(form: Format, path: Path) -> Iterator[Finding]:
    keys = tuple((*path, key) for key in ("group_min", "group_max", "facilitators"))
    if form.group_min is not None and form.group_min > form.group_max:
        message = f"got {form.group_min}, more than group_max = {form.group_max}."
        yield Finding(keys[0], message, "Lower it, or raise group_max.", reads=keys[:2])
    elif form.group_max == 1 and form.facilitators > 1:
        message = f"got {form.facilitators}, but with group_max = 1 a client has one worker."
        yield Finding(keys[2], message, "Take it out, or raise group_max.", reads=keys)


def streams(scenario: Scenario) -> Iterator[Finding]:
    """A stream refers somebody, in a format that there is."""
    clients = scenario.clients
    for name, stream in clients.stream.items() if clients else ():
        assert clients is not None
        path: Path = ("clients", "stream", name)
        keys = tuple((*path, key) for key in ("referrals_per_week", "dates", "dates_csv"))
        if stream.dates_csv is not None:
            message = "names a file, and this scenario was not read from one."
            yield Finding(keys[2], message, "Give the weeks in dates.", "dates_csv")
        elif not stream.referrals_per_week and not stream.dates:
            message = "refers nobody. Needed: referrals_per_week, dates or dates_csv."
            yield Finding(path, message, "", "missing", (path,))
        if stream.format is not None and stream.format not in (*clients.format, defaults.INDIVIDUAL):
            known = suggestion(stream.format, clients.format) if clients.format else "Add the table."
            message = f"there is no [clients.format.{stream.format}]."
            reads = ((*path, "format"), ("clients", "format"))
            yield Finding(reads[0], message, known, "no_such_format", reads)


def sessions(scenario: Scenario) -> Iterator[Finding]:
    """Some client can come to as many sessions as are adequate."""
    clients = scenario.clients
    if clients is None or clients.adequate_sessions is None:
        return
    most = max(form.sessions or 0 for form in defaults.formats_used(clients).values())
    if clients.adequate_sessions > most:
        reads = tuple(("clients", key) for key in ("adequate_sessions", "sessions", "format", "stream"))
        message = f"got {clients.adequate_sessions}, and the longest format in use has {most} sessions."
        yield Finding(reads[0], message, f"At most {most}.", reads=reads)
