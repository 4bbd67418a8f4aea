"""The goals in numbers, measured in one run: `python -m tests.benchmarks`."""
