"""The course goes on: “Optimizing model parameters”, with the page's drawings to learn from."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterable
from functools import cache
from typing import Any

import torch
from torch import nn
from torch.optim.sgd import sgd
from torch.utils.data import DataLoader, TensorDataset

from explorer.incoming import samples
from explorer.network import zoo
from explorer.network.feeding import batch
from explorer.network.scene import Scene
from explorer.network.turn import copied
from explorer.sections.autograd import FIRST, SEED
from explorer.sections.base import Section
from explorer.sections.course import MLP
from explorer.sections.stops import Stop, read, run

LEARNT = 10  # drawings to learn from, one of each class; the others are for the test
BATCH = 64

DATA = """\
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets
from torchvision.transforms import ToTensor

training_data = datasets.FashionMNIST(
    root="data",
    train=True,
    download=True,
    transform=ToTensor()
)
test_data = datasets.FashionMNIST(
    root="data",
    train=False,
    download=True,
    transform=ToTensor()
)
train_dataloader = DataLoader(training_data, batch_size=64)
test_dataloader = DataLoader(test_data, batch_size=64)

model = NeuralNetwork()"""

HYPERPARAMETERS = """\
learning_rate = 1e-3
batch_size = 64
epochs = 5"""

LOSS = """\
loss_fn = nn.CrossEntropyLoss()"""

OPTIMIZER = """\
optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)"""

LOOPS = """\
def train_loop(dataloader, model, loss_fn, optimizer):
    size = len(dataloader.dataset)
    model.train()
    for batch, (X, y) in enumerate(dataloader):
        pred = model(X)
        loss = loss_fn(pred, y)

        loss.backward()
        optimizer.step()
        optimizer.zero_grad()

        if batch % 100 == 0:
            loss, current = loss.item(), batch * batch_size + len(X)
            print(f"loss: {loss:>7f}  [{current:>5d}/{size:>5d}]")


def test_loop(dataloader, model, loss_fn):
    model.eval()
    size = len(dataloader.dataset)
    num_batches = len(dataloader)
    test_loss, correct = 0, 0

    with torch.no_grad():
        for X, y in dataloader:
            pred = model(X)
            test_loss += loss_fn(pred, y).item()
            correct += (pred.argmax(1) == y).type(torch.float).sum().item()

    test_loss /= num_batches
    correct /= size
    print(f"Test Error: \\n Accuracy: {(100*correct):>0.1f}%, Avg loss: {test_loss:>8f} \\n")"""

# These lines are ours: what the course says of zero_grad(), tried out.
ZEROING = """\
X, y = next(iter(train_dataloader))
weight = model.linear_relu_stack[0].weight

loss_fn(model(X), y).backward()
once = weight.grad.clone()
loss_fn(model(X), y).backward()
print(f"One backward pass:  {once.norm():>8f}")
print(f"Two backward passes: {weight.grad.norm():>8f}")
print(torch.equal(weight.grad, 2 * once))

optimizer.zero_grad()
print(weight.grad)"""

EPOCHS = """\
loss_fn = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)

epochs = 10
for t in range(epochs):
    print(f"Epoch {t+1}\\n-------------------------------")
    train_loop(train_dataloader, model, loss_fn, optimizer)
    test_loop(test_dataloader, model, loss_fn)
print("Done!")"""

STOPS: tuple[Stop, ...] = (
    Stop(
        "data",
        MLP,
        "input",
        "explore",
        DATA,
        given=frozenset(
            {"training_data", "test_data", "train_dataloader", "test_dataloader", "model"}
        ),
        looks=("len(training_data)", "len(test_data)"),
        values=(("size", "len(training_data)"), ("batches", "len(train_dataloader)")),
    ),
    Stop(
        "hyperparameters",
        MLP,
        "softmax",
        "explore",
        HYPERPARAMETERS,
        values=(("rate", "learning_rate"), ("move", "2 * learning_rate")),
        taught=0,
    ),
    Stop(
        "loss",
        MLP,
        "softmax",
        "explore",
        LOSS,
        looks=("loss_fn",),
        values=(("value", "loss_fn(torch.zeros(1, 10), torch.tensor([7])).item()"),),
        taught=0,
    ),
    Stop(
        "optimizer",
        MLP,
        FIRST,
        "explore",
        OPTIMIZER,
        given=frozenset({"optimizer"}),
        values=(
            ("count", "sum(each.numel() for each in model.parameters())"),
            ("tensors", "len(list(model.parameters()))"),
        ),
        taught=0,
    ),
    Stop(
        "loops",
        MLP,
        "softmax",
        "explore",
        LOOPS,
        comments=(
            ("model.train()", "train"),
            ("loss.backward()", "backward"),
            ("optimizer.step()", "step"),
            ("optimizer.zero_grad()", "zero"),
            ("model.eval()", "eval"),
            ("with torch.no_grad():", "untracked"),
        ),
        taught=1,
    ),
    Stop("zeroing", MLP, FIRST, "explore", ZEROING, taught=0, summed=True),
    Stop(
        "epochs",
        MLP,
        "softmax",
        "explore",
        EPOCHS,
        given=frozenset({"optimizer"}),
        values=(
            ("here", "epochs * len(train_dataloader)"),
            ("there", "epochs * -(-60000 // batch_size)"),
        ),
        taught=10,
    ),
)


class SGD:
    """What `torch.optim.SGD` does without momentum, by the function of torch that it calls.

    Its own class brings torch's compiler with it, which takes seconds to load.
    """

    def __init__(self, parameters: Iterable[nn.Parameter], lr: float) -> None:
        self.parameters = list(parameters)
        self.rate = lr

    def step(self) -> None:
        """Move every parameter against its gradient."""
        moved = [each for each in self.parameters if each.grad is not None]
        slopes = [each.grad for each in moved if each.grad is not None]
        with torch.no_grad():
            sgd(
                list[torch.Tensor](moved),
                slopes,
                [None for _ in moved],
                foreach=False,
                fused=False,
                weight_decay=0.0,
                momentum=0.0,
                lr=self.rate,
                dampening=0.0,
                nesterov=False,
                maximize=False,
            )

    def zero_grad(self) -> None:
        """Forget the gradients, as torch does: they are None again."""
        for each in self.parameters:
            each.grad = None


def section(scene: Scene) -> Section:
    """Return what the code of every stop prints, with that code, by id."""
    return {"stops": read(STOPS, outputs(), scene.query.language)}, ()


@cache
def outputs() -> dict[str, dict[str, Any]]:
    """Return what every stop gives, by id (`stops.run`): ten steps of a new network, once."""
    with torch.inference_mode(mode=False), torch.enable_grad():
        space = beginning()
        # the course's line, with the stand-in for torch's class
        space["optimizer"] = SGD(space["model"].parameters(), lr=1e-3)
    return run(STOPS, space)


def beginning() -> dict[str, Any]:
    """Return what the page gives: its drawings to learn from, and a network that knows nothing.

    Pictures are (N, 28, 28) float32 in [0, 1], labels (N,) int64. The weights are drawn as
    `nn.Linear` draws its own, uniformly within ± 1 / √inputs, from a generator of their own.
    """
    shipped = samples.listing()
    pictures = batch(tuple(base64.b64decode(each["pixels"]) for each in shipped))
    labels = torch.tensor([each["label"] for each in shipped])
    training = TensorDataset(pictures[:LEARNT], labels[:LEARNT])
    test = TensorDataset(pictures[LEARNT:], labels[LEARNT:])
    chance = torch.Generator().manual_seed(SEED)
    model = copied(zoo.load(MLP)).requires_grad_()
    with torch.no_grad():
        for layer in model.modules():
            if isinstance(layer, nn.Linear):
                bound = 1 / math.sqrt(layer.in_features)
                layer.weight.uniform_(-bound, bound, generator=chance)
                layer.bias.uniform_(-bound, bound, generator=chance)
    return {
        "training_data": training,
        "test_data": test,
        # a loader draws a seed of its own, else from the numbers of the whole process
        "train_dataloader": DataLoader(training, batch_size=BATCH, generator=chance),
        "test_dataloader": DataLoader(test, batch_size=BATCH, generator=chance),
        "model": model,
    }
