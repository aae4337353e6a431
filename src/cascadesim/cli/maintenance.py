"""Looking after an installation and its files: `compile`, `completion`, `migrate`."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cascadesim.cli.arguments import PATH
from cascadesim.cli.console import complain, say, show_problems, terminal_width, wrapped
from cascadesim.engine.backends import COMPILED, choose, warm_up
from cascadesim.errors import CascadeError, UsageError

if TYPE_CHECKING:
    from cascadesim.experiment.migrate import Migration


@click.command(name="compile")
@click.option("--in-background", is_flag=True, help="At low priority; not where another process is at it.")
def compile_engine(in_background: bool) -> None:
    """Compile the engine and keep it in the user's cache folder, which takes about a minute.

    Small runs begin without it, on SimPy, and have this done in the background. Large ones wait for it. It is done once
    for each version of cascadesim, Numba and Python. CASCADESIM_CACHE names another folder.
    """
    choose(COMPILED)
    from cascadesim.engine.runtime import code_cache

    if in_background:
        if hasattr(os, "nice"):
            os.nice(10)
        with code_cache.filling() as alone:
            if alone:
                warm_up()
        return
    began = time.perf_counter()
    compiled = warm_up()
    if compiled:
        say(f"Compiled in {time.perf_counter() - began:.0f} s: {code_cache.folder()}")
    else:
        say(f"The engine is compiled already: {code_cache.folder()}")


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the shell completion script.

    \b
    bash: cascadesim completion bash > ~/.cascadesim-complete && echo '. ~/.cascadesim-complete' >> ~/.bashrc
    zsh:  cascadesim completion zsh > ~/.cascadesim-complete && echo '. ~/.cascadesim-complete' >> ~/.zshrc
    fish: cascadesim completion fish > ~/.config/fish/completions/cascadesim.fish
    """
    from click.shell_completion import get_completion_class

    script = get_completion_class(shell)
    assert script is not None
    say(script(ctx.find_root().command, {}, "cascadesim", "_CASCADESIM_COMPLETE").source())


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=PATH)
@click.option("--check", is_flag=True, help="Say what would change and write nothing.")
@click.option("-o", "--output", "out", type=PATH, help="Write here and leave FILE as it is; for one FILE.")
def migrate(files: tuple[Path, ...], check: bool, out: Path | None) -> int:
    """Rewrite scenario and study FILEs of an earlier version with the names that keys and outcomes have today.

    Comments, order and layout stay. A file that a FILE extends or names is rewritten only if it is named too. Where one
    FILE is at fault, none is written. Exit codes: 0 done; 3 a file at fault, or with --check one that would change.
    """
    from cascadesim.experiment.migrate import migrate as migrated
    from cascadesim.experiment.migrate import write

    if out is not None and len(files) > 1:
        raise UsageError("-o takes one FILE.", hint="Rewrite the others one by one.", code="wrong_value")
    done, code = [], 0
    for file in files:
        try:
            done.append(migrated(file))
        except CascadeError as fault:
            code = max(code, fault.exit_code)
            show_problems(fault.problems)
    for migration in done:
        for change in migration.changes:
            line = f"{migration.file}:{change.line}: {change.old} -> {change.new}"
            say(wrapped(line, terminal_width(sys.stdout), "    "))
    if code:
        if any(migration.changes for migration in done):
            complain("Nothing was written.")
        return code
    for migration in done:
        if (migration.changes or out is not None) and not check:
            write(migration, out)
        say(_summary(migration, check, out))
    return 3 if check and any(migration.changes for migration in done) else 0


def _summary(migration: Migration, check: bool, out: Path | None) -> str:
    count = len(migration.changes)
    if not count:
        return f"{migration.file}: nothing to change."
    names = f"{count} old name{'s' * (count > 1)}"
    if check:
        return f"{migration.file}: {names}; nothing was written."
    return f"{migration.file}: {names} replaced{'' if out is None else f', in {out}'}."
