"""A study in words: what it comes to before it is run, and what it shows afterwards, on a terminal and as a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from cascadesim.analysis.study.results import Results, Section
from cascadesim.analysis.wording import count_of, duration, json_ready
from cascadesim.experiment.study.study import Study
from cascadesim.experiment.sweep.task_queue import DryRun
from cascadesim.report.measures import filled

PAGE = "analysis.md"


def pilot_text(study: Study, pilot: DryRun, jobs: int) -> str:
    """The size of a study on a few lines."""
    lines = [f"{study.title or study.name}: {study.design.kind}, {count_of(pilot.settings, 'setting')} to run"]
    if pilot.excluded:
        lines.append(f"  {pilot.excluded:,} more break a constraint and are left out")
    if pilot.rows != pilot.settings + pilot.excluded:
        lines.append(f"  the design has {pilot.rows:,} rows; equal ones are run once")
    upto = f" at least, {pilot.most_runs:,} at most" if pilot.most_runs != pilot.runs else ""
    lines += [
        f"  {pilot.runs:,} replications{upto}",
        f"  about {duration(pilot.seconds)} with {count_of(jobs, 'process', 'processes')}",
        f"  {pilot.tried} settings were tried",
        f"  about {_size(pilot.bytes)} on disk",
    ]
    if pilot.bad:
        lines.append(f"  {pilot.bad} of {pilot.tried} settings tried cannot be run: {pilot.problem}")
    return "\n".join(lines)


def _size(number: int) -> str:
    """A number of bytes in the unit that suits it."""
    for power, unit in ((3, "GB"), (2, "MB"), (1, "kB")):
        if number >= 1000**power:
            return f"{number / 1000**power:.{0 if number >= 10 * 1000**power else 1}f} {unit}"
    return f"{number} bytes"


def analysis_text(results: Results, sections: Sequence[Section], width: int, heading: Callable[[str], str]) -> str:
    """Every section with its sentences, for a terminal."""
    study = results.study
    lines = [heading(study.title or study.name)]
    for section in sections:
        lines += ["", heading(section.title)]
        for sentence in section.sentences:
            lines.append(filled(sentence, width, "  ", "    "))
    return "\n".join(lines)


def analysis_page(results: Results, sections: Sequence[Section], command: str) -> str:
    """The same as Markdown, with the names of the tables."""
    study = results.study
    lines = [f"# {study.title or study.name}", ""]
    lines += [study.description, ""] if study.description else []
    lines += [f"`{command}`", ""]
    for section in sections:
        lines += [f"## {section.title}", "", *(f"- {sentence}" for sentence in section.sentences)]
        lines += ["", f"Table: `{section.name}.csv`", ""] if section.frame is not None and len(section.frame) else [""]
    return "\n".join(lines)


def analysis_object(results: Results, sections: Sequence[Section]) -> dict[str, Any]:
    """The same as `--json` gives it: numbers undefined as null."""
    content = [
        {"title": section.title, "sentences": list(section.sentences), "table": section.name, "rows": _rows(section)}
        for section in sections
    ]
    return {"study": results.study.name, "design": results.study.design.kind, "sections": content}


def _rows(section: Section) -> list[dict[str, Any]]:
    rows: list[Any] = [] if section.frame is None else section.frame.to_dict("records")
    return [json_ready(row) for row in rows]
