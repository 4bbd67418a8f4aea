"""Two sections of the inspector that search: what flips the answer, and the nearest test images."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from functools import partial

import torch

from explorer.incoming import datasets, samples
from explorer.incoming.queries import read
from explorer.network import zoo
from explorer.network.scene import Scene, look
from explorer.sections import crowd, mind, nearest
from tests.benchmarks.timing import Row, median, once

MODELS = ("fashion-mlp", "fashion-cnn")
GOAL = 10  # milliseconds
REPEATS = 3  # of each picture


def flipped(model: str) -> Row:
    """Return how long the smallest change of a picture takes, with the proof of its distance."""
    times = []
    for each in samples.listing(zoo.card(model).dataset):
        ask = partial(mind.section, look(read({"model": model, "images": [each["pixels"]]})))
        ask()
        times += [once(ask) for _ in range(REPEATS)]
    middle = statistics.median(times)
    return Row(
        f"a small change that flips the answer, and how near none does, {model}",
        f"p50 ≤ {GOAL} ms",
        f"p50 {middle:.1f} ms, slowest {max(times):.1f} ms",
        middle <= GOAL,
    )


def crowded(model: str) -> Row:
    """Return how long the nine nearest test images take at the slowest step."""
    times = {of.step.id: median(partial(nearest.section, of), repeats=30) for of in _there(model)}
    slowest = max(times, key=times.__getitem__)
    return Row(
        f"nine nearest of all test images, {len(times)} steps, {model}",
        f"p50 ≤ {GOAL} ms at every step",
        f"p50 {times[slowest]:.1f} ms at the slowest, {slowest}",
        times[slowest] <= GOAL,
    )


def _there(model: str) -> Iterator[Scene]:
    """Yield a picture at each step of a network, when the test images have come there."""
    asked = {"model": model, "images": [samples.listing()[0]["pixels"]]}
    for step in look(read(asked)).steps:
        of = look(read({**asked, "step": step.id}))
        nearest.section(of)
        job = crowd.pending(of.query)
        if job is not None:
            job.result()
        yield of


def rows() -> list[Row]:
    """Return the rows, on one thread; the nearest need the data set, else theirs are left out."""
    torch.set_num_threads(1)
    found = [flipped(model) for model in MODELS]
    there = [model for model in MODELS if datasets.there(zoo.card(model).dataset)]
    return found + [crowded(model) for model in there]
