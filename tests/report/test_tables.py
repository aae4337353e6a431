"""Tables of fixed width and in Markdown."""

from __future__ import annotations

from cascadesim.report.measures import markdown_table, table_line, table_row

COLUMNS = ("<12", ">6", ">4")


def test_cells_stand_under_each_other() -> None:
    assert table_line(COLUMNS, ("name", "1.5", "20")) == "name            1.5   20"
    assert table_line(COLUMNS, ("name", "1.5")) == "name            1.5"
    assert table_line(COLUMNS, ("name", "", "")) == "name"


def test_no_letter_of_a_long_cell_is_lost() -> None:
    assert table_line(COLUMNS, ("name", "1,234,567", "20")) == "name         1,234,567   20"


def test_a_long_name_takes_lines_above_its_cells() -> None:
    assert table_row(COLUMNS, "clients who wait", ("1.5",), hanging="    ") == [
        "  clients",
        "    who wait    1.5",
    ]
    assert table_row(COLUMNS, "clients", ("1.5", "20")) == ["  clients       1.5   20"]


def test_markdown_escapes_what_would_end_a_cell() -> None:
    text = markdown_table(("Name", "Mean"), [("a|b ", "1")], 1)
    assert text.splitlines() == ["| Name | Mean |", "| --- | ---: |", "| a\\|b | 1 |"]
