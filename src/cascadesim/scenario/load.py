"""From a file to a frozen scenario, or to every fault at once: the front door of this layer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, islice
from os import PathLike
from pathlib import Path
from typing import Any

from cascadesim.errors import Problem, ScenarioError
from cascadesim.scenario import checks, feasibility
from cascadesim.scenario.checks.names import check_names, check_provenance
from cascadesim.scenario.document import Document, is_too_deep, value_at
from cascadesim.scenario.feasibility.run_size import check_size
from cascadesim.scenario.hints import ScenarioHints
from cascadesim.scenario.includes import read_extended
from cascadesim.scenario.overrides import (
    MOST_VARIANTS,
    change,
    check_variants,
    find_variant,
    labelled,
    new_problems,
    override,
    vary,
)
from cascadesim.scenario.problems import Finding, holds
from cascadesim.scenario.schema import Scenario, scenario_keys
from cascadesim.scenario.schema_errors import MOST_FAULTS, ValidationResult, validate_form


def load(path: str | PathLike[str], sets: Iterable[str] = ()) -> Scenario:
    """The scenario in the file at `path`, read, checked and frozen.

    Parameters
    ----------
    path
        A scenario file (TOML).
    sets
        Overrides as on the command line, such as `"tier.NAME.caseload=4"`; the last one of a key counts.

    Returns
    -------
    Scenario
        With its defaults filled in. `warnings` holds what a careful reader would ask about.

    Raises
    ------
    ScenarioError
        Every fault of a file that could not run, at once.
    EnvironmentFault
        The file cannot be read.
    UsageError
        An override names a key that does not exist.
    """
    document = read_extended(Path(path))
    for text in [sets] if isinstance(sets, str) else sets:
        document = override(document, text)
    return build(document)


def from_resolved(resolved: dict[str, Any], name: str = "scenario") -> Scenario:
    """The scenario that `Scenario.resolved()` gave, under this name. Raises `ScenarioError` where it is none."""
    if not isinstance(resolved, dict) or is_too_deep(resolved):
        raise ScenarioError((Problem("a resolved scenario is a table of its keys.", code="wrong_value"),))
    return build(Document(resolved, name=name))


def with_changes(scenario: Scenario, changes: Mapping[str, Any], warn: bool = True) -> Scenario:
    """`Scenario.with_`; without `warn`, nothing is looked at that could only earn a warning.

    Nor are names then, where numbers are changed that are there already: they cannot be other names than before.
    """
    document = scenario._document
    names = warn or not all(_replaces_a_value(document.data, key, value) for key, value in changes.items())
    for key, value in changes.items():
        document = change(document, key, value, labelled(f"with_ {key} = {value}"))
    return build(document, warn, names)


def _replaces_a_value(data: Any, key: str, number: Any) -> bool:
    """Whether a number is to stand where the document gives something already."""
    for part in key.split("."):
        data = value_at(data, (int(part) if isinstance(data, list) and part.isdecimal() else part,))
    return data is not None and isinstance(number, int | float)


def as_variant(scenario: Scenario, name: str) -> Scenario:
    """`Scenario.variant`."""
    document, _ = vary(scenario._document, *find_variant(scenario, name))
    return build(document)


def build(document: Document, warn: bool = True, names: bool = True) -> Scenario:
    """The frozen scenario of a document; `ScenarioError` with every fault, variants' too, in the file's order.

    Without `warn` no time goes into checks that only warn, without `names` none into names that are known to be sound.
    """
    form, faults, warnings = _judged(document, warn=warn, names=names)
    more_faults, more_warnings = _judged_variants(document, form, faults, warnings)
    faults, warnings = faults + more_faults, _in_order(document, warnings + more_warnings)
    scenario = form.value
    if faults or scenario is None:
        raise ScenarioError(tuple(_in_order(document, faults)), tuple(warnings))
    scenario._document = document
    scenario._warnings = tuple(warnings)
    scenario._changed = with_changes
    scenario._varied = as_variant
    return scenario


def _judged(
    document: Document, form_only: bool = False, warn: bool = True, names: bool = True
) -> tuple[ValidationResult[Scenario], list[Problem], list[Problem]]:
    """(its form, faults, warnings) of a document by itself, without its variants."""
    form = validate_form(Scenario, document.data, ScenarioHints(), scenario_keys())
    faults, warnings = [*document.faults, *form.problems(document)], list(document.notes)
    for finding in islice(_findings(document, form, warn, names), 0 if form_only else MOST_FAULTS):
        problem = document.problem(finding.path, finding.message, finding.hint, finding.code)
        (warnings if finding.warning else faults).append(problem)
    return form, faults, warnings


def _judged_variants(
    document: Document, form: ValidationResult[Scenario], known_faults: list[Problem], known_warnings: list[Problem]
) -> tuple[list[Problem], list[Problem]]:
    """(faults, warnings) that the variants have beside those of their base.

    Where the base had to be repaired, what is concluded from it is not told: the repair may be to blame. Nor is
    anything of a variant that was repaired itself.
    """
    faults: list[Problem] = []
    warnings: list[Problem] = []
    base = replace(document, data=form.data)
    repaired = any(fault.path[:1] != ("variant",) for fault in form.faults)
    for number, variant in enumerate(form.value.variants[:MOST_VARIANTS] if form.value else ()):
        if any(suspect[:2] == ("variant", number) for suspect in form.suspect_paths):
            continue
        varied, wrong = vary(base, number, variant)
        own, its_faults, its_warnings = _judged(varied, form_only=repaired)
        faults += [*wrong, *new_problems(document, number, variant, its_faults, known_faults)]
        warnings += new_problems(document, number, variant, its_warnings, known_warnings)
        if not (wrong or repaired) and own.value == form.value:
            message = f'variant "{variant.name}" asks the same as the scenario without it.'
            warnings.append(document.problem(("variant", number, "set"), message, "", "no_change"))
        if len(faults) > MOST_FAULTS:
            break
    return faults, warnings


def _findings(document: Document, form: ValidationResult[Scenario], warn: bool, names: bool) -> Iterator[Finding]:
    """What is wrong beyond the form, leaving out what only follows from something told before."""
    scenario, suspects = form.value, set(form.suspect_paths)
    if scenario is None:
        return
    named = check_names(scenario, form.data, document.name) if names else ()
    for finding in chain(named, check_variants(scenario)):
        if holds(finding, form.suspect_paths):
            yield finding
            suspects.add(("cascade",) if finding.code == "cascade" else finding.path)
    known = tuple(dict.fromkeys(name for name in scenario.cascade if name in scenario.tier))
    if not known:
        return
    scenario = scenario.model_copy(update={"cascade": known})
    sound = set(suspects)
    for finding in chain.from_iterable(check(scenario) for check in checks.CHECKS):
        if holds(finding, sound):
            yield finding
            if finding.code == "horizon_in_other_unit":  # nothing else that is found can be relied on
                return
            if not finding.warning:  # what is doubtful for other reasons can be impossible all the same
                suspects.add(finding.path)
    rest = chain.from_iterable(check(scenario) for check in feasibility.CHECKS)
    for finding in chain(rest, check_size(scenario), check_provenance(form.data) if warn else ()):
        if holds(finding, suspects):
            yield finding


def _in_order(document: Document, problems: list[Problem]) -> list[Problem]:
    """By file, that of the scenario itself first, then by line."""
    return sorted(problems, key=lambda problem: (problem.file != document.file, problem.file, problem.line or 0))
