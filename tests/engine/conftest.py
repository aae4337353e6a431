"""Every engine test may `play` a scenario text, or `play_referred` with referrals at given weeks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from engine import scene


@pytest.fixture
def play(tmp_path: Path) -> Callable[..., scene.Scene]:
    """Text of a scenario -> its `Scene`, by way of a file."""

    def run(text: str, **how: object) -> scene.Scene:
        return scene.play(tmp_path, text, **how)  # type: ignore[arg-type]

    return run


@pytest.fixture
def play_where(tmp_path: Path) -> Callable[..., scene.Scene]:
    """The same, for the first replication that is as wanted."""
    return lambda text, wanted: scene.play_where(tmp_path, text, wanted)


@pytest.fixture
def play_referred(tmp_path: Path) -> Callable[..., scene.Scene]:
    """The same, for the first replication in which exactly these clients are referred."""

    def run(
        text: str, wanted: Callable[[scene.Scene], bool] = lambda _: True, **referred: Iterable[float]
    ) -> scene.Scene:
        return scene.play_referred(tmp_path, text, referred, wanted)

    return run
