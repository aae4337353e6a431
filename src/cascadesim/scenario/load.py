"""From a file to a frozen scenario, or to every fault at once: the front door of this layer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, islice
from os import PathLike
from pathlib import Path as FilePath
from typing import Any

from cascadesim.errors import Problem, ScenarioError
from cascadesim.scenario import checks, feasibility
from cascadesim.scenario.document import Document
from cascadesim.scenario.evidence import check_evidence
from cascadesim.scenario.extend import read_extended
from cascadesim.scenario.findings import Finding, stands
from cascadesim.scenario.limits import check_size
from cascadesim.scenario.override import change, labelled, override
from cascadesim.scenario.read import is_too_deep
from cascadesim.scenario.references import check_references
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.validate import MOST_FAULTS, Form, look
from cascadesim.scenario.variants import MOST_VARIANTS, check_variants, news, vary


def load(path: str | PathLike[str], sets: Iterable[str] = ()) -> Scenario:
    """The scenario in the file at `path`, read, checked and frozen; `sets` are overrides: `tier.NAME.caseload=4`.

    Raises `EnvironmentFault` where the file cannot be read, `ScenarioError` with every fault where it is no scenario
    that could run, and `UsageError` where an override names a key that there is not.
    """
    document = read_extended(FilePath(path))
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
    names = warn or not all(_is_number_there(document.data, key, value) for key, value in changes.items())
    for key, value in changes.items():
        document = change(document, key, value, labelled(f"with_ {key} = {value}"))
    return build(document, warn, names)


def _is_number_there(data: Any, key: str, value: Any) -> bool:
    for part in key.split("."):
        if isinstance(data, list):
            data = data[int(part)] if part.isdecimal() and int(part) < len(data) else None
        else:
            data = data.get(part) if isinstance(data, dict) else None
    return data is not None and isinstance(value, int | float)


def build(document: Document, warn: bool = True, names: bool = True) -> Scenario:
    """The frozen scenario of a document; `ScenarioError` with every fault, variants' too, in the file's order.

    Without `warn` no time goes into checks that only warn, without `names` none into names that are known to be sound.
    """
    form, faults, warnings = _judged(document, warn=warn, names=names)
    more_faults, more_warnings = _judged_variants(document, form, faults, warnings)
    faults, warnings = faults + more_faults, _in_order(document, warnings + more_warnings)
    if faults or form.scenario is None:
        raise ScenarioError(tuple(_in_order(document, faults)), tuple(warnings))
    form.scenario._document = document
    form.scenario._warnings = tuple(warnings)
    return form.scenario


def _judged(
    document: Document, form_only: bool = False, warn: bool = True, names: bool = True
) -> tuple[Form, list[Problem], list[Problem]]:
    """(its form, faults, warnings) of a document by itself, without its variants."""
    form = look(document.data)
    faults = [document.problem(fault.path, fault.message, fault.hint, fault.code) for fault in form.faults]
    faults, warnings = [*document.faults, *faults], list(document.notes)
    for finding in islice(_findings(document, form, warn, names), 0 if form_only else MOST_FAULTS):
        problem = document.problem(finding.path, finding.message, finding.hint, finding.code)
        (warnings if finding.warning else faults).append(problem)
    return form, faults, warnings


def _judged_variants(
    document: Document, form: Form, known_faults: list[Problem], known_warnings: list[Problem]
) -> tuple[list[Problem], list[Problem]]:
    """(faults, warnings) that the variants have beside those of their base.

    Where the base had to be repaired, what is concluded from it is not told: the repair may be to blame. Nor is
    anything of a variant that was repaired itself.
    """
    faults: list[Problem] = []
    warnings: list[Problem] = []
    base = replace(document, data=form.data)
    repaired = any(fault.path[:1] != ("variant",) for fault in form.faults)
    for number, variant in enumerate(form.scenario.variants[:MOST_VARIANTS] if form.scenario else ()):
        if any(doubt[:2] == ("variant", number) for doubt in form.doubts):
            continue
        varied, wrong = vary(base, number, variant)
        found, its_faults, its_warnings = _judged(varied, form_only=repaired)
        faults += [*wrong, *news(document, number, variant, its_faults, known_faults)]
        warnings += news(document, number, variant, its_warnings, known_warnings)
        if not (wrong or repaired) and found.scenario == form.scenario:
            message = f'variant "{variant.name}" asks the same as the scenario without it.'
            warnings.append(document.problem(("variant", number, "set"), message, "", "no_change"))
        if len(faults) > MOST_FAULTS:
            break
    return faults, warnings


def _findings(document: Document, form: Form, warn: bool, names: bool) -> Iterator[Finding]:
    """What is wrong beyond the form, leaving out what only follows from something told before."""
    scenario, doubts = form.scenario, set(form.doubts)
    if scenario is None:
        return
    named = check_references(scenario, form.data, document.name) if names else ()
    for finding in chain(named, check_variants(scenario)):
        if stands(finding, form.doubts):
            yield finding
            doubts.add(("cascade",) if finding.code == "cascade" else finding.path)
    known = tuple(dict.fromkeys(name for name in scenario.cascade if name in scenario.tier))
    if not known:
        return
    scenario = scenario.model_copy(update={"cascade": known})
    sound = set(doubts)
    for finding in chain.from_iterable(check(scenario) for check in checks.CHECKS):
        if stands(finding, sound):
            yield finding
            if not finding.warning:  # what is doubtful for other reasons can be impossible all the same
                doubts.add(finding.path)
    rest = chain.from_iterable(check(scenario) for check in feasibility.CHECKS)
    for finding in chain(rest, check_size(scenario), check_evidence(form.data) if warn else ()):
        if stands(finding, doubts):
            yield finding


def _in_order(document: Document, problems: list[Problem]) -> list[Problem]:
    """By file, that of the scenario itself first, then by line."""
    return sorted(problems, key=lambda problem: (problem.file != document.file, problem.file, problem.line or 0))
