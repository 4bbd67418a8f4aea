"""Tests of `explorer.sections`."""
