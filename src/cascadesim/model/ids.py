"""Who somebody is, as one integer that fits 63 bits and sorts in the order of the rules (R9.3).

A worker is (tier recruited into, site, how they came, date minute or number, position in the entry); a client is
(index of the stream among the sorted names, ordinal); courses and groups are numbered within their tier and site.
"""

from __future__ import annotations

from cascadesim.model.enums import Entry, Kind
from cascadesim.model.plan import Plan
from cascadesim.model.units import WEEK_MINUTES

POSITION_BITS = 17
DATE_BITS = 32
ENTRY_BITS = 3
SITE_BITS = 7
DATE_SHIFT = POSITION_BITS
ENTRY_SHIFT = DATE_SHIFT + DATE_BITS
SITE_SHIFT = ENTRY_SHIFT + ENTRY_BITS
LEVEL_SHIFT = SITE_SHIFT + SITE_BITS
STREAM_SHIFT = 40
NUMBER_SITE_SHIFT = 40
NUMBER_LEVEL_SHIFT = 47
DRAW_POSITION_BITS = 20

FIRST_DATED = 1 << 39  # ordinals of dated referrals, beyond those of any rate
MAX_TIERS = 15  # of a cascade: four bits of a worker's key
MAX_POSITION = 1 << POSITION_BITS
MAX_DATE = 1 << DATE_BITS
MAX_SITES = 1 << SITE_BITS
MAX_LANGUAGES = 63  # what somebody speaks is a set of bits of a signed word
MAX_ATTEMPTS = (1 << 16) - 1  # sixteen bits of the index of a draw: pass, by stage and attempt
MAX_CLIENT_GROUP_KINDS = 1 << 62 - NUMBER_LEVEL_SHIFT  # formats x (languages + 1): a bit more marks their sessions
MAX_NAMED = 1_000  # streams, reasons, incentives, states: each has outcomes of its own; sixteen bits of some keys


def numbered_key(level: int, site: int, number: int) -> int:
    """The key of a course, a refresher or a group; of a client group with the language's place + 1 as `level`."""
    return level << NUMBER_LEVEL_SHIFT | site << NUMBER_SITE_SHIFT | number


def split_worker(key: int) -> tuple[int, int, int, int, int]:
    """(level, site, entry, date, position) of a worker's key.

    `date` is the minute of an intake or the number of a Poisson recruit or a vacancy.
    """
    return (
        key >> LEVEL_SHIFT,
        key >> SITE_SHIFT & MAX_SITES - 1,
        key >> ENTRY_SHIFT & (1 << ENTRY_BITS) - 1,
        key >> DATE_SHIFT & MAX_DATE - 1,
        key & MAX_POSITION - 1,
    )


def label(plan: Plan, kind: int, key: int) -> str:
    """The key in words: `TIER:intake:8:0`, `TIER@SITE:course:2`, `STREAM:41`, `STREAM:dated:3`; empty for -1."""
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
        ordinal = key & (1 << STREAM_SHIFT) - 1
        which = f"dated:{ordinal - FIRST_DATED}" if ordinal >= FIRST_DATED else f"{ordinal}"
        return f"{plan.clients.streams[key >> STREAM_SHIFT].name}:{which}"
    owner, site = key >> NUMBER_LEVEL_SHIFT, key >> NUMBER_SITE_SHIFT & MAX_SITES - 1
    number = key & (1 << NUMBER_SITE_SHIFT) - 1
    if kind == Kind.CLIENT_GROUP:
        assert plan.clients is not None
        form, language = divmod(owner, len(plan.languages) + 1)
        spoken = f":{plan.languages[language - 1][0]}" if language else ""
        return f"{plan.clients.formats[form].name}{_at(plan, site)}{spoken}:{number}"
    return f"{plan.tiers[owner].name}{_at(plan, site)}:{Kind(kind).name.lower()}:{number}"


def _at(plan: Plan, site: int) -> str:
    name = plan.sites[site][0]
    return f"@{name}" if name else ""
