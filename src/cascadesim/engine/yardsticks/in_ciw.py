"""M/M/20+M in Ciw: a network of one node, with its own reneging."""

from __future__ import annotations

import ciw

from cascadesim.engine.yardsticks.queue import ARRIVALS_A_WEEK, PATIENCE_WEEKS, SERVERS, SERVICE_WEEKS, Outcome, Runner


def prepare(weeks: float) -> Runner:
    """Runs of so many weeks. Ciw draws from generators that all runs of the process share."""
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(ARRIVALS_A_WEEK)],
        service_distributions=[ciw.dists.Exponential(1 / SERVICE_WEEKS)],
        reneging_time_distributions=[ciw.dists.Exponential(1 / PATIENCE_WEEKS)],
        number_of_servers=[SERVERS],
    )

    def run(seed: int) -> Outcome:
        ciw.seed(seed)
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_time(weeks)
        records = simulation.get_all_records()
        waits = [record.waiting_time for record in records if record.record_type == "service"]
        return Outcome(len(waits), len(records) - len(waits), sum(waits))

    return run
