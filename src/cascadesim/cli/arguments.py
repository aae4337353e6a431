"""What several commands are given: options, and files that have to be scenarios or studies."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

import click

from cascadesim.engine.backends import ENGINES
from cascadesim.errors import MAX_JOBS, MAX_REPLICATIONS, CascadeError, EnvironmentFault, UsageError
from cascadesim.model.rng import MAX_SEED
from cascadesim.scenario.document import read_document

if TYPE_CHECKING:
    from cascadesim.scenario.schema import Scenario

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
PATH = click.Path(path_type=Path)
REPLICATIONS = click.IntRange(1, MAX_REPLICATIONS)
SEED = click.IntRange(0, MAX_SEED)
JOBS = click.IntRange(1, MAX_JOBS)

file_argument = click.argument("file", metavar="FILE", type=PATH)
sweep_argument = click.argument("folder", metavar="DIR", type=PATH)
set_option = click.option(
    "--set", "sets", multiple=True, metavar="KEY=VALUE", help="Change a key: tier.NAME.caseload=4. May be repeated."
)
engine_option = click.option(
    "--engine", type=click.Choice(ENGINES), default="auto", show_default=True, help="Both give the same."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
quiet_option = click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors (and the JSON object).")


def jobs_option(words: str) -> Decorator:
    """How many processes, one by default."""
    return click.option("--jobs", type=JOBS, default=1, show_default=True, help=words)


def outcomes_option(words: str = "Only this one; may be repeated.") -> Decorator:
    """Names of outcomes, as `outcomes`."""
    return click.option("--outcome", "outcomes", multiple=True, metavar="NAME", help=words)


def _margins(_context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> dict[str, float]:
    """OUTCOME=AMOUNT, the amount a number of 0 or more."""
    margins = {}
    for text in values:
        outcome, _, written = text.rpartition("=")
        try:
            amount = float(written)
        except ValueError:
            amount = math.nan
        if not (outcome and 0 <= amount < math.inf):
            allowed = "OUTCOME=AMOUNT, the amount 0 or more in the unit of the outcome"
            raise click.BadParameter(f"{text}: expected {allowed}, such as clients.wait_mean_weeks=0.5.", param=option)
        margins[outcome.strip()] = amount
    return margins


margin_option = click.option(
    "--margin",
    "margins",
    multiple=True,
    metavar="OUTCOME=AMOUNT",
    callback=_margins,
    help="The smallest difference that matters, in the unit of the outcome; of a share 0.02 is 2 points. "
    "May be repeated. Default: what [[margin]] of the (first) scenario says.",
)


def out_option(words: str, metavar: str = "DIR") -> Decorator:
    """Where the results go, as `out`."""
    return click.option("-o", "out", metavar=metavar, type=PATH, help=words)


def options_as(name: str, kind: type[Any], *options: Decorator) -> Decorator:
    """Add `options` to a command, which gets them as one argument `name`: those that `kind` has as fields, in one."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def command(*args: Any, **values: Any) -> Any:
            own = {option: values.pop(option) for option in kind.__annotations__ if option in values}
            return function(*args, **{name: kind(**own)}, **values)

        decorated: Callable[..., Any] = command
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return decorate


class Simulation(TypedDict):
    """How runs are made that a command needs for its own purpose."""

    seed: int
    jobs: int
    engine: str


simulation_options = options_as(
    "simulation",
    Simulation,
    click.option("--seed", type=SEED, default=1, show_default=True, help="Which random numbers."),
    jobs_option("Runs at a time."),
    engine_option,
)


def load_scenario(file: Path, sets: tuple[str, ...] = ()) -> Scenario:
    """The scenario in `file`, with changes. A study is told apart from a scenario at fault."""
    from cascadesim.scenario.load import load

    try:
        return load(file, sets)
    except CascadeError:  # only now is it worth while to load what studies are read with
        if is_study_file(file):
            hint = f"cascadesim sweep {file} runs it."
            message = f"{file} is a study, and a scenario is needed."
            raise UsageError(message, hint=hint, code="study") from None
        raise


def is_study_file(file: Path) -> bool:
    """Whether a file is meant as a study; whatever cannot be read is left to whoever reads scenarios."""
    from cascadesim.experiment.study.definition import is_study

    return is_study(_data(file))


def check_study_file(file: Path) -> None:
    """A fault where a study is needed and `file` is a scenario, or is not there."""
    if not file.is_file():
        hint = "scenarios/studies has some; docs/how-to/run-a-study.md says how to write one."
        raise EnvironmentFault("there is no such study file.", hint=hint, code="missing_file", file=str(file))
    if {"tier", "cascade"} & set(_data(file)):
        hint = "cascadesim run runs a scenario; docs/how-to/run-a-study.md says how to write a study of it."
        raise UsageError(f"{file} is a scenario, and a study is needed, which names one.", hint=hint, code="scenario")


def _data(file: Path) -> dict[str, Any]:
    """What a file says, nothing of one that cannot be read."""
    try:
        return read_document(file, str(file)).data
    except CascadeError:
        return {}
