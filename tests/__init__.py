"""Tests: one module for each module of the package, and three for the project as a whole."""
