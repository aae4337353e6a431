"""Whether a change of the code has changed a number: one digest a scenario over its log, trajectories and outcomes."""
