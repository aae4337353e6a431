"""What a study says, as text for a terminal and as a page."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from typing import Any

from cascadesim.analysis.study.results import Results
from cascadesim.analysis.study.sections import Section

PAGE = "analysis.md"
_STAYS = "\N{NO-BREAK SPACE}"


def analysis_text(results: Results, sections: Sequence[Section], width: int, heading: Callable[[str], str]) -> str:
    """Every section with its sentences, for a terminal."""
    study = results.study
    lines = [heading(study.title or study.name)]
    for section in sections:
        lines += ["", heading(section.title)]
        for sentence in section.sentences:
            kept = sentence.replace(" %", _STAYS + "%")  # no line ends between a number and its per cent
            lines.append(textwrap.fill(kept, width, initial_indent="  ", subsequent_indent="    ").replace(_STAYS, " "))
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
    told = [
        {"title": each.title, "sentences": list(each.sentences), "table": each.name, "rows": _rows(each)}
        for each in sections
    ]
    return {"study": results.study.name, "design": results.study.design.kind, "sections": told}


def _rows(section: Section) -> list[dict[str, Any]]:
    if section.frame is None:
        return []
    return [{str(key): _plain(value) for key, value in row.items()} for row in section.frame.to_dict("records")]


def _plain(value: Any) -> Any:
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and value != value else value
