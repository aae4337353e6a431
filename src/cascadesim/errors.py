"""What can go wrong, in words a planner can act on."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    """One fault (or warning): where it is, what it says, what to do about it.

    `path` is the dotted path of the key (`tier.NAME.caseload`), `line` counts from 1 in `file`, `source` is the text of
    that line, `code` a stable short name such as `unknown_key`.
    """

    message: str
    path: str = ""
    file: str = ""
    line: int | None = None
    source: str = ""
    hint: str = ""
    code: str = "invalid"

    def text(self) -> str:
        """`file:line: path: message hint`, then the offending line itself, indented."""
        where = ":".join(str(part) for part in (self.file, self.line) if part)
        said = " ".join(part for part in (self.message, self.hint) if part)
        head = ": ".join(part for part in (where, self.path, said) if part)
        return f"{head}\n    {self.source.strip()}" if self.source.strip() else head


class CascadeError(Exception):
    """A fault to be shown to the user as it is, without a traceback; `exit_code` is what the command ends with."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "", code: str = "error", file: str = "") -> None:
        problem = Problem(message, file=file, hint=hint, code=code)
        super().__init__(problem.text())
        self.problems: tuple[Problem, ...] = (problem,)


class UsageError(CascadeError):
    """The command or call was given something that it does not take."""

    exit_code = 2


class EnvironmentFault(CascadeError):
    """A missing file, a full disk, a permission, a folder that is not ours."""

    exit_code = 4


@dataclass
class ScenarioError(CascadeError):
    """A scenario file that cannot be run; holds every fault that was found, not only the first."""

    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = field(default=())
    exit_code = 3

    def __post_init__(self) -> None:
        Exception.__init__(self, "\n".join(problem.text() for problem in self.problems))
