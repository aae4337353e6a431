"""What is asked of many runs: study files, factors, designs, points."""

from cascadesim.experiment.study.document import study_document, study_from
from cascadesim.experiment.study.nouns import Fixed, Point, Row, Study, Until
from cascadesim.experiment.study.read import read_study
from cascadesim.experiment.study.scenarios import first_replication, point_scenario

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
