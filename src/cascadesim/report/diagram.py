"""The states and flows of a programme as a picture: a row of states for each tier and one for the clients.

Only what can happen in the scenario is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from textwrap import fill

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from cascadesim.analysis.wording import named
from cascadesim.report.figures.workforce import REASONS
from cascadesim.report.measures import CLIENT_ROWS, CLIENT_ROWS_OF
from cascadesim.report.style import BLUE, FAINT, GREEN, INK, ORANGE, VERMILLION, new_figure, styled
from cascadesim.scenario import defaults
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.workforce import Tier

_ENDS = {
    "gave_up_waiting": "candidate",
    "not_selected": "candidate",
    "failed_training": "in training",
    "not_certified": "apprentice",
}
"""The state that a reason of the model's own ends; any other, or one without such a state, ends `active`."""
_CLIENT_WORDS = CLIENT_ROWS | CLIENT_ROWS_OF["screening"] | CLIENT_ROWS_OF["own_life"]
_WORDS = {
    "in_training": "on a course",
    "absent": "away",
    **REASONS,
    **{name: _CLIENT_WORDS[name] for name in ("reneged", "screened_out", "lost_on_exit", "left_for_own_reason")},
}


def in_words(name: str) -> str:
    """A state, or a way out, as tables and figures say it."""
    return _WORDS.get(name.replace(" ", "_"), name)


@dataclass(frozen=True)
class Flow:
    """From one state to another of a row, by their indices; `back` is drawn faintly above the row."""

    start: int
    end: int
    words: str = ""
    back: bool = False


@dataclass
class DiagramRow:
    """One row: its states, flows between them, ways out by the index of the state, what it receives from above.

    `from_above` has by a word who gives (states of the row above) and who receives.
    """

    name: str
    note: str
    states: tuple[str, ...]
    goal: str
    flows: list[Flow] = field(default_factory=list)
    exits: dict[int, tuple[str, ...]] = field(default_factory=dict)
    from_above: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)


def rows_of(scenario: Scenario) -> list[DiagramRow]:
    """A row for each tier from the top, then one for the clients."""
    rows = [_tier_row(scenario, level) for level in range(len(scenario.cascade))]
    if scenario.clients is not None:
        rows.append(_client_row(scenario))
    return rows


def _tier_row(scenario: Scenario, level: int) -> DiagramRow:
    name = scenario.cascade[level]
    tier = scenario.tier[name]
    trained, practises = defaults.trains(tier, level), defaults.practice(scenario, level) != "none"
    away = any(defaults.consequences(reason)[2] > 0 for reason in tier.events.values())
    states = ["candidate", "in training"] if trained else []
    states += ["apprentice"] if practises else []
    states += ["active", "absent"] if away else ["active"]
    row = DiagramRow(name, _source(tier), tuple(states), "active")
    for index in range(states.index("active")):
        row.flows.append(Flow(index, index + 1))
    if trained:
        _training_flows(row, tier)
    if away:
        active = states.index("active")
        row.flows += [Flow(active, active + 1), Flow(active + 1, active, "returns", back=True)]
    _exits(row, scenario, level)
    if level > 0:
        if trained:
            row.from_above["trains"] = (("active",), ("in training",))
        if defaults.supervises(tier, level):
            practising = ("apprentice",) if practises else ()
            row.from_above["supervises"] = (("active",), (*practising, "active"))
    return row


def _source(tier: Tier) -> str:
    """Where people come from."""
    ways = []
    for staff in defaults.staff(tier).values():
        ways += ["at the start"] if staff.initial else []
        ways += ["intakes"] if staff.intake else []
        ways += ["one by one"] if staff.recruits_per_week else []
        ways += ["vacancies filled"] if staff.target is not None else []
    if tier.promotion is not None:
        ways.append("promotion")
    return ", ".join(dict.fromkeys(ways))


def _training_flows(row: DiagramRow, tier: Tier) -> None:
    stages, attempts = len(defaults.stages(tier.training)), tier.training.attempts
    words = [f"{stages} stages"] if stages > 1 else []
    words += [f"{attempts} attempts"] if attempts > 1 else []
    if words:
        row.flows.append(Flow(1, 0, ", ".join(words), back=True))


def _exits(row: DiagramRow, scenario: Scenario, level: int) -> None:
    """Each reason under the states that it ends."""
    tier = scenario.tier[scenario.cascade[level]]
    reasons: dict[str, list[str]] = {}
    for reason in defaults.exit_names(scenario, level):
        if reason in tier.events:
            states = _struck(row, tier, reason)
        else:
            ended = _ENDS.get(reason, "active")
            states = (ended if ended in row.states else "active",)
        for state in states:
            reasons.setdefault(state, []).append(reason.replace("_", " "))
    row.exits = {row.states.index(state): tuple(names) for state, names in reasons.items()}


def _struck(row: DiagramRow, tier: Tier, reason: str) -> tuple[str, ...]:
    """The states in which a reason of people's own lives can strike: while it makes them absent itself, it does not."""
    others = (each for name, each in tier.events.items() if name != reason)
    away = ("absent",) if any(defaults.consequences(each)[2] > 0 for each in others) else ()
    if tier.events[reason].origin == "certification":
        return ("active", *away)
    return (*(state for state in row.states if state != "absent"), *away)


def _client_row(scenario: Scenario) -> DiagramRow:
    clients = scenario.clients
    assert clients is not None
    shares = [clients.eligibility_probability, *(each.eligibility_probability for each in clients.stream.values())]
    screened = any(share is not None and share.value < 1 for share in shares)
    hands_over = clients.on_worker_exit == "transfer"
    states = ("referred", "waiting", *(("transfer",) if hands_over else ()), "in care", "completed")
    care = states.index("in care")
    row = DiagramRow("clients", ", ".join(sorted(clients.stream)), states, "completed", [Flow(0, 1), Flow(1, care)])
    row.flows.append(Flow(care, care + 1))
    if hands_over:
        row.flows += [Flow(care - 1, care, "resumed"), Flow(care, care - 1, "worker leaves", back=True)]
        row.exits[care - 1] = ("lost on exit",)
    own = ("left for own reason",) if clients.events else ()
    if screened:
        row.exits[0] = ("screened out",)
    waiting = (("reneged",) if clients.patience_weeks is not None else ()) + own
    if waiting:
        row.exits[1] = waiting
    gone = (("never started",) if clients.start_probability.value < 1 else ()) + own
    gone += ("dropped out",) if clients.continue_probability.value < 1 or clients.max_no_shows is not None else ()
    gone += () if hands_over else ("lost on exit",)
    if gone:
        row.exits[care] = gone
    # The last tier always sees clients, and so do its apprentices where they practise with clients.
    practising = ("apprentice",) if defaults.practice(scenario, len(scenario.cascade) - 1) == "clients" else ()
    row.from_above["sees"] = ((*practising, "active"), ("in care",))
    return row


_BOX_WIDTH, _BOX_HEIGHT = 1.5, 0.56
_COLUMN, _ROW = 2.35, 2.7
_LABEL = 2.6
_LABEL_LETTERS = 21
_EXIT, _LINK = -0.45, 0.62  # ways out leave on the left of a box, help from above comes and goes on the right
_COLORS = {"flow": INK, "back": FAINT, "out": VERMILLION}
_MOST_EXITS = 7
_WHITE = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
_NO_DATE: dict[str, dict[str, str | None]] = {".png": {"Software": None}, ".svg": {"Date": None, "Creator": None}}


def draw_diagram(scenario: Scenario, path: Path) -> None:
    """Write the diagram to `path`; its ending says how: .png or .svg. A whole file or none."""
    rows = rows_of(scenario)
    columns = max(len(row.states) for row in rows)
    with styled():
        figure = new_figure(1.0 + 1.9 * len(rows))
        axes = figure.add_subplot()
        axes.set_axis_off()
        axes.set_xlim(-_LABEL, (columns - 1) * _COLUMN + 1.0)
        axes.set_ylim(-len(rows) * _ROW + 0.9, 1.1)
        for index, row in enumerate(rows):
            _draw_row(axes, row, -index * _ROW)
            if row.from_above:
                _draw_link(axes, row, rows[index - 1], index)
        axes.set_title(scenario.title or scenario.name)
        part = path.with_name(f".{path.name}.part")
        figure.savefig(part, format=path.suffix.lstrip("."), metadata=_NO_DATE.get(path.suffix, {}))
    part.replace(path)


def _draw_row(axes: Axes, row: DiagramRow, y: float) -> None:
    axes.text(-_LABEL, y, named(row.name), weight="bold", va="center", fontsize=9.5)
    if row.note:
        note = fill(named(row.note), _LABEL_LETTERS)
        axes.text(-_LABEL, y - 0.2, note, va="top", fontsize=7.5, color=FAINT)
    for column, state in enumerate(row.states):
        _box(axes, column, y, state, GREEN if state == row.goal else BLUE)
    for flow in row.flows:
        _arrow(axes, flow, y)
    for column, words in row.exits.items():
        x = column * _COLUMN + _EXIT
        shown = words if len(words) <= _MOST_EXITS else (*words[: _MOST_EXITS - 1], "...")
        axes.annotate(
            "\n".join(map(in_words, shown)),
            xy=(x, y - _BOX_HEIGHT / 2),
            xytext=(x, y - 0.72),
            ha="center",
            va="top",
            fontsize=7,
            color=VERMILLION,
            zorder=4,
            bbox=_WHITE,  # help from above passes behind the words
            arrowprops={"arrowstyle": "<-", "color": VERMILLION, "lw": 0.8},
        )


def _x_of(row: DiagramRow, state: str) -> float:
    return row.states.index(state) * _COLUMN


def _box(axes: Axes, column: int, y: float, words: str, color: str) -> None:
    x = column * _COLUMN
    corner = (x - _BOX_WIDTH / 2, y - _BOX_HEIGHT / 2)
    axes.add_patch(
        FancyBboxPatch(
            corner, _BOX_WIDTH, _BOX_HEIGHT, boxstyle="round,pad=0.02,rounding_size=0.1", fc="white", ec=color, lw=1.4
        )
    )
    axes.text(x, y, in_words(words), ha="center", va="center", fontsize=8.5)


def _arrow(axes: Axes, flow: Flow, y: float) -> None:
    """Forward in the line of the boxes; anything else in an arc above them."""
    start, end = flow.start * _COLUMN, flow.end * _COLUMN
    half = _BOX_WIDTH / 2
    straight = flow.end == flow.start + 1 and not flow.back
    if straight:
        ends, style = ((start + half, y), (end - half, y)), "arc3"
    else:
        top = y + _BOX_HEIGHT / 2
        ends, style = ((start, top), (end, top)), f"arc3,rad={-0.32 if end > start else 0.32}"
    color = _COLORS["back" if flow.back else "flow"]
    axes.annotate(
        "", xy=ends[1], xytext=ends[0], arrowprops={"arrowstyle": "->", "color": color, "connectionstyle": style}
    )
    if flow.words:
        height = y + (0.13 if straight else _BOX_HEIGHT / 2 + 0.38 * abs(flow.end - flow.start))
        middle = (start + end) / 2
        axes.text(middle, height, flow.words, ha="center", va="center", fontsize=7, color=FAINT, bbox=_WHITE)


def _draw_link(axes: Axes, row: DiagramRow, above: DiagramRow, index: int) -> None:
    """What a row receives from the one above it: from its working people, courses, supervision, care."""
    top, bottom = -(index - 1) * _ROW - _BOX_HEIGHT / 2, -index * _ROW + _BOX_HEIGHT / 2
    for words, (sources, targets) in row.from_above.items():
        color = ORANGE if words == "trains" else GREEN
        for source, target in product(sources, targets):
            x, end = _x_of(above, source) + _LINK, _x_of(row, target) + _LINK
            style = {"arrowstyle": "->", "color": color, "lw": 1.6, "linestyle": (0, (5, 2))}
            axes.annotate("", xy=(end, bottom), xytext=(x, top), arrowprops=style)
            # What comes from the left of `active` passes behind its ways out, where no word could be read.
            far = 0.5 if source == above.goal else 0.2
            middle = (x + far * (end - x), top + far * (bottom - top))
            axes.text(*middle, words, color=color, fontsize=8, ha="center", va="center", bbox=_WHITE)
