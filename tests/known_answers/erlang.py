"""Erlang's formulas for M/M/c and M/M/c+M, first come first served, from the stationary distribution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

FAR = 2_000
"""States beyond this have no weight in double precision for the loads used here."""


@dataclass(frozen=True)
class Queue:
    """Arrivals and services per week (each server), servers, and the rate at which each waiting client gives up."""

    arrivals: float
    services: float
    servers: int
    giving_up: float = 0.0

    def states(self) -> np.ndarray:
        """The chance of n clients in the system, n = 0, 1, ...: a birth and death process.

        Death rates are n mu up to c servers and c mu + (n - c) theta beyond: Gross, Shortle, Thompson and Harris
        (2008), Fundamentals of Queueing Theory, 4th ed., section 2.3 (Erlang C); Garnett, Mandelbaum and Reiman (2002),
        Designing a call center with impatient customers, Manufacturing & Service Operations Management 4:208-227
        (Erlang A).
        """
        n = np.arange(1, FAR)
        deaths = np.minimum(n, self.servers) * self.services + np.maximum(n - self.servers, 0) * self.giving_up
        weights = np.concatenate(([0.0], np.cumsum(np.log(self.arrivals / deaths))))
        chances = np.exp(weights - weights.max())
        return chances / chances.sum()

    @property
    def delay(self) -> float:
        """The chance that a client finds all servers busy (Poisson arrivals see time averages)."""
        return float(self.states()[self.servers :].sum())

    @property
    def waiting(self) -> float:
        """The mean number of clients waiting."""
        chances = self.states()
        return float(np.maximum(np.arange(FAR) - self.servers, 0) @ chances)

    @property
    def busy(self) -> float:
        """The mean number of busy servers."""
        return float(np.minimum(np.arange(FAR), self.servers) @ self.states())

    @property
    def abandoning(self) -> float:
        """The share of clients who give up."""
        return self.giving_up * self.waiting / self.arrivals

    @property
    def wait_of_the_served(self) -> float:
        """The mean wait in weeks of the clients who are served.

        With i others ahead in the queue a client moves up (or is served) at rate c mu + i theta and gives up at rate
        theta; the time in each place does not depend on which of the two ends it.
        """
        k = np.arange(FAR - self.servers)
        leaving = self.servers * self.services + (k + 1) * self.giving_up
        served = self.servers * self.services / leaving
        delay = np.cumsum(1 / leaving)
        chances = self.states()[self.servers :]
        return float(chances @ (served * delay)) / (1 - self.abandoning)


def erlang_c(servers: int, load: float) -> float:
    """Erlang's C: the delay probability of M/M/c in closed form, for a check of `Queue`."""
    terms = np.exp(np.arange(servers) * np.log(load) - gammaln(np.arange(servers) + 1))
    last = float(np.exp(servers * np.log(load) - gammaln(servers + 1))) * servers / (servers - load)
    return last / (float(terms.sum()) + last)
