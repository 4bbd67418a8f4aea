"""Faults planted on purpose, one at a time, in a copy of the tree: which of them does no test see?"""
