"""nn.Embedding: of every number in, one row of a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from torch import nn

from explorer.kinds.base import Explanation, Kind, Subject
from explorer.kinds.layers import Like, holding
from explorer.maths.arithmetic import Feeding
from explorer.records import Floats

SMALL = 1e-7  # what torch adds to the length of a row that it divides by
ROUNDED = 64  # roundings on the way of a row that is shortened


OPTIONS = "input weight padding_idx max_norm norm_type scale_grad_by_freq sparse"


def _built(weight: Floats, **options: Any) -> nn.Module:
    """Return the layer that has these rows."""
    rows, columns = weight.shape
    return holding(nn.Embedding(rows, columns, device="meta", **options), weight=weight)


class Embedding(Kind):
    """Rows looked up."""

    name = "embedding"
    typed = True
    types = (nn.Embedding,)
    likes: Mapping[str, Like] = {"embedding": Like(OPTIONS, _built, ("weight",))}

    def formula(self, subject: Subject) -> str:
        """Return which value of the table it is, in a row that is no longer than allowed."""
        return f"y[t, d] = {shortening(subject.module, 'x[t]')}W[x[t], d]"

    def feeding(self, subject: Subject, unit: int) -> Feeding | None:
        """Return the number that asked for the row, with what it brings in."""
        module = subject.module
        if not isinstance(module, nn.Embedding) or not subject.entering.size:
            return None
        value = float(subject.values.reshape(-1)[unit])
        return Feeding(np.array([unit // module.embedding_dim]), np.array([value]), 0.0, value)

    def explain(self, subject: Subject, unit: int, value: float) -> Explanation:
        """Return which row of the table a value comes from."""
        module = subject.module
        if not isinstance(module, nn.Embedding) or not subject.entering.size:
            return {}, ()
        place, column = divmod(unit, module.embedding_dim)
        row = int(subject.entering.reshape(-1)[place])
        found = float(module.weight[row, column].detach())
        symbols, numbers = f"W[{row}, {column}]", ""
        near, length, share = 0.0, _length(module, row), shortened(module, row)
        if share < 1:
            symbols = f"{module.max_norm:.6g} / ‖W[{row}]‖ · {symbols}"
            numbers = f" = {module.max_norm:.6g} / {length:.6g} · {found:.6g}"
            found *= share
            near = ROUNDED * subject.near * abs(found)
        lines = [f"x[{place}] = {row}", f"y[{place}, {column}] = {symbols}{numbers} = {found:.6g}"]
        data = {"formulas": lines, "from": place, "source": subject.source}
        return data, (subject.check("taken", found, value, near),)


def shortening(module: nn.Module | None, row: str) -> str:
    """Return the factor, in symbols, by which torch shortens a row that is too long; "" of none."""
    most = getattr(module, "max_norm", None)
    return "" if most is None else f"min(1, {most:g} / ‖W[{row}]‖)·"


def shortened(module: nn.Embedding | nn.EmbeddingBag, row: int) -> float:
    """Return the factor by which torch shortens a row; 1 where it is not too long."""
    length = _length(module, row)
    if module.max_norm is None or length <= module.max_norm:
        return 1.0
    return module.max_norm / (length + SMALL)


def _length(module: nn.Embedding | nn.EmbeddingBag, row: int) -> float:
    """Return the length of a row as torch measures it, in its norm."""
    return float(module.weight[row].detach().norm(module.norm_type))
