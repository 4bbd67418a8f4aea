"""nn.Embedding: of every number in, one row of a table."""

from __future__ import annotations

from torch import nn

from explorer.kinds.base import Explanation, Kind, Subject


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
        return {
            "formulas": [
                f"x[{place}] = {row}",
                f"y[{place}, {column}] = W[{row}, {column}] = {found:.6g}",
            ],
            "from": place,
            "source": subject.source,
        }, (subject.check("taken", found, value, 0.0),)
