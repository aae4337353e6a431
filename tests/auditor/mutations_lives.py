"""Changed lines of the engine in what strikes workers and when, and the check that must name what each breaks."""

from __future__ import annotations

from auditor.mutations import Mutation


def struck(what: str, where: str, old: str, new: str, check: str = "strike") -> Mutation:
    """A fault that shows in lives.toml."""
    return Mutation(what, where, old, new, check, "lives.toml")


LIFE_MUTATIONS = [
    struck("applied the wrong way", "respond", "spend(old[which], now)", "spend(multipliers[which], now)"),
    struck("not integrated over a change", "respond", "hazard.spend(old[which], now)", "hazard.since = now"),
    struck("hastened only after grace", "_multipliers", "worker.unsupervised_since >= 0", "worker.lapsed"),
    struck("a missed refresher hastens nothing", "_multipliers", "if worker.missed_refresher", "if False"),
    struck("strain ignored", "_multipliers", "hazards.strain, worker.strain", "hazards.strain, 0.0"),
    struck("a good state hastens", "_multipliers", "1.0 - self.organisation.published", "self.organisation.published"),
    struck("the level of now, not the published one", "_multipliers", "organisation.published", "organisation.levels"),
    struck("frailty ignored", "_multipliers", "worker.frailty * hazards.constant", "hazards.constant"),
    struck("recognition ignored", "_multipliers", "worker.frailty * hazards.constant", "worker.frailty"),
    struck(
        "frailty drawn twice",
        "successor",
        "old.speaks, old.frailty",
        "old.speaks, _frailty(world, world.plan.tiers[worker.level], worker.stream, 0)",
    ),
    struck("the frail stay as long", "_frailty", "if tenure and", "if False and"),
    struck("an engagement measure ignored", "_engage", "*= measure.leaving_ratio", "*= 1.0"),
    struck("a measure against absence ignored", "_engage", "*= measure.absence_ratio", "*= 1.0"),
    struck("a measure that does not end", "_in_force", "now < each.until_minute", "now < 1 << 62"),
    struck("nobody notices that a measure begins", "_switch", "self.world.unaim(worker)", "pass"),
    struck("multipliers act on external reasons", "_due", "1.0 if reason.external else", ""),
    struck("one threshold for all occurrences", "_unit", "+ occurrence & MASK", "& MASK"),
    struck("thresholds do not add up", "_strike_on", "hazard.threshold += ", "hazard.threshold = "),
    struck("an absence counts against itself", "thaw", "hazard.origin += now - frozen_at", "pass"),
    struck("tenure forgotten", "start_clocks", "now - tenure, now", "now, now"),
    struck("a shock's time is its luck", "_dated", "(worker.stream, Purpose.SHOCK_TIME", "(worker.stream, 4"),
    struck("rounded down", "_due", "now + 1, math.ceil(at)", "now + 1, math.floor(at)"),
    struck("what follows is the first draw", "_outcome", "+ occurrence & MASK", "& MASK"),
    struck(
        "no strike in the last weeks",
        "set",
        "if minute < self.world.plan.horizon",
        "if minute < 700_000",
        "passed over",
    ),
    struck("referrals under the new factor", "set_factor", "self.factor * area", "factor * area", "arrival"),
    struck("referrals that no state acts on", "_next", "self.left / self.factor", "self.left", "arrival"),
    struck("referrals where the state is good", "referral_factor", "1.0 - self.published", "self.published", "arrival"),
    struck("recruits rounded down", "arrival_minutes", "math.floor(exact + 0.5)", "math.floor(exact)", "arrival"),
    struck("one draw between all", "arrival_minutes", "INTER_ARRIVAL, ordinal", "INTER_ARRIVAL, 0", "arrival"),
    struck("a client's last reason", "begin", "= min(strikes)", "= max(strikes)", "a client is struck"),
]
