"""`cascadesim warmup`: compile the engine now, so that no later run has to wait for it."""

from __future__ import annotations

import time

import click

from cascadesim.cli.console import say


@click.command(name="warmup", short_help="Compile the engine now, once.")
def command() -> None:
    """Compile the engine and keep it in the user's cache folder, which takes about a minute.

    Whoever does not do this waits at the first run instead. It is done once for each version of cascadesim, Numba and
    Python. CASCADESIM_CACHE names another folder.
    """
    from cascadesim.engine.choose import COMPILED, choose
    from cascadesim.engine.compiled import cache

    choose(COMPILED)
    if cache.is_warm():
        say(f"The engine is compiled already: {cache.folder()}")
        return
    from cascadesim.engine.choose import warm_up

    began = time.perf_counter()
    warm_up()
    say(f"Compiled in {time.perf_counter() - began:.0f} s: {cache.folder()}")
