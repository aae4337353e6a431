"""Every fault can still be planted, in both engines; that it is found is a campaign: docs/explanation/verification.md."""

from __future__ import annotations

import pytest

from devtools.planted_faults.campaign import ENGINES, REPOSITORY, SCENARIOS, SOURCE, Fault, faults

FAULTS = faults()


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_the_old_text_occurs_once(fault: Fault) -> None:
    assert fault.occurs(REPOSITORY) == 1
    text = (REPOSITORY / SOURCE / fault.file).read_text(encoding="utf-8")
    compile(text.replace(fault.old, fault.new), fault.file, "exec")


def test_each_is_planted_in_its_own_engine_and_was_found() -> None:
    for fault in FAULTS:
        assert fault.file.startswith("engine/compiled/") == (fault.engine == "compiled"), fault
        assert 0 < fault.found_after <= SCENARIOS, fault
    assert len({fault.name for fault in FAULTS}) * len(ENGINES) == len(FAULTS) >= 10 * len(ENGINES)
