"""Names and the order of a file carry no meaning (R11.2)."""

from __future__ import annotations

import random
from typing import Any

from generate import Document

from cascadesim.model.enums import Kind
from cascadesim.model.ids import label
from metamorphic.pairs import changed, first_difference, play_toml

SEEDS = range(50)
OF_TIERS = (Kind.WORKER, Kind.COURSE, Kind.GROUP, Kind.REFRESHER)


def renamed(document: Document) -> None:
    """Other names for all tiers, which sort the other way round."""
    names = {name: new_name(place) for place, name in enumerate(document["cascade"])}
    document["cascade"] = [names[name] for name in document["cascade"]]
    document["tier"] = {names[name]: tier for name, tier in document["tier"].items()}


def new_name(place: int) -> str:
    """Of the tier that stands in this place."""
    return f"{'zyxwv'[place]}_tier"


def test_renaming_tiers() -> None:
    for seed, before, after in changed(SEEDS, renamed):
        assert not first_difference(before.log, after.log), seed
        assert before.tally == after.tally, seed
        names = {tier.name: new_name(place) for place, tier in enumerate(before.plan.tiers)}
        for row in before.log:
            if row.kind in OF_TIERS and row.key >= 0:
                old = label(before.plan, row.kind, row.key)
                home = max((name for name in names if old.startswith((f"{name}:", f"{name}@"))), key=len)
                assert label(after.plan, row.kind, row.key) == names[home] + old[len(home) :]


UNORDERED = ("sites", "intake", "at_weeks", "dates", "recruits_per_week", "referrals_per_week", "report_weeks")
TOGETHER = ("values", "probabilities")


def reordered(table: Any, luck: random.Random) -> Any:
    """The same with the keys of all tables, and all lists without an order, shuffled."""
    if not isinstance(table, dict):
        return table
    found = {}
    for key in luck.sample(list(table), len(table)):
        value = table[key]
        if isinstance(value, list):
            value = [reordered(each, luck) for each in value]
            if key in UNORDERED:
                luck.shuffle(value)
        found[key] = reordered(value, luck)
    if all(key in table for key in TOGETHER):
        pairs = list(zip(*(table[key] for key in TOGETHER), strict=True))
        luck.shuffle(pairs)
        found |= dict(zip(TOGETHER, map(list, zip(*pairs, strict=True)), strict=True))
    return found


def test_reordering_the_file() -> None:
    def change(document: Document) -> None:
        shuffled = reordered(document, random.Random(7))
        document.clear()
        document.update(shuffled)

    for seed, before, after in changed(SEEDS, change):
        assert not first_difference(before.log, after.log), seed
        assert before.tally == after.tally, seed


CIRCLES = """
horizon_weeks = 40
cascade = ["v", "w"]
[tier.v]
initial = 3
hours_per_week = 20
delivers = true
[tier.v.events.move]
time_to_event = { dist = "date", week = 14 }
[tier.w]
initial = 3
hours_per_week = 20
training.required = false
supervision.required = false
[clients]
sessions = 3
session_hours = 1
patience_weeks = 12
[clients.format.FIRST]
group_min = 2
group_max = 3
sessions = 5
[clients.format.SECOND]
group_min = 3
group_max = 3
facilitators = 2
"""
STREAMS = (("a", "FIRST", 0), ("b", "FIRST", 1), ("c", "SECOND", 0), ("d", "SECOND", 1))


def circles(first: str, second: str, *languages: str) -> str:
    """Groups of two formats and two languages, all referred on dates: nothing about them is drawn."""
    text = CIRCLES
    for place, (stream, form, language) in enumerate(STREAMS):
        dates = ", ".join(f"{0.5 + 0.7 * place + 2.3 * number:.1f}" for number in range(12))
        text += f'[clients.stream.{stream}]\nformat = "{form}"\nlanguage = "{languages[language]}"\n'
        text += f"priority = {1 + place % 3}\ndates = [{dates}]\n"
    return text.replace("FIRST", first).replace("SECOND", second)


def test_renaming_formats_and_languages() -> None:
    """Who is in turn decides which group comes first, so nothing changes when the names sort the other way round."""
    before, after = (play_toml(text) for text in (circles("f", "g", "A", "B"), circles("g", "f", "B", "A")))
    changed_to = {"f": "g", "g": "f", "A": "B", "B": "A"}

    def renamed(word: str) -> str:
        return ":".join(changed_to.get(part, part) for part in word.split(":"))

    here = sorted(
        (row.minute, row.event, row.who, row.whom, row.detail)
        for row in after.words
        if row.event != "BINDING_CONSTRAINT"
    )
    there = sorted(
        (row.minute, row.event, renamed(row.who), renamed(row.whom), renamed(row.detail))
        for row in before.words
        if row.event != "BINDING_CONSTRAINT"
    )
    assert not first_difference(there, here)
    assert sum(row[1] == "CLIENT_GROUP_STARTED" for row in here) >= 10
