"""The keys of a study file, one row each, and what they mean."""

from __future__ import annotations

DUMMY_NAME, CHANCE_NAME = "dummy", "chance"
"""Factors that a design adds: one that changes nothing, and the luck."""

KEYS = {
    "title": "What the study is called above its answers.",
    "description": "A sentence about what it asks.",
    "scenario": "The scenario that is varied: a file, its path relative to the study.",
    "scenarios": "Several scenarios, as a table of names and files; which of them is the factor `scenario`.",
    "variants": "Which what-ifs of the scenario are run, as the factor `variant`: names, `base` among them, or `all`.",
    "set": "What is changed at every point, a dotted path and a value each.",
    "design": "Which settings of the factors are run: a word, or a table with `kind` and the design's numbers.",
    "replications": "How many of each point: a number, or a table with least, most and a half-width to reach.",
    "seed": "Where the draws begin, and the scrambling of the design.",
    "luck": "`common`: every point draws the same, so that points are compared in pairs; `independent`: each its own.",
    "measures": "The measures kept of every replication.",
    "trajectories": "The columns of the trajectories kept of every replication.",
    "constraints": 'Which settings go together, as comparisons of factors: "a + b <= 12".',
    "ordered": "Lists of factors of which each must be at least the one before it.",
    "max_failures": "How many cells may fail before the study stops.",
    "factors": "What is varied, by dotted path: a list of values, or a range.",
    "quick": "The small size of the study: `design`, `replications` or `factors` in the place of its own.",
}

FACTOR_KEYS = {
    "name": "A short name of the factor.",
    "levels": "A list of values.",
    "labels": "What the levels are called, one text each.",
    "low": "The lower end of the range.",
    "high": "The upper end of the range.",
    "dist": "How the factor is spread over its range.",
    "mode": "The likeliest value, of a triangular spread.",
    "mean": "The mean, of a normal or lognormal spread before it is cut off at low and high.",
    "sd": "The standard deviation of the same.",
    "whole": "Whole numbers only.",
    "times": "The level multiplies the scenario's own value.",
    "paths": "Several dotted paths that all get the level.",
    "together": "Several dotted paths with lists or ranges of their own, which move together.",
    "shares": "Several dotted paths that are shares of one whole.",
}
