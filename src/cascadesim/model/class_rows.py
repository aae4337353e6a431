"""The measures of clients by stream, language and site; only where there is more than one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cascadesim.model.codes import WEEK_MINUTES
from cascadesim.model.kinds import HIGHER, LOWER, NEITHER, Measure, Rows, Value
from cascadesim.model.layout import CLASS_COUNTS, client_classes
from cascadesim.model.plan import Plan
from cascadesim.model.readings import Readings, ratio

_REFERRED, _STARTED, _COMPLETED, _WAITED = range(len(CLASS_COUNTS))
Totals = tuple[int, ...]

CLASS_MEASURES: dict[str, tuple[str, str, Callable[[Totals], float]]] = {
    "referred": ("clients", NEITHER, lambda totals: float(totals[_REFERRED])),
    "started": ("clients", HIGHER, lambda totals: float(totals[_STARTED])),
    "completed": ("clients", HIGHER, lambda totals: float(totals[_COMPLETED])),
    "coverage": ("share", HIGHER, lambda totals: ratio(totals[_STARTED], totals[_REFERRED])),
    "wait_mean_weeks": ("weeks", LOWER, lambda totals: ratio(totals[_WAITED], totals[_STARTED] * WEEK_MINUTES)),
}
"""What is measured of each, from the sums of its `CLASS_COUNTS`: unit, which way is better, value."""

KINDS = ("stream", "language", "site")


def class_rows(plan: Plan) -> Rows:
    """`stream.NAME.referred` and so on, in order."""
    return {
        f"{kind}.{name}.{what}": Measure(unit, better, _of(chosen, value))
        for kind in KINDS
        for name, chosen in classes(plan, kind).items()
        for what, (unit, better, value) in CLASS_MEASURES.items()
    }


def classes(plan: Plan, kind: str) -> dict[str, frozenset[int]]:
    """The streams, languages or sites of clients by name, each with a choice of them; none where there is only one."""
    found: dict[str, frozenset[int]] = {}
    for name, place in sorted(_named(plan, kind)):
        found[name] = found.get(name, frozenset()) | {place}
    return found if len(found) > 1 else {}


def _named(plan: Plan, kind: str) -> Iterator[tuple[str, int]]:
    """(name, place among `Tally.classes`), which are by stream and then by language."""
    assert plan.clients is not None
    for place, (stream, language) in enumerate(client_classes(plan)):
        if kind == "stream":
            yield plan.clients.streams[stream].name, place
        elif kind == "language" and language >= 0:
            yield plan.languages[language][0], place
        elif kind == "site":
            yield plan.sites[plan.clients.streams[stream].site][0], place


def _of(chosen: frozenset[int], value: Callable[[Totals], float]) -> Value:
    def of(readings: Readings) -> float:
        rows = [readings.tally.classes[place] for place in chosen]
        return value(tuple(map(sum, zip(*rows, strict=True))))

    return of
