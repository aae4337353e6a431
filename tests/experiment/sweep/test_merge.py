"""Parts of a study that ran apart: together they are what one machine would have made, in whatever order."""

from __future__ import annotations

import contextlib
import os
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cascadesim.errors import EnvironmentFault, UsageError
from cascadesim.experiment.study.study import Study
from cascadesim.experiment.sweep.merge import merge
from cascadesim.experiment.sweep.store import LOCK, only_writer
from cascadesim.experiment.sweep.sweep import SweepOptions, resume, sweep
from cascadesim.experiment.sweep.tasks import DIED, FAILED
from experiment.sweep.fake_workers import FakeWorkers, done, ends, made, until


def _tables(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "tables").iterdir()}


def _shards(study: Study, tmp_path: Path, of: int, **options: object) -> list[Path]:
    places = [tmp_path / f"part-{number}" for number in range(1, of + 1)]
    for number, place in enumerate(places, 1):
        sweep(study, place, SweepOptions(workers=FakeWorkers(), **options), (number, of))  # type: ignore[arg-type]
    return places


@pytest.mark.parametrize("seed", range(3))
def test_any_order_gives_the_same_bytes(study: Study, tmp_path: Path, seed: int) -> None:
    places = _shards(study, tmp_path, 7)  # more than points: some are empty
    random.Random(seed).shuffle(places)
    before = {place: sorted(path.name for path in place.rglob("*")) for place in places}
    merged = merge(places, tmp_path / "out")
    assert (merged.tasks, merged.added, merged.to_do, merged.bad, merged.faults) == (12, 12, 0, {}, ())
    done(study, tmp_path / "whole")
    assert _tables(tmp_path / "out") == _tables(tmp_path / "whole")
    assert {place: sorted(path.name for path in place.rglob("*")) for place in places} == before
    assert merge(places, tmp_path / "out").added == 0
    assert merge([tmp_path / "out", *places], tmp_path / "out").tasks == 12


def test_what_is_missing_is_said_and_can_be_computed(study: Study, tmp_path: Path) -> None:
    first, second = _shards(study, tmp_path, 2)
    merged = merge([second], tmp_path / "out")
    assert (merged.tasks, merged.to_do) == (6, 6)
    assert not (tmp_path / "out/tables").exists()
    workers = FakeWorkers()
    assert resume(tmp_path / "out", SweepOptions(workers=workers)).already_done == 6
    assert workers.did == [0, 1, 2, 6, 7, 8]
    assert merge([first], tmp_path / "out").added == 0


@pytest.mark.parametrize("order", [1, -1])
def test_a_cell_that_died_in_one_place_may_have_been_done_in_another(study: Study, tmp_path: Path, order: int) -> None:
    done(study, tmp_path / "a", FakeWorkers(ends(DIED, 7)))
    done(study, tmp_path / "b")
    merged = merge([tmp_path / "a", tmp_path / "b"][::order], tmp_path / "out")
    assert (merged.tasks, merged.bad) == (12, {})
    assert _tables(tmp_path / "out") == _tables(tmp_path / "b")


def test_failures_come_along(study: Study, tmp_path: Path) -> None:
    done(study, tmp_path / "a", FakeWorkers(ends(FAILED, 7)))
    assert merge([tmp_path / "a"], tmp_path / "out").bad == {FAILED: 1}
    assert _tables(tmp_path / "out") == _tables(tmp_path / "a")


def test_a_damaged_part_is_left_out_and_told_of(study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cascadesim.experiment.sweep.sweep.COMMIT_BYTES", 0)
    done(study, tmp_path / "a")
    part = next((tmp_path / "a/parts").iterdir())
    part.write_bytes(part.read_bytes()[:-1])
    merged = merge([tmp_path / "a"], tmp_path / "out")
    assert (merged.tasks, merged.to_do) == (11, 1)
    assert merged.faults == (f"{part}: damaged; left out.",)
    assert part.exists()


def test_what_does_not_belong_together_is_refused(study: Study, tmp_path: Path) -> None:
    done(study, tmp_path / "a")
    done(replace(study, seed=6), tmp_path / "b")
    with pytest.raises(UsageError, match=r"b is of another study or seed than .*a"):
        merge([tmp_path / "a", tmp_path / "b"], tmp_path / "out")
    with pytest.raises(EnvironmentFault, match=r"b: holds another sweep"):
        merge([tmp_path / "a"], tmp_path / "b")
    with pytest.raises(EnvironmentFault, match=r"nothing: holds no sweep"):
        merge([tmp_path / "nothing"], tmp_path / "out")
    with only_writer(tmp_path / "a"), pytest.raises(EnvironmentFault, match="is being written by process"):
        merge([tmp_path / "a"], tmp_path / "out")


def test_a_part_is_not_the_place_for_the_whole(study: Study, tmp_path: Path) -> None:
    places = _shards(study, tmp_path, 2)
    with pytest.raises(EnvironmentFault, match=r"part-2: holds part 2 of 2 of this study, .* another folder with -o"):
        merge(places, places[1])
    assert merge(places, tmp_path / "out").tasks == 12


def _as_it_is(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in (folder, *folder.rglob("*"))}


@pytest.mark.parametrize("how", ["may not be written", "never had a lock"])
def test_a_source_that_cannot_be_written_is_not_written(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    (place,) = _shards(study, tmp_path, 1)
    if how == "never had a lock":
        (place / LOCK).unlink()
    else:  # who runs this may be allowed everything
        monkeypatch.setattr(os, "access", lambda path, _: not Path(path).is_relative_to(place))
        place.chmod(0o555)
        (place / LOCK).chmod(0o444)
    before = _as_it_is(place)
    try:
        assert merge([place], tmp_path / "out").tasks == 12
    finally:
        place.chmod(0o755)
    assert _as_it_is(place) == before


def test_points_that_went_on_do_not_hide_those_that_are_missing(small_file: Path, tmp_path: Path) -> None:
    """Where points have as many replications as they want, more of one make up for none of another only in the sum."""
    study = made(small_file, tmp_path, replications=until(10, 50))

    def rule(values: np.ndarray) -> int:
        return 50 if values[0, 0] < 1000 else len(values)

    places = _shards(study, tmp_path, 4, rule=rule)
    merged = merge(places[:1], tmp_path / "out", rule)
    assert (merged.tasks, merged.to_do) == (5, 3)
    merged = merge(places, tmp_path / "out", rule)
    assert (merged.tasks, merged.to_do) == (8, 0)
    done(study, tmp_path / "whole", rule=rule)
    assert _tables(tmp_path / "out") == _tables(tmp_path / "whole")
    with contextlib.suppress(KeyboardInterrupt):
        sweep(study, tmp_path / "half", SweepOptions(workers=FakeWorkers(upto=2), rule=rule), (1, 4))
    assert merge([tmp_path / "half", *places[1:]], tmp_path / "more", rule).to_do == 3
