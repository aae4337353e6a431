"""The queue M/M/20+M written in other ways: what the engines are measured beside (`cascadesim bench`)."""
