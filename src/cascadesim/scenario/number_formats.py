"""Numbers as people write them and TOML does not, units in the names of keys, and values as messages write them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from cascadesim.model.units import HOUR_MINUTES, WEEK_MINUTES, YEAR_WEEKS

_LONGEST = 40

_MINUTES = {
    "minute": 1,
    "hour": HOUR_MINUTES,
    "day": WEEK_MINUTES / 7,
    "week": WEEK_MINUTES,
    "month": WEEK_MINUTES * YEAR_WEEKS / 12,
    "year": WEEK_MINUTES * YEAR_WEEKS,
}
"""A month is a twelfth of a year of 52 weeks, as everywhere in the language."""

UNIT = rf"(?:{'|'.join(_MINUTES)}|client|session)s?|people"
NUMERAL = r"[-+]?\d[\d.,']*"
_SIGN = r"(?:[€$£¥₹]|\b[A-Z]{2,3}\b)"
MONEY = rf"{_SIGN}\s*(?:{NUMERAL})|(?:{NUMERAL})\s*{_SIGN}"

_PLAIN = re.compile(r"[-+]?\d+(?:\.\d+)?")
_DECIMAL_COMMA = re.compile(r"([-+]?(?:0|[1-9]\d*)),(\d+)")
_DOTTED = re.compile(r"[-+]?[1-9]\d{0,2}\.\d{3}")
_WITH_UNIT = re.compile(rf"({NUMERAL})\s*({UNIT})", re.IGNORECASE)
_WITH_MONEY = re.compile(MONEY)
_THOUSANDS = {
    mark: re.compile(rf"[-+]?[1-9]\d{{0,2}}(?:{re.escape(mark)}\d{{3}})+(?:[{point}]\d+)?")
    for mark, point in ((",", "."), ("'", ".,"), (".", ","))
}


def shown(value: Any) -> str:
    """A value as a scenario would write it, shortened."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a table" if value else "an empty table"
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list"
    if isinstance(value, int) and abs(value).bit_length() > 120:
        return "a number of more than 36 digits"
    if isinstance(value, float):
        text = f"{value:.10g}"
        return text if math.isinf(value) or math.isnan(value) or set(text) & set(".e") else f"{text}.0"
    text = str(value)
    text = text[:_LONGEST] + "..." if len(text) > _LONGEST else text
    return f'"{text}"' if isinstance(value, str) else text


def quoted(names: str) -> str:
    """`a, b` as `"a", "b"`."""
    bare = (name.strip().strip("\"'") for name in names.strip("[] ").split(","))
    return ", ".join(f'"{name}"' for name in bare if name)


def counted(number: float, one: str, many: str = "") -> str:
    """`1 case`, `2 cases`, `1,000 people`."""
    return f"{number:,.0f} {one if number == 1 else many or one + 's'}"


def sentence(text: str) -> str:
    """The text with a capital at its start, nothing else changed."""
    return text[:1].upper() + text[1:]


@dataclass(frozen=True)
class KeyUnits:
    """What the name of a key says about time: an `amount` of it (`course_weeks`), a number `per` time, or both."""

    stem: str
    amount: str = ""
    per: str = ""


def key_units(key: str) -> KeyUnits:
    """The units of time in a key: `course_weeks`, `rate_per_year`, `week_cost`."""
    words, amount, per = key.split("_"), "", ""
    if len(words) > 2 and words[-2] == "per" and _time_unit(words[-1]):
        words, per = words[:-2], _time_unit(words[-1])
    elif len(words) > 1 and words[-1] == "cost" and _time_unit(words[-2]):
        return KeyUnits("_".join([*words[:-2], "cost"]), per=_time_unit(words[-2]))
    if _time_unit(words[-1]):
        words, amount = words[:-1], _time_unit(words[-1])
    return KeyUnits("_".join(words), amount, per)


def _time_unit(word: str) -> str:
    single = word.removesuffix("s")
    return single if single in _MINUTES else ""


def unit_ratio(one: str, other: str) -> float:
    """How many of the other unit of time one of this one is; 1 where there is none."""
    return _MINUTES[one] / _MINUTES[other] if one and other else 1.0


def number_hint(text: str, key: str = "") -> str:
    """What is said of a number in a form that is not read, without its capital; nothing where it is none.

    `key` is the one that it was given to, where that is known.
    """
    text = text.strip()
    with_unit = _WITH_UNIT.fullmatch(text)
    if with_unit:
        return _without_unit(with_unit[1], with_unit[2].lower().removesuffix("s"), key)
    if _WITH_MONEY.fullmatch(text):
        return _instead("money is a plain number, and [costs] names its currency", text)
    meant = readings(text)
    if len(meant) > 1:
        # One is a thousand times the other, and only whoever wrote it knows which is meant.
        many, few = meant
        plain = many.replace("_", "")
        return f"a number has no comma: write {many} (or {plain}) for thousands, {few} for a fraction."
    if not meant or meant == (text,):
        return ""
    why = "a decimal point, not a comma" if _DECIMAL_COMMA.fullmatch(text) else "only _ sets thousands apart"
    return _instead(why, text)


def _without_unit(number: str, unit: str, key: str) -> str:
    """The number alone where the word says what the key says, else in the unit of the key, else none."""
    own, meant = key_units(key).amount, readings(number)
    if own == unit or unit not in _MINUTES:
        return _instead("the key says the unit; take the word out", number)
    if len(meant) == 1 and own and "day" not in (unit, own):  # a day of work has as many hours as people work
        return f"the key is in {own}s: write {float(meant[0]) * unit_ratio(unit, own):.4g}."
    return "the key says the unit: write a number alone, in that unit."


def _instead(why: str, text: str) -> str:
    bare = re.search(NUMERAL, text)
    meant = readings(bare.group()) if bare else ()
    if bare and _DOTTED.fullmatch(bare.group()):  # 1.000 EUR may be a thousand or one
        meant = (bare.group().replace(".", "_"), _short(bare.group()))
    return f"{why}: write {' or '.join(meant)}." if meant else f"{why}."


def readings(text: str) -> tuple[str, ...]:
    """The numbers that a text may mean, as TOML writes them."""
    if _PLAIN.fullmatch(text):
        return (text,)
    decimal = _DECIMAL_COMMA.sub(r"\1.\2", text) if _DECIMAL_COMMA.fullmatch(text) else ""
    for mark, pattern in _THOUSANDS.items():
        if pattern.fullmatch(text):
            grouped = text.replace(mark, "_").replace(",", ".")
            return (grouped, _short(decimal)) if decimal else (grouped,)
    return (decimal,) if decimal else ()


def _short(decimal: str) -> str:
    """Without zeros at its end but one: `10.000` looks like ten thousand."""
    short = decimal.rstrip("0")
    return f"{short}0" if short.endswith(".") else short
