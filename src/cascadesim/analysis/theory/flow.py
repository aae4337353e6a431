"""Clients as a fluid on its way: a line of those who wait, and care, in which places may be lost."""

from __future__ import annotations

import numpy as np

from cascadesim.analysis.theory.delays import Departures, Shares


class Line:
    """First come, first served; `stays` is the chance not to have given up so many steps after referral."""

    def __init__(self, stays: Shares) -> None:
        self._stays = stays
        self._came = np.zeros(len(stays))
        self._first = 0

    def join(self, step: int, many: float) -> None:
        """So many are referred in this step."""
        self._came[step] += many

    def length(self, step: int) -> float:
        """How many wait who have not given up before this step."""
        return float(self._came[self._first : step + 1] @ self._stays[step - self._first :: -1])

    def call(self, step: int, many: float) -> None:
        """So many are offered a place, who has waited longest first."""
        while self._first <= step:
            waits = self._came[self._first] * self._stays[step - self._first]
            if waits > many:
                self._came[self._first] *= 1 - many / waits
                return
            many -= waits
            self._came[self._first] = 0.0
            self._first += 1
        self._first = step  # more may come within this step


class Care:
    """Who is in a place, as their departures to come, step by step; and who has lost it and waits for another one.

    `handed_over` is the share of the latter who stay from one step to the next. What an interval that is broken off has
    taken is kept; in the model it begins anew (R8.5), which costs them half of one on average.
    """

    def __init__(self, departures: Departures, handed_over: float, count: int) -> None:
        self._departures = departures
        self._stays = handed_over
        self._longest = len(departures.leaves)
        self._due = np.zeros((2, count))  # by step: who leaves, and who completes
        self._paused = np.zeros((2, self._longest))  # by steps left, those who have lost their place
        self.inside = self.paused = self.completed = self.offered = 0.0

    def leave(self, step: int) -> None:
        """Whose time in a place is over leaves, and of those who have lost theirs some give up."""
        leaves, completes = self._due[:, step]
        self.inside = max(0.0, self.inside - float(leaves))
        self.completed += float(completes)
        if self.paused:
            self._paused *= self._stays
            self.paused *= self._stays

    def fit(self, step: int, room: float) -> float:
        """Whoever exceeds the places loses theirs, who have lost theirs resume first; the places that are left then.

        All who are in care are hit alike, whatever is left of it; so are all who resume.
        """
        moving = max(self.inside - room, -self.paused)
        if moving:
            due = self._due[:, step + 1 : step + self._longest]
            paused = self._paused[:, 1 : 1 + due.shape[1]]
            parts = moving / self.inside * due if moving > 0 else moving / self.paused * paused
            due -= parts
            paused += parts
            self.inside -= moving
            self.paused += moving
        return max(0.0, room - self.inside)

    def admit(self, step: int, many: float) -> None:
        """So many are offered a place in this step."""
        for due, each in zip(self._due, (self._departures.leaves, self._departures.completes), strict=True):
            part = due[step : step + self._longest]
            part += many * each[: len(part)]
        self.inside += many
        self.offered += many
