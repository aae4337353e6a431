"""A base and its variants side by side: what `run --variant all` prints, and the summary beside its tables."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence

from cascadesim.analysis.variants import HeadlineDifferences, VariantRun, headline_differences, variant_sentences
from cascadesim.analysis.wording import count_of, number, sentence, signed, signed_span

MARK = "*"
_LEAST_WIDTH, _WIDTH = 60, 80
_LEAST_NAME, _MEAN, _CHANGE, _INTERVAL = 24, 7, 9, 17
_COLUMNS = ("mean", "change", "its 95 % interval")


def comparison_text(
    base: VariantRun, variants: Sequence[VariantRun], *, width: int = 80, heading: Callable[[str], str] = str
) -> str:
    """A sentence for each variant wrapped at `width`, a table at most 80 wide; `heading` makes a line stand out."""
    wrap = max(width, _LEAST_WIDTH)
    said = [textwrap.fill(text, wrap, subsequent_indent="  ") for text in variant_sentences(base, variants)]
    first = textwrap.fill(_first(base), wrap)
    title = textwrap.fill(_title(base, variants), wrap)
    return "\n".join([heading(title), "", first, *said, "", *_table(base, variants, heading)])


def comparison_summary(
    base: VariantRun, variants: Sequence[VariantRun], folders: Mapping[str, str], *, command: str = "", figure: str = ""
) -> str:
    """The same in Markdown. `folders` are those of the base and the variants, beside the file; `figure` too."""
    sentences = "\n".join(f"- {text}" for text in variant_sentences(base, variants))
    table = "\n".join(_table(base, variants, str))
    parts = [
        f"# {_title(base, variants)}",
        f"Made by `{command}`." if command else "",
        _first(base),
        sentences,
        "## Side by side",
        f"```text\n{table}\n```",
        f"![The differences from base with their intervals]({figure})" if figure else "",
        "Every measure is in `comparison.csv` and `tables/comparison.parquet`.",
        "## Each by itself",
        "\n".join(f"- [{name}]({folder}/summary.md)" for name, folder in folders.items()),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _title(base: VariantRun, variants: Sequence[VariantRun]) -> str:
    runs = count_of(len(base.kpis), "run")
    return f"{base.scenario.heading}: base and {count_of(len(variants), 'variant')} ({runs} each)"


def _first(base: VariantRun) -> str:
    if len(base.kpis) == 1:
        return "One run of each: what differs may be chance. --replications 200 would give intervals."
    return (
        "Run by run, base and variants have the same luck. Told are the mean changes that stand out from chance (95 % "
        "interval of the mean):"
    )


def _table(base: VariantRun, variants: Sequence[VariantRun], heading: Callable[[str], str]) -> list[str]:
    names = [base.name, *(each.name for each in variants)]
    wide = max(_LEAST_NAME, 2 + max(map(len, names)))
    lines = [_line("", *_COLUMNS, "", wide)]
    for contrast in headline_differences(base, variants):
        lines += [heading(part) for part in textwrap.wrap(sentence(contrast.heading), _WIDTH, subsequent_indent="  ")]
        lines += [_line(*cells, wide) for cells in rows(contrast, names)]
    lines.append(heading("What binds longest, in the average run"))
    for each in (base, *variants):
        lines += textwrap.wrap(f"{each.name}: {each.binding}", 80, initial_indent="  ", subsequent_indent="    ")
    if len(base.kpis) > 1:
        lines.append(f"{MARK} stands out: the interval leaves out 0, as one in twenty does by chance.")
    return lines


def rows(contrast: HeadlineDifferences, names: Sequence[str]) -> list[tuple[str, str, str, str, str]]:
    """(name, mean, difference, interval, mark) for the base and every variant."""
    first, unit = contrast.differences[0], contrast.unit
    found = [(f"  {names[0]}", number(first.base.mean, unit), "", "", "")]
    for name, each in zip(names[1:], contrast.differences, strict=True):
        change, interval = signed(each.paired.mean, unit), signed_span(each.paired.low, each.paired.high, unit)
        found.append((f"  {name}", number(each.variant.mean, unit), change, interval, MARK if each.clear else ""))
    return found


def _line(name: str, mean: str, change: str, interval: str, mark: str, wide: int) -> str:
    """One line; long cells push the rest to the right rather than losing a letter."""
    text = f"{name:<{wide}} {mean:>{_MEAN}} {change:>{_CHANGE}} {interval:>{_INTERVAL}} {mark}"
    return text.rstrip()
