"""What the tests of studies share: a study from a few lines, with the plan of the scenario tests unless they say."""

from __future__ import annotations

from pathlib import Path

from cascadesim.experiment.study.read import study_of
from cascadesim.experiment.study.study import Study
from cascadesim.scenario.document import Document, read_document

PLAN = Path(__file__).parents[2] / "scenario" / "plan.toml"

TWO = """
[factors]
"tier.mentor.initial" = { name = "a", levels = [1, 2, 3] }
"tier.peer.caseload" = { name = "b", levels = [2, 4] }
"""

RANGES = """
[factors]
"clients.session_hours" = { name = "a", low = 1, high = 2 }
"clients.session_overhead_hours" = { name = "b", low = 0, high = 1 }
"clients.start_probability" = { name = "c", low = 0.5, high = 1 }
"""


def study(folder: Path, text: str, scenario: Path = PLAN) -> Study:
    """The study of this text in a file in `folder`."""
    head = "" if "scenarios" in text else f'scenario = "{scenario}"\n'
    path = folder / "study.toml"
    path.write_text(head + text, encoding="utf-8")
    document: Document = read_document(path, str(path))
    return study_of(document)
