"""A call of attention as heads of one example: its weights and values from what was captured."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from explorer.figures.arrays import Indices
from explorer.kinds import exchange
from explorer.kinds.base import Subject
from explorer.maths.arithmetic import Doubles
from explorer.maths.attention import Attended, attended, heads
from explorer.records import Floats

MOST = 1_000_000_000  # products that are worked out by hand for one example
MODULE = (
    *("query", "key", "value", "key_padding_mask", "need_weights", "attn_mask"),
    *("average_attn_weights", "is_causal"),
)
FUNCTION = ("query", "key", "value", "attn_mask", "dropout_p", "is_causal")


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """One example of a call: queries (L, E), keys (S, K), values (S, V), and what came of them.

    Of the function all are (H, L, D) and so on. `made` and `units` are (L, E), or (H, L, D).
    `mask` is what is added to the scores, `captured` are the weights that the call answered,
    (L, S), or (H, L, S); None without. `number` is the example's place in the batch.
    """

    queries: Floats
    keys: Floats
    values: Floats
    made: Floats
    units: Indices
    mask: Doubles | None
    captured: Floats | None
    scale: float
    number: int


@dataclass(frozen=True, slots=True, eq=False)
class Heads:
    """What the heads of a call did, and the last projection (E, H·D) with its bias, if any."""

    found: Attended
    projection: Doubles | None = None
    bias: Doubles | None = None

    @property
    def rows(self) -> Doubles:
        """The last projection as (E, H, D)."""
        count, _, size = self.found.output.shape
        whole = np.eye(count * size) if self.projection is None else self.projection
        return whole.reshape(-1, count, size)


def call(subject: Subject, unit: int | None = None) -> Call | None:
    """Return the example of a call that holds a unit; None where it is written another way."""
    names = FUNCTION if subject.function else MODULE
    tensors, others = subject.exchange.arguments(names)
    answers = subject.exchange.answers
    if not answers or not {"query", "key", "value"} <= set(tensors):
        return None
    units = exchange.units(subject.exchange, subject.after, subject.focus)
    shown = np.argwhere(units == (unit or 0))
    place = tuple(int(each) for each in shown[0])
    if subject.function:
        return _of_function(subject, tensors, others, units, place)
    return _of_module(subject, tensors, units, place)


def _of_module(
    subject: Subject, tensors: Mapping[str, Floats], units: Indices, place: tuple[int, ...]
) -> Call | None:
    module: Any = subject.module
    answers = subject.exchange.answers
    arrays = [*(tensors[name] for name in MODULE[:3]), answers[0]]
    captured = answers[1] if len(answers) > 1 else None
    number = 0
    if any(each.ndim != answers[0].ndim for each in arrays):
        return None
    if answers[0].ndim == 3:
        number = place[0 if module.batch_first else 1]
        at: Any = (number,) if module.batch_first else (slice(None), number)
        arrays, units = [each[at] for each in arrays], units[at]
        captured = None if captured is None else captured[number]
    query, key, value, made = arrays
    mask = _hidden(tensors.get("attn_mask"), number, module.num_heads)
    padding = tensors.get("key_padding_mask")
    if padding is not None and padding.size:
        row = _added(padding[number] if padding.ndim == 2 else padding)
        mask = row if mask is None else mask + row
    scale = 1 / math.sqrt(module.head_dim)
    return Call(query, key, value, made, units, mask, captured, scale, number)


def _hidden(mask: Floats | None, number: int, count: int) -> Doubles | None:
    """Return the mask of one example, (L, S), or (H, L, S) where each head has its own."""
    if mask is None or not mask.size:
        return None
    return _added(mask[number * count : (number + 1) * count] if mask.ndim == 3 else mask)


def _added(mask: Floats, *, keeps: bool = False) -> Doubles:
    """Return a mask as what is added to scores: of one of 0 and 1, −∞ where a key is hidden.

    1 hides a key, in `scaled_dot_product_attention` 0 does (`keeps`).
    """
    if not np.isin(mask, (0, 1)).all():
        return mask.astype(np.float64)
    return np.where(mask == (0 if keeps else 1), -np.inf, 0.0)


def _of_function(
    subject: Subject,
    tensors: Mapping[str, Floats],
    others: Mapping[str, str],
    units: Indices,
    place: tuple[int, ...],
) -> Call | None:
    """Return the leading dimensions but the last as heads, those of the shown example."""
    made = subject.exchange.answers[0]
    arrays = [tensors[name] for name in FUNCTION[:3]]
    if made.ndim not in {3, 4} or float(others.get("dropout_p", "0")) > 0:
        return None
    mask = tensors.get("attn_mask")
    added = None
    if mask is not None and mask.size:
        added = _added(np.broadcast_to(mask, (*made.shape[:-1], arrays[1].shape[-2])), keeps=True)
    number = 0
    if made.ndim == 4:
        number = place[0]
        arrays = [each[number] for each in arrays]
        made, units = made[number], units[number]
        added = None if added is None else added[number]
    elif subject.exchange.batch == 0:  # images, each of one head
        number = place[0]
        arrays = [each[number : number + 1] for each in arrays]
        made, units = made[number : number + 1], units[number : number + 1]
        added = None if added is None else added[number : number + 1]
    query, key, value = arrays
    repeats = len(query) // len(key)  # grouped queries share keys, enable_gqa
    key, value = np.repeat(key, repeats, axis=0), np.repeat(value, repeats, axis=0)
    if others.get("is_causal") == "True":
        later = np.triu(np.ones((query.shape[1], key.shape[1]), dtype=bool), 1)
        added = np.where(later, -np.inf, 0.0)
    text = others.get("scale", "None")
    scale = 1 / math.sqrt(query.shape[-1]) if text == "None" else float(text)
    return Call(query, key, value, made, units, added, None, scale, number)


def work(of: Call, module: nn.Module | None) -> int:
    """Return how many products the example takes."""
    if not isinstance(module, nn.MultiheadAttention):
        return 2 * int(of.queries.size) * int(of.keys.shape[-2])
    size, rows, keys = int(module.embed_dim), len(of.queries), len(of.keys)
    wide = int(of.keys.shape[-1]) + int(of.values.shape[-1])
    return size * (size * 2 * rows + keys * wide + 2 * rows * keys)


def worked(of: Call, module: nn.Module | None) -> Heads:
    """Return the heads of a call, worked out by hand in float64."""
    if not isinstance(module, nn.MultiheadAttention):
        one, two, three = (each.astype(np.float64) for each in (of.queries, of.keys, of.values))
        return Heads(attended(one, two, three, of.scale, of.mask))
    made = [
        each.astype(np.float64) @ weight.T + bias
        for each, (weight, bias) in zip(
            (of.queries, of.keys, of.values), _projections(module), strict=True
        )
    ]
    more = 0
    if module.bias_k is not None and module.bias_v is not None:
        for place, held in ((1, module.bias_k), (2, module.bias_v)):
            made[place] = np.concatenate([made[place], _weight(held).reshape(1, -1)])
        more += 1
    if module.add_zero_attn:
        made[1:] = [np.concatenate([each, np.zeros((1, each.shape[1]))]) for each in made[1:]]
        more += 1
    mask = of.mask
    if mask is not None and more:
        mask = np.concatenate([mask, np.zeros((*mask.shape[:-1], more))], axis=-1)
    one, two, three = (heads(each, module.num_heads) for each in made)
    found = attended(one, two, three, of.scale, mask)
    last = module.out_proj
    bias = None if last.bias is None else _weight(last.bias)
    return Heads(found, _weight(last.weight), bias)


def _projections(module: nn.MultiheadAttention) -> list[tuple[Doubles, Doubles]]:
    """Return weight and bias of queries, keys and values, from one matrix or from three."""
    if module.in_proj_weight is not None:
        weights = np.split(_weight(module.in_proj_weight), 3)
    else:
        held: Any = (module.q_proj_weight, module.k_proj_weight, module.v_proj_weight)
        weights = [_weight(each) for each in held]
    zero = np.zeros(3 * module.embed_dim)
    bias = zero if module.in_proj_bias is None else _weight(module.in_proj_bias)
    return list(zip(weights, np.split(bias, 3), strict=True))


def _weight(held: torch.Tensor) -> Doubles:
    found: Doubles = held.detach().to("cpu").double().numpy()
    return found
