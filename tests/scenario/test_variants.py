"""Variants: what-ifs beside a scenario. (What is wrong with one, and at which line, is in `wrong/variants.toml`.)"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cascadesim import Scenario, load
from cascadesim.errors import Problem, ScenarioError, UsageError
from cascadesim.scenario.checks.names import is_name
from cascadesim.scenario.overrides import LONGEST_VARIANT, MOST_VARIANTS
from scenario.helpers import PLAN, built, changed, plan, told, warnings

START = PLAN[: PLAN.index("[[variant]]")] + PLAN[PLAN.index("[sources.guess]") :]
"""The plan without its variant."""


def of(folder: Path, text: str, sets: tuple[str, ...] = ()) -> Scenario:
    """The plan with these tables [[variant]] at its end."""
    path = folder / "plan.toml"
    path.write_text(START + text, encoding="utf-8")
    return load(path, sets)


def table(name: str, *lines: str) -> str:
    return "\n".join(["\n[[variant]]", f'name = "{name}"', *lines, ""])


def refused(folder: Path, text: str) -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as caught:
        of(folder, text)
    return caught.value.problems


@pytest.mark.parametrize(
    ("lines", "sets"),
    [
        (['set = { "tier.mentor.initial" = 3 }'], {"tier.mentor.initial": 3}),
        (["set.tier.mentor.initial = 3"], {"tier.mentor.initial": 3}),
        (["[variant.set.tier.mentor]", '"training.window_weeks" = 3'], {"tier.mentor.training.window_weeks": 3}),
        (['set = { "report_weeks.0" = 10, title = "T" }'], {"report_weeks.0": 10, "title": "T"}),
        (['set = { "tier.peer.intake" = [{ week = 9, count = 8 }] }'], {"tier.peer.intake": [{"week": 9, "count": 8}]}),
        (['set = { "tier.peer.training.pass_probability" = 0.85 }'], {"tier.peer.training.pass_probability": 0.85}),
        (["set.clients.stream.town = { referrals_per_week = 1 }"], {"clients.stream.town.referrals_per_week": 1}),
        (["set.start_date = 2020-02-29"], {"start_date": "2020-02-29"}),
    ],
)
def test_a_variant_asks_what_with_asks(tmp_path: Path, lines: list[str], sets: dict[str, Any]) -> None:
    found = of(tmp_path, table("other", *lines)).variant("other")
    assert found == of(tmp_path, "").with_(**sets) != of(tmp_path, "")
    assert found.variants == ()


def test_a_path_in_quotes_replaces_a_table_and_one_without_is_merged(tmp_path: Path) -> None:
    new = '{ time_to_event = { dist = "date", week = 60 } }'
    text = table("quoted", f'set = {{ "tier.mentor.events.funding_ends" = {new} }}')
    text += table("merged", f"set.tier.mentor.events = {{ funding_ends = {new}, other = {new} }}")
    scenario = of(tmp_path, text)
    quoted, merged = (scenario.variant(name).tier["mentor"].events for name in ("quoted", "merged"))
    assert quoted["funding_ends"].notice_weeks.value == 0
    assert merged["funding_ends"].notice_weeks.value == 4
    assert set(quoted) == {"funding_ends"} and set(merged) == {"funding_ends", "other"}


def test_variants_are_no_part_of_what_is_asked(tmp_path: Path) -> None:
    plain, more = of(tmp_path, ""), of(tmp_path, table("other", "set.tier.mentor.initial = 3"))
    assert more == plain and hash(more) == hash(plain) and more.resolved() == plain.resolved()
    assert [variant.name for variant in more.variants] == ["other"]
    assert more.with_(variant=None).variants == ()


def test_it_says_which_variant_it_is(tmp_path: Path) -> None:
    scenario = of(tmp_path, table("one more, or two?", "set.tier.mentor.initial = 3"))
    found = scenario.variant("one more, or two?")
    assert (found.name, found.heading) == ("plan-one-more-or-two", "A plan to bend: one more, or two?")
    assert found.with_(title=None).heading == found.name
    assert (scenario.name, scenario.heading) == ("plan", "A plan to bend")


@pytest.mark.parametrize("base", ["plan", "p" * 60])
@pytest.mark.parametrize("name", ["+1", "x" * LONGEST_VARIANT, "../../etc", "Ärzte & Co", "?!"])
def test_its_name_can_name_results(tmp_path: Path, base: str, name: str) -> None:
    path = tmp_path / f"{base}.toml"
    path.write_text(START + table(name, "set.tier.mentor.initial = 3"), encoding="utf-8")
    found = load(path).variant(name).name
    assert is_name(found) and found.startswith("p") and not found.endswith("-")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (table("one more", "set.tier.mentor.initial = 3"), "unknown variant 'one mroe'. Did you mean one more?"),
        (
            table("b", "set.tier.mentor.initial = 3") + table("a", "set.tier.mentor.initial = 4"),
            "unknown variant 'one mroe'. Known: a, b.",
        ),
        ("", "plan has no variants."),
    ],
)
def test_an_unknown_name_is_a_fault_of_usage(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        of(tmp_path, text).variant("one mroe")
    assert words in caught.value.problems[0].text()


def test_set_changes_the_base_and_all_variants_but_for_what_they_set(tmp_path: Path) -> None:
    text = table("other", "set.tier.mentor.initial = 3")
    found = of(tmp_path, text, ("tier.mentor.initial=5", "tier.master.initial=7")).variant("other")
    assert (found.tier["mentor"].initial, found.tier["master"].initial) == (3, 7)


@pytest.mark.parametrize(
    ("name", "good"),
    [("x" * LONGEST_VARIANT, True), ("x" * (LONGEST_VARIANT + 1), False), ("a\\nb", False), (" ", False)],
)
def test_names_fit_on_a_line(tmp_path: Path, name: str, good: bool) -> None:
    text = table(name, "set.tier.mentor.initial = 3")
    if good:
        assert of(tmp_path, text).variants
    else:
        assert [problem.path for problem in refused(tmp_path, text)] == ["variant.0.name"]


def test_there_are_not_too_many(tmp_path: Path) -> None:
    lines = [f"set.tier.mentor.initial = {number + 2}" for number in range(MOST_VARIANTS + 1)]
    many = "".join(table(f"v{number}", line) for number, line in enumerate(lines))
    (problem,) = refused(tmp_path, many)
    assert problem.message == f"more than {MOST_VARIANTS} variants."
    assert len(of(tmp_path, many[: many.rindex("[[variant]]")]).variants) == MOST_VARIANTS


def test_faults_of_the_base_are_told_once_and_those_of_variants_beside_them() -> None:
    data = changed(tier__peer__caseload=0, horizon_weeks=103.5)
    data["variant"] = [
        {"name": "harmless", "set": {"tier.mentor.initial": 3}},
        {"name": "wrong", "set": {"tier.mentor.initial": -3, "tier.mentr.initial": 3}},
    ]
    with pytest.raises(ScenarioError) as caught:
        built(data)
    assert sorted(problem.path for problem in caught.value.problems) == [
        "report_weeks.2",
        "target.reach",
        "tier.mentor.initial",
        "tier.mentr.initial",
        "tier.peer.caseload",
    ]


def test_what_is_wrong_or_doubtful_with_the_base_is_not_told_again_of_its_variants() -> None:
    data = changed(
        horizon_weeks=103, tier__peer__events__moving__time_to_event={"dist": "exponential", "rate_per_year": 0.1}
    )
    data["variant"] = [{"name": "harmless", "set": {"tier.mentor.initial": 3}}]
    found, doubts = told(data)
    assert [problem.path for problem in found] == ["report_weeks.2", "target.reach"]
    assert [problem.path for problem in doubts] == ["tier.peer.events.moving.time_to_event"]


def test_of_a_variant_without_a_name_that_is_told_first() -> None:
    data = plan() | {"variant": [{"set": {"tier.mentr.initial": 3}}]}
    assert [problem.path for problem in told(data)[0]] == ["variant.0.name"]


def test_a_mended_fault_of_the_base_is_none_of_the_variant() -> None:
    """The hours of the mentors are no number: what would follow from the number put in their place is not told."""
    data = changed(tier__mentor__hours_per_week="many")
    data["variant"] = [{"name": "other", "set": {"tier.mentor.initial": 3}}]
    with pytest.raises(ScenarioError) as caught:
        built(data)
    assert [problem.path for problem in caught.value.problems] == ["tier.mentor.hours_per_week"]


def test_a_value_inside_a_list_is_at_fault_at_the_line_of_its_key(tmp_path: Path) -> None:
    text = table("other", "[variant.set]", '"tier.peer.intake" = [', "  { week = 1, count = -1 },", "]")
    (problem,) = refused(tmp_path, text)
    lines = (START + text).split("\n")
    assert (problem.path, problem.line) == ("tier.peer.intake.0.count", lines.index('"tier.peer.intake" = [') + 1)
    assert problem.message.startswith('in variant "other": got -1; allowed')


def test_warnings_name_the_variant(tmp_path: Path) -> None:
    text = table("same", "set.tier.mentor.initial = 1")
    text += table("far off", "[variant.set]", '"tier.peer.training.pass_probability" = 0.5')
    text += table("unsure", "[variant.set]", '"tier.peer.training.pass_probability" = { value = 0.85 }')
    scenario = of(tmp_path, text)
    lines = (START + text).split("\n")
    assert scenario.warnings[0].message.startswith('variant "same" asks the same as the scenario without it.')
    first = lines.index('"tier.peer.training.pass_probability" = 0.5') + 1
    assert scenario.warnings[1].message.startswith('in variant "far off": 0.5 lies outside the range 0.8 to 1')
    assert scenario.warnings[1].line == first
    assert scenario.warnings[2].message.startswith('in variant "unsure": says something about the world')
    assert len(scenario.warnings) == 3
    assert [warning.code for warning in scenario.variant("far off").warnings] == ["range_dropped"]


def test_a_file_that_extends_another_takes_its_variants_or_has_its_own(tmp_path: Path) -> None:
    of(tmp_path, table("other", "set.tier.mentor.initial = 3"))
    child = tmp_path / "child.toml"
    child.write_text('extends = "plan.toml"\ntier.master.initial = 9\n', encoding="utf-8")
    assert load(child).variant("other") == load(child).with_(**{"tier.mentor.initial": 3})
    child.write_text('extends = "plan.toml"\n' + table("own", "set.tier.mentor.initial = 4"), encoding="utf-8")
    assert [variant.name for variant in load(child).variants] == ["own"]


def test_the_plan_has_one_and_no_warning() -> None:
    assert len(built(plan()).variants) == 1
    assert warnings(plan()) == {}
