"""`cascadesim completion`: the script that teaches a shell to complete our commands, options and file names."""

from __future__ import annotations

import click

from cascadesim.cli.console import say


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the shell completion script.

    \b
    bash: cascadesim completion bash > ~/.cascadesim-complete && echo '. ~/.cascadesim-complete' >> ~/.bashrc
    zsh:  cascadesim completion zsh > ~/.cascadesim-complete && echo '. ~/.cascadesim-complete' >> ~/.zshrc
    fish: cascadesim completion fish > ~/.config/fish/completions/cascadesim.fish
    """
    from click.shell_completion import get_completion_class

    from cascadesim.cli import group

    completion = get_completion_class(shell)
    assert completion is not None
    say(completion(group, {}, "cascadesim", "_CASCADESIM_COMPLETE").source())
