"""Plans side by side, for a terminal and as an object: what each gives, then which is better."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Mapping
from typing import Any

from cascadesim.analysis.headline_measures import headline_measures, kpi_words
from cascadesim.analysis.intervals import MeanInterval, summarise, wilson
from cascadesim.analysis.multiple_comparison import PairwiseComparison, PlanComparison, comparison_sentence
from cascadesim.analysis.wording import count_of, number, part, percent, percents, sentence, span
from cascadesim.model.measures import TARGET, unit_of


def plans_text(comparison: PlanComparison, width: int, heading: Callable[[str], str]) -> str:
    """In short which is better in what; then for every measure what each plan gives, and a sentence a comparison."""
    words = headline_measures([plan.scenario for plan in comparison.plans.values()])
    brief = {name: words[name].name if name in words else _in_words(name) for name in comparison.by_measure}
    lines = [heading(", ".join(comparison.plans)), ""]
    lines += [textwrap.fill(text, width, subsequent_indent="  ") for text in _in_short(comparison, brief)]
    luck = "Run by run, all have the same luck." if comparison.paired else _unpaired(comparison)
    lines += ["", textwrap.fill(f"{luck} {_joint(comparison)}", width)]
    for measure, contests in comparison.by_measure.items():
        lines += ["", heading(sentence(words[measure].heading if measure in words else brief[measure]))]
        lines += [f"  {text}" for text in _means(comparison, measure)]
        for contest in contests:
            text = comparison_sentence(contest, brief=True) + _gain(contest)
            lines.append(textwrap.fill(text, width, initial_indent="  ", subsequent_indent="    "))
    return "\n".join(lines)


def _in_words(measure: str) -> str:
    return "chance of the target" if measure == TARGET else kpi_words(measure)


_SIDES = ("better", "worse", "different")


def _in_short(comparison: PlanComparison, names: Mapping[str, str]) -> list[str]:
    """`stipend beside base: better in clients completed; worse in total cost.`, or that nothing stands out."""
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    for measure, contests in comparison.by_measure.items():
        for each in contests:
            sides = found.setdefault((each.first, each.second), {})
            sides.setdefault(each.verdict, []).append(names[measure])
    lines = []
    for (first, second), sides in found.items():
        told = [f"{side} in {', '.join(sides[side])}" for side in _SIDES if side in sides]
        lines.append(f"{second} beside {first}: {'; '.join(told) or 'no difference stands out'}.")
    return lines


def _joint(comparison: PlanComparison) -> str:
    """What the intervals of differences hold for."""
    one = next(iter(next(iter(comparison.by_measure.values()))))
    if one.family_size == 1:
        return "Intervals: 95 % each."
    return f"Intervals of differences: {one.joint}, measure by measure; those of the plans themselves: 95 % each."


def _unpaired(comparison: PlanComparison) -> str:
    seeds = {plan.seed for plan in comparison.plans.values()}
    why = "seeds differ" if len(seeds) > 1 else "they come from different versions of cascadesim"
    return f"Not paired ({why}), so chance does not cancel out and intervals are wider."


def _means(comparison: PlanComparison, measure: str) -> list[str]:
    unit = unit_of(measure)
    longest = max(map(len, comparison.plans))
    if measure == TARGET:
        chances = _chances(comparison)
        return [f"{name.ljust(longest)}  {chances[name]}" for name in comparison.plans]
    lines = []
    for name, plan in comparison.plans.items():
        if measure not in plan.kpis:
            continue
        found = summarise(plan.kpis[measure])
        bounds = span(found.low, found.high, unit)
        runs = count_of(found.runs, "run") if found.runs == found.defined else f"{found.defined} of {found.runs} runs"
        lines.append(f"{name.ljust(longest)}  {number(found.mean, unit)} ({bounds}; {runs})")
    return lines


def _chances(comparison: PlanComparison) -> dict[str, str]:
    """How often each plan reaches the target, with Wilson's interval."""
    found: dict[str, MeanInterval] = {}
    for contest in comparison.by_measure[TARGET]:
        found |= {contest.first: contest.difference.base, contest.second: contest.difference.variant}
    told = {}
    for name, chance in found.items():
        low, high = wilson(round(chance.mean * chance.runs), chance.runs)
        told[name] = f"{percent(chance.mean)} ({percents(low, high)}; {count_of(chance.runs, 'run')})"
    return told


def _gain(contest: PairwiseComparison) -> str:
    """What pairing was worth."""
    gained = contest.variance_reduction
    if math.isnan(gained) or contest.verdict in ("same", "undefined") or gained <= 0:
        return ""
    return f" Pairing took {part(gained)} off the variance."


def plans_object(comparison: PlanComparison) -> dict[str, Any]:
    """The same as `--json` gives it: undefined numbers as null."""
    rows = comparison.frame().to_dict("records")
    plain = [{str(key): None if value != value else value for key, value in row.items()} for row in rows]
    told = [comparison_sentence(contest) for contests in comparison.by_measure.values() for contest in contests]
    plans = [
        {"name": name, "seed": plan.seed, "replications": len(plan.kpis)} for name, plan in comparison.plans.items()
    ]
    return {"plans": plans, "paired": comparison.paired, "comparisons": plain, "sentences": told}
