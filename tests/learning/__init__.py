"""Tests of `explorer.learning`."""
