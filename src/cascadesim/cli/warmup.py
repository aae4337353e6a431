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
    from cascadesim.engine.backends import COMPILED, choose, warm_up

    choose(COMPILED)
    began = time.perf_counter()
    compiled = warm_up()
    from cascadesim.engine.runtime import code_cache

    if compiled:
        say(f"Compiled in {time.perf_counter() - began:.0f} s: {code_cache.folder()}")
    else:
        say(f"The engine is compiled already: {code_cache.folder()}")
