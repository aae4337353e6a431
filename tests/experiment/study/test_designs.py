"""Designs: the rows that each promises, the points that they share, and the same ones on every machine."""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest

from cascadesim.analysis.study.by_design import ANALYSES
from cascadesim.errors import ScenarioError
from cascadesim.experiment.study.dependence import SamplingSpace
from cascadesim.experiment.study.designs import DESIGNS, Uniforms, sobol_points
from cascadesim.experiment.study.study import Study, first_replication
from experiment.study.studies import RANGES, TWO, study

TEXTS = {
    "grid": 'design = "grid"' + TWO,
    "grid of ranges": 'design = { kind = "grid", levels = 3 }' + RANGES,
    "list": 'design = { kind = "list", file = "points.csv" }',
    "oat": 'design = "oat"' + TWO,
    "latin_hypercube": 'design = { kind = "latin_hypercube", settings = 20 }' + RANGES,
    "sobol_sequence": 'design = { kind = "sobol_sequence", settings = 16 }' + RANGES,
    "morris": 'design = { kind = "morris", trajectories = 5, levels = 6 }' + RANGES,
    "sobol_indices": 'design = { kind = "sobol_indices", settings = 8, scrambles = 3 }' + RANGES,
    "groups": 'design = { kind = "sobol_indices", settings = 8, scrambles = 2, groups = { both = ["a", "c"] } }'
    + RANGES,
    "chance": 'design = { kind = "sobol_indices", settings = 8, scrambles = 2, seed_as_factor = true }' + RANGES,
}


def made(folder: Path, name: str, more: str = "") -> Study:
    (folder / "points.csv").write_text("tier.peer.caseload,tier.mentor.initial\n2,1\n3,\n2,1\n", encoding="utf-8")
    return study(folder, more + TEXTS[name])


@pytest.mark.parametrize("name", TEXTS)
def test_rows_are_as_many_as_it_says_and_numbered_in_order(tmp_path: Path, name: str) -> None:
    found = made(tmp_path, name)
    assert len(found.rows) == DESIGNS[found.design.kind].count(found)
    assert [row.number for row in found.rows] == list(range(len(found.rows)))
    assert [point.number for point in found.points] == list(range(len(found.points)))
    first = {}
    for row in found.rows:
        first.setdefault(row.point, row.number)
        assert len(row.levels) == len(found.factors)
    assert list(first) == list(range(len(found.points)))  # numbered as the design first asks for them


@pytest.mark.parametrize("rows", ["2,true\n3,false\n", "2,TRUE\n3,FALSE\n", "2.0,True\n3.0,False\n"])
def test_a_list_reads_numbers_and_truth_as_spreadsheets_write_them(tmp_path: Path, rows: str) -> None:
    heading = "\ufefftier.peer.caseload,tier.peer.training.practice_first\n"
    (tmp_path / "own.csv").write_text(heading + rows, encoding="utf-8")
    found = study(tmp_path, 'design = { kind = "list", file = "own.csv" }')
    assert [factor.values for factor in found.factors] == [((2,), (3,)), ((True,), (False,))]


def test_every_design_has_settings_of_its_name_and_an_analysis() -> None:
    for name, kind in DESIGNS.items():
        assert get_args(kind.settings.model_fields["kind"].annotation) == (name,)
        assert name in ANALYSES


DIGEST = "5bec6ecbb62a246dc157fc721259bd46a61d48f6e752895de96e6ba4d5a085af"


def test_the_same_rows_on_every_machine(tmp_path: Path) -> None:
    """Frozen: whoever changes a design changes what a stored study means."""
    told = hashlib.sha256()
    for name in sorted(TEXTS):
        found = made(tmp_path, name, "seed = 12\n")
        told.update(repr([*map(repr, found.rows), *map(repr, found.points)]).encode())
    assert told.hexdigest() == DIGEST


@pytest.mark.parametrize("name", ["latin_hypercube", "sobol_sequence", "morris", "sobol_indices"])
def test_another_seed_gives_other_rows(tmp_path: Path, name: str) -> None:
    assert made(tmp_path, name).rows != made(tmp_path, name, "seed = 2\n").rows
    assert made(tmp_path, name).rows == made(tmp_path, name, "seed = 1\n").rows


def test_grid(tmp_path: Path) -> None:
    found = made(tmp_path, "grid")
    assert [row.levels for row in found.rows] == [(1, 2), (1, 4), (2, 2), (2, 4), (3, 2), (3, 4)]
    assert found.points[3].changes == (("tier.mentor.initial", 2), ("tier.peer.caseload", 4))
    ranges = made(tmp_path, "grid of ranges")
    assert [row.levels for row in ranges.rows][:4] == [(1, 0, 0.5), (1, 0, 0.75), (1, 0, 1), (1, 0.5, 0.5)]


def test_list_leaves_what_has_no_cell_and_runs_equal_rows_once(tmp_path: Path) -> None:
    found = made(tmp_path, "list")
    assert [row.levels for row in found.rows] == [(2, 1), (3, 1), (2, 1)]  # the scenario has one mentor
    assert [row.point for row in found.rows] == [0, 1, 0]
    assert found.points[1].changes == (("tier.peer.caseload", 3),)


def test_oat(tmp_path: Path) -> None:
    found = made(tmp_path, "oat")
    assert [row.levels for row in found.rows] == [(1, 3), (1, 3), (2, 3), (3, 3), (1, 2), (1, 4)]
    assert [row.point for row in found.rows] == [0, 0, 1, 2, 3, 4]  # one mentor is what the scenario has
    assert found.points[0].changes == () and found.points[4].changes == (("tier.peer.caseload", 4),)


def test_latin_hypercube_uses_every_slice_once(tmp_path: Path) -> None:
    found = made(tmp_path, "latin_hypercube")
    for place, factor in enumerate(found.factors):
        slices = [int((row.levels[place] - factor.low) / factor.width * 20) for row in found.rows]
        assert sorted(slices) == list(range(20))


def test_sobol_points_are_a_net() -> None:
    """Of 64 points in three dimensions each 64th of every axis has one; of the first two each box of area 1/64."""
    found = sobol_points(7, 0, 6, 3)
    for dim in range(3):
        assert sorted((found[:, dim] * 64).astype(int)) == list(range(64))
    for log in range(7):
        boxes = Counter((int(x * 2**log), int(y * 2 ** (6 - log))) for x, y, _ in found)
        assert len(boxes) == 64
    assert abs(found - sobol_points(7, 1, 6, 3)).max() > 0.1


def test_scrambled_points_are_uniform_over_scrambles() -> None:
    """The first point of 2,000 scrambles: mean within 4.5 standard errors, which a shift of 0.03 would break (1e-5)."""
    firsts = [sobol_points(1, scramble, 0, 2)[0] for scramble in range(2_000)]
    for dim in range(2):
        mean = math.fsum(point[dim] for point in firsts) / len(firsts)
        assert abs(mean - 0.5) < 4.42 * math.sqrt(1 / 12 / len(firsts))


def test_sobol_points_integrate_better_than_chance() -> None:
    """The mean of a product of 1 + (x - 1/2) over five dimensions is 1: with 1,024 points to 3 digits."""
    product = (1 + (sobol_points(3, 0, 10, 5) - 0.5)).prod(axis=1)
    assert abs(product.mean() - 1) < 2e-3


def test_uniforms_are_named_and_shuffles_are_whole() -> None:
    draw = Uniforms(1, 0, "x")
    assert draw(2, 3) == Uniforms(1, 0, "x")(2, 3) != draw(3, 2)
    assert len({draw(2, 3), Uniforms(2, 0, "x")(2, 3), Uniforms(1, 1, "x")(2, 3), Uniforms(1, 0, "y")(2, 3)}) == 4
    assert sorted(draw.order(50, 0)) == list(range(50)) != draw.order(50, 0)
    assert {draw.below(3, 0, index) for index in range(99)} == {0, 1, 2}


def test_morris_moves_one_factor_at_a_time_by_the_same_step(tmp_path: Path) -> None:
    found = made(tmp_path, "morris")
    assert [factor.name for factor in found.factors] == ["a", "b", "c", "dummy"]
    for trajectory in range(5):
        rows = [row for row in found.rows if row.replicate == trajectory]
        assert [row.index for row in rows] == [0, 1, 2, 3, 4] and {row.block for row in rows} == {"trajectory"}
        moved = []
        for before, after in pairwise(rows):
            (place,) = [i for i in range(4) if before.levels[i] != after.levels[i]]
            moved.append(place)
            step = abs(before.levels[place] - after.levels[place]) / found.factors[place].width
            assert step == pytest.approx(6 / (2 * 5))
        assert sorted(moved) == [0, 1, 2, 3]


def test_morris_uses_every_level_and_both_directions(tmp_path: Path) -> None:
    """Of 500 trajectories each of six levels starts about a sixth: within 4.5 standard deviations of the binomial."""
    text = 'design = { kind = "morris", trajectories = 500, levels = 6 }' + RANGES
    starts = Counter(round(row.levels[0] * 5) for row in study(tmp_path, text).rows if row.index == 0)
    assert sorted(starts) == [5, 6, 7, 8, 9, 10]
    assert all(abs(count - 500 / 6) < 4.5 * math.sqrt(500 * 5 / 36) for count in starts.values())


def test_every_row_of_morris_has_luck_of_its_own(tmp_path: Path) -> None:
    found = made(tmp_path, "morris")
    assert found.random_numbers == "independent" and len(found.points) == len(found.rows)
    assert len({first_replication(found, point) for point in found.points}) == len(found.rows)


def test_with_common_luck_only_the_dummy_changes_it(tmp_path: Path) -> None:
    found = made(tmp_path, "morris", 'random_numbers = "common"\nreplications = 3\n')
    lucks: set[int] = set()
    for trajectory in range(5):
        rows = [row for row in found.rows if row.replicate == trajectory]
        luck = [first_replication(found, found.points[row.point]) for row in rows]
        for (before, one), (after, other) in pairwise(zip(rows, luck, strict=True)):
            assert (one != other) is (before.levels[3] != after.levels[3])
        assert not lucks & set(luck) and all(each % 3 == 0 for each in luck)
        lucks |= set(luck)


def test_sobol_indices_take_one_factor_from_b(tmp_path: Path) -> None:
    found = made(tmp_path, "sobol_indices")
    rows = {(row.replicate, row.index, row.block): row.levels for row in found.rows}
    assert len(rows) == 3 * 8 * 5
    for scramble in range(3):
        for index in range(8):
            a, b = rows[scramble, index, "A"], rows[scramble, index, "B"]
            for place, name in enumerate("abc"):
                assert rows[scramble, index, f"AB:{name}"] == (*a[:place], b[place], *a[place + 1 :])
        for block in "AB":
            column = [rows[scramble, index, block][0] for index in range(8)]
            assert sorted(int((level - 1) * 8) for level in column) == list(range(8))
    assert rows[0, 0, "A"] != rows[1, 0, "A"]
    assert len(found.points) == len(found.rows)  # each row has luck of its own


def test_groups_move_as_one(tmp_path: Path) -> None:
    found = made(tmp_path, "groups")
    rows = {(row.replicate, row.index, row.block): row.levels for row in found.rows}
    assert {block for _, _, block in rows} == {"A", "B", "AB:both", "AB:b"}
    a, b = rows[0, 3, "A"], rows[0, 3, "B"]
    assert rows[0, 3, "AB:both"] == (b[0], a[1], b[2]) and rows[0, 3, "AB:b"] == (a[0], b[1], a[2])


def test_chance_as_a_factor_picks_the_replication(tmp_path: Path) -> None:
    found = made(tmp_path, "chance")
    assert found.factors[-1].name == "chance" and found.replications.most == 1
    for row in found.rows:
        assert first_replication(found, found.points[row.point]) == row.levels[-1] < 1_000_000
    levels = [row.levels[-1] for row in found.rows if row.block == "A"]
    assert min(levels) < 200_000 and max(levels) > 800_000


def test_a_setting_is_run_once_unless_its_luck_must_differ(tmp_path: Path) -> None:
    text = 'design = { kind = "sobol_indices", settings = 16, scrambles = 2 }' + TWO
    own, common = study(tmp_path, text), study(tmp_path, 'random_numbers = "common"\n' + text)
    assert len(own.points) == len(own.rows) == len(common.rows) == 128
    assert len(common.points) == len({row.levels for row in common.rows}) == 6
    assert {first_replication(common, point) for point in common.points} == {0}
    starts = [first_replication(own, point) for point in own.points]
    assert starts == [2 * number for number in range(128)]


@pytest.mark.parametrize("name", ["grid", "oat", "list"])
def test_what_breaks_a_constraint_is_marked_in_designs_that_are_told(tmp_path: Path, name: str) -> None:
    names = '"tier.mentor.initial * tier.peer.caseload <= 5"'
    found = made(tmp_path, name, f"constraints = [{names}]\n")
    said = {point.number: point.problem for point in found.points if point.problem}
    assert {row.levels for row in found.rows if row.point in said} == {
        "grid": {(2, 4), (3, 2), (3, 4)},
        "oat": {(2, 3), (3, 3)},
        "list": set(),
    }[name]
    assert all(f"constraint {names} does not hold: tier.mentor.initial = " in problem for problem in said.values())


@pytest.mark.parametrize("name", ["latin_hypercube", "sobol_sequence"])
def test_designs_that_draw_draw_on_until_enough_hold(tmp_path: Path, name: str) -> None:
    found = made(tmp_path, name, 'constraints = ["a + b <= 1.5 and c > 0.6"]\n')
    assert len(found.rows) == {"latin_hypercube": 20, "sobol_sequence": 16}[name]
    assert all(row.levels[0] + row.levels[1] <= 1.5 and row.levels[2] > 0.6 for row in found.rows)
    assert len({row.levels for row in found.rows}) == len(found.rows)


def test_order_is_drawn_in_every_design_and_marked_in_a_grid(tmp_path: Path) -> None:
    low, high = '"tier.peer.training.min_cohort"', '"tier.peer.training.max_cohort"'
    text = f'ordered = [["low", "high"]]\n[factors]\n{low} = {{ name = "low", levels = [2, 6, 9] }}\n'
    text += f'{high} = {{ name = "high", levels = [4, 8] }}\n'
    grid = study(tmp_path, text)
    said = [(row.levels, grid.points[row.point].problem) for row in grid.rows]
    assert [levels for levels, problem in said if problem] == [(6, 4), (9, 4), (9, 8)]
    assert said[2][1] == "low <= high does not hold."
    ranges = text.replace("levels = [2, 6, 9]", "low = 2, high = 9").replace("levels = [4, 8]", "low = 4, high = 8")
    for design in ("latin_hypercube", "morris", "sobol_indices", "sobol_sequence"):
        found = study(tmp_path, f'design = "{design}"\n' + ranges)
        assert all(row.levels[0] <= row.levels[1] for row in found.rows)
        groups = [group.name for group in SamplingSpace(found).groups]
        assert groups[0] == "low <= high" and len(groups) == (2 if design == "morris" else 1)


def test_too_few_settings_hold(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="almost no setting meets the constraints: 0 of 1,000 that were drawn"):
        made(tmp_path, "latin_hypercube", 'constraints = ["a + b < 1"]\n')


@pytest.mark.parametrize("design", ["latin_hypercube", "sobol_sequence"])
def test_a_large_design_that_cannot_be_filled_is_given_up_early(tmp_path: Path, design: str) -> None:
    text = 'constraints = ["a + b < 1"]\n' + TEXTS[design]
    large = re.sub(r"settings = \d+", "settings = 65_536", text)
    assert large != text
    with pytest.raises(ScenarioError, match="almost no setting meets the constraints: 0 of 10,000 that were drawn"):
        study(tmp_path, large)
