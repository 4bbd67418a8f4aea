"""Modules of every kind, small enough to be traced in a test: name → how to build it, what to feed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn.utils import prune

from tests.network.handmade import HANDMADE, simple
from tests.network.modules import Forward
from tests.network.odd import ODD

Entry = tuple[Callable[[], nn.Module], Any]
IMAGE, FLAT, MAPS, SEQUENCE = (2, 1, 8, 8), (2, 6), (2, 4, 6, 6), (2, 5, 8)


def rand(*shape: int) -> torch.Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(7)) - 0.3


def whole(*shape: int) -> torch.Tensor:
    return torch.randint(0, 9, shape, generator=torch.Generator().manual_seed(7))


LAYERS: dict[str, Entry] = {
    "linear": (lambda: nn.Linear(6, 3), rand(*FLAT)),
    "linear without bias": (lambda: nn.Linear(6, 3, bias=False), rand(*FLAT)),
    "bilinear": (lambda: nn.Bilinear(6, 6, 3), (rand(*FLAT), rand(*FLAT))),
    "identity": (nn.Identity, rand(*FLAT)),
    "flatten": (nn.Flatten, rand(*MAPS)),
    "unflatten": (lambda: nn.Unflatten(1, (2, 3)), rand(*FLAT)),
    "conv1d": (lambda: nn.Conv1d(5, 3, 3), rand(*SEQUENCE)),
    "conv2d": (lambda: nn.Conv2d(4, 3, 3, padding=1, stride=2), rand(*MAPS)),
    "conv2d grouped": (lambda: nn.Conv2d(4, 8, 3, groups=4, dilation=2), rand(*MAPS)),
    "conv3d": (lambda: nn.Conv3d(1, 2, 2), rand(1, 1, 4, 4, 4)),
    "transposed": (lambda: nn.ConvTranspose2d(4, 2, 3, stride=2), rand(*MAPS)),
    "unfold": (lambda: nn.Unfold(2), rand(*MAPS)),
    "fold": (lambda: nn.Fold((4, 4), 2), rand(2, 8, 9)),
    "max pool": (lambda: nn.MaxPool2d(2), rand(*MAPS)),
    "max pool with places": (lambda: nn.MaxPool2d(2, return_indices=True), rand(*MAPS)),
    "average pool": (lambda: nn.AvgPool2d(2), rand(*MAPS)),
    "adaptive": (lambda: nn.AdaptiveAvgPool2d(1), rand(*MAPS)),
    "adaptive max": (lambda: nn.AdaptiveMaxPool2d((2, 3)), rand(*MAPS)),
    "norm of powers": (lambda: nn.LPPool2d(2, 2), rand(*MAPS).abs()),
    "batch norm 1d": (lambda: nn.BatchNorm1d(6), rand(*FLAT)),
    "batch norm 2d": (lambda: nn.BatchNorm2d(4), rand(*MAPS)),
    "batch norm of the batch": (
        lambda: nn.BatchNorm2d(4, track_running_stats=False),
        rand(*MAPS),
    ),
    "layer norm": (lambda: nn.LayerNorm(8), rand(*SEQUENCE)),
    "rms norm": (lambda: nn.RMSNorm(8), rand(*SEQUENCE)),
    "group norm": (lambda: nn.GroupNorm(2, 4), rand(*MAPS)),
    "instance norm": (lambda: nn.InstanceNorm2d(4, affine=True), rand(*MAPS)),
    "local response": (lambda: nn.LocalResponseNorm(2), rand(*MAPS)),
    "dropout": (nn.Dropout, rand(*FLAT)),
    "dropout 2d": (nn.Dropout2d, rand(*MAPS)),
    "alpha dropout": (nn.AlphaDropout, rand(*FLAT)),
    "embedding": (lambda: nn.Embedding(9, 4), whole(2, 5)),
    "embedding bag": (lambda: nn.EmbeddingBag(9, 4), whole(2, 5)),
    "rnn": (lambda: nn.RNN(8, 3, batch_first=True), rand(*SEQUENCE)),
    "lstm": (lambda: nn.LSTM(8, 3, 2, bidirectional=True, batch_first=True), rand(*SEQUENCE)),
    "gru": (lambda: nn.GRU(8, 3), rand(*SEQUENCE)),
    "lstm cell": (lambda: nn.LSTMCell(6, 3), rand(*FLAT)),
    "gru cell": (lambda: nn.GRUCell(6, 3), rand(*FLAT)),
    "pixel shuffle": (lambda: nn.PixelShuffle(2), rand(*MAPS)),
    "channel shuffle": (lambda: nn.ChannelShuffle(2), rand(*MAPS)),
    "upsample": (lambda: nn.Upsample(scale_factor=2), rand(*MAPS)),
    "bilinear upsample": (lambda: nn.UpsamplingBilinear2d(scale_factor=2), rand(*MAPS)),
    "zero padding": (lambda: nn.ZeroPad2d(1), rand(*MAPS)),
    "reflected padding": (lambda: nn.ReflectionPad2d(1), rand(*MAPS)),
    "cosine": (nn.CosineSimilarity, (rand(*FLAT), rand(*FLAT))),
    "distance": (nn.PairwiseDistance, (rand(*FLAT), rand(*FLAT))),
    "attention": (
        lambda: Forward(
            lambda self, x: self.a(x, x, x), a=nn.MultiheadAttention(8, 2, batch_first=True)
        ),
        rand(*SEQUENCE),
    ),
    "encoder layer": (
        lambda: nn.TransformerEncoderLayer(8, 2, 12, batch_first=True),
        rand(*SEQUENCE),
    ),
    "encoder": (
        lambda: nn.TransformerEncoder(
            nn.TransformerEncoderLayer(8, 2, 12, batch_first=True, norm_first=True),
            2,
            enable_nested_tensor=False,
        ),
        rand(*SEQUENCE),
    ),
    "transformer": (
        lambda: nn.Transformer(8, 2, 1, 1, 12, batch_first=True),
        (rand(*SEQUENCE), rand(*SEQUENCE)),
    ),
}
ACTIVATIONS = (
    "ReLU ReLU6 ELU SELU CELU GELU SiLU Mish Sigmoid Tanh Hardtanh Hardsigmoid Hardswish LeakyReLU "
    "PReLU RReLU Softplus Softsign Softshrink Hardshrink Tanhshrink LogSigmoid GLU Softmin Softmax "
    "LogSoftmax Softmax2d Threshold"
)
OPTIONS: dict[str, dict[str, Any]] = {
    "Softmin": {"dim": 1},
    "Softmax": {"dim": 1},
    "LogSoftmax": {"dim": 1},
    "Threshold": {"threshold": 0.1, "value": -1.0},
}


def activation(name: str) -> Entry:
    return (lambda: getattr(nn, name)(**OPTIONS.get(name, {}))), rand(*MAPS)


def in_place(name: str) -> Entry:
    return (
        lambda: nn.Sequential(nn.Linear(6, 6), getattr(nn, name)(inplace=True), nn.Linear(6, 3))
    ), rand(*FLAT)


LAYERS |= {name: activation(name) for name in ACTIVATIONS.split()}
for _name in ("ReLU", "ELU", "SiLU", "Dropout", "LeakyReLU", "Hardswish", "Mish"):
    LAYERS[f"{_name} in place"] = in_place(_name)


# ---------------------------------------------------------------- made by hand


# Where something is computed that passes through no function of torch: it is said to be unseen.
UNSEEN = frozenset({"by numpy", "mapped"})
COMPOSED: dict[str, Entry] = {
    "empty": (nn.Sequential, rand(*FLAT)),
    "nested": (
        lambda: nn.Sequential(
            nn.Sequential(nn.Sequential(nn.Linear(6, 6)), nn.ReLU()), nn.Linear(6, 2)
        ),
        rand(*FLAT),
    ),
    "dict inside": (
        lambda: Forward(
            lambda self, x: self.b(self.both(self.a(x))["two"][0]),
            a=nn.Linear(6, 6),
            both=Forward(lambda _, x: {"one": x + 1, "two": [x * 2, None], "three": 3}),
            b=nn.Linear(6, 3),
        ),
        rand(*FLAT),
    ),
    "shared": (lambda: nn.Sequential(*[nn.Linear(6, 6)] * 3), rand(*FLAT)),
    "small convolutional": (
        lambda: nn.Sequential(
            nn.Conv2d(1, 4, 3),
            nn.BatchNorm2d(4),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(36, 3),
        ),
        rand(*IMAGE),
    ),
    "weight norm": (
        lambda: nn.Sequential(nn.utils.parametrizations.weight_norm(nn.Linear(6, 6)), nn.ReLU()),
        rand(*FLAT),
    ),
    "spectral norm": (
        lambda: nn.Sequential(nn.utils.parametrizations.spectral_norm(nn.Linear(6, 6)), nn.ReLU()),
        rand(*FLAT),
    ),
    "pruned": (
        lambda: nn.Sequential(prune.l1_unstructured(nn.Linear(6, 6), "weight", 0.5), nn.ReLU()),
        rand(*FLAT),
    ),
    "parallel": (lambda: nn.DataParallel(nn.Linear(6, 3)), rand(*FLAT)),
    "of doubles": (lambda: nn.Linear(6, 3).double(), rand(*FLAT).double()),
    "of halves": (lambda: nn.Linear(6, 3).half(), rand(*FLAT).half()),
    "frozen": (lambda: nn.Linear(6, 3).requires_grad_(False), rand(*FLAT)),
    "by name": (
        lambda: Forward(lambda self, x, y: self.a(input=x) + y, a=nn.Linear(6, 6)),
        {"y": rand(*FLAT), "x": rand(*FLAT)},
    ),
}


def modules() -> dict[str, Entry]:
    """Return all of them."""
    made = {name: (simple(each), rand(*FLAT)) for name, each in HANDMADE.items()}
    return {**LAYERS, **made, **COMPOSED, **ODD}
