"""What a wrong value is told: what it is, what is allowed, and what was probably meant."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Any

from cascadesim.lookup import nearest
from cascadesim.scenario.keys import Node
from cascadesim.scenario.numerals import numeral
from cascadesim.scenario.slips import quoted

_LONGEST = 40
_NUMBERS = ("whole", "number", "quantity", "amount", "rate")
_PERCENT = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*%\s*")
_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


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


def counted(number: float, one: str, many: str = "") -> str:
    """`1 case`, `2 cases`, `1,000 people`."""
    return f"{number:,.0f} {one if number == 1 else many or one + 's'}"


def sentence(text: str) -> str:
    """The text with a capital at its start, nothing else changed."""
    return text[:1].upper() + text[1:]


def wrong(node: Node, value: Any) -> tuple[str, str]:
    """(message, hint) for a value that may not stand at `node`."""
    return f"got {shown(value)}; allowed: {allowed(node, value)}.", _hint(node, value)


def allowed(node: Node, value: Any) -> str:
    """What is allowed at `node`: for a number out of bounds only the bounds, else every form."""
    bounds = node.bounds
    if bounds is None or isinstance(value, bool) or not isinstance(value, int | float):
        return node.allowed
    return f"{bounds.words}, at most {bounds.most:,.10g}" if value > bounds.most > 1 else bounds.words


def _hint(node: Node, value: Any) -> str:
    share = node.bounds is not None and node.bounds.most == 1
    if isinstance(value, bool):
        return ""
    if isinstance(value, int | float):
        return _hint_for_number(node, value, share)
    if isinstance(value, str):
        return _hint_for_text(node, value, share)
    if isinstance(value, dt.datetime) and node.kind == "date":
        return f"Write {value.date().isoformat()}, without the time."
    if isinstance(value, list) and len(value) == 1 and node.kind not in ("list", "rate"):
        return "Write it without brackets."
    if isinstance(value, dict) and node.kind == "list":
        return "Put brackets around it: [{ ... }]."
    return ""


def _hint_for_number(node: Node, value: float, share: bool) -> str:
    if share and 1 < value <= 100:
        text = f"{value / 100:.2f}" if value == int(value) else f"{value / 100:.10g}"
        return f"Did you mean {text}?"
    if node.kind == "whole" and isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return f"Write {int(value)}, without the point."
    if node.kind == "flag" and value in (0, 1):
        return f"Write {'true' if value else 'false'}."
    if node.kind == "text":
        return f'Write it in quotes: "{shown(value)}".'
    if node.kind == "list":
        return f"Put brackets around it: [{shown(value)}]."
    return ""


def _hint_for_text(node: Node, value: str, share: bool) -> str:
    percent = _PERCENT.fullmatch(value)
    if percent and share:
        return f"Did you mean {float(percent[1]) / 100:.4g}?"
    if node.kind in _NUMBERS:
        try:
            number = float(value)
        except ValueError:
            return sentence(numeral(value))
        return f"Write {value.strip()}, without quotes." if math.isfinite(number) else ""
    if node.kind == "flag" and value.lower() in _TRUE + _FALSE:
        return f"Write {'true' if value.lower() in _TRUE else 'false'}, without quotes."
    if node.kind == "choice":
        close = nearest(value.lower(), [str(choice) for choice in node.choices])
        return f"Did you mean {close}?" if close else ""
    if node.kind == "list":
        return f"Put brackets around it: [{quoted(value) if node.item and node.item.kind == 'text' else value}]."
    return ""
