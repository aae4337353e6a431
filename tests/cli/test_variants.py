"""`cascadesim run FILE --variant ...`, as a user meets it."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from cascadesim import read_table
from cascadesim.cli import run_command

from .conftest import Command, Told
from .test_run import QUICK, _tables

VARIANTS = """
[[variant]]
name = "two more"
set = { "tier.beta.intake" = [{ week = 0, count = 6 }] }

[[variant]]
name = "More referrals"
set = { "clients.stream.town.referrals_per_week" = 3 }
"""


ALL = ("run", "small.toml", "--variant", "all", "-o", "out", *QUICK)


@pytest.fixture(scope="module")
def compared(small_file: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Told]:
    """What the command `ALL` leaves in its folder, and what it says; nobody changes anything there."""
    folder = tmp_path_factory.mktemp("compared")
    (folder / "small.toml").write_text(small_file.read_text() + VARIANTS)
    out, err = io.StringIO(), io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run_command(list(ALL))
    return folder / "out", Told(code, out.getvalue(), err.getvalue())


@pytest.fixture
def run(cascadesim: Command) -> Command:
    Path("small.toml").write_text(Path("small.toml").read_text() + VARIANTS)
    return cascadesim


def test_one_variant_is_run_like_any_scenario(run: Command) -> None:
    told = run("run", "small.toml", "--variant", "More referrals", *QUICK)
    assert told.code == 0 and told.out.startswith("small-More-referrals (3 runs)\n")
    (folder,) = Path("results").iterdir()
    assert folder.name.startswith("small-More-referrals-")
    assert run("run", "small.toml", "--set", "clients.stream.town.referrals_per_week=3", "-o", "set", *QUICK).code == 0
    assert _tables(str(folder)) == _tables("set")
    one, two = (json.loads((each / "manifest.json").read_text()) for each in (folder, Path("set")))
    assert one["hash"] == two["hash"] and one["scenario"] == two["scenario"]
    assert run("run", "--from", folder / "manifest.json", "-o", "again", "--no-figures").code == 0
    assert _tables("again") == _tables("set")


def test_a_title_says_which_variant(run: Command) -> None:
    run("run", "small.toml", "--variant", "two more", "--set", "title=A town", "-o", "out", *QUICK)
    assert Path("out/summary.md").read_text().startswith("# A town: two more\n")


def test_variants_do_not_change_the_run_of_the_base(run: Command) -> None:
    told = run("run", "small.toml", "-o", "out", "--json", *QUICK)
    base = run("run", "small.toml", "-o", "out", "--variant", "base", "--json", *QUICK)
    Path("small.toml").write_text(Path("small.toml").read_text().removesuffix(VARIANTS))
    assert told.json == base.json == run("run", "small.toml", "-o", "out", "--json", *QUICK).json


def test_all_are_told_side_by_side(compared: tuple[Path, Told]) -> None:
    folder, told = compared
    said = "small.toml: 3 warnings about sources and ranges; `cascadesim check small.toml` says more.\n"
    assert (told.code, told.err) == (0, said)
    lines = told.out.splitlines()
    assert lines[0] == "small: base and 2 variants (3 runs each)"
    assert max(map(len, lines)) <= 80 and lines[-1] == "Results are in out"
    first, second, table = map(told.out.index, ("\ntwo more: ", "\nMore referrals: ", "\nClients completing care"))
    assert first < second < table
    assert sorted(path.name for path in folder.iterdir()) == [
        "More-referrals",
        "base",
        "comparison.csv",
        "manifest.json",
        "summary.md",
        "tables",
        "two-more",
    ]
    assert (folder / "summary.md").read_text().count("\n- ") == 5


def test_the_table_is_the_difference_of_the_tables_beside_it(compared: tuple[Path, Told]) -> None:
    folder, _ = compared
    table = read_table(folder / "tables" / "comparison.parquet")
    base, other = (read_table(folder / name / "tables" / "kpis.parquet") for name in ("base", "More-referrals"))
    assert len(table) == 2 * (len(base.columns) - 1)
    (row,) = table[(table.variant == "More referrals") & (table.outcome == "clients.referred")].itertuples()
    assert row.difference == (other["clients.referred"] - base["clients.referred"]).mean() > 0
    assert (row.base_mean, row.variant_mean) == (base["clients.referred"].mean(), other["clients.referred"].mean())
    csv = pd.read_csv(folder / "comparison.csv")
    pd.testing.assert_frame_equal(csv, table, check_dtype=False)


def test_some_are_compared_with_base_though_it_is_not_named(run: Command) -> None:
    for names in (["two more", "base"], ["base", "two more", "two more"]):
        options = [option for name in names for option in ("--variant", name)]
        told = run("run", "small.toml", *options, "--json", "-o", "out", *QUICK)
        assert [each["variant"] for each in told.json["runs"]] == ["base", "two more"]
    told = run("run", "small.toml", "--variant", "More referrals", "--variant", "two more", "-o", "out", *QUICK)
    assert told.out.startswith("small: base and 2 variants (3 runs each)\n")


def test_json_is_one_object(run: Command) -> None:
    told = run("run", "small.toml", "--variant", "all", "--json", "--set", "clients.sessions=2", *QUICK)
    assert (told.code, told.err, told.json["errors"]) == (0, "", [])
    runs = {each["variant"]: each for each in told.json["runs"]}
    assert list(runs) == ["base", "two more", "More referrals"]
    comparison = told.json["comparison"]
    assert runs["two more"]["folder"] == str(Path(comparison["folder"], "two-more"))
    assert [each["name"] for each in comparison["variants"]] == ["two more", "More referrals"]
    referred = comparison["variants"][1]["outcomes"]["clients.referred"]
    assert referred["base_mean"] == runs["base"]["kpis"]["clients.referred"]["mean"]
    assert json.loads(Path(runs["base"]["folder"], "manifest.json").read_text())["scenario"]["clients"]["sessions"] == 2


def test_all_run_as_often_as_the_base(run: Command) -> None:
    with Path("small.toml").open("a") as file:
        file.write('[[variant]]\nname = "often"\nset.replications = 9\nset.max_events = 9_999_999\n')
    told = run("run", "small.toml", "--variant", "all", "--json", "--no-figures")
    assert [each["replications"] for each in told.json["runs"]] == [4] * 4


def test_a_comparison_that_cannot_be_drawn_takes_nothing_with_it(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError("no such hatch")

    monkeypatch.setattr("cascadesim.report.figures.save_figures", lambda *_: {})
    monkeypatch.setattr("cascadesim.report.comparison.draw_comparison", fail)
    told = run("run", "small.toml", "--variant", "all", "-o", "out", "--replications", "2")
    message = "the picture comparison could not be drawn (ValueError: no such hatch)."
    assert told.code == 5 and message in told.err and "Results are in out" in told.out
    summary = Path("out/summary.md").read_text()
    assert f"T{message[1:]}" in summary and "comparison.png" not in summary
    assert Path("out/tables/comparison.parquet").exists()


def test_quiet_is_quiet_and_figures_are_drawn(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cascadesim.report.figures.save_figures", lambda *_: {})
    told = run("run", "small.toml", "--variant", "all", "-o", "out", "--quiet", "--replications", "2")
    assert (told.code, told.out, told.err) == (0, "", "")
    assert sorted(path.name for path in Path("out/figures").iterdir()) == ["comparison.png", "comparison.svg"]
    assert "](figures/comparison.png)" in Path("out/summary.md").read_text()


def test_a_comparison_is_replaced_by_the_next_and_strangers_are_kept(run: Command, compared: tuple[Path, Told]) -> None:
    folder, first = compared
    shutil.copytree(folder, "out")
    old = Path("out/manifest.json").stat().st_ino
    assert run(*ALL) == first and Path("out/manifest.json").stat().st_ino != old
    Path("out/base/notes.txt").write_text("mine")
    told = run(*ALL)
    assert told.code == 4 and "holds files that cascadesim did not write (base/notes.txt)" in told.err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["small.toml", "--variant", "two mroe"], 2, "unknown variant 'two mroe'. Did you mean two more?"),
        (["small.toml", "--variant", "two mroe", "--variant", "base"], 2, "Did you mean two more?"),
        (["plain.toml", "--variant", "all"], 2, "plain has no variants. A table [[variant]] with name and set adds"),
        (["small.toml", "plain.toml", "--variant", "all"], 2, "Several variants are compared for one FILE at a time."),
        (["--from", "x.json", "--variant", "all"], 2, "--from repeats a run as it was"),
        (["small.toml", "--variant", "all", "--set", "tier.beta.initial=-1"], 3, "tier.beta.initial: got -1"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    run: Command, arguments: list[str], code: int, words: str
) -> None:
    Path("plain.toml").write_text(Path("small.toml").read_text().removesuffix(VARIANTS))
    told = run("run", *arguments, *([] if "--from" in arguments else QUICK))
    assert told.code == code and words in told.err
    assert not Path("results").exists()


def test_the_manifest_of_a_comparison_is_no_recipe_but_those_inside_are(
    run: Command, compared: tuple[Path, Told]
) -> None:
    folder, _ = compared
    told = run("run", "--from", folder / "manifest.json")
    assert told.code == 4
    assert "is the manifest of a comparison, which holds several runs. Give the manifest.json of one" in told.err
    assert run("run", "--from", folder / "two-more" / "manifest.json", "-o", "again", "--no-figures").code == 0
    assert _tables("again") == _tables(str(folder / "two-more"))


def test_check_names_the_variants(run: Command) -> None:
    assert run("check", "small.toml").out.splitlines()[-1] == "  variants: two more; More referrals"
    assert run("check", "small.toml", "--json").json["plans"][0]["variants"] == ["two more", "More referrals"]
