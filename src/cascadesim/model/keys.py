"""Who somebody is, as one integer that fits 63 bits and sorts in the order of the rules (R9.3).

A worker is (tier recruited into, site, how they came, date minute or number, position in the entry); a client is
(stream's place among the sorted names, ordinal); courses and groups are numbered within their tier and site.
"""

from __future__ import annotations

from cascadesim.model.codes import WEEK_MINUTES, Entry, Kind
from cascadesim.model.plan import Plan

_POSITION_BITS = 17
_DATE_BITS = 32
_ENTRY_BITS = 3
_SITE_BITS = 7
_DATE_SHIFT = _POSITION_BITS
_ENTRY_SHIFT = _DATE_SHIFT + _DATE_BITS
_SITE_SHIFT = _ENTRY_SHIFT + _ENTRY_BITS
_LEVEL_SHIFT = _SITE_SHIFT + _SITE_BITS
_STREAM_SHIFT = 40
_NUMBER_SITE_SHIFT = 40
_NUMBER_LEVEL_SHIFT = 47
_LUCK_POSITION_BITS = 20

MAX_POSITION = 1 << _POSITION_BITS
MAX_DATE = 1 << _DATE_BITS
MAX_SITES = 1 << _SITE_BITS


def worker_key(level: int, site: int, entry: int, date: int, position: int) -> int:
    """The key of one worker; `date` is the minute of an intake or the number of a Poisson recruit or a vacancy."""
    return level << _LEVEL_SHIFT | site << _SITE_SHIFT | entry << _ENTRY_SHIFT | date << _DATE_SHIFT | position


def worker_ident(key: int) -> int:
    """Who a worker is apart from the site's place among the others, which a new site may change: for their draws."""
    level, _, entry, date, position = split_worker(key)
    return ((level << _ENTRY_BITS | entry) << _DATE_BITS | date) << _LUCK_POSITION_BITS | position


def client_key(stream: int, ordinal: int) -> int:
    """The key of one client."""
    return stream << _STREAM_SHIFT | ordinal


def numbered_key(level: int, site: int, number: int) -> int:
    """The key of a course, a refresher or a group; of a client group with the language's place + 1 as `level`."""
    return level << _NUMBER_LEVEL_SHIFT | site << _NUMBER_SITE_SHIFT | number


def split_worker(key: int) -> tuple[int, int, int, int, int]:
    """(level, site, entry, date, position) of a worker's key."""
    return (
        key >> _LEVEL_SHIFT,
        key >> _SITE_SHIFT & MAX_SITES - 1,
        key >> _ENTRY_SHIFT & (1 << _ENTRY_BITS) - 1,
        key >> _DATE_SHIFT & MAX_DATE - 1,
        key & MAX_POSITION - 1,
    )


def label(plan: Plan, kind: int, key: int) -> str:
    """The key in words, for tables: `TIER:intake:8:0`, `TIER@SITE:course:2`, `STREAM:41`; empty for -1."""
    if key < 0:
        return ""
    if kind == Kind.WORKER:
        level, site, entry, date, position = split_worker(key)
        week = f"{date / WEEK_MINUTES:.10g}:"
        when = {Entry.INITIAL: "", Entry.INTAKE: week}.get(Entry(entry), f"{date}:")
        return f"{plan.tiers[level].name}{_at(plan, site)}:{Entry(entry).name.lower()}:{when}{position}"
    if kind == Kind.SITE:
        return plan.sites[key][0]
    if kind == Kind.STATE:
        return plan.organisation[key].name
    if kind == Kind.CLIENT:
        assert plan.clients is not None
        return f"{plan.clients.streams[key >> _STREAM_SHIFT].name}:{key & (1 << _STREAM_SHIFT) - 1}"
    owner, site = key >> _NUMBER_LEVEL_SHIFT, key >> _NUMBER_SITE_SHIFT & MAX_SITES - 1
    number = key & (1 << _NUMBER_SITE_SHIFT) - 1
    if kind == Kind.CLIENT_GROUP:
        assert plan.clients is not None
        form, language = divmod(owner, len(plan.languages) + 1)
        spoken = f":{plan.languages[language - 1][0]}" if language else ""
        return f"{plan.clients.formats[form].name}{_at(plan, site)}{spoken}:{number}"
    return f"{plan.tiers[owner].name}{_at(plan, site)}:{Kind(kind).name.lower()}:{number}"


def _at(plan: Plan, site: int) -> str:
    name = plan.sites[site][0]
    return f"@{name}" if name else ""
