"""Several runs in one folder: all of them or nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cascadesim import Scenario
from cascadesim.experiment.manifest import RunRequest, read_manifest
from cascadesim.experiment.result_folder import (
    check_free,
    default_comparison_folder,
    folders_for,
    store_comparison,
    store_run,
)


@pytest.fixture
def orders(small: Scenario) -> dict[str, RunRequest]:
    more = small.with_(**{"tier.beta.intake.0.count": 6})
    return {"base": RunRequest(small, 1, 2), "two more": RunRequest(more, 1, 2)}


def put(orders: dict[str, RunRequest], place: Path) -> dict[str, Path]:
    return store_comparison(
        orders,
        place,
        finish_one=lambda name, folder, kpis, _: (folder / "told").write_text(f"{name} {len(kpis)}") and None,
        finish_all=lambda folder: (folder / "all").touch(),
    )


def test_each_has_the_folder_that_it_would_have_alone(orders: dict[str, RunRequest], tmp_path: Path) -> None:
    places = put(orders, tmp_path / "out")
    assert places == {"base": tmp_path / "out" / "base", "two more": tmp_path / "out" / "two-more"}
    for name, order in orders.items():
        store_run(order, tmp_path / "alone")
        for table in ("kpis.parquet", "trajectories.parquet"):
            alone = (tmp_path / "alone" / "tables" / table).read_bytes()
            assert (places[name] / "tables" / table).read_bytes() == alone
        assert (places[name] / "told").read_text() == f"{name} 2"
        assert read_manifest(places[name] / "manifest.json")["hash"] == order.hash
    check_free(tmp_path / "out")


def test_the_manifest_lists_every_file(orders: dict[str, RunRequest], tmp_path: Path) -> None:
    put(orders, tmp_path / "out")
    content = json.loads((tmp_path / "out" / "manifest.json").read_text())
    files = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert set(content["files"]) == files - {"manifest.json"}
    assert content["compares"] == {"base": "base/manifest.json", "two more": "two-more/manifest.json"}
    put(orders, tmp_path / "out")  # in its own place again


def test_one_that_fails_leaves_nothing(orders: dict[str, RunRequest], tmp_path: Path) -> None:
    def fail(name: str, *_: object) -> None:
        if name != "base":
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store_comparison(orders, tmp_path / "deep" / "out", finish_one=fail, finish_all=lambda _: None)
    assert list(tmp_path.iterdir()) == []


def test_progress_counts_all_runs(orders: dict[str, RunRequest], tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    store_comparison(
        orders,
        tmp_path / "out",
        finish_one=lambda *_: None,
        finish_all=lambda _: None,
        progress=lambda done, of: seen.append((done, of)),
    )
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_folders_are_apart_and_safe() -> None:
    names = ["base", "+1", "-1", "A b", "a B", "tables", "../x", "???", "!!!", "Ärzte"]
    found = folders_for(names)
    assert list(found) == names
    assert found["base"] == "base" and found["Ärzte"] == "Ärzte" and found["tables"] == "tables-2"
    assert len({folder.casefold() for folder in found.values()} | {"tables", "figures"}) == len(names) + 2
    assert not any(set(folder) & set("/\\?*:") or folder.startswith(".") for folder in found.values())


def test_the_place_depends_on_everything_asked(orders: dict[str, RunRequest]) -> None:
    place = default_comparison_folder(orders)
    assert place.parent == Path("results") and place.name.startswith("small-variants-")
    other = dict(orders) | {"two more": RunRequest(orders["base"].scenario, 1, 2)}
    renamed = {"base": orders["base"], "more": orders["two more"]}
    assert len({place, default_comparison_folder(other), default_comparison_folder(renamed)}) == 3
