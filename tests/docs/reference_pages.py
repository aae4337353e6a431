"""The lists of the reference that are generated, each between two comments in its page.

    PYTHONPATH=tests python -m docs.reference_pages

writes them anew: the keys of a scenario from the schema and its words, the outcomes and what stands in the way from the
tables of the model, the commands from their options. What stands around them is written by people.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

import click

from cascadesim.analysis.bottleneck.queues import WAIT_WORDS, constraint_words
from cascadesim.cli import COMMANDS, group
from cascadesim.experiment.study.file_schema import study_reference
from cascadesim.model import constraints
from cascadesim.model.enums import Wait
from cascadesim.model.measures import clients, tiers
from cascadesim.model.measures.types import Measure
from cascadesim.scenario.explain import DISTRIBUTION, QUANTITY, Entry, KeyReference, needed_keys, scenario_reference
from docs.pages import DOCS

BLOCK = re.compile(r"^<!-- generated: ([\w ]+) -->\n.*?^<!-- end of \1 -->$", flags=re.MULTILINE | re.DOTALL)

NEEDS = {
    "screening": "some who are referred are not eligible",
    "own_life": "clients have reasons of their own to leave",
    "adequate": "`adequate_sessions`",
    "population": "`population_in_need`",
    "groups": "a format with groups",
    "interpreter": "languages, and interpreters",
    "mute": "languages, and no interpreters",
    "delivers": "certified workers of the tier see clients",
    "absence": "a reason to be away",
    "hours_change": "a reason to have other hours",
    "sheds": "hours of supervisors can change",
    "run_off": "hours can fall, or other duties come",
    "duties": "other duties",
    "research": "research hours",
    "idle": 'not all are deployed, and `not_deployed = "stay"`',
    "target": "a `target`",
    "promotion": "`[tier.NAME.promotion]`",
    "pool": "a `pool`",
    "calendar": "courses have dates",
    "rooms": "`parallel_courses`",
    "retakes": "several stages or attempts",
    "refresher": "`[tier.NAME.refresher]`",
    "trains": "the tier gives courses",
    "learns": "`[tier.NAME.competence]`, and a course",
    "competence": "`[tier.NAME.competence]`",
    "threshold": "a `certification_threshold`",
    "able_trainers": "`min_trainer_competence` above",
    "absent_supervisors": "a reason to be away above",
}
"""Without which there is no such row, by the short name of the mechanism."""


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown."""
    lines = [list(heads), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join("|" + "|".join(f" {cell} " if cell != "---" else cell for cell in line) + "|" for line in lines)


# --- keys of files ----------------------------------------------------------------------------------------------------


def _heading(owner: str) -> str:
    """What the heading over the keys of one table is."""
    names = {"": "The top level", QUANTITY: "Any quantity", DISTRIBUTION: "Any distribution"}
    if owner in names:
        return names[owner]
    return f"Each of `{owner.removesuffix('.N')}`" if owner.endswith(".N") else f"`[{owner}]`"


def keys_of(reference: KeyReference) -> str:
    """Every key with its meaning, effect, unit, what is allowed and what holds without it; one list for each table."""
    owners: dict[str, list[Entry]] = {}
    for key, entry in reference.entries.items():
        owners.setdefault(key.rpartition(".")[0], []).append(entry)
    parts = []
    for owner, entries in owners.items():
        rows = [
            (_last(entry.key), f"{entry.meaning}. {entry.effect}", entry.unit, _code(entry.allowed), entry.default)
            for entry in entries
        ]
        parts += [f"### {_heading(owner)}", table(("key", "meaning and effect", "unit", "allowed", "without it"), rows)]
    return "\n\n".join(parts)


def _last(key: str) -> str:
    return f"`{key.rpartition('.')[2]}`"


def _code(words: str) -> str:
    """What is allowed, with what stands in brackets as code."""
    return re.sub(r"(\[+[^\]]*\]+|\{[^}]*\})", r"`\1`", words)


def variants_of(key: str) -> str:
    """The tables that may stand at a key, with the keys that each needs and may have."""
    node = scenario_reference().nodes[key]
    rows = []
    for name, variant in node.variants.items():
        needed = needed_keys(variant, node.tag)
        others = [other for other in variant.fields if other not in (*needed, node.tag)]
        rows.append([f"`{name}`", *(", ".join(f"`{one}`" for one in some) for some in (needed, others))])
    return table((f"`{node.tag}`", "needs", "may have"), rows)


# --- outcomes ---------------------------------------------------------------------------------------------------------


def measures(rows: Mapping[str, Measure]) -> str:
    """Outcomes with their unit, meaning, which way is better, and what the scenario must have."""
    cells = [
        [f"`{name}`", row.unit, row.meaning, row.better or "-", NEEDS[row.needs] if row.needs else ""]
        for name, row in rows.items()
    ]
    return table(("outcome", "unit", "meaning", "better", "only with"), cells)


def client_classes() -> str:
    """What is measured of each stream, language and site."""
    rows = [
        [", ".join(f"`{kind}.NAME.{what}`" for kind in clients.KINDS), row.unit, row.meaning, row.better or "-"]
        for what, (row, _) in clients.CLASS_MEASURES.items()
    ]
    return table(("outcome", "unit", "meaning", "better"), rows)


def at_weeks(rows: Mapping[str, Measure]) -> str:
    """Outcomes of the report weeks."""
    return measures({f"{name}_at_week_W": row for name, row in rows.items()})


def other_tier_measures() -> str:
    """Outcomes of a tier whose names have a part that the scenario chooses."""
    competence = {
        name + suffix: replace(row, needs="competence")
        for suffix in ("", "_at_week_W")
        for name, row in tiers.COMPETENCE.items()
    }
    waves = {f"wave.REASON.{what}": row for what, row in tiers.wave_measures("REASON").items()}
    return measures({"exits.REASON": tiers.EXITS, **competence, **waves})


def organisation() -> str:
    """Outcomes of the organisation."""
    names = {"organisation.STATE.trainings": tiers.TRAININGS, "organisation.STATE_at_week_W": tiers.STATE}
    return measures({**names, "organisation.STATE.SITE_at_week_W": tiers.STATE})


def _brings_about(wait: Wait, constraint: str) -> str:
    """What the scenario must have for this constraint; empty where it needs nothing of its own."""

    def comes_about(*mechanisms: str) -> bool:
        have = frozenset(mechanisms)
        return (wait is Wait.CARE or wait in constraints.waits_of(have)) and constraints.possible(constraint, have)

    if comes_about():
        return ""
    return next(
        (words for mechanism, words in NEEDS.items() if comes_about(mechanism)),
        " and ".join(words for mechanism, words in NEEDS.items() if not comes_about(*(NEEDS.keys() - {mechanism}))),
    )


def in_the_way() -> str:
    """Every wait with what can stand in its way, in the words of a summary."""
    rows = []
    for wait in Wait:
        who = WAIT_WORDS[wait].replace("{tier} ", "")
        for constraint in constraints.constraint_names(wait):
            if constraint != constraints.MULTIPLE:
                words = constraint_words(wait, constraint)
                rows.append([f"`{wait.name.lower()}`", who, f"`{constraint}`", words, _brings_about(wait, constraint)])
    return table(("wait", "who waits", "constraint", "in words", "only with"), rows)


# --- commands ---------------------------------------------------------------------------------------------------------


def commands() -> str:
    """Every command with its usage, what it does and its options."""
    context = group.make_context("cascadesim", [], resilient_parsing=True)
    parts = []
    for name, (_, summary) in COMMANDS.items():
        command = group.get_command(context, name)
        assert command is not None
        parts += [f"### {name}", summary, *_command(command, click.Context(command, context, name))]
    return "\n\n".join(parts)


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    yield f"```text\n{' '.join([context.command_path, *command.collect_usage_pieces(context)])}\n```"
    yield re.sub(r"\s*[\b]\s*", "\n\n", inspect.cleandoc(command.help or ""))
    records = [param.get_help_record(context) for param in command.params if isinstance(param, click.Option)]
    options = [[f"`{names}`", words] for names, words in filter(None, records)]
    if options:
        yield table(("option", "what it does"), options)
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from _command(inner, click.Context(inner, context, name))


# --- the pages --------------------------------------------------------------------------------------------------------

LISTS: dict[str, Callable[[], str]] = {
    "scenario keys": lambda: keys_of(scenario_reference()),
    "study keys": lambda: keys_of(study_reference()),
    "distributions": lambda: variants_of("tier.NAME.hours_per_week"),
    "clocks": lambda: variants_of("tier.NAME.events.REASON.time_to_event"),
    "outcomes of clients": lambda: measures(clients.CLIENT_MEASURES),
    "outcomes of clients by report week": lambda: at_weeks(clients.CLIENT_REPORTS),
    "outcomes of clients by class": client_classes,
    "outcomes of tiers": lambda: measures(tiers.TIER_MEASURES),
    "outcomes of tiers by report week": lambda: at_weeks(tiers.TIER_REPORTS),
    "other outcomes of tiers": other_tier_measures,
    "outcomes of the organisation": organisation,
    "constraints": in_the_way,
    "commands": commands,
}
"""What stands between the comments that name it."""


def with_lists(text: str) -> str:
    """A page with its generated lists as they should be."""

    def as_it_should_be(block: re.Match[str]) -> str:
        return f"<!-- generated: {block[1]} -->\n\n{LISTS[block[1]]()}\n\n<!-- end of {block[1]} -->"

    return BLOCK.sub(as_it_should_be, text)


def names_in(text: str) -> list[str]:
    """The names of the generated lists of a page."""
    return [block[1] for block in BLOCK.finditer(text)]


def main() -> None:
    """Write the lists into the pages."""
    for page in sorted((DOCS / "reference").glob("*.md")):
        before = page.read_text(encoding="utf-8")
        after = with_lists(before)
        if after != before:
            page.write_text(after, encoding="utf-8")
            print(f"{page.relative_to(DOCS.parent)} has changed")


if __name__ == "__main__":
    main()
