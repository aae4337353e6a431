"""Faults put into the model on purpose, to see that the tests find them: docs/explanation/verification.md."""
