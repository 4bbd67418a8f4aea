"""One epoch as the page trains it, beside the loop of the tutorial with the same settings."""

from __future__ import annotations

import time
from dataclasses import replace

import torch
from torch import nn
from torch.utils.data import DataLoader

from explorer.errors import MissingData
from explorer.incoming import datasets
from explorer.learning import batches, measures, training
from explorer.learning.settings import Settings
from explorer.network import nets
from tests.benchmarks.timing import Row

WHAT = "training epoch ÷ tutorial-style loop, same optimizer, batch and accuracy"
SOONER = "as accurate as after that epoch of the tutorial, with the page's Adam instead of its SGD"
GOAL = "≥ 8× faster"
APART = 0.03  # by which two runs of other random numbers may differ in accuracy
LOOK = 5  # batches between two looks at the test images
Pair = tuple[torch.Tensor, torch.Tensor]
SETTINGS = Settings(optimizer="sgd", rate=1e-3, batch=64, epochs=1, drawn=0.0)


def tutorial() -> tuple[float, nn.Module]:
    """Return the seconds of an epoch of the tutorial's `train_loop`, and the network."""
    from torchvision.datasets import FashionMNIST
    from torchvision.transforms import ToTensor

    data = FashionMNIST(str(datasets.root()), train=True, download=False, transform=ToTensor())
    loader = DataLoader(data, batch_size=SETTINGS.batch, shuffle=True)
    torch.manual_seed(SETTINGS.seed)
    model = nets.NeuralNetwork().train()
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=SETTINGS.rate)
    since = time.process_time()
    for pictures, classes in loader:
        loss = loss_fn(model(pictures), classes)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    return time.process_time() - since, model


def ours(images: torch.Tensor, labels: torch.Tensor) -> tuple[float, nn.Module]:
    """Return the seconds of an epoch as the worker trains, and the network."""
    model = batches.network(SETTINGS)
    since = time.process_time()
    for _ in batches.learn(SETTINGS, model, images, labels):
        pass
    return time.process_time() - since, model


def until(wanted: float, images: torch.Tensor, labels: torch.Tensor, test: Pair) -> float:
    """Return the seconds of training, without those of measuring, until `wanted` are right."""
    settings = replace(SETTINGS, optimizer="adam")
    model = batches.network(settings)
    spent, since = 0.0, time.process_time()
    for batch in batches.learn(settings, model, images, labels):
        if batch.number % LOOK == 0:
            spent += time.process_time() - since
            if (
                measures.measured(model, test[0][: measures.TEST] / 255, test[1][: measures.TEST])[
                    "accuracy"
                ]
                >= wanted
            ):
                break
            since = time.process_time()
    return spent


def rows() -> list[Row]:
    """Return the row, measured on one thread in seconds of the processor; it needs the data set."""
    torch.set_num_threads(1)
    try:
        images, labels = datasets.load("FashionMNIST", train=True)
        test = datasets.load("FashionMNIST", train=False)
    except MissingData:
        return [Row(WHAT, GOAL, f"not measured: set {datasets.VARIABLE}", False)]
    fast, mine = ours(images, labels)
    slow, theirs = tutorial()
    found, wanted = (training.accuracy(model.eval(), *test) for model in (mine, theirs))
    ratio = slow / fast
    said = f"{ratio:.1f}× ({slow:.1f} s ÷ {fast:.1f} s; {100 * found:.1f} % and {100 * wanted:.1f} % right)"
    sooner = until(wanted, images, labels, test)
    return [
        Row(WHAT, GOAL, said, ratio >= 8 and abs(found - wanted) <= APART),
        Row(
            SOONER,
            GOAL,
            f"{slow / sooner:.0f}× ({slow:.1f} s ÷ {sooner:.2f} s)",
            slow / sooner >= 8,
        ),
    ]
