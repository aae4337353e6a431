"""The command line: parse, call one library function, show. The module of a command is loaded when it is asked for.

Exit codes: 0 done; 1 our fault; 2 usage; 3 scenario invalid; 4 environment; 5 finished in part; 130, 143 interrupted.
"""

from __future__ import annotations

import contextlib
import io
import os
import signal
import socket
import sys
import threading
import time
from importlib import import_module
from typing import NoReturn

import click

from cascadesim._version import __version__
from cascadesim.cli.console import (
    complain,
    flush,
    json_wanted,
    prepare_streams,
    prepare_warnings,
    problem_object,
    put_json,
    refuse_old_command,
    show_problems,
    silence,
    with_new_option,
)
from cascadesim.errors import CascadeError, EnvironmentFault, Problem, suggestion

COMMANDS = {
    "init": ("cascadesim.cli.scenario_help.init", "Write a small, commented scenario to begin with."),
    "check": ("cascadesim.cli.check.check", "Check scenarios and studies for errors; print their plans."),
    "run": ("cascadesim.cli.run.run", "Run scenarios; write their result folders."),
    "sweep": ("cascadesim.cli.sweep.sweep", "Run a study: many settings, many replications."),
    "resume": ("cascadesim.cli.sweep.resume", "Continue a sweep that was stopped."),
    "analyse": ("cascadesim.cli.analyse.analyse", "Print the results of a finished sweep."),
    "compare": ("cascadesim.cli.compare.compare", "Compare plans: which is better?"),
    "plot": ("cascadesim.cli.analyse.plot", "Draw the results of a finished sweep."),
    "merge": ("cascadesim.cli.sweep.merge", "Join parts of a sweep that ran apart."),
    "doctor": ("cascadesim.cli.sweep.doctor", "Find and repair damage in a sweep."),
    "rerun": ("cascadesim.cli.sweep.rerun", "Run one task of a sweep again, with its event log."),
    "capacity": ("cascadesim.cli.validate.capacity", "Capacity by formulas, beside the simulation."),
    "validate": ("cascadesim.cli.validate.validate", "Compare published figures with simulated ones."),
    "migrate": ("cascadesim.cli.maintenance.migrate", "Rewrite files with old names in today's names."),
    "diagram": ("cascadesim.cli.scenario_help.diagram", "Draw the states and flows of a scenario."),
    "explain": ("cascadesim.cli.scenario_help.explain", "Explain a key of a scenario."),
    "schema": ("cascadesim.cli.scenario_help.schema", "Print the JSON Schema of scenario files."),
    "verify": ("cascadesim.devtools.engine_comparison.command.command", "Compare the two engines."),
    "compile": ("cascadesim.cli.maintenance.compile_engine", "Compile the engine now, once."),
    "bench": ("cascadesim.devtools.benchmark.command.command", "Measure the speed on this machine."),
    "completion": ("cascadesim.cli.maintenance.completion", "Print the shell completion script."),
}
"""By name: where the command is, and what the list of commands says of it."""
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
        path, short_help = COMMANDS[cmd_name]
        module, _, name = path.rpartition(".")
        command: click.Command = getattr(import_module(module), name)
        command.short_help = short_help
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, short_help) for name, (_, short_help) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            refuse_old_command(ctx, args[0])
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
    prepare_warnings()
    os.environ.pop("MPLBACKEND", None)  # a notebook leaves one that its own programs alone can load
    signal.signal(signal.SIGTERM, _terminate)
    _end_in_time()
    if not {"-q", "--quiet", "--json"} & set(sys.argv):
        silence.watch()
    sys.exit(run_command(sys.argv[1:]))


_PATIENCE_SECONDS = 4.0


def _end_in_time() -> None:
    """Whatever is going on when Ctrl-C or SIGTERM comes, the process ends within five seconds.

    A library may be at work that hears of no signal for as long as it takes, and waiting for the machine's other users
    makes that longer. Whoever ends so loses what is not yet on disk, as by a power cut: the next command clears it up.
    """
    ours, its = socket.socketpair()
    its.setblocking(False)
    signal.set_wakeup_fd(its.fileno(), warn_on_full_buffer=False)

    def watch(hold: socket.socket) -> None:
        del hold  # open as long as this is there
        while (number := ours.recv(1)[0]) not in (signal.SIGINT, signal.SIGTERM):
            pass
        time.sleep(_PATIENCE_SECONDS)
        code, word = (INTERRUPTED, "interrupted") if number == signal.SIGINT else (TERMINATED, "terminated")
        with contextlib.suppress(OSError):  # nobody may be there to be told
            os.write(2, f"{word}; what was finished is kept. The same command begins or goes on again.\n".encode())
        os._exit(code)

    threading.Thread(target=watch, args=(its,), daemon=True).start()


def run_command(arguments: list[str]) -> int:
    """Run one command and return its exit code; whatever goes wrong is said in a sentence, never with a traceback."""
    try:
        if arguments and arguments[0] in COMMANDS:
            _check_memory()
        result = group.main(arguments, prog_name="cascadesim", standalone_mode=False, obj=tuple(arguments))
        flush()
        return result if isinstance(result, int) else 0
    except SystemExit as end:
        if end.code != TERMINATED:  # click leaves so when the reader of its help has gone
            return 0
        fault: BaseException = end
    except (Exception, KeyboardInterrupt) as stopped:
        fault = stopped
    if isinstance(fault, click.NoSuchOption):
        fault = with_new_option(fault)
    return _tell(fault, arguments)


LEAST_MEMORY = 2**31
"""In bytes of address space, of which most is never used. With less than 1.6e9 (measured on Linux, with the compiled
engine and two workers) libraries abort, or wait for memory without end.
"""


def _check_memory() -> None:
    """Raise `EnvironmentFault` where this process is allowed less memory than it needs."""
    try:
        import resource
    except ImportError:  # Windows
        return
    allowed = resource.getrlimit(resource.RLIMIT_AS)[0]
    if allowed != resource.RLIM_INFINITY and allowed < LEAST_MEMORY:
        raise EnvironmentFault(
            f"memory is limited to {allowed / 2**20:,.0f} MB, and cascadesim needs {LEAST_MEMORY / 2**20:,.0f} MB.",
            hint="Allow more: ulimit -v unlimited.",
            code="memory",
        )


def _tell(fault: BaseException, arguments: list[str]) -> int:
    """Say what went wrong, on stderr or as the JSON object, and return the exit code."""
    problems, code = _explain(fault)
    try:
        if json_wanted(arguments):
            put_json({"errors": [problem_object(problem) for problem in problems]})
        elif isinstance(fault, click.ClickException):
            said = io.StringIO()
            fault.show(said)
            complain(said.getvalue().rstrip())
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
    if isinstance(fault, MemoryError) or "can't start new thread" in str(fault):
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
