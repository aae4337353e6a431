"""Every fault can be planted, in either runtime; that it is found is a campaign: docs/explanation/verification.md."""

from __future__ import annotations

import pytest

from devtools.planted_faults.campaign import ENGINES, REPOSITORY, SCENARIOS, SOURCE, Fault, faults

FAULTS = faults()


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_the_old_text_occurs_once(fault: Fault) -> None:
    assert fault.occurs(REPOSITORY) == 1
    text = (REPOSITORY / SOURCE / fault.file).read_text(encoding="utf-8")
    compile(text.replace(fault.old, fault.new), fault.file, "exec")


OF_ONE = {
    "simpy": {"engine/records.py", "engine/runtime/lists.py", "engine/runtime/simpy_calendar.py"},
    "compiled": {f"engine/runtime/{name}.py" for name in ("compiled", "containers", "kernel", "memory")},
}
"""What only one runtime runs; of the first two the compiled one has forms of its own."""


def test_each_is_planted_in_its_own_engine_and_was_found() -> None:
    for fault in FAULTS:
        assert fault.file in OF_ONE[fault.engine], fault
        assert 0 < fault.found_after <= SCENARIOS, fault
    assert all([fault.engine for fault in FAULTS].count(engine) >= 10 for engine in ENGINES)
