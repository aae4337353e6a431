"""How records are laid out: which word is whose, and what stands in it at first."""

from __future__ import annotations

import math

import pytest

from cascadesim.engine import plan, records
from cascadesim.engine.records import ClassCounts, PoolEntry, SupervisionGroup, Worker
from cascadesim.engine.runtime.fields import (
    RECORDS,
    WORDS_OF,
    Field,
    Growing,
    Rows,
    fixed,
    layout,
    new,
    new_rows,
    plain_only,
    record,
    words,
)
from cascadesim.model.counters import CLASS_COUNTS
from cascadesim.model.plan import Word

NUMBERS = ("int", "bool", "float", "Word")


@record
class Example:
    """A record with a field of every kind."""

    number: int
    since: int = -1
    share: float = 0.5
    there: bool = True
    hash: Word
    other: Example
    three: list[int] = fixed(3)
    rows: Rows[Example]
    listed: list[float]
    grown: Growing[Example]
    note: str = plain_only()
    last: int


def test_every_field_has_its_words() -> None:
    assert layout("Example") == (
        Field("number", "int", "", 0, 1, 0, 0),
        Field("since", "int", "", 1, 1, 0, -1),
        Field("share", "float", "", 2, 1, 0, 0.5),
        Field("there", "bool", "", 3, 1, 0, True),
        Field("hash", "Word", "", 4, 1, 0, 0),
        Field("other", "Reference", "Example", 5, 1, 0, 0),
        Field("three", "list", "int", 6, 5, 3, 0),
        Field("rows", "Rows", "Example", 11, 2, 0, 0),
        Field("listed", "list", "float", 13, 2, 0, 0),
        Field("grown", "Growing", "Example", 15, 4, 0, 0),
        Field("last", "int", "", 19, 1, 0, 0),
    )
    assert words("Example") == 20


def test_plain_records_begin_with_their_defaults() -> None:
    one, other = new(None, Example), new(None, Example)
    values = (one.number, one.since, one.share, one.there, one.hash, one.other, one.three, one.rows, one.listed)
    assert values == (0, -1, 0.5, True, 0, None, [0, 0, 0], (), ())
    assert (one.grown, one.note, one.last) == ([], None, 0)
    one.three[1] = 7
    one.grown.append(other)
    assert other.three == [0, 0, 0] and other.grown == []
    assert one != other and one == one  # a record is itself, whatever is in it
    with pytest.raises(AttributeError):
        one.nothing = 1  # type: ignore[attr-defined]


def test_rows_are_so_many_records() -> None:
    rows = new_rows(None, Example, 3)
    assert len({id(each) for each in rows}) == 3 and all(each.since == -1 for each in rows)


@pytest.mark.parametrize("name", RECORDS)
def test_no_word_belongs_to_two_fields(name: str) -> None:
    """Every reference is to a record, every default a number."""
    owners: dict[int, set[str]] = {}
    for each in layout(name):
        assert each.kind in WORDS_OF and math.isfinite(each.default), each
        if each.kind in ("Reference", "Rows"):
            assert each.element in RECORDS, each
        elif each.kind in ("list", "Growing"):
            assert each.element in RECORDS or each.element in NUMBERS, each
        for word in range(each.offset, each.offset + each.words):
            owners.setdefault(word, set()).add(each.name)
    assert sorted(owners) == list(range(words(name)))
    assert all(len(names) == 1 for names in owners.values())


def test_every_record_of_the_engine_is_known() -> None:
    for module in (plan, records):
        for value in vars(module).values():
            if isinstance(value, type) and value.__module__ == module.__name__ and hasattr(value, "__slots__"):
                assert RECORDS[value.__name__] is value


@pytest.mark.parametrize("kind", [Worker, SupervisionGroup, records.Client, records.ClientGroup, records.Course])
def test_the_key_is_the_first_word(kind: type) -> None:
    """By which records are put in order where they are compiled."""
    assert layout(kind.__name__)[0].name == "key"


def test_the_counts_of_a_class_are_read_as_one_row() -> None:
    assert tuple(each.name for each in layout(ClassCounts.__name__)) == CLASS_COUNTS


def test_the_order_of_a_pool_is_no_plain_field() -> None:
    """A tuple for plain objects, five words where it is compiled."""
    names = {each.name for each in layout(PoolEntry.__name__)}
    assert "order" not in names and {"a", "b", "c", "d", "e"} <= names
