"""What the diagram of a programme shows, as plain data: a row of states for each tier and one for the clients."""

from __future__ import annotations

from dataclasses import dataclass, field

from cascadesim.scenario import defaults
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.workforce import Tier

IN_COURSE = ("failed_training",)
WAITING_FOR_A_COURSE = ("gave_up_waiting", "not_selected")
IN_PRACTICE = ("not_certified",)


WORDS = {
    "in training": "on a course",
    "absent": "away",
    "not certified": "not certified in time",
    "failed training": "failed the course",
    "reneged": "gave up waiting",
    "screened out": "not eligible",
    "lost on exit": "lost when a worker left",
    "left for own reason": "left for a reason of their own",
}
"""Names of the model as tables and figures say them."""


def in_words(name: str) -> str:
    """A state, or a way out, as it is called elsewhere."""
    return WORDS.get(name, name)


@dataclass(frozen=True)
class Flow:
    """From one state to another of a row, by their places; `back` is drawn faintly above the row."""

    start: int
    end: int
    words: str = ""
    back: bool = False


@dataclass
class Row:
    """One row: its states, flows between them, ways out by the place of the state, what it receives from above.

    `from_above` has by a word who gives (states of the row above) and who receives.
    """

    name: str
    note: str
    states: tuple[str, ...]
    goal: str
    flows: list[Flow] = field(default_factory=list)
    exits: dict[int, tuple[str, ...]] = field(default_factory=dict)
    from_above: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)


def rows_of(scenario: Scenario) -> list[Row]:
    """A row for each tier from the top, then one for the clients."""
    rows = [_tier_row(scenario, level) for level in range(len(scenario.cascade))]
    if scenario.clients is not None:
        rows.append(_client_row(scenario))
    return rows


def _tier_row(scenario: Scenario, level: int) -> Row:
    name = scenario.cascade[level]
    tier = scenario.tier[name]
    trained, practises = defaults.trains(tier, level), defaults.practice(scenario, level) != "none"
    away = any(defaults.consequences(reason)[2] > 0 for reason in tier.life.values())
    states = ["candidate", "in training"] if trained else []
    states += ["apprentice"] if practises else []
    states += ["active", "absent"] if away else ["active"]
    row = Row(name, _source(tier), tuple(states), "active")
    for place in range(states.index("active")):
        row.flows.append(Flow(place, place + 1))
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


def _training_flows(row: Row, tier: Tier) -> None:
    stages, attempts = len(defaults.stages(tier.training)), tier.training.attempts
    words = [f"{stages} stages"] if stages > 1 else []
    words += [f"{attempts} attempts"] if attempts > 1 else []
    if words:
        row.flows.append(Flow(1, 0, ", ".join(words), back=True))


def _exits(row: Row, scenario: Scenario, level: int) -> None:
    """Each reason under the states that it ends."""
    tier = scenario.tier[scenario.cascade[level]]
    places: dict[str, list[str]] = {}
    for reason in defaults.exit_names(scenario, level):
        if reason in tier.life:
            states = _struck(row, tier, reason)
        elif reason in WAITING_FOR_A_COURSE:
            states = ("candidate",)
        elif reason in IN_COURSE:
            states = ("in training",)
        else:
            states = ("apprentice" if reason in IN_PRACTICE and "apprentice" in row.states else "active",)
        for state in states:
            places.setdefault(state, []).append(reason.replace("_", " "))
    row.exits = {row.states.index(state): tuple(reasons) for state, reasons in places.items()}


def _struck(row: Row, tier: Tier, reason: str) -> tuple[str, ...]:
    """The states in which a reason of people's own lives can strike: while it makes them absent itself, it does not."""
    others = (each for name, each in tier.life.items() if name != reason)
    away = ("absent",) if any(defaults.consequences(each)[2] > 0 for each in others) else ()
    if tier.life[reason].origin == "certification":
        return ("active", *away)
    return (*(state for state in row.states if state != "absent"), *away)


def _client_row(scenario: Scenario) -> Row:
    clients = scenario.clients
    assert clients is not None
    shares = [clients.eligibility_probability, *(each.eligibility_probability for each in clients.stream.values())]
    screened = any(share is not None and share.value < 1 for share in shares)
    hands_over = clients.on_worker_exit == "hand_over"
    states = ("referred", "waiting", *(("hand-over",) if hands_over else ()), "in care", "completed")
    care = states.index("in care")
    row = Row("clients", ", ".join(sorted(clients.stream)), states, "completed", [Flow(0, 1), Flow(1, care)])
    row.flows.append(Flow(care, care + 1))
    if hands_over:
        row.flows += [Flow(care - 1, care, "resumed"), Flow(care, care - 1, "worker leaves", back=True)]
        row.exits[care - 1] = ("lost on exit",)
    own = ("left for own reason",) if clients.life else ()
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
