"""Looking after an installation: `compile`, `completion`."""

from __future__ import annotations

import time

import click

from cascadesim.cli.console import say


@click.command(name="compile")
def compile_engine() -> None:
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
