"""Every fault can still be planted, in both engines; that it is found is a campaign: docs/verification.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from twins.table import ENGINES, SOURCE, Fault, faults

REPOSITORY = Path(__file__).parents[2]
FAULTS = faults()


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_the_old_text_occurs_once(fault: Fault) -> None:
    assert fault.occurs(REPOSITORY) == 1
    text = (REPOSITORY / SOURCE / fault.file).read_text(encoding="utf-8")
    compile(text.replace(fault.old, fault.new), fault.file, "exec")


def test_each_is_planted_in_its_own_engine() -> None:
    for fault in FAULTS:
        assert fault.file.startswith("engine/compiled/") == (fault.engine == "compiled"), fault
    assert len({fault.name for fault in FAULTS}) * len(ENGINES) == len(FAULTS) >= 10 * len(ENGINES)
