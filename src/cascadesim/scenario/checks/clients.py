"""The intervention and those who come for it: formats, streams, sessions, and somebody for every client to talk to."""

from __future__ import annotations

from collections.abc import Iterator

from cascadesim.errors import suggestion
from cascadesim.scenario import defaults
from cascadesim.scenario.clients import Format, Stream
from cascadesim.scenario.document import KeyPath
from cascadesim.scenario.problems import Finding, no_effect, shares_of_one, staffs, streams, tiers
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.workforce import Tier


def formats(scenario: Scenario) -> Iterator[Finding]:
    """A group has a size, one client has one worker, and time passes between sessions."""
    clients = scenario.clients
    if clients is None:
        return
    no_interval = "got 0; allowed: a number of weeks above 0."
    if clients.interval_weeks.mean_value <= 0:
        yield Finding(("clients", "interval_weeks"), no_interval, "", "wrong_value")
    used = {stream.format for stream in clients.stream.values()}
    for name, form in clients.format.items():
        path: KeyPath = ("clients", "format", name)
        if name.casefold() == defaults.INDIVIDUAL:
            message = f"{defaults.INDIVIDUAL} is what [clients] itself is called."
            yield Finding(path, message, "Choose another name.", "name")
        if form.interval_weeks is not None and form.interval_weeks.mean_value <= 0:
            yield Finding((*path, "interval_weeks"), no_interval, "", "wrong_value")
        yield from _group_size(form, path)
        if name not in used:
            hint = f'Add format = "{name}" to a stream.'
            yield no_effect(path, "no stream is seen in it", ("clients", "stream"), hint=hint)


def _group_size(form: Format, path: KeyPath) -> Iterator[Finding]:
    keys = tuple((*path, key) for key in ("group_min", "group_max", "facilitators"))
    if form.group_min is not None and form.group_min > form.group_max:
        message = f"got {form.group_min}, more than group_max = {form.group_max}."
        yield Finding(keys[0], message, "Lower it, or raise group_max.", reads=keys[:2])
    elif form.group_max == 1 and form.facilitators > 1:
        message = f"got {form.facilitators}, but with group_max = 1 a client has one worker."
        yield Finding(keys[2], message, "Take it out, or raise group_max.", reads=keys)


def referred(scenario: Scenario) -> Iterator[Finding]:
    """A stream refers somebody, in a format that there is."""
    known = scenario.clients.format if scenario.clients else {}
    for stream, path in streams(scenario):
        if stream.dates_csv is not None:
            message = "names a file, and this scenario was not read from one."
            yield Finding((*path, "dates_csv"), message, "Give the weeks in dates.", "dates_csv")
        elif not stream.referrals_per_week and not stream.dates:
            message = "refers nobody. Needed: referrals_per_week, dates or dates_csv."
            yield Finding(path, message, "", "missing", (path,))
        if stream.format is not None and stream.format not in (*known, defaults.INDIVIDUAL):
            hint = suggestion(stream.format, known) if known else "Add the table."
            reads = ((*path, "format"), ("clients", "format"))
            yield Finding(reads[0], f"there is no [clients.format.{stream.format}].", hint, "no_such_format", reads)


def adequate_sessions(scenario: Scenario) -> Iterator[Finding]:
    """A client can come to as many sessions as are adequate, in every format in use."""
    clients = scenario.clients
    for name, form in defaults.formats_used(clients).items() if clients is not None else ():
        assert clients is not None
        if (form.adequate_sessions or 0) > (form.sessions or 0):
            table: KeyPath = ("clients", "format", name) if name in clients.format else ("clients",)
            inherited = name in clients.format and clients.format[name].adequate_sessions is None
            path: KeyPath = (*(("clients",) if inherited else table), "adequate_sessions")
            where = f"[{'.'.join(map(str, table))}]"
            message = f"got {form.adequate_sessions}, and {where} has {form.sessions} sessions."
            hint = f"At most {form.sessions}{f', or give {where} a number of its own' if inherited else ''}."
            reads = (path, *(("clients", key) for key in ("sessions", "format", "stream")))
            yield Finding(path, message, hint, reads=reads)


def language_capitals(scenario: Scenario) -> Iterator[Finding]:
    """A language is spelt alike by workers and clients; tables of results are read without regard to capitals."""
    earlier: dict[str, str] = {}
    for language, path in _written(scenario):
        twin = earlier.setdefault(language.casefold(), language)
        if twin != language:
            message = f"{language} differs from {twin} in capitals only."
            yield Finding(path, message, f"Did you mean {twin}?", "name", (path, ("tier",)))


def _written(scenario: Scenario) -> Iterator[tuple[str, KeyPath]]:
    """Every language with where it stands, workers' first."""
    for _, _, tier, path in tiers(scenario):
        yield from ((name, (*path, "languages", name)) for name in tier.languages)
        yield from ((name, (*path, "also", name)) for name in tier.also)
    for stream, path in streams(scenario):
        yield from ((language, (*path, *key)) for language, key in spoken(stream).items())


def language_shares(scenario: Scenario) -> Iterator[Finding]:
    """Languages of a tier, and of a stream, sum to 1; a stream has one language or several."""
    for _, _, tier, path in tiers(scenario):
        yield from shares_of_one(tier.languages, (*path, "languages"))
    for stream, path in streams(scenario):
        yield from shares_of_one(stream.languages, (*path, "languages"))
        if stream.language is not None and stream.languages:
            reads = ((*path, "language"), (*path, "languages"))
            yield Finding(reads[0], "language and languages are both given.", "Take one of the two out.", reads=reads)


def speaks(tier: Tier, language: str) -> bool:
    """Whether anybody of the tier can speak a language."""
    own, second = tier.languages.get(language), tier.also.get(language)
    return not tier.languages or any(share is not None and share.value > 0 for share in (own, second))


def spoken(stream: Stream) -> dict[str, KeyPath]:
    """The languages of a stream's clients, with the key below the stream that says so."""
    if stream.language is not None:
        return {stream.language: ("language",)}
    return {name: ("languages", name) for name, share in stream.languages.items() if share.value > 0}


def present(scenario: Scenario, site: str) -> list[Tier]:
    """The tiers that see clients and have, or can get, somebody at a site."""
    staffed = {
        path[1]
        for own, staff, path in staffs(scenario)
        if own == site and (staff.initial or staff.intake or staff.recruits_per_week or staff.target)
    }
    return [tier for level, name, tier, _ in tiers(scenario) if name in staffed and sees_clients(scenario, level)]


def sees_clients(scenario: Scenario, level: int) -> bool:
    """Whether certified workers of a tier see clients, or apprentices do (R6.2)."""
    practises = scenario.clients is not None and defaults.practice(scenario, level) == "clients"
    return defaults.delivers(scenario, level) or practises


def speakers(scenario: Scenario) -> Iterator[Finding]:
    """Clients of every stream are seen by somebody of their site, in their language or with an interpreter."""
    interpreted = scenario.clients is not None and scenario.clients.interpreter_hours_factor is not None
    for stream, path in streams(scenario):
        workers = present(scenario, stream.site or "")
        if stream.site is not None and stream.site in scenario.sites and not workers:
            message = f"nobody sees clients at {stream.site}."
            hint = f"Add staff in [tier.NAME.site.{stream.site}]."
            yield Finding((*path, "site"), message, hint, "impossible", ((*path, "site"), ("tier",), ("cascade",)))
        for language, key in spoken(stream).items() if workers and not interpreted else ():
            if not any(speaks(tier, language) for tier in workers):
                message = f"nobody who sees these clients can speak {language}, and there is no interpreter."
                yield nobody_speaks(workers, language, (*path, *key), message)


def nobody_speaks(workers: list[Tier], language: str, path: KeyPath, message: str, warning: bool = False) -> Finding:
    """A language of clients that is none of those who see them; perhaps a slip of the pen."""
    known = {name for tier in workers for name in (*tier.languages, *tier.also)}
    reads = (path, (*path[:3], "site"), ("tier",), ("cascade",), ("clients", "interpreter_hours_factor"))
    return Finding(path, message, suggestion(language, known), "no_such_language", reads, warning)


def unused_languages(scenario: Scenario) -> Iterator[Finding]:
    """Languages are those of both sides, and an interpreter stands between them."""
    clients = scenario.clients
    asked = any(spoken(stream) for stream, _ in streams(scenario))
    reads: tuple[KeyPath, ...] = (("clients",), ("tier",))
    nobody_asks = "no stream says what language its clients speak"
    if clients is not None and clients.interpreter_hours_factor is not None:
        key: KeyPath = ("clients", "interpreter_hours_factor")
        if not asked:
            yield no_effect(key, nobody_asks, *reads)
        elif not any(tier.languages for tier in scenario.tier.values()):
            yield no_effect(key, "no tier has languages, so everybody speaks every language", *reads)
    for _, _, tier, path in tiers(scenario):
        if tier.languages and not asked:
            yield no_effect((*path, "languages"), nobody_asks, *reads)
        elif tier.also and not tier.languages:
            own = (*path, "languages")
            yield no_effect((*path, "also"), "without languages everybody speaks every language", own)
