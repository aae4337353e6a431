"""For those who work on cascadesim: random scenarios, the comparison of the engines, the benchmark."""
