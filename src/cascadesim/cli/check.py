"""`cascadesim check FILE...`: everything that is wrong with scenarios and studies, or what they say."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cascadesim.cli.arguments import PATH, is_study_file, set_option
from cascadesim.cli.console import complain, problem_object, put_json, say, show_problems, terminal_width, wrapped
from cascadesim.errors import CascadeError, Problem, UsageError
from cascadesim.scenario.number_formats import counted

if TYPE_CHECKING:
    from cascadesim.scenario.schema import Scenario


_MOST_FACTORS = 20
_MOST_LEVELS = 12


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=PATH)
@set_option
@click.option("--json", "as_json", is_flag=True, help="One object on stdout, problems as a list.")
@click.option("-q", "--quiet", is_flag=True, help="Print problems only.")
def check(files: tuple[Path, ...], sets: tuple[str, ...], as_json: bool, quiet: bool) -> int:
    """Check scenario and study FILEs: print every fault with its line, or what the plan says. Nothing is run.

    Exit codes: 0 OK, warnings included; 2 a --set that names no key; 3 a file with errors; 4 a missing file.
    """
    from cascadesim.scenario.load import load

    errors: list[Problem] = []
    warnings: list[Problem] = []
    plans: list[dict[str, Any]] = []
    studies: list[dict[str, Any]] = []
    code = 0
    for file in files:
        try:
            if is_study_file(file):
                studies.append(_study(file, sets))
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
        problems = {"errors": [*map(problem_object, errors)], "warnings": [*map(problem_object, warnings)]}
        put_json({**problems, "plans": plans, "studies": studies})
        return code
    _show(errors, warnings)
    if not quiet:
        width = terminal_width(sys.stdout)
        for lines in (*map(_plan_sentences, plans), *map(_study_sentences, studies)):
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
    numbers = {"error": len(errors), "warning": len(warnings)}
    counts = [f"{number} {what}{'s' * (number > 1)}" for what, number in numbers.items() if number]
    if counts:
        complain(f"{', '.join(counts)}.")


def _show_unsourced(file: str, warnings: list[Problem]) -> None:
    """The values of one file without a source, in one warning with a line for each."""
    first, count = warnings[0], len(warnings)
    if count == 1:
        show_problems(warnings, "warning: ")
        return
    message = first.message.replace("says something", f"{count} keys say something").replace("names", "name")
    show_problems([Problem(message, file=file, hint=first.hint)], "warning: ")
    for warning in warnings:
        complain(f"    {'' if warning.line is None else f'line {warning.line}: '}{warning.path}")


def _plan(file: Path, scenario: Scenario) -> dict[str, Any]:
    """What the plan says, as the JSON object has it."""
    from cascadesim.scenario.feasibility.run_size import predict

    size = predict(scenario)
    return {
        "file": str(file),
        "name": scenario.name,
        "title": scenario.title,
        "horizon_weeks": scenario.horizon_weeks,
        "tiers": [{"name": name, **_people(scenario, name)} for name in scenario.cascade],
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
    sites = defaults.staff(tier).values()
    recruits = [expected_recruits(tier, staff, factor, horizon) for staff in sites]
    return {
        "initial": sum(staff.initial for staff in sites),
        "intake": round(sum(ways["intake"] for ways in recruits)),
        "recruits_expected": sum(ways["recruits_per_week"] for ways in recruits),
        "target": sum(staff.target or 0 for staff in sites),
    }


def _plan_sentences(plan: dict[str, Any]) -> list[str]:
    """The same for a reader."""
    from cascadesim.analysis.wording import number

    title = f" ({plan['title']})" if plan["title"] else ""
    runs = counted(plan["replications"], "replication")
    lines = [f"{plan['file']}: OK{title}. {plan['horizon_weeks']:g} weeks, {runs}."]
    for tier in plan["tiers"]:
        parts = [f"{tier['initial']} at the start"] if tier["initial"] else []
        parts += [f"{tier['intake']} in intakes"] if tier["intake"] else []
        parts += [f"about {number(tier['recruits_expected'])} one by one"] if tier["recruits_expected"] else []
        parts += [f"target {tier['target']}, vacancies filled"] if tier["target"] else []
        lines.append(f"  {tier['name']}: {', '.join(parts)}")
    referrals, events = plan["referrals_expected"], plan["events_expected"]
    lines.append(f"  about {referrals:,.0f} referrals, with those not eligible")
    lines.append(f"  at most about {events:,.0f} events in each replication")
    if plan["variants"]:
        lines.append(f"  variants: {'; '.join(plan['variants'])}")
    return lines


def _study(file: Path, sets: tuple[str, ...]) -> dict[str, Any]:
    """The plan of a study as the JSON object has it. Raises what reading it raises."""
    from cascadesim.experiment.study.read import read_study, study_plan

    if sets:
        hint = 'Write set = { "KEY" = VALUE } in the study.'
        raise UsageError(f"--set changes scenarios; {file} is a study.", hint=hint, code="bad_set")
    plan = {"file": str(file), **study_plan(read_study(file))}
    try:
        return plan | {"quick": study_plan(read_study(file, quick=True))}
    except UsageError:  # it has no small size
        return plan


def _study_sentences(plan: dict[str, Any]) -> list[str]:
    """The same for a reader."""
    title = f" ({plan['title']})" if plan["title"] else ""
    points, rows = plan["settings"], plan["rows"]
    lines = [f"{plan['file']}: OK{title}. A study, {plan['design']}."]
    shared = f" in {counted(rows, 'row')}" if rows != points else ""
    left = points - plan["not_run"]
    numbers = f"seed {plan['seed']}, {plan['random_numbers']} random numbers"
    lines.append(f"  {counted(points, 'setting')}{shared}; {_runs(plan, left)}; {numbers}")
    if "quick" in plan:
        quick = plan["quick"]
        lines.append(f"  with --quick: {quick['design']}, {_runs(quick, quick['settings'] - quick['not_run'])}")
    if plan["not_run"]:
        lines.append(f"  {counted(plan['not_run'], 'setting')} not run: they break a constraint")
    if plan["refused"]:
        tried = f"{plan['refused']:,} of {counted(plan['tried'], 'setting')} tried cannot be run"
        lines.append(f"  {tried}, for example {plan['refusal']}")
    lines += [f"  {_factor(factor)}" for factor in plan["factors"][:_MOST_FACTORS]]
    if len(plan["factors"]) > _MOST_FACTORS:
        lines.append(f"  and {counted(len(plan['factors']) - _MOST_FACTORS, 'further factor')}")
    lines.append(f"  outcomes: {', '.join(plan['outcomes'])}")
    return lines


def _runs(plan: dict[str, Any], points: int) -> str:
    least, most = plan["replications_least"], plan["replications_most"]
    if least == most:
        return f"{points:,} x {counted(most, 'replication')} = {counted(plan['runs_most'], 'run')}"
    return f"{least:,} to {most:,} replications of each: {plan['runs_least']:,} to {plan['runs_most']:,} runs"


def _factor(factor: dict[str, Any]) -> str:
    from cascadesim.analysis.wording import level_text

    if factor["kind"] == "dummy":
        return "dummy: changes nothing; it shows the effect of chance alone"
    if factor["kind"] == "chance":
        return "chance: the random numbers"
    if "levels" in factor:
        levels = [level_text(level) for level in factor["levels"]]
        more = f", ... {len(levels)} levels" if len(levels) > _MOST_LEVELS else ""
        values = ", ".join(levels[:_MOST_LEVELS]) + more
    else:
        spread = "" if factor["dist"] == "uniform" else f", {factor['dist']}"
        values = f"{level_text(factor['low'])} to {level_text(factor['high'])}{spread}"
    now = "" if factor["base"] is None or factor["kind"] == "base" else f" (now {level_text(factor['base'])})"
    unit = f" {factor['unit']}" if factor["unit"] else ""
    return f"{factor['name']}: {values}{unit}{now}"
