"""A scenario or study file of an earlier version, rewritten in today's names: comments, order and layout stay."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cascadesim.errors import ScenarioError
from cascadesim.experiment.files import write_whole
from cascadesim.experiment.study.definition import is_study
from cascadesim.experiment.study.renames import study_renames
from cascadesim.scenario.document import Document, KeyPath, Token, read_bytes, read_document, tokens, value_at
from cascadesim.scenario.renames import Rename, renamed_data, scenario_renames

_BOM = b"\xef\xbb\xbf"
_BEFORE_A_COMMENT = re.compile(r"(?:\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^\"'#])*?(?P<spaces> {2,})#")
"""From behind a change to the comment at the end of its line."""


@dataclass(frozen=True, slots=True)
class Change:
    """One word of a file: on this line, from `old` to `new`."""

    line: int
    old: str
    new: str


@dataclass(frozen=True)
class Migration:
    """What a file is to become: its new `content`, and the `changes` in the order of the file, none where it stays."""

    file: Path
    content: bytes
    changes: tuple[Change, ...]


def migrate(file: Path) -> Migration:
    """What today's names make of the file, which is left alone; `write` writes it.

    Raises `EnvironmentFault` where the file cannot be read, and `ScenarioError` where it is not TOML, or where it gives
    something under its old name and its new one.
    """
    document = read_document(file, str(file))
    raw = read_bytes(file)
    text = raw.decode("utf-8-sig")
    renames = study_renames(document.data) if is_study(document.data) else scenario_renames(document.data)
    if not renames:
        return Migration(file, raw, ())
    _refuse_both(document, renames)
    edits = list(_edits(text, renames))
    changes = tuple(Change(text.count("\n", 0, token.start) + 1, token_text, new) for token, token_text, new in edits)
    spans = [(token.start, token.end, new) for token, _, new in edits]
    new = _applied(text, [*spans, *_kept_columns(text, spans)])
    wanted = renamed_data(document.data, renames)
    if not _says(new, wanted):  # spaces were taken out of something that is no comment
        new = _applied(text, spans)
    if not _says(new, wanted):
        message = "cannot be rewritten as it stands: tables of one name would meet."
        raise ScenarioError((document.problem(renames[0].path, message, "Rename these keys yourself.", "renamed"),))
    return Migration(file, (_BOM if raw.startswith(_BOM) else b"") + new.encode("utf-8"), changes)


def write(migration: Migration, out: Path | None = None) -> None:
    """Write the file anew, or to `out`: whole or not at all. Raises `EnvironmentFault` where that cannot be."""
    path = (out or migration.file).resolve()
    write_whole(path, migration.content, like=path if path.is_file() else migration.file)


def _refuse_both(document: Document, renames: list[Rename]) -> None:
    """Raise for every key that is given under its old name too, unless both are tables, which become one."""
    problems = []
    for rename in renames:
        if rename.is_text:
            continue
        around = value_at(document.data, rename.path[:-1])
        old, new = around[rename.old], around.get(rename.new)
        if new is not None and not (isinstance(new, dict) and isinstance(old, dict)):
            message = f"is given, and so is {rename.new}, its name today."
            problems.append(document.problem(rename.path, message, "Take one of them out.", "renamed"))
    if problems:
        raise ScenarioError(tuple(problems))


def _edits(text: str, renames: list[Rename]) -> Iterator[tuple[Token, str, str]]:
    """(where, what stands there, what is to stand there) of every key and text with an old name, in order."""
    new: dict[tuple[KeyPath, bool], Rename] = {(rename.path, rename.is_text): rename for rename in renames}
    for token in tokens(text):
        rename = new.get((token.path, token.is_text))
        if rename is not None:
            yield token, text[token.start : token.end], _quoted(text[token.start : token.end], rename)


def _quoted(old: str, rename: Rename) -> str:
    """The new name in the quotes of the old one, or without where it had none."""
    if old[0] not in "\"'":
        return rename.new
    quotes = old[:3] if old[:3] in ('"""', "'''") else old[0]
    plain = old == f"{quotes}{rename.old}{quotes}"
    return f"{quotes}{rename.new}{quotes}" if plain else json.dumps(rename.new, ensure_ascii=False)


def _kept_columns(text: str, spans: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Spaces taken out, or put in, before the comment at the end of a line, so that it keeps its column."""
    grown: dict[int, tuple[int, int]] = {}
    for start, end, new in spans:
        line = text.rfind("\n", 0, start)
        grown[line] = (grown.get(line, (0, 0))[0] + len(new) - (end - start), end)
    for more, behind in grown.values():
        stop = text.find("\n", behind)
        match = _BEFORE_A_COMMENT.match(text, behind, len(text) if stop < 0 else stop)
        if match is not None and more:
            spaces = len(match["spaces"])
            yield (*match.span("spaces"), " " * max(2, spaces - more))


def _applied(text: str, spans: list[tuple[int, int, str]]) -> str:
    parts, at = [], 0
    for start, end, new in sorted(spans):
        parts += [text[at:start], new]
        at = end
    return "".join([*parts, text[at:]])


def _says(text: str, data: dict[str, object]) -> bool:
    try:
        return tomllib.loads(text) == data
    except tomllib.TOMLDecodeError:
        return False
