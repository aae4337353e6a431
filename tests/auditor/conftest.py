"""Planted faults are a campaign: a fixed sample of them, spread over the lists, is part of the test command."""

from __future__ import annotations

import pytest

EVERY = {
    "test_planted_code.py": 5,
    "test_planted_careers.py": 4,
    "test_planted_clients.py": 4,
    "test_planted_lives.py": 4,
}
"""Of the planted faults of each file the test command keeps the first of so many; of the other files it keeps all."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is left out before `-m` is looked at."""
    seen: dict[tuple[str, str], int] = {}
    for item in items:
        every = EVERY.get(item.path.name)
        if every and isinstance(item, pytest.Function) and hasattr(item, "callspec"):
            place = seen.get((item.path.name, item.originalname), 0)
            seen[item.path.name, item.originalname] = place + 1
            if place % every:
                item.add_marker(pytest.mark.campaign)
