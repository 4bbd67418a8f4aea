"""Tests of `explorer.outgoing`."""
