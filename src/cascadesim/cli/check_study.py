"""What `cascadesim check` says of a study."""

from __future__ import annotations

from pathlib import Path
from typing import Any

_MOST_FACTORS = 20
_MOST_LEVELS = 12


def is_study_file(file: Path) -> bool:
    """Whether a file is meant as a study; whatever cannot be read is left to whoever reads scenarios."""
    from cascadesim.errors import CascadeError
    from cascadesim.experiment.study.definition import is_study
    from cascadesim.scenario.toml_file import read_document

    try:
        return is_study(read_document(file, str(file)).data)
    except CascadeError:
        return False


def refuse_scenario(file: Path) -> None:
    """A fault where a study is wanted and `file` is a scenario, or is not there."""
    from cascadesim.errors import EnvironmentFault, UsageError

    if not file.is_file():
        hint = "scenarios/studies has some; docs/studies.md says how to write one."
        raise EnvironmentFault("there is no such study file.", hint=hint, code="missing_file", file=str(file))
    if _is_scenario_file(file):
        raise UsageError(f"{file} is a scenario, and a study is needed, which names one.", hint=_RUN, code="scenario")


_RUN = "cascadesim run runs a scenario; docs/studies.md says how to write a study of it."


def _is_scenario_file(file: Path) -> bool:
    from cascadesim.errors import CascadeError
    from cascadesim.scenario.toml_file import read_document

    try:
        return {"tier", "cascade"} & set(read_document(file, str(file)).data) != set()
    except CascadeError:
        return False


def refuse_study(file: Path) -> None:
    """A fault where a scenario is wanted and `file` is a study."""
    from cascadesim.errors import UsageError

    if file.is_file() and is_study_file(file):
        hint = f"cascadesim sweep {file} runs it."
        raise UsageError(f"{file} is a study, and a scenario is needed.", hint=hint, code="study")


def checked_study(file: Path, sets: tuple[str, ...]) -> dict[str, Any]:
    """The plan of a study as the JSON object has it. Raises what reading it raises."""
    from cascadesim.errors import UsageError
    from cascadesim.experiment.study.read import read_study
    from cascadesim.experiment.study.summary import study_plan

    if sets:
        hint = 'Write set = { "KEY" = VALUE } in the study.'
        raise UsageError(f"--set changes scenarios; {file} is a study.", hint=hint, code="bad_set")
    plan = {"file": str(file), **study_plan(read_study(file))}
    try:
        return plan | {"quick": study_plan(read_study(file, quick=True))}
    except UsageError:  # it has no small size
        return plan


def study_sentences(plan: dict[str, Any]) -> list[str]:
    """The same for a reader."""
    from cascadesim.scenario.number_formats import counted

    title = f" ({plan['title']})" if plan["title"] else ""
    points, rows = plan["points"], plan["rows"]
    lines = [f"{plan['file']}: fine{title}. A study, {plan['design']}."]
    shared = f" in {counted(rows, 'row')}" if rows != points else ""
    left = points - plan["not_run"]
    luck = f"seed {plan['seed']}, {plan['luck']} luck"
    lines.append(f"  {counted(points, 'point')}{shared}; {_runs(plan, left)}; {luck}")
    if "quick" in plan:
        quick = plan["quick"]
        lines.append(f"  with --quick: {quick['design']}, {_runs(quick, quick['points'] - quick['not_run'])}")
    if plan["not_run"]:
        lines.append(f"  {counted(plan['not_run'], 'point')} not run: they break a constraint")
    if plan["refused"]:
        tried = f"{plan['refused']:,} of {counted(plan['tried'], 'point')} that were tried cannot be run"
        lines.append(f"  {tried}, such as {plan['refusal']}")
    lines += [f"  {_factor(factor)}" for factor in plan["factors"][:_MOST_FACTORS]]
    if len(plan["factors"]) > _MOST_FACTORS:
        lines.append(f"  and {counted(len(plan['factors']) - _MOST_FACTORS, 'further factor')}")
    lines.append(f"  measures: {', '.join(plan['measures'])}")
    return lines


def _runs(plan: dict[str, Any], points: int) -> str:
    from cascadesim.scenario.number_formats import counted

    least, most = plan["replications_least"], plan["replications_most"]
    if least == most:
        return f"{points:,} x {counted(most, 'replication')} = {counted(plan['runs_most'], 'run')}"
    return f"{least:,} to {most:,} replications of each: {plan['runs_least']:,} to {plan['runs_most']:,} runs"


def _factor(factor: dict[str, Any]) -> str:
    if factor["kind"] == "dummy":
        return "dummy: changes nothing, and shows what chance alone does"
    if factor["kind"] == "chance":
        return "chance: which replication it is"
    if "levels" in factor:
        levels = [_said(level) for level in factor["levels"]]
        more = f", ... {len(levels)} levels" if len(levels) > _MOST_LEVELS else ""
        said = ", ".join(levels[:_MOST_LEVELS]) + more
    else:
        spread = "" if factor["dist"] == "uniform" else f", {factor['dist']}"
        said = f"{_said(factor['low'])} to {_said(factor['high'])}{spread}"
    now = "" if factor["base"] is None or factor["kind"] == "base" else f" (now {_said(factor['base'])})"
    unit = f" {factor['unit']}" if factor["unit"] else ""
    return f"{factor['name']}: {said}{unit}{now}"


def _said(level: Any) -> str:
    return level if isinstance(level, str) else f"{level:g}"
