"""nn.Embedding: of every number in, one row of a table."""

from __future__ import annotations

from torch import nn

from explorer.kinds.base import Explanation, Kind, Subject

SMALL = 1e-7  # what torch adds to the length of a row that it divides by
ROUNDED = 64  # roundings on the way of a row that is shortened


class Embedding(Kind):
    """Rows looked up."""

    name = "embedding"
    written = "y[t, d] = W[x[t], d]"
    typed = True
    types = (nn.Embedding,)

    def explain(self, subject: Subject, unit: int, value: float) -> Explanation:
        """Return which row of the table a value comes from."""
        module = subject.module
        if not isinstance(module, nn.Embedding) or not subject.entering.size:
            return {}, ()
        place, column = divmod(unit, module.embedding_dim)
        row = int(subject.entering.reshape(-1)[place])
        found = float(module.weight[row, column].detach())
        symbols, numbers = f"W[{row}, {column}]", ""
        near, length = 0.0, _length(module, row)
        if module.max_norm is not None and length > module.max_norm:
            symbols = f"{module.max_norm:.6g} / ‖W[{row}]‖ · {symbols}"
            numbers = f" = {module.max_norm:.6g} / {length:.6g} · {found:.6g}"
            found *= module.max_norm / (length + SMALL)
            near = ROUNDED * subject.near * abs(found)
        lines = [f"x[{place}] = {row}", f"y[{place}, {column}] = {symbols}{numbers} = {found:.6g}"]
        data = {"formulas": lines, "from": place, "source": subject.source}
        return data, (subject.check("taken", found, value, near),)


def _length(module: nn.Embedding, row: int) -> float:
    """Return the length of a row as torch measures it, in its norm."""
    return float(module.weight[row].detach().norm(module.norm_type))
