"""Planted faults in what strikes workers: edited logs of `lives.toml`, and what the engine would have taken for it."""

from __future__ import annotations

from typing import Any

from auditor.edits import Edit, change, drop, later, twice

LIFE_EDITS: list[tuple[str, str, Edit]] = [
    ("strike", "away a minute later", later("absent", 1)),
    ("strike", "leaves two minutes later", later("exited", 2, detail="work")),
    ("strike", "gives notice a week later", later("notice", 10_080)),
    ("strike", "another reason", change("exited", {"detail": "status"}, detail="work")),
    ("strike", "struck twice", twice("hours_changed")),
    ("passed over", "never goes away", drop("absent")),
    ("passed over", "never leaves", drop("exited", detail="work")),
    ("passed over", "no other hours", drop("hours_changed")),
    ("passed over", "not in the wave", drop("exited", detail="wave")),
    ("arrival", "referred a minute later", later("referred", 1)),
    ("arrival", "recruited a minute later", later("recruited", 1, detail="poisson")),
    ("arrival left out", "not screened out", drop("screened_out")),
    ("arrival left out", "a recruit too few", drop("recruited", detail="poisson")),
    ("a client is struck", "leaves a minute later", later("left", 1)),
    ("a client is struck", "another reason", change("left", {"detail": "status"}, detail="moves")),
    ("a client is passed over", "never leaves", drop("left")),
]

LIFE_TOLD: list[tuple[str, str, Any]] = [
    ("strike", "recognition.leaving_ratio.value", 1.25),
    ("strike", "tier.top.frailty_variance.value", 0.7),
    ("strike", "tier.middle.frailty_variance.value", 0.0),
    ("strike", "tier.top.initial_tenure_weeks", 29.0),
    ("strike", "tier.top.hazard_ratios.readiness.value", 2.1),
    ("strike", "tier.top.events.sabbatical.time_to_event.table", [{"rate_per_year": 1.0}]),
    ("strike", "tier.middle.hazard_ratios.unsupervised.value", 2.4),
    ("strike", "tier.middle.hazard_ratios.strain.value", 2.9),
    ("strike", "tier.middle.hazard_ratios.clarity.value", 1.9),
    ("strike", "tier.middle.events.family.then.hours_change.value", 0.6),
    ("strike", "tier.middle.events.status.time_to_event.shape.value", 1.4),
    ("strike", "tier.middle.events.status.external", False),
    ("strike", "tier.base.hazard_ratios.missed_refresher.value", 1.9),
    ("strike", "tier.base.incentive.stipend.leaving_ratio.value", 0.45),
    ("strike", "tier.base.incentive.stipend.from_week", 21.0),
    ("strike", "tier.base.incentive.visits.absence_ratio.value", 0.55),
    ("strike", "tier.base.events.tired.time_to_event.mean_weeks.value", 49.0),
    ("strike", "tier.base.events.ill.from", "certification"),
    ("arrival", "organisation.readiness.referral_ratio.value", 0.45),
    ("arrival", "recognition.referral_factor.value", 1.1),
    ("arrival", "recognition.recruitment_factor.value", 1.0),
    ("arrival", "clients.stream.western.referrals_per_week", [{"rate": {"value": 1.01}}]),
    ("arrival left out", "tier.middle.site.west.pool", 200),
    ("a client is struck", "clients.events.moves.time_to_event.mean_weeks.value", 24.0),
    ("a client is passed over", "clients.events.moves.leave_probability.value", 0.9),
    ("a client is passed over", "clients.events.status.time_to_event.share.value", 0.8),
    ("passed over", "tier.base.events.wave.time_to_event.share.value", 0.6),
]
