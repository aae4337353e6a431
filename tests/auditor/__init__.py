"""The auditor: replays an event log by the rules alone and names every rule that it breaks.

It imports nothing from `cascadesim`: what it knows of the programme it works out again from the resolved scenario, so
that a fault of the engine cannot hide behind a fault of the arithmetic that both would share.
"""
