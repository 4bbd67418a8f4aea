"""Tests of `explorer.network`."""
