"""Tests of what is known of each kind of layer."""
