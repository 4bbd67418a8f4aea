"""The parameters of a network as the course walks them: name, size, statistics, first values."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import Any
from urllib.parse import quote

import torch
from torch import nn

from explorer.errors import UnknownModel
from explorer.network import zoo


def listing(name: str, checkpoint: str, device: str = "cpu") -> dict[str, Any]:
    """Return every parameter in the order of `named_parameters()`.

    Each row has name, step (path of the module that owns it), size, count, mean, std (with Bessel's
    correction, as `torch.std`), min, max, the first values flat, and `printed`: what the course's
    loop prints for it.

    Raises:
        UnknownModel: for a model or checkpoint that does not exist.
    """
    return (_listing if _lasting(name, checkpoint) else _listed)(name, checkpoint, device)


def learnt(model: nn.Module, name: str, checkpoint: str) -> dict[str, Any]:
    """Return the parameters of what a network has learnt, as `listing` does.

    These weights are in no file and at no address: each address holds the values themselves.
    """
    rows = [
        {**_row(path, parameter), "address": _held(parameter)}
        for path, parameter in model.named_parameters()
    ]
    return {"model": name, "checkpoint": checkpoint, "structure": str(model), "rows": rows}


def _listed(name: str, checkpoint: str, device: str) -> dict[str, Any]:
    card = zoo.card(name)
    wanted = checkpoint or card.default
    model = zoo.load(name, wanted, device)
    rows = [
        {**_row(path, parameter), "address": _address(name, wanted, path)}
        for path, parameter in model.named_parameters()
    ]
    return {"model": name, "checkpoint": wanted, "structure": str(model), "rows": rows}


def values(name: str, checkpoint: str, parameter: str) -> bytes:
    """Return all values of one parameter, little-endian float32 in row-major order.

    Raises:
        UnknownModel: for a model, checkpoint or parameter that does not exist.
    """
    return (_values if _lasting(name, checkpoint) else _read)(name, checkpoint, parameter)


def _lasting(name: str, checkpoint: str) -> bool:
    """Whether weights are shipped: those trained here go, and one's own may change."""
    shipped = (each.name for each in zoo.card(name).checkpoints)
    return not zoo.own(name) and checkpoint in {"", zoo.UNTRAINED, *shipped}


def _read(name: str, checkpoint: str, parameter: str) -> bytes:
    found = dict(zoo.load(name, checkpoint).named_parameters())
    if parameter not in found:
        raise UnknownModel(
            "parameters.unknown", received=parameter, model=name, known=", ".join(found)
        )
    return _bytes(found[parameter])


_listing, _values = cache(_listed), cache(_read)


def _bytes(parameter: torch.Tensor) -> bytes:
    held = parameter.detach().to("cpu", torch.float32)
    return bytes(held.numpy().astype("<f4").tobytes())


def _held(parameter: torch.Tensor) -> str:
    values = base64.b64encode(_bytes(parameter)).decode("ascii")
    return f"data:application/octet-stream;base64,{values}"


def mark(values: bytes) -> str:
    """Return what tells one state of a parameter from another, 16 characters."""
    return hashlib.sha256(values).hexdigest()[:16]


def _address(name: str, checkpoint: str, parameter: str) -> str:
    """Return where all values of a parameter are found; it changes when they do."""
    version = mark(values(name, checkpoint, parameter))
    return f"parameters/{quote(name)}/{quote(checkpoint)}/{quote(parameter)}?v={version}"


def _row(path: str, parameter: nn.Parameter) -> dict[str, Any]:
    # As in the course, where parameters ask for gradients, so that the same grad_fn is printed.
    shown = parameter.detach().clone().requires_grad_()
    flat = parameter.detach().double().flatten()
    return {
        "name": path,
        "step": path.rpartition(".")[0],
        "size": list(parameter.shape),
        "count": parameter.numel(),
        "mean": float(flat.mean()),
        "std": float(flat.std()) if parameter.numel() > 1 else 0.0,
        "min": float(flat.min()),
        "max": float(flat.max()),
        "first": torch.flatten(parameter.detach())[:6].tolist(),
        "printed": f"Layer: {path} | Size: {parameter.size()} | Values : {shown[:2]} \n",
    }
