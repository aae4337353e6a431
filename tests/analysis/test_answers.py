"""The answers that a run gives first, sentence by sentence."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from analysis import frames
from cascadesim.analysis.answers import (
    answers,
    answers_object,
    dates_sentences,
    idle_sentences,
    leaving_sentences,
    published_sentences,
    report_sentences,
    target_sentences,
    uncertified_sentences,
    unfinished_sentences,
)
from cascadesim.analysis.bottleneck.queues import WaitRow
from cascadesim.scenario.schema import Scenario

COMPLETED = "clients.completed_at_week_40"
PUBLISHED = """
[[published]]
outcome = "clients.no_show_share"
value = 0.1
kind = "fitted"
source = "somebody"

[[published]]
outcome = "tier.peer.certified"
value = 7
kind = "predicted"
source = "somebody"

[sources.somebody]
kind = "literature"
citation = "Somebody 2020"
"""


def said(folder: Path, completed: list[float], text: str = frames.TARGET) -> list[str]:
    scenario = frames.scenario(folder, frames.CASCADE + text)
    return list(target_sentences(scenario, frames.kpis(scenario, {COMPLETED: completed}, len(completed))))


def test_a_target_out_of_reach(tmp_path: Path) -> None:
    assert said(tmp_path, [20.0] * 86 + [19.0] * 114) == [
        "Target not reached. Chance that at least 20 clients complete care by week 40: 43 % (95 % interval 36 to 50 %, "
        "200 runs). Target: 80 %."
    ]


def test_a_target_of_a_tier_is_told_in_words(tmp_path: Path) -> None:
    target = '[target]\nreach = "tier.peer.active >= 4 by week 40"\nchance = 0.8\n'
    scenario = frames.scenario(tmp_path, frames.CASCADE + target)
    kpis = frames.kpis(scenario, {"tier.peer.active_at_week_40": [5.0, 3.0]}, 2)
    (said,) = target_sentences(scenario, kpis)
    assert said.startswith(
        "Too few runs to say whether the target is reached. Chance that at least 4 peers are active by week 40: 50 %"
    )


def test_a_target_reached(tmp_path: Path) -> None:
    assert said(tmp_path, [25.0] * 190 + [3.0] * 10) == [
        "Target reached. Chance that at least 20 clients complete care by week 40: 95 % (95 % interval 91 to 97 %, 200 "
        "runs). Target: 80 %."
    ]


def test_a_target_too_close_to_call(tmp_path: Path) -> None:
    assert said(tmp_path, [25.0] * 8 + [3.0] * 2) == [
        "Too few runs to say whether the target is reached. Chance that at least 20 clients complete care by week 40: "
        "80 % (95 % interval 49 to 94 %, 10 runs). Target: 80 %."
    ]


def test_one_run_gives_no_chance(tmp_path: Path) -> None:
    assert said(tmp_path, [18.0]) == [
        "Target not reached in this one run (18): at least 20 clients complete care by week 40. The chance (target: "
        "80 %) needs many runs (--replications 200)."
    ]


def test_no_target_no_sentence(tmp_path: Path) -> None:
    assert said(tmp_path, [18.0], "") == []


def test_report_weeks(tmp_path: Path) -> None:
    scenario = frames.scenario(tmp_path, "start_date = 2018-09-03\n" + frames.CASCADE)
    values = {
        "tier.peer.delivering_at_week_26": [3.0, 5.0, 4.0, 4.0],
        "tier.peer.certified_at_week_26": [6.0, 6.0, 6.0, 6.0],
        "clients.started_at_week_26": [10.0, 20.0, 30.0, 40.0],
    }
    assert list(report_sentences(scenario, frames.kpis(scenario, values, 4)))[:3] == [
        "Shown are means of runs (95 % interval of the mean; 10th to 90th percentile of runs):",
        "Month 6 (4 Mar 2019, week 26), peers: 4 (2.7 to 5.3; 3.3 to 4.7) deliver care; 6 (6 to 6; 6 to 6) certified "
        "so far.",
        "By then, clients: 25 (4.5 to 45.5; 13 to 37) started care; 0 (0 to 0; 0 to 0) completed care.",
    ]


def test_answers_say_the_window_and_leave_out_what_comes_before_it(tmp_path: Path) -> None:
    sets = ["measure_from_week=26", "start_date=2018-09-03"]
    scenario = frames.scenario(tmp_path, sets=sets)
    first, shown, peers, *_ = answers(scenario, frames.kpis(scenario, {}, 2), frames.trajectories(scenario, [{}, {}]))
    assert first == (
        "Measured from week 26 (4 Mar 2019) to week 40 (10 Jun 2019). Only clients referred in these weeks are counted."
    )
    assert shown.startswith("Shown are means") and peers.startswith("10 Jun 2019 (week 40), peers: ")
    assert peers.endswith("certified since week 0.")
    late = scenario.with_(report_weeks=[13])
    (only,) = report_sentences(late, frames.kpis(late, {}, 2))
    assert only == "No report week lies in the window. report_weeks = [40] shows its end."


def test_report_weeks_of_one_run_without_clients(tmp_path: Path) -> None:
    without = frames.CASCADE[: frames.CASCADE.index("[clients]")].replace(", practice_cases = 1", "")
    scenario = frames.scenario(tmp_path, without)
    told = frames.kpis(scenario, {"tier.peer.active_at_week_26": [5.0], "tier.peer.certified_at_week_26": [7.0]}, 1)
    assert list(report_sentences(scenario, told))[:2] == [
        "Shown is this one run (--replications 200 gives intervals):",
        "Month 6 (week 26), peers: 5 are active; 7 certified so far.",
    ]


def test_many_who_are_not_certified_are_told_of(tmp_path: Path) -> None:
    scenario = frames.scenario(tmp_path)
    values = {"tier.peer.certified": [8.0, 10.0], "tier.peer.exits.not_certified": [3.0, 4.0]}
    assert list(uncertified_sentences(scenario, frames.kpis(scenario, values, 2))) == [
        "Peers (mean of runs): 3.5 left because they had no certificate after 52 weeks of practice; 9 were "
        "newly certified."
    ]
    few = values | {"tier.peer.exits.not_certified": [0.0, 1.0]}
    assert list(uncertified_sentences(scenario, frames.kpis(scenario, few, 2))) == []


def test_published_figures_say_what_they_prove(tmp_path: Path) -> None:
    scenario = frames.scenario(tmp_path, frames.CASCADE + PUBLISHED)
    values = {"clients.no_show_share": [0.08, 0.12, math.nan], "tier.peer.certified": [6.0, 7.0, 8.0]}
    assert list(published_sentences(scenario, frames.kpis(scenario, values, 3))) == [
        "Published clients.no_show_share 10 % (somebody); simulated 10 % (10th to 90th percentile of runs 8.4 to 11.6 "
        "%) in the 2 of 3 runs that have a value: fitted (an input was chosen to give it), so it is no test of the "
        "model.",
        "Published tier.peer.certified 7 (somebody); simulated 7 (10th to 90th percentile of runs 6.2 to 7.8): "
        "predicted.",
    ]


@pytest.fixture
def made_up(tmp_path: Path) -> tuple:
    scenario = frames.scenario(tmp_path, frames.CASCADE + frames.TARGET + PUBLISHED)
    kpis = frames.kpis(scenario, {COMPLETED: [20.0, 10.0], "clients.wait_mean_weeks": [math.nan, 2.0]}, 2)
    seats = {"tier.peer.waiting.supervision_place.supervisor_hours": {(0.0, 40.0): 2.0}}
    return scenario, kpis, frames.trajectories(scenario, [seats, seats])


def test_order_of_the_answers(made_up: tuple) -> None:
    starts = [text.split(" ")[0] for text in answers(*made_up)]
    reports = ["Shown", "Month", "By", "Week", "By"]
    assert starts == ["Too", *reports, "Binding", "Bottleneck", "Longest", "Published", "Published"]


def test_answers_as_data(made_up: tuple) -> None:
    told = json.loads(json.dumps(answers_object(*made_up), allow_nan=False))
    assert told["sentences"] == list(answers(*made_up))
    assert (told["target"]["chance"], told["target"]["required"], told["target"]["runs"]) == (0.5, 0.8, 2)
    assert told["bottleneck"]["spells"] == [
        {
            "cause": {"kind": "supervision_hours", "tier": "mentor", "waiting": "peer", "tests": ""},
            "words": "mentor hours for peer supervision",
            "start_week": 0.0,
            "end_week": 40.0,
            "runs": 1.0,
        }
    ]
    assert told["kpis"]["clients.wait_mean_weeks"] == {
        "unit": "weeks",
        "runs": 2,
        "defined": 1,
        "mean": 2.0,
        "low": None,
        "high": None,
        "p10": 2.0,
        "p90": 2.0,
    }
    assert told["published"][0]["simulated"]["mean"] == 0.0


CALENDAR = frames.CASCADE.replace(
    "practice_cases = 1 }", 'practice_cases = 1, when = "calendar", every_weeks = 10, window_weeks = 2 }'
)


def test_reasons_are_told_with_the_most_frequent_first(tmp_path: Path) -> None:
    clock = 'time_to_event = { dist = "exponential", mean_weeks = 90 }'
    more = "".join(f"events.{name}.{clock}\n" for name in ("move", "job", "ill"))
    scenario = frames.scenario(
        tmp_path, frames.CASCADE.replace("events.left.time_to_event", f"{more}events.left.time_to_event")
    )
    exits = {
        "left": [1.0, 2.0],
        "move": [4.0, 3.0],
        "ill": [0.0, 1.0],
        "job": [2.0, 2.0],
        "failed_training": [1.0, 0.0],
    }
    columns = {f"tier.peer.exits.{name}": values for name, values in exits.items()}
    kpis = frames.kpis(scenario, columns | {"tier.peer.exited": [8.0, 8.0]}, 2)
    assert list(leaving_sentences(scenario, kpis)) == [
        "Peers (mean of runs): 8 left (3.5 move, 2 job, 1.5 left, 1 for other reasons)."
    ]
    promoted = kpis.assign(**{"tier.peer.exits.promoted": [1.0, 3.0], "tier.peer.exited": [9.0, 11.0]})
    (said,) = leaving_sentences(scenario, promoted)  # as many as the table has, which counts the promoted
    assert said == "Peers (mean of runs): 10 left (3.5 move, 2 job, 1.5 left, 1 for other reasons, 2 promoted)."
    few = frames.kpis(scenario, {"tier.peer.exits.left": [0.0, 1.0]}, 2)
    assert list(leaving_sentences(scenario, few)) == []


LITTLE = {
    "delivering_mean": 12.0,
    "wait_mean_weeks": 0.5,
    "reneged": 3.0,
    "waiting_at_end": 2.0,
    "supervised_share": 1.0,
}
OTHERWISE = {
    "few have nobody": {"delivering_mean": 15.1},
    "clients wait": {"wait_mean_weeks": 2.1},
    "clients give up, so that no wait is long": {"reneged": 4.0},
    "clients still wait": {"waiting_at_end": 3.0},
    "many have no supervisor, and may see nobody": {"supervised_share": 0.75},
}


def test_clients_in_care_at_the_end_have_cost_money(tmp_path: Path) -> None:
    scenario = frames.scenario(tmp_path, sets=["tier.peer.costs.week_cost=10"])
    values = {"cost.total": [5e4], "clients.in_care_at_end": [7.0], "clients.completions": [30.0]}

    def said(plan: Scenario, **changes: float) -> list[str]:
        changed = {name.replace("__", "."): [value] for name, value in changes.items()}
        return list(unfinished_sentences(plan, frames.kpis(plan, values | changed, 1)))

    assert said(scenario) == [
        "The cost per completed client includes what 7 clients in care at the end have cost, for 30 who have "
        "completed. It falls in a longer run, or with measure_from_week."
    ]
    assert said(scenario, clients__in_care_at_end=6.0) == said(scenario, cost__total=0.0) == []
    assert said(scenario, clients__completions=0.0) == said(scenario.with_(measure_from_week=13)) == []


def _idle(tmp_path: Path, **changes: float) -> list[str]:
    scenario = frames.scenario(tmp_path, frames.CASCADE)
    values = {"active_mean": [20.0], "referred": [100.0]} | {name: [each] for name, each in (LITTLE | changes).items()}
    clients = ("wait_mean_weeks", "reneged", "waiting_at_end", "referred")
    named = {f"clients.{name}" if name in clients else f"tier.peer.{name}": each for name, each in values.items()}
    return list(idle_sentences(scenario, frames.kpis(scenario, named, 1)))


def test_where_clients_are_too_few(tmp_path: Path) -> None:
    """Apprentices practise on clients here, and may be among those who deliver."""
    assert _idle(tmp_path) == [
        "Too few clients are referred: of 20 peers who can see clients, at least 8 have no client on average. Clients "
        "wait 0.5 weeks. More peers would change little."
    ]


@pytest.mark.parametrize("what", OTHERWISE)
def test_where_they_are_not(tmp_path: Path, what: str) -> None:
    assert _idle(tmp_path, **OTHERWISE[what]) == []


def test_who_is_not_deployed_has_no_clients_to_miss(tmp_path: Path) -> None:
    """Half of them are not, and the others are busy."""
    text = frames.CASCADE.replace(
        "events.left.time_to_event", 'deployment_probability = 0.5\nnot_deployed = "stay"\nevents.left.time_to_event'
    )
    scenario = frames.scenario(tmp_path, text)
    values = {
        "tier.peer.active_mean": [20.0],
        "tier.peer.not_deployed_mean": [10.0],
        "tier.peer.delivering_mean": [9.0],
    }
    values |= {"tier.peer.supervised_share": [1.0], "clients.referred": [100.0], "clients.wait_mean_weeks": [0.5]}
    assert list(idle_sentences(scenario, frames.kpis(scenario, values, 1))) == []


def _waited(constraint: str, unit_weeks: float, weeks: float = 1.0) -> WaitRow:
    return WaitRow("peer candidates", "course", "peer", constraint, f"[{constraint}]", unit_weeks, 0.5, weeks)


def test_dates_without_a_course_and_what_was_missing(tmp_path: Path) -> None:
    """The calendar itself is always in the way between two dates, and no reason why one passes."""
    scenario = frames.scenario(tmp_path, CALENDAR)
    kpis = frames.kpis(scenario, {"tier.peer.courses_planned": [4.0, 4.0], "tier.peer.courses_lapsed": [3.0, 2.0]}, 2)
    waits = (_waited("calendar", 900.0, 11.0), _waited("trainer_hours", 3.0), _waited("too_few_trainers", 2.0))
    assert list(dates_sentences(scenario, kpis, waits)) == [
        "Peer courses: 2.5 of 4 dates passed without a course (mostly: [trainer_hours])."
    ]
    seldom = (_waited("calendar", 900.0, 9.0), *waits[1:])  # 11 of 40 weeks, where 5 in 8 dates passed
    for waited in (seldom, ()):
        assert list(dates_sentences(scenario, kpis, waited)) == [
            "Peer courses: 2.5 of 4 dates passed without a course (mostly nobody waited for a course)."
        ]
    held = frames.kpis(scenario, {"tier.peer.courses_planned": [6.0], "tier.peer.courses_lapsed": [1.0]}, 1)
    assert list(dates_sentences(scenario, held, waits)) == []
