"""Both engines on one scenario and on many: every row and number that differs, and a small scenario that shows it."""
