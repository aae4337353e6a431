"""The pages of the documentation: their examples, links and lists, and what makes the lists that are generated."""
