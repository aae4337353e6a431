"""Changes to a scenario that must change nothing, or only what they concern, on scenarios at random."""
