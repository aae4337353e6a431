"""Changed lines of the engine in what strikes workers and when, and the check that must name what each breaks."""

from __future__ import annotations

from auditor.mutations import Mutation


def struck(what: str, where: str, old: str, new: str, check: str = "strike") -> Mutation:
    """A fault that shows in lives.toml."""
    return Mutation(what, where, old, new, check, "lives.toml")


LIFE_MUTATIONS = [
    struck("applied the wrong way", "respond", "spend(hazard, old, world.now)", "spend(hazard, new, world.now)"),
    struck("not integrated over a change", "respond", "spend(hazard, old, world.now)", "hazard.since = world.now"),
    struck("hastened only after grace", "_multipliers", "worker.unsupervised_since >= 0", "worker.lapsed"),
    struck("a missed refresher hastens nothing", "_multipliers", "if worker.missed_refresher", "if False"),
    struck("strain ignored", "_multipliers", "ratios[STRAIN], worker.strain", "ratios[STRAIN], 0.0"),
    struck("a good state hastens", "_multipliers", "1.0 - published", "published"),
    struck("the level of now, not the published one", "_multipliers", "worker.site].published", "worker.site].level"),
    struck("frailty ignored", "_multipliers", "worker.frailty * tier.hazards.constant", "tier.hazards.constant"),
    struck("recognition ignored", "_multipliers", "worker.frailty * tier.hazards.constant", "worker.frailty"),
    struck(
        "frailty drawn twice",
        "_successor",
        "old.speaks, old.frailty",
        "old.speaks, _draw_frailty(world, worker.tier, worker.stream, 0)",
    ),
    struck("the frail stay as long", "_draw_frailty", "if tenure != 0 and", "if False and"),
    struck("an incentive ignored", "_engage", "*= measure.leaving_ratio", "*= 1.0"),
    struck("a measure against absence ignored", "_engage", "*= measure.absence_ratio", "*= 1.0"),
    struck("a measure that does not end", "_engage", "world.now < measure.until_minute", "world.now"),
    struck("nobody notices that a measure begins", "change_incentives", "invalidate(world, worker)", "pass"),
    struck("multipliers act on external reasons", "multiplier_of", "if reason.external:", "if False:"),
    struck(
        "one threshold for all occurrences", "draw_threshold", "reason.name_hash + word(occurrence)", "reason.name_hash"
    ),
    struck("thresholds do not add up", "_happen_to_stayer", "hazard.threshold += ", "hazard.threshold = "),
    struck("an absence counts against itself", "resume_clock", "hazard.origin += world.now - frozen_at", "pass"),
    struck("tenure forgotten", "start_clocks", "world.now - tenure, world.now", "world.now, world.now"),
    struck(
        "a shock's time is its luck",
        "dated_minute",
        "stream, Purpose.SHOCK_TIME",
        "stream, Purpose.THRESHOLD",
    ),
    struck("rounded down", "at_minute", "world.now + 1, math.ceil(exact)", "world.now + 1, math.floor(exact)"),
    struck("what follows is the first draw", "_outcome", "reason.name_hash + word(occurrence)", "reason.name_hash"),
    struck(
        "no strike in the last weeks",
        "set_clock",
        "if minute < world.horizon",
        "if minute < 700_000",
        "passed over",
    ),
    struck(
        "referrals under the new factor",
        "set_factor",
        "source.factor * rate_integral",
        "factor * rate_integral",
        "arrival",
    ),
    struck("referrals that no state acts on", "_exact", "source.left / source.factor", "source.left", "arrival"),
    struck("referrals where the state is good", "referral_factor", "1.0 - published", "published", "arrival"),
    struck("recruits rounded down", "next_arrival", "math.floor(exact + 0.5)", "math.floor(exact)", "arrival"),
    struck(
        "one draw between all",
        "_schedule_recruit",
        "Purpose.INTER_ARRIVAL, place.recruits",
        "Purpose.INTER_ARRIVAL, 0",
        "arrival",
    ),
    struck(
        "a client's last reason",
        "begin_client_events",
        "minute < soonest",
        "minute < world.horizon",
        "a client is struck",
    ),
]
