"""`cascadesim check FILE...`: everything that is wrong with a scenario or study, or what it says."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cascadesim.cli.console import complain, problem_object, put_json, say, show_problems, terminal_width, wrapped
from cascadesim.errors import CascadeError, Problem

if TYPE_CHECKING:
    from cascadesim.scenario.schema import Scenario


@click.command(name="check")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--set", "sets", multiple=True, metavar="KEY=VALUE", help="Change a key first: tier.NAME.caseload=4.")
@click.option("--json", "as_json", is_flag=True, help="One object on stdout, problems as a list.")
@click.option("-q", "--quiet", is_flag=True, help="Print problems only.")
def command(files: tuple[Path, ...], sets: tuple[str, ...], as_json: bool, quiet: bool) -> int:
    """Check scenario and study FILEs: print every fault with its line, or what the plan says. Nothing is run.

    Exit codes: 0 fine, warnings included; 2 a --set that names no key; 3 a file at fault; 4 a missing file.
    """
    from cascadesim.cli.check_study import checked_study, is_study_file, study_sentences
    from cascadesim.scenario.load import load

    errors: list[Problem] = []
    warnings: list[Problem] = []
    plans: list[dict[str, Any]] = []
    studies: list[dict[str, Any]] = []
    code = 0
    for file in files:
        try:
            if is_study_file(file):
                studies.append(checked_study(file, sets))
                continue
            scenario = load(file, sets)
        except CascadeError as fault:
            code = max(code, fault.exit_code)
            errors += fault.problems
            warnings += getattr(fault, "warnings", ())
        else:
            warnings += scenario.warnings
            plans.append(_plan(file, scenario))
    if as_json:
        told = {"errors": [*map(problem_object, errors)], "warnings": [*map(problem_object, warnings)]}
        put_json({**told, "plans": plans, "studies": studies})
        return code
    _show(errors, warnings)
    if not quiet:
        width = terminal_width(sys.stdout)
        for lines in (*map(_sentences, plans), *map(study_sentences, studies)):
            say("\n".join(wrapped(line, width, "    ") for line in lines))
    return code


def _show(errors: list[Problem], warnings: list[Problem]) -> None:
    """Warnings, then faults, so that what stops a run stands last; then how many there are."""
    unsourced = [warning for warning in warnings if warning.code == "no_source"]
    for warning in warnings:
        if warning.code != "no_source":
            show_problems([warning], "warning: ")
    for file in dict.fromkeys(warning.file for warning in unsourced):
        _show_unsourced(file, [warning for warning in unsourced if warning.file == file])
    show_problems(errors)
    counts = [_count(len(found), what) for found, what in ((errors, "fault"), (warnings, "warning")) if found]
    if counts:
        complain(f"{', '.join(counts)}.")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number > 1)}"


def _show_unsourced(file: str, found: list[Problem]) -> None:
    """The values of one file without a source, in one warning with a line for each."""
    first = found[0]
    if len(found) == 1:
        show_problems(found, "warning: ")
        return
    message = first.message.replace("says something", f"{len(found)} keys say something").replace("names", "name")
    show_problems([Problem(message, file=file, hint=first.hint)], "warning: ")
    for each in found:
        complain(f"    {'' if each.line is None else f'line {each.line}: '}{each.path}")


def _plan(file: Path, scenario: Scenario) -> dict[str, Any]:
    """What the plan says, as the JSON object has it."""
    from cascadesim.scenario.feasibility.run_size import predict

    size = predict(scenario)
    horizon = scenario.horizon_weeks
    tiers = []
    for name in scenario.cascade:
        tiers.append({"name": name, **_people(scenario, name)})
    return {
        "file": str(file),
        "name": scenario.name,
        "title": scenario.title,
        "horizon_weeks": horizon,
        "tiers": tiers,
        "referrals_expected": size.referrals,
        "events_expected": size.events,
        "replications": scenario.replications,
        "variants": [variant.name for variant in scenario.variants],
    }


def _people(scenario: Scenario, name: str) -> dict[str, Any]:
    """Where the people of a tier come from, all sites together."""
    from cascadesim.scenario import defaults
    from cascadesim.scenario.feasibility.run_size import expected_recruits

    tier, horizon, factor = scenario.tier[name], scenario.horizon_weeks, scenario.recognition.recruitment_factor.value
    staff = defaults.staff(tier).values()
    found = [expected_recruits(tier, each, factor, horizon) for each in staff]
    return {
        "initial": sum(each.initial for each in staff),
        "intake": round(sum(each["intake"] for each in found)),
        "recruits_expected": sum(each["recruits_per_week"] for each in found),
        "target": sum(each.target or 0 for each in staff),
    }


def _sentences(plan: dict[str, Any]) -> list[str]:
    """The same for a reader."""
    from cascadesim.analysis.wording import number
    from cascadesim.scenario.number_formats import counted

    title = f" ({plan['title']})" if plan["title"] else ""
    runs = counted(plan["replications"], "replication")
    lines = [f"{plan['file']}: fine{title}. {plan['horizon_weeks']:g} weeks, {runs}."]
    for tier in plan["tiers"]:
        parts = [f"{tier['initial']} at the start"] if tier["initial"] else []
        parts += [f"{tier['intake']} in intakes"] if tier["intake"] else []
        parts += [f"about {number(tier['recruits_expected'])} one by one"] if tier["recruits_expected"] else []
        parts += [f"{tier['target']} wanted, vacancies filled"] if tier["target"] else []
        lines.append(f"  {tier['name']}: {', '.join(parts)}")
    referrals, events = plan["referrals_expected"], plan["events_expected"]
    lines.append(f"  about {referrals:,.0f} potential referrals, those not eligible included")
    lines.append(f"  at most about {events:,.0f} events in each replication")
    if plan["variants"]:
        lines.append(f"  variants: {'; '.join(plan['variants'])}")
    return lines
