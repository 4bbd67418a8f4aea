"""The parameters of a network as the course walks them: name, size, statistics, first values.

Behind them its buffers, such as the statistics that BatchNorm keeps, which are not trained.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import Any
from urllib.parse import quote

import torch
from torch import nn
from torch.nn.parameter import is_lazy

from explorer.errors import UnknownModel, UntraceableModel
from explorer.network import zoo


def listing(name: str, checkpoint: str, device: str = "cpu") -> dict[str, Any]:
    """Return every parameter in the order of `named_parameters()`, then every buffer.

    Each row has name, step (path of the module that owns it), size, count, mean, std (with Bessel's
    correction, as `torch.std`), min, max, the first values flat, and `printed`: what the course's
    loop prints for it. `buffer` says which of the two it is, `also` under which other names it is
    registered: weights may be tied.

    Raises:
        UnknownModel: for a model or checkpoint that does not exist.
    """
    return (_listing if _lasting(name, checkpoint) else _listed)(name, checkpoint, device)


def learnt(model: nn.Module, name: str, checkpoint: str) -> dict[str, Any]:
    """Return the parameters of what a network has learnt, as `listing` does.

    These weights are in no file and at no address: each address holds the values themselves.
    """
    rows = [
        {**row, "address": _held(held)}
        for row, held in zip(_rows(model), _all(model).values(), strict=True)
    ]
    return {"model": name, "checkpoint": checkpoint, "structure": str(model), "rows": rows}


def _listed(name: str, checkpoint: str, device: str) -> dict[str, Any]:
    card = zoo.card(name)
    wanted = checkpoint or card.default
    model = zoo.load(name, wanted, device)
    rows = [{**row, "address": _address(name, wanted, row["name"])} for row in _rows(model)]
    return {"model": name, "checkpoint": wanted, "structure": str(model), "rows": rows}


def _all(model: nn.Module) -> dict[str, torch.Tensor]:
    """Return every parameter and every buffer by its first name."""
    return {**dict(model.named_parameters()), **dict(model.named_buffers())}


def _rows(model: nn.Module) -> list[dict[str, Any]]:
    """Return the rows of `_all`, but for where their values are found.

    Raises:
        UntraceableModel: for a parameter of a lazy layer that has no values yet.
    """
    for path, held in _all(model).items():
        if is_lazy(held):
            owner = path.rpartition(".")[0]
            kind = type(model.get_submodule(owner)).__name__
            raise UntraceableModel("trace.lazy", module=kind, step=owner)
    names: dict[int, list[str]] = {}
    for every in (model.named_parameters, model.named_buffers):
        for path, held in every(remove_duplicate=False):
            names.setdefault(id(held), []).append(path)
    return [
        {
            **_row(path, held),
            "buffer": not isinstance(held, nn.Parameter),
            "also": [each for each in names[id(held)] if each != path],
        }
        for path, held in _all(model).items()
    ]


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
    found = _all(zoo.load(name, checkpoint))
    if parameter not in found:
        raise UnknownModel(
            "parameters.unknown", received=parameter, model=name, known=", ".join(found)
        )
    return _bytes(found[parameter])


_listing, _values = cache(_listed), cache(_read)


def _bytes(parameter: torch.Tensor) -> bytes:
    held = _real(parameter).to("cpu", torch.float32)
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


def _real(parameter: torch.Tensor) -> torch.Tensor:
    """Return the values; of complex ones the real and the imaginary part, in a last dimension."""
    held = parameter.detach()
    return torch.view_as_real(held.resolve_conj()) if held.is_complex() else held


def _row(path: str, parameter: torch.Tensor) -> dict[str, Any]:
    # As in the course, where parameters ask for gradients, so that the same grad_fn is printed.
    shown, trained = parameter.detach().clone(), isinstance(parameter, nn.Parameter)
    shown.requires_grad_(trained and (shown.is_floating_point() or shown.is_complex()))
    values = _real(parameter)
    flat = values.double().flatten()
    some = flat.numel() > 0  # of no values there is neither a mean nor a largest
    return {
        "name": path,
        "step": path.rpartition(".")[0],
        "size": list(values.shape),
        "count": values.numel(),
        "mean": float(flat.mean()) if some else None,
        "std": float(flat.std()) if values.numel() > 1 else 0.0 if some else None,
        "min": float(flat.min()) if some else None,
        "max": float(flat.max()) if some else None,
        "first": torch.flatten(values)[:6].tolist(),
        "printed": f"Layer: {path} | Size: {parameter.size()} | Values : "
        f"{shown[:2] if shown.dim() else shown} \n",  # one number cannot be cut
    }
