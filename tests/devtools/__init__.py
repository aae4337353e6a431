"""Tests of devtools: random scenarios, the comparison of the engines, the benchmark."""
