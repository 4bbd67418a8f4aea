"""The optional parts of a view, each with the checks that prove it."""
