"""Tests of `explorer.maths`."""
