"""Every fault can still be planted, in both engines; that it is found is a campaign: docs/verification.md."""

from __future__ import annotations

import re
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


def test_the_page_has_every_fault_and_after_how_many_scenarios_it_was_found() -> None:
    page = (REPOSITORY / "docs" / "verification.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.*) \| (\d+) \| (\d+) \|$", page, flags=re.MULTILINE)
    planted = [(fault.name, fault.bug) for fault in FAULTS if fault.engine == ENGINES[0]]
    assert [(name, bug) for name, bug, _, _ in rows] == planted
    assert all(0 < int(number) <= 200 for _, _, *numbers in rows for number in numbers)
