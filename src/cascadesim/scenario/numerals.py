"""Numbers as people write them and TOML does not: with a comma, thousands set apart, a unit or a currency."""

from __future__ import annotations

import re

from cascadesim.scenario.timed import is_time, timed, times

UNIT = "(?:minute|hour|day|week|month|year|client|session)s?|people"
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


def numeral(text: str, key: str = "") -> str:
    """What is said of a number in a form that is not read, without its capital; nothing where it is none.

    `key` is the one that it was given to, where that is known.
    """
    text = text.strip()
    with_unit = _WITH_UNIT.fullmatch(text)
    if with_unit:
        return _without_unit(with_unit[1], with_unit[2].lower().removesuffix("s"), key)
    if _WITH_MONEY.fullmatch(text):
        return _instead("money is a plain number, and [costs] names its currency", text)
    found = readings(text)
    if len(found) > 1:
        # One is a thousand times the other, and only whoever wrote it knows which is meant.
        many, few = found
        plain = many.replace("_", "")
        return f"a number has no comma: write {many} (or {plain}) for thousands, {few} for a fraction."
    if not found or found == (text,):
        return ""
    why = "a decimal point, not a comma" if _DECIMAL_COMMA.fullmatch(text) else "only _ sets thousands apart"
    return _instead(why, text)


def _without_unit(number: str, unit: str, key: str) -> str:
    """The number alone where the word says what the key says, else in the unit of the key, else none."""
    own, found = timed(key).amount, readings(number)
    if own == unit or not is_time(unit):
        return _instead("the key says the unit; take the word out", number)
    if len(found) == 1 and times(unit, own):
        return f"the key is in {own}s: write {float(found[0]) * times(unit, own):.4g}."
    return "the key says the unit: write a number alone, in that unit."


def _instead(why: str, text: str) -> str:
    bare = re.search(NUMERAL, text)
    found = readings(bare.group()) if bare else ()
    if bare and _DOTTED.fullmatch(bare.group()):  # 1.000 EUR may be a thousand or one
        found = (bare.group().replace(".", "_"), _short(bare.group()))
    return f"{why}: write {' or '.join(found)}." if found else f"{why}."


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
