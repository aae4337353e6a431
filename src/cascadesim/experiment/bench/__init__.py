"""What `cascadesim bench` measures: speed, memory and compile time of the engines, beside yardsticks, in one run."""
