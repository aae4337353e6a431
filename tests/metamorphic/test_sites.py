"""Two sites that share nothing are two programmes; what somebody draws does not depend on the other sites."""

from __future__ import annotations

from copy import deepcopy

from generate import Document

from cascadesim import ScenarioError
from metamorphic.pairs import Played, Words, drawn, first_difference, play, streams, tiers

SEEDS = range(110)
ENOUGH = 10
BINDING = ("BINDING_CONSTRAINT",)  # practice and certificates are booked for a whole tier


def apart(document: Document) -> bool:
    """Nobody travels, and there is a first tier at every site."""
    if len(document.get("sites", ())) < 2:
        return False
    first = tiers(document)[0]["site"]
    for site in document["sites"]:
        first.setdefault(site, {"initial": 2})
    for tier in tiers(document):
        for key in ("training", "supervision"):
            for travel in ("across_sites", "travel_hours"):
                tier.get(key, {}).pop(travel, None)
            tier.get(key, {}).pop("trainers_per_course", None)
        tier.get("refresher", {}).pop("trainers_per_course", None)
    return True


def only(document: Document, site: str) -> Document | None:
    """The programme of one site; None where a tier has nobody there."""
    document = deepcopy(document)
    document["sites"] = [site]
    for tier in tiers(document):
        tier["site"] = {name: staff for name, staff in tier["site"].items() if name == site}
        if not tier["site"]:
            return None
    for state in document.get("organisation", {}).values():
        state["site"] = {name: own for name, own in state.get("site", {}).items() if name == site}
    if "clients" in document:
        care = document["clients"]
        care["stream"] = {name: own for name, own in care["stream"].items() if own["site"] == site}
        if not care["stream"]:
            return None
    return document


def of_site(run: Played, document: Document, site: str) -> list[Words]:
    """The rows that concern a site, in their order."""
    names = {name for name, stream in document.get("clients", {}).get("stream", {}).items() if stream["site"] == site}

    def here(label: str) -> bool:
        return label == site or f"@{site}:" in label or label.partition(":")[0] in names

    found = [row for row in run.words if row.event not in BINDING]
    if len(document["sites"]) > 1:
        found = [row for row in found if here(row.who) or here(row.whom)]
    return [row if row.event != "COURSE_LAPSED" else row._replace(whom="") for row in found]  # named where several are


def test_two_sites_apart_are_two_programmes() -> None:
    seen = 0
    for seed in SEEDS:
        document = deepcopy(drawn(seed))
        if not apart(document):
            continue
        try:
            together = play(document)
            found = 0
            for site in document["sites"]:
                alone = only(document, site)
                if alone is None:
                    continue
                expected = of_site(play(alone), alone, site)
                assert not first_difference(expected, of_site(together, document, site)), (seed, site)
                assert expected
                found += len(expected)
        except ScenarioError:
            continue
        seen += found > 0
        if seen == ENOUGH:
            return
    raise AssertionError(f"{seen} programmes only")


def test_every_row_is_of_one_site() -> None:
    """No row concerns two sites, and but for what binds each concerns one."""
    for seed in SEEDS:
        document = deepcopy(drawn(seed))
        if not apart(document):
            continue
        try:
            run = play(document)
        except ScenarioError:
            continue
        rows = [row for row in run.words if row.event not in BINDING]
        assert sum(len(of_site(run, document, site)) for site in document["sites"]) == len(rows), seed
        assert rows
        return


def test_a_new_site_renames_nobody() -> None:
    """A site more, whose name comes first, moves the keys of the others and no draw of theirs."""
    seen = 0
    for seed in SEEDS:
        document = deepcopy(drawn(seed))
        if not apart(document):
            continue
        more = deepcopy(document)
        more["sites"] = ["0new", *more["sites"]]
        for tier in tiers(more):
            tier["site"]["0new"] = {"initial": 2}
        try:
            before, after = play(document), play(more)
        except ScenarioError:
            continue
        for site in document["sites"]:
            rows = (of_site(run, document, site) for run in (before, after))
            assert not first_difference(*rows), (seed, site)
        assert of_site(after, more, "0new")
        assert len(streams(more)) == len(streams(document))
        seen += 1
        if seen == ENOUGH // 2:
            return
    raise AssertionError(f"{seen} programmes only")
