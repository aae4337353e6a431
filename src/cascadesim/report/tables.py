"""How a table is laid out: with columns of fixed width for a terminal, or in Markdown."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

_STAYS = "\N{NO-BREAK SPACE}"


def filled(text: str, width: int, first: str = "", hanging: str = "  ") -> str:
    """A sentence wrapped at `width`; no line ends between a number and its per cent."""
    kept = text.replace(" %", _STAYS + "%")
    return textwrap.fill(kept, width, initial_indent=first, subsequent_indent=hanging).replace(_STAYS, " ")


def table_line(columns: Sequence[str], cells: Sequence[str]) -> str:
    """One line. A column is the format of its cells: `<37` to the left in 37 letters, `>8` to the right in 8.

    A longer cell pushes the rest to the right rather than losing a letter. There may be fewer cells than columns.
    """
    return " ".join(format(cell, column) for cell, column in zip(cells, columns, strict=False)).rstrip()


def table_row(columns: Sequence[str], name: str, cells: Sequence[str], hanging: str = "  ") -> list[str]:
    """The lines of a row: a name too long for its column takes lines of its own above the cells.

    It begins two letters further to the right than headings do; what goes on begins at `hanging`.
    """
    width = int(columns[0].lstrip("<"))
    *above, last = textwrap.wrap(name, width, initial_indent="  ", subsequent_indent=hanging)
    return [*above, table_line(columns, [last, *cells])]


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]], numeric: int) -> str:
    """A table in Markdown whose last `numeric` columns are set to the right."""
    rule = ["---"] * (len(head) - numeric) + ["---:"] * numeric
    lines = [head, rule, *([cell.strip().replace("|", "\\|") for cell in cells] for cells in rows)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
