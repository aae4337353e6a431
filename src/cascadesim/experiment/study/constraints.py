"""Constraints: which levels of a study go together, by comparisons such as `a + 2 * b <= 12 and a < b`.

A constraint is read as a Python expression of numbers, names, `+ - * /`, brackets, comparisons and `and`; anything else
is refused, and nothing is ever run as Python. A name is a dotted path or the name of a factor; one with other letters
stands in quotes.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cascadesim.experiment.study.definition import BASE, StudyDefinition, plain_number
from cascadesim.experiment.study.dependence import ORDERED
from cascadesim.scenario.document import Document
from cascadesim.scenario.overrides import look_up

LONGEST, MOST_OPERATIONS = 500, 40

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+)(?![\w.]))"
    r"|(?P<word>(?:and|or|not)\b(?!\.\w))|(?P<name>[^\W\d]\w*(?:\.\w+)*)"
    r"|\"(?P<double>[^\"]+)\"|'(?P<single>[^']+)'"
    r"|(?P<sign><=|>=|==|!=|[-+*/()<>]))"
)
_COMPARISONS: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.LtE: operator.le,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.Gt: operator.gt,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_ARITHMETIC: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_HINTS = {
    "or": "Only `and` joins comparisons; several lines of constraints must all hold.",
    "not": "Turn the comparison round: >= for not <.",
    "=": "Write == for equal.",
    ",": "A point, not a comma, stands in a number.",
    **dict.fromkeys("%^", "Only + - * / are known."),
}


class UnreadableConstraint(ValueError):
    """A text that is no constraint: `message` with the character, and a hint."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


class Undefined(ArithmeticError):
    """A sum without a value: something is divided by 0, or too large."""


Comparison = tuple[ast.expr, ast.cmpop, ast.expr]
"""(sum, <= or another sign, sum)."""


@dataclass(frozen=True)
class Constraint:
    """What a text says: comparisons that must all hold, and the names in them."""

    text: str
    comparisons: tuple[Comparison, ...]
    names: tuple[str, ...]

    def holds(self, values: Mapping[str, float]) -> bool:
        """Whether it is true of these numbers, one for each of `names`. Raises `Undefined`."""
        return all(
            _COMPARISONS[type(sign)](value(left, values), value(right, values))
            for left, sign, right in self.comparisons
        )


def value(term: ast.expr, values: Mapping[str, float]) -> float:
    """The number that a sum makes. Raises `Undefined`."""
    if isinstance(term, ast.Constant):
        return float(term.value)  # type: ignore[arg-type]
    if isinstance(term, ast.Name):
        return values[term.id]
    if isinstance(term, ast.UnaryOp):
        return -value(term.operand, values)
    assert isinstance(term, ast.BinOp)
    left, right = value(term.left, values), value(term.right, values)
    if isinstance(term.op, ast.Div) and right == 0:
        raise Undefined("something is divided by 0")
    result = _ARITHMETIC[type(term.op)](left, right)
    if not math.isfinite(result):
        raise Undefined("a number is too large")
    return result


def read_constraint(text: str) -> Constraint:
    """The constraint that a text says. Raises `UnreadableConstraint` where it says none."""
    if len(text) > LONGEST:
        raise UnreadableConstraint(f"longer than {LONGEST} characters.")
    grammar = _Grammar(text)
    if sum(sign in "+-*/(" for sign in grammar.signs) > MOST_OPERATIONS:
        raise UnreadableConstraint(f"more than {MOST_OPERATIONS} operations.", "Write it as several constraints.")
    names = dict.fromkeys(atom.id for atom in grammar.atoms.values() if isinstance(atom, ast.Name))
    return Constraint(text, grammar.comparisons(), tuple(names))


class _Grammar:
    """The structure of a text as Python sees it; in the place of names and numbers, `atoms`, it sees underscores."""

    def __init__(self, text: str) -> None:
        self.text, self.source = text, [" "] * len(text)
        self.atoms: dict[int, ast.Name | ast.Constant] = {}
        self.signs: list[str] = []
        at = 0
        while text[at:].strip():
            at = self._take(at)
        code = "".join(self.source)
        self.code, self.indent = code.lstrip(), len(code) - len(code.lstrip())

    def _take(self, at: int) -> int:
        """Take in the token that begins at or after a character; where it ends."""
        match = _TOKEN.match(self.text, at)
        if match is None:
            start = at + len(self.text[at:]) - len(self.text[at:].lstrip())
            raise self._refused(start, f"{self.text[start : start + 10]!r} cannot be read.", self.text[start])
        kind = str(match.lastgroup)
        token, (start, end) = match[kind], match.span(kind)
        if token in ("or", "not") and kind == "word":
            raise self._refused(start, f"got {token!r}; allowed: comparisons of sums, joined by `and`.", token)
        if kind in ("word", "sign"):
            self.source[start:end] = token
            self.signs += [token]
            return match.end()
        self.source[start:end] = "_" * len(token)
        self.atoms[start] = ast.Constant(float(token)) if kind == "number" else ast.Name(token)
        if kind == "number" and not math.isfinite(float(token)):
            raise self._refused(start, f"{token[:20]} is too large.")
        return match.end()

    def comparisons(self) -> tuple[Comparison, ...]:
        """All that are joined by `and`."""
        try:
            return tuple(self._compared(ast.parse(self.code, mode="eval").body))
        except SyntaxError as error:
            start = (error.offset or 1) - 1 + self.indent
            got = f"got {self.text[start : start + 10]!r}" if self.text[start:].strip() else "it ends"
            message = f"{got}; allowed: comparisons of sums, joined by `and`."
            raise self._refused(start, message) from None

    def _compared(self, node: ast.expr) -> Iterator[Comparison]:
        if isinstance(node, ast.BoolOp):
            for part in node.values:
                yield from self._compared(part)
            return
        if not isinstance(node, ast.Compare):
            raise self._refused(self._start(node), "a comparison is needed: <= < >= > == !=.")
        if self.text[: self._start(node)].rstrip().endswith("("):
            raise self._refused(self._start(node), "a comparison in brackets; only sums stand in brackets.")
        sums = [self._sum(term) for term in (node.left, *node.comparators)]
        yield from zip(sums, node.ops, sums[1:], strict=False)

    def _sum(self, node: ast.expr) -> ast.expr:
        """A sum with its own names and numbers. Whatever else Python knows is refused."""
        if isinstance(node, ast.Name):
            return self.atoms[self._start(node)]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return ast.UnaryOp(node.op, self._sum(node.operand))
        if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
            return ast.BinOp(self._sum(node.left), node.op, self._sum(node.right))
        start = self._start(node)
        got = self.text[start : self.indent + (node.end_col_offset or 0)][:20]
        raise self._refused(start, f"got {got!r}; allowed: numbers, names, + - * / and brackets around sums.")

    def _start(self, node: ast.expr) -> int:
        return self.indent + node.col_offset

    def _refused(self, start: int, message: str, word: str = "") -> UnreadableConstraint:
        return UnreadableConstraint(f"character {start + 1}: {message}", _HINTS.get(word, ""))


class Constraints:
    """What must hold of the levels of a study."""

    def __init__(self, study: StudyDefinition) -> None:
        self._study = study
        self._constraints = [read_constraint(text) for text in study.constraints]
        indices = {factor.name: index for index, factor in enumerate(study.factors)}
        ordered = (dependence for dependence in study.dependences if dependence.rule == ORDERED)
        self._ordered = [[indices[name] for name in dependence.factors] for dependence in ordered]
        names = {name for constraint in self._constraints for name in constraint.names}
        self._values = {name: _value_of(study, name) for name in names}
        self._base_factor = next((i for i, factor in enumerate(study.factors) if factor.kind == BASE), None)
        self.any = bool(self._constraints or self._ordered)

    def broken(self, codes: Sequence[float]) -> str:
        """What does not hold of these levels, in words; empty where all does."""
        study, at = self._study, self._base_factor
        base = next(iter(study.bases)) if at is None else study.factors[at].level(codes[at])
        for indices in self._ordered:
            levels = [plain_number(study.factors[index].level(codes[index], base)) for index in indices]
            known = [level for level in levels if level is not None]
            if known != sorted(known):
                return f"{' <= '.join(study.factors[index].name for index in indices)} does not hold."
        for constraint in self._constraints:
            fault = self._broken(constraint, codes, base)
            if fault:
                return f'constraint "{constraint.text}" {fault}.'
        return ""

    def _broken(self, constraint: Constraint, codes: Sequence[float], base: str) -> str:
        numbers = {}
        for name in constraint.names:
            number = plain_number(self._values[name](codes, base))
            if number is None:
                return f"cannot be evaluated: {name} is no number"
            numbers[name] = float(number)
        try:
            holds = constraint.holds(numbers)
        except Undefined as error:
            return f"cannot be evaluated: {error}"
        listed = ", ".join(f"{name} = {number:g}" for name, number in numbers.items())
        return "" if holds else f"does not hold: {listed}"


def _value_of(study: StudyDefinition, name: str) -> Callable[[Sequence[float], str], Any]:
    """From the codes of all factors and the base to what a name stands for.

    That is the level of a factor, what a factor gives a path, or what the scenario has there.
    """
    named = next((index for index, factor in enumerate(study.factors) if factor.name == name), None)
    if named is not None:
        return lambda codes, base: study.factors[named].level(codes[named], base)
    changed = next((index for index, factor in enumerate(study.factors) if name in factor.paths), None)
    own = {base: look_up(Document(data, name=base), name)[2] for base, data in study.bases.items()}

    def value_at(codes: Sequence[float], base: str) -> Any:
        changes = {} if changed is None else dict(study.factors[changed].changes(codes[changed], base))
        return changes.get(name, own[base])

    return value_at
