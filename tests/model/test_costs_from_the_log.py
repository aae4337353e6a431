"""Costs against a sum made row by row from the event log of whole runs, as one would make it in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from cascadesim import simulate
from model.tallies import W, scenario

TEXT = """
schema = 1
horizon_weeks = 70
cascade = ["top", "low"]
tier.top = { hours_per_week = 30, initial = 2, costs.hour_cost = 4 }

[tier.low]
hours_per_week = 8
caseload = 3
initial = 1
target = 6
lag_weeks = 2
languages = { Arabic = 0.6, Farsi = 0.4 }
events.moved = { time_to_event = { dist = "exponential", mean_weeks = 25 } }
incentive.stipend = { from_week = 10.5, until_week = 40, week_cost = 7 }
training = { course_weeks = 2, max_cohort = 4, trainer_hours_per_week = 6, trainee_hours_per_week = 5 }
supervision = { group_size = 3, meeting_hours = 1, preparation_hours = 0.5 }
costs = { recruit_cost = 10, week_cost = 3, hour_cost = 2, course_cost = 100, trainee_cost = 20, refresher_cost = 30 }

[tier.low.refresher]
every_weeks = 15
course_weeks = 1
max_cohort = 4
trainer_hours_per_week = 3
trainee_hours_per_week = 1

[clients]
sessions = 3
session_hours = 1.5
session_overhead_hours = 0.5
screening_hours = 0.5
eligibility_probability = 0.8
start_probability = 0.9
continue_probability = 0.9
no_show_probability = 0.1
research_hours_per_client = 3
interpreter_hours_factor = 1.5
format.talk = { sessions = 4, session_hours = 2, group_min = 2, group_max = 3, facilitators = 2 }
costs = { referral_cost = 5, screening_hour_cost = 8, session_cost = 6, interpreter_hour_cost = 9 }

[clients.stream]
alone = { referrals_per_week = 0.6, languages = { Arabic = 0.5, Farsi = 0.3, Tigrinya = 0.2 } }
together = { referrals_per_week = 0.4, language = "Farsi", format = "talk" }

[organisation.clarity]
initial = 0.5
lift = 0.2
at_weeks = [6, 30]
training_cost = 40
referral_ratio = 0.9

[costs]
start_up_cost = 1000
week_cost = 25
"""
HORIZON = 70 * W
INTERPRETED_HOURS = {"client": 1.5 * 1.5 + 0.5, "client_group": 2 * 1.5 + 0.5}
PLAIN_HOURS = {"client": 1.5 + 0.5, "client_group": 2 + 0.5}
RESEARCH_HOURS = {"client": 3 / 3, "client_group": 3 / 4 * 2 / 2}  # groups start with two, for two facilitators

Row = dict[str, object]


class Sheet:
    """The log of one run, and what lasted from one row to another."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        cared = [row for row in rows if row["event"] == "started" or (row["event"], row["detail"]) == JOINED]
        self.care_begins = int(str(cared[0]["row"]))

    def count(self, event: str, before: int, **also: str) -> int:
        """Rows of this event above a row."""
        return sum(
            row["event"] == event and all(row[key] == value for key, value in also.items())
            for row in self.rows[:before]
        )

    def spells(self, begin: Iterable[str], end: Iterable[str], *who: str) -> list[tuple[Row, int]]:
        """(first row, last minute) of all that begins with one of these events and ends with one of those.

        It belongs to those whom the columns `who` of its first row name, and ends with a row about any of them.
        """
        open_now: dict[tuple[object, ...], Row] = {}
        found: list[tuple[Row, int]] = []
        for row in self.rows:
            if row["event"] in end:
                for names in [names for names in open_now if row["key"] in names]:
                    found.append((open_now.pop(names), int(str(row["minute"]))))
            if row["event"] in begin:
                open_now[tuple(row[column] for column in who)] = row
        return found + [(row, HORIZON) for row in open_now.values()]


JOINED = ("joined_group", "started")
OUT_OF_CARE = ("completed", "dropped_out", "never_started", "awaiting_transfer", "lost_on_exit")


def weeks(spells: list[tuple[Row, int]], start: float = 0, end: float = 70, until: int = HORIZON) -> float:
    """How long these lasted, within some weeks of the programme."""
    low, high = start * W, min(end * W, until)
    return sum(max(0.0, min(last, high) - max(int(str(first["minute"])), low)) for first, last in spells) / W


def ledger(sheet: Sheet, before: int) -> dict[str, float]:
    """Every line up to (not with) a row of the log."""
    until = HORIZON if before == len(sheet.rows) else int(str(sheet.rows[before]["minute"]))
    service = sheet.spells(("certified",), ("exited",), "key")
    low = [spell for spell in service if spell[0]["tier"] == "low"]
    schooled = sheet.spells(("entered_course",), ("passed", "requeued", "exited"), "key")
    refreshed = sheet.spells(("joined_refresher",), ("refreshed", "left_refresher", "exited"), "key")
    trainers = sheet.spells(("trainer_joined",), ("course_ended", "refresher_ended"), "key", "other")
    taught = sum(weeks([spell], until=until) * (6 if ":course:" in str(spell[0]["key"]) else 3) for spell in trainers)
    seats = sheet.spells(("joined_supervision",), ("left_supervision", "exited"), "key")
    led = sheet.spells(("group_opened",), ("group_closed",), "key")
    cases = sheet.spells(("started", "not_starting", "resumed"), OUT_OF_CARE, "key")
    helpers = sheet.spells(("facilitator_joined",), ("client_group_ended", "exited"), "key", "other")
    work = [(spell, "client") for spell in cases] + [(spell, "client_group") for spell in helpers]
    seen = sum(weeks([spell], until=until) * _rate(spell[0], kind) for spell, kind in work)
    research = sum(weeks([spell], until=until) * RESEARCH_HOURS[kind] for spell, kind in work)
    held, interpreted = sessions(sheet, before)
    potential = sheet.count("referred", before) + sheet.count("screened_out", before)
    outside = sum(
        sheet.count("recruited", before, tier="low", detail=each)
        for each in {row["detail"] for row in sheet.rows if row["event"] == "recruited"}
        if not str(each).startswith("initial")
    )
    return {
        "programme": 1000 + 25 * until / W,
        "organisation": 40 * sheet.count("workplace_training", before),
        "clients.referral": 5 * potential,
        "clients.screening": 8 * 0.5 * potential,
        "clients.sessions": 6 * held,
        "clients.interpreters": 9 * interpreted,
        "tier.top.training": 4 * taught,
        "tier.top.supervision": 4 * 1.5 * weeks(led, until=until),
        "tier.low.recruitment": 10 * outside,
        "tier.low.training": 100 * sheet.count("course_started", before)
        + 20 * sheet.count("entered_course", before)
        + 2 * (5 * weeks(schooled, until=until) + 1 * weeks(refreshed, until=until)),
        "tier.low.refreshers": 30 * sheet.count("refresher_started", before),
        "tier.low.supervision": 2 * 1 * weeks(seats, until=until),
        "tier.low.clients": 2 * seen,
        "tier.low.research": 2 * research,
        "tier.low.service": 3 * weeks(low, until=until),
        "tier.low.incentive": 7 * weeks(low, 10.5, 40, until),
    }


def _rate(first: Row, kind: str) -> float:
    return INTERPRETED_HOURS[kind] if first["detail"] == "interpreter" else PLAIN_HOURS[kind]


def sessions(sheet: Sheet, before: int) -> tuple[int, float]:
    """Sessions held, one for a whole group, and hours of interpreters."""
    spoken: dict[object, bool] = {}
    helpers: dict[object, dict[object, bool]] = {}
    empty: set[object] = set()  # groups at whose present session nobody has come yet
    held, hours = 0, 0.0
    for row in sheet.rows[:before]:
        event, key, interpreted = row["event"], row["key"], row["detail"] == "interpreter"
        if event in ("started", "resumed"):
            spoken[key] = interpreted
        elif event == "facilitator_joined":
            helpers.setdefault(key, {})[row["other"]] = interpreted
        elif event == "exited":
            for each in helpers.values():
                each.pop(key, None)
        elif event == "session" and row["tier"]:
            held += 1
            hours += 1.5 * 1.5 * spoken[key]
        elif event == "group_session":
            empty.add(key)
        elif event == "session" and row["other"] in empty:  # the first who comes
            empty.discard(row["other"])
            held += 1
            hours += 2 * 1.5 * any(helpers[row["other"]].values())
    return held, hours


@pytest.mark.parametrize("replication", range(3))
def test_every_line_is_what_the_log_says(replication: int) -> None:
    run = simulate(scenario(TEXT), replication=replication, events=True)
    frame = run.events_frame()
    sheet = Sheet(frame.to_dict("records"))
    expected = ledger(sheet, len(sheet.rows))
    found = {name.removeprefix("cost."): value for name, value in run.kpis.items() if name.startswith("cost.")}
    assert {name: found[name] for name in expected} == pytest.approx(expected, rel=1e-9)
    assert found["total"] == pytest.approx(sum(expected.values()), rel=1e-9)
    before = ledger(sheet, sheet.care_begins)
    assert found["start_up"] == pytest.approx(sum(before.values()), rel=1e-9)
    assert found["per_completed"] == pytest.approx(found["total"] / (frame["event"] == "completed").sum(), rel=1e-9)


def test_the_runs_have_everything_that_costs_money() -> None:
    frames = [simulate(scenario(TEXT), replication=number, events=True).events_frame() for number in range(3)]
    seen = {event for frame in frames for event in frame["event"]}
    assert {
        "awaiting_transfer",
        "resumed",
        "group_session",
        "refreshed",
        "exited",
        "workplace_training",
        "no_show",
    } <= seen
    assert any((frame["detail"] == "interpreter").any() for frame in frames)
