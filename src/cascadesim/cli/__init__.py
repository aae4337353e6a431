"""The command line: parse, call one library function, show. Each command is a module here, loaded when it is asked for.

Exit codes: 0 done; 1 our fault; 2 usage; 3 scenario invalid; 4 environment; 5 finished in part; 130, 143 interrupted.
"""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module
from typing import NoReturn

import click

from cascadesim._version import __version__
from cascadesim.cli.console import (
    complain,
    flush,
    json_wanted,
    prepare_streams,
    problem_object,
    put_json,
    show_problems,
)
from cascadesim.errors import CascadeError, Problem
from cascadesim.lookup import suggestion

COMMANDS = (
    "init",
    "check",
    "run",
    "sweep",
    "resume",
    "analyse",
    "compare",
    "plot",
    "merge",
    "doctor",
    "rerun",
    "theory",
    "validate",
    "diagram",
    "explain",
    "schema",
    "verify",
    "warmup",
    "bench",
    "completion",
)
OUR_FAULT, USAGE, ENVIRONMENT, INTERRUPTED, TERMINATED = 1, 2, 4, 130, 143
_STANDS = "result folders that were finished stand, nothing else was written."


class _Commands(click.Group):
    """The commands by name; a command's module is imported when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"{__name__}.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.UsageError(f"there is no command {args[0]!r}. {suggestion(args[0], COMMANDS)}", ctx)
        return super().resolve_command(ctx, args)


@click.command(cls=_Commands, name="cascadesim", context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="cascadesim", message="%(prog)s %(version)s")
def group() -> None:
    """Simulate a training cascade: who trains, supervises and helps whom, and what runs short first.

    Begin with `cascadesim init`, then `cascadesim run FILE`.
    """


def main() -> NoReturn:
    """The console script: run the command that the arguments name, and leave with its exit code."""
    prepare_streams()
    signal.signal(signal.SIGTERM, _terminate)
    sys.exit(run_command(sys.argv[1:]))


def run_command(arguments: list[str]) -> int:
    """Run one command and return its exit code; whatever goes wrong is said in a sentence, never with a traceback."""
    try:
        result = group.main(arguments, prog_name="cascadesim", standalone_mode=False, obj=tuple(arguments))
        flush()
        return result if isinstance(result, int) else 0
    except SystemExit as end:
        if end.code != TERMINATED:  # click leaves so when the reader of its help has gone
            return 0
        fault: BaseException = end
    except (Exception, KeyboardInterrupt) as stopped:
        fault = stopped
    return _tell(fault, arguments)


def _tell(fault: BaseException, arguments: list[str]) -> int:
    """Say what went wrong, on stderr or as the JSON object, and return the exit code."""
    problems, code = _explain(fault)
    try:
        if json_wanted(arguments):
            put_json({"errors": [problem_object(problem) for problem in problems]})
        elif isinstance(fault, click.ClickException):
            fault.show()
        else:
            show_problems(problems)
        if code == OUR_FAULT and os.environ.get("CASCADESIM_DEBUG"):
            import traceback

            complain("".join(traceback.format_exception(fault)))
        flush()
    except OSError:  # nowhere to say it
        return ENVIRONMENT
    return code


def _explain(fault: BaseException) -> tuple[tuple[Problem, ...], int]:
    """An exception as problems and an exit code."""
    if isinstance(fault, CascadeError):
        return fault.problems, fault.exit_code
    if isinstance(fault, click.ClickException):
        return (Problem(fault.format_message(), code="usage"),), USAGE
    if isinstance(fault, click.Abort | KeyboardInterrupt):
        return (Problem(f"interrupted; {_stands(fault)}", code="interrupted"),), INTERRUPTED
    if isinstance(fault, SystemExit):
        return (Problem(f"terminated; {_stands(fault)}", code="interrupted"),), TERMINATED
    if isinstance(fault, OSError):
        return (
            Problem(f"{fault.strerror or fault}.", file=str(fault.filename or ""), code="environment"),
        ), ENVIRONMENT
    if isinstance(fault, MemoryError):
        hint = "Ask for fewer replications, fewer --jobs, or no --events."
        return (Problem("memory ran out.", hint=hint, code="memory"),), ENVIRONMENT
    message = f"cascadesim {__version__} failed by a fault of its own: {type(fault).__name__}: {fault}."
    hint = (
        "Please report it to those who maintain it, with the command, the scenario file and what the same command "
        "prints with CASCADESIM_DEBUG=1 set."
    )
    return (Problem(message, hint=hint, code="internal"),), OUR_FAULT


def _stands(stopped: BaseException) -> str:
    """What there is of what was under way, as whoever was at it has noted."""
    notes = [*getattr(stopped, "__notes__", ()), *getattr(stopped.__cause__, "__notes__", ())]  # click wraps Ctrl-C
    return " ".join(notes) or _STANDS


def _terminate(number: int, frame: object) -> NoReturn:
    """SIGTERM ends the program as Ctrl-C does: what is under way is cleared away first."""
    del number, frame
    raise SystemExit(TERMINATED)
