from __future__ import annotations

from pathlib import Path

import pytest

from cascadesim.experiment.study.study import Study
from experiment.sweep.fake_workers import made


@pytest.fixture
def study(small_file: Path, tmp_path: Path) -> Study:
    return made(small_file, tmp_path)
