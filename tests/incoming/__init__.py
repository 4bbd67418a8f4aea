"""Tests of `explorer.incoming`."""
