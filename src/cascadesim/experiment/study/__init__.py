"""What is asked of many runs: study files, factors, designs, points. The names are loaded when they are first used."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cascadesim.experiment.study.definition import Fixed, Point, Row, Until
    from cascadesim.experiment.study.read import read_study
    from cascadesim.experiment.study.serialise import study_document, study_from
    from cascadesim.experiment.study.study import Study, first_replication, point_scenario

__all__ = [
    "Fixed",
    "Point",
    "Row",
    "Study",
    "Until",
    "first_replication",
    "point_scenario",
    "read_study",
    "study_document",
    "study_from",
]
_HOMES = {
    "definition": ("Fixed", "Point", "Row", "Until"),
    "read": ("read_study",),
    "serialise": ("study_document", "study_from"),
    "study": ("Study", "first_replication", "point_scenario"),
}


def __getattr__(name: str) -> object:
    home = next((home for home, names in _HOMES.items() if name in names), None)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
