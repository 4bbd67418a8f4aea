"""A forward pass that failed: where, on what, and the line that repairs it, as a sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn.modules.batchnorm import _NormBase
from torch.nn.modules.conv import _ConvNd

from explorer.errors import UntraceableModel
from explorer.maths.leaves import torchs
from explorer.network.recording import Recorder
from explorer.records import Trace

LONGEST = 200
SIZES: tuple[tuple[type[nn.Module], str, int], ...] = (
    (nn.Linear, "in_features", -1),
    (_ConvNd, "in_channels", 1),
    (_NormBase, "num_features", 1),
    (nn.GroupNorm, "num_channels", 1),
    (nn.RNNBase, "input_size", -1),
    (nn.RNNCellBase, "input_size", -1),
    (nn.MultiheadAttention, "embed_dim", -1),
)
PARTS = ("groups", "num_groups", "num_heads")  # options that such a size is divided by
# Dimensions with a batch; and those for which one example alone is taken, too.
DIMENSIONS: tuple[tuple[type[nn.Module], int], ...] = (
    (nn.Conv1d, 3),
    (nn.Conv2d, 4),
    (nn.Conv3d, 5),
    (nn.BatchNorm2d, 4),
    (nn.BatchNorm3d, 5),
)


@dataclass(frozen=True, slots=True)
class Scene:
    """What is known of the layer in which a pass failed."""

    step: str
    module: nn.Module
    received: tuple[torch.Tensor, ...]
    reason: str
    partial: Trace | None

    @property
    def shapes(self) -> str:
        """The shapes it got, as people write them."""
        return ", ".join(f"{list(each.shape)}" for each in self.received) or "—"

    @property
    def name(self) -> str:
        """Its type."""
        return type(self.module).__name__

    def said(self, key: str, **values: Any) -> UntraceableModel:
        """Return a sentence about the layer, with what torch said and what was seen before it."""
        return UntraceableModel(
            key,
            step=self.step,
            module=self.name,
            reason=self.reason,
            partial=self.partial,
            **values,
        )


def failed(error: Exception, recorder: Recorder, partial: Trace | None) -> UntraceableModel:
    """Return the sentence for an error of a forward pass.

    It names the layer reached and the shapes it got, and for kinds that are known what it expects
    and the line that repairs it.
    """
    reason, failure = short(error), recorder.failure
    if failure is None or failure.error is not error or failure.frame < 0:
        return UntraceableModel("trace.failed", step="forward", reason=reason, partial=partial)
    frame = recorder.frames[failure.frame]
    inputs = failure.received if failure.op and not frame.received else frame.received
    received = tuple(slot.tensor for _, _, slot in inputs)
    step = frame.path or "forward"
    scene = Scene(step, frame.module, received, reason, partial)
    if failure.op and not type(frame.module).__module__.startswith("torch.nn.modules."):
        return UntraceableModel(
            "trace.failed.function",
            step=step,
            function=failure.op,
            received=", ".join(f"{list(slot.tensor.shape)}" for _, _, slot in failure.received),
            reason=reason,
            partial=partial,
        )
    plain = scene.said("trace.failed.layer", received=scene.shapes)
    if not received or not torchs(type(frame.module)):
        return plain  # what a stranger's code wants nobody knows
    ways = (_tuples, _places, _types, _rows, _dimensions, _sizes)
    return next((found for known in ways if (found := known(scene)) is not None), plain)


def short(error: BaseException) -> str:
    """Return an error in one line, its kind and the first that it says."""
    try:
        lines = [line.strip() for line in str(error).splitlines()]
    except Exception:  # an error of somebody's own may fail to say anything
        lines = []
    text = ": ".join([type(error).__name__, *[line for line in lines if line][:1]])
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _tuples(scene: Scene) -> UntraceableModel | None:
    """All that a layer before answered was handed on, where one tensor of it was meant."""
    if not scene.reason.endswith(("must be Tensor, not tuple", "must be Tensor, not list")):
        return None
    return scene.said(
        "trace.failed.tuple",
        received=scene.shapes,
        line="x = x[0]",
    )


def _rows(scene: Scene) -> UntraceableModel | None:
    """An embedding is asked for a row that it does not have."""
    module, x = scene.module, scene.received[0]
    if not isinstance(module, nn.Embedding | nn.EmbeddingBag) or not x.numel():
        return None
    low, high = int(x.min()), int(x.max())
    if low >= 0 and high < module.num_embeddings:
        return None
    return scene.said(
        "trace.failed.rows" if low >= 0 else "trace.failed.negative",
        received=high if low >= 0 else low,
        expected=module.num_embeddings - 1,
        line=f"nn.{scene.name}(num_embeddings={high + 1}, …)",
    )


def _weight(module: nn.Module) -> torch.Tensor | None:
    return next(module.parameters(recurse=False), None)


def _places(scene: Scene) -> UntraceableModel | None:
    """The values are on one device, the weights on another."""
    weight, x = _weight(scene.module), scene.received[0]
    if weight is None or weight.device == x.device:
        return None
    return scene.said(
        "trace.failed.device",
        received=x.device,
        expected=weight.device,
        line=f'x = x.to("{weight.device}")',
    )


def _types(scene: Scene) -> UntraceableModel | None:
    """The values are of one type, the weights of another; or an embedding is given fractions."""
    weight, x = _weight(scene.module), scene.received[0]
    if weight is None:
        return None
    if isinstance(scene.module, nn.Embedding | nn.EmbeddingBag):
        wanted = None if not x.is_floating_point() else torch.int64
    else:
        wanted = None if x.dtype == weight.dtype else weight.dtype
    if wanted is None:
        return None
    real = x.is_complex() and not wanted.is_complex
    return scene.said(
        "trace.failed.type",
        received=x.dtype,
        expected=wanted,
        line="x = x.abs()" if real else f"x = x.to({wanted})",
    )


def _dimensions(scene: Scene) -> UntraceableModel | None:
    """A dimension is missing: the batch, or the channels of grey images."""
    wanted = next((n for kind, n in DIMENSIONS if isinstance(scene.module, kind)), None)
    shape = scene.received[0].shape
    if wanted is None or len(shape) >= wanted:
        return None
    channels = getattr(scene.module, "in_channels", getattr(scene.module, "num_features", 0))
    missing = wanted - len(shape)
    alone = missing == 1 and shape[0] == channels  # one example, which a convolution takes as well
    if alone and isinstance(scene.module, _ConvNd):
        return None
    if alone:
        line = "x = x.unsqueeze(0)"
    elif len(shape) == 2 and shape[1] == channels:
        line = f"x = x[:, :{', None' * missing}]"
    elif channels != 1:
        return None
    elif missing == 1:
        line = "x = x.unsqueeze(1)"
    else:
        line = f"x = x[{'None, ' * missing}...]"
    return scene.said(
        "trace.failed.dimensions",
        received=scene.shapes,
        count=len(shape),
        expected=wanted,
        line=line,
    )


def _sizes(scene: Scene) -> UntraceableModel | None:
    """A dimension is of another size than the option of the layer says."""
    module, shape = scene.module, scene.received[0].shape
    option, axis = next(
        ((name, axis) for kind, name, axis in SIZES if isinstance(module, kind)), ("", 0)
    )
    if isinstance(module, nn.LayerNorm | nn.RMSNorm):
        option, axis = "normalized_shape", -1
    if isinstance(module, _ConvNd):  # which takes one example without a batch as well
        axis = len(shape) - len(module.kernel_size) - 1
    fixed = next((n for kind, n in DIMENSIONS if isinstance(module, kind)), len(shape))
    norm = isinstance(module, _NormBase) and len(shape) != fixed
    if not option or norm or (axis < 0 and isinstance(module, _ConvNd)):
        return None
    if len(shape) <= max(axis, 0):
        return None
    wanted: Any = getattr(module, option)
    wanted = wanted[-1] if isinstance(wanted, Sequence) else wanted
    if shape[axis] == wanted:
        return None
    line = _line(scene, option, axis, wanted)
    if not line:
        return None
    return scene.said(
        "trace.failed.size",
        received=scene.shapes,
        size=shape[axis],
        axis=axis % len(shape),
        option=option,
        expected=wanted,
        line=line,
    )


def _line(scene: Scene, option: str, axis: int, wanted: int) -> str:
    """Return the line that makes a size fit; "" where the size alone does not do it."""
    shape, name = scene.received[0].shape, scene.name
    size = math.prod(shape[1:])
    if axis == 1 and len(shape) == 4 and shape[-1] == wanted:
        return "x = x.movedim(-1, 1)"
    if isinstance(scene.module, nn.Linear) and len(shape) == 4 and shape[1] == wanted:
        return "x = x.movedim(1, -1)"
    if axis < 0 and len(shape) > 2 and size == wanted:
        return "x = torch.flatten(x, 1)"
    if isinstance(scene.module, nn.Linear) and len(shape) == 4:  # feature maps
        return f"x = torch.flatten(x, 1), nn.Linear({option}={size}, …)"
    parts = next((n for each in PARTS if (n := getattr(scene.module, each, None))), 1)
    return "" if shape[axis] % parts else f"nn.{name}({option}={shape[axis]}, …)"
