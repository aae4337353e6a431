"""The two engines held against each other, and faults put into either to see that they are told apart."""
