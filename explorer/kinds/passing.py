"""What hands on what it gets: dropout in eval mode, nn.Identity, and copies as contiguous()."""

from __future__ import annotations

import numpy as np
from torch import nn

from explorer.kinds.base import Explanation, Kind, Subject
from explorer.kinds.proof import Proof

COPIES = ("contiguous", "clone", "to", "float", "double", "type_as")


class Passing(Kind):
    """The same values: in eval mode dropout does nothing."""

    name = "passing"
    written = "y = x"
    typed = True
    types = (
        *(nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.AlphaDropout),
        *(nn.FeatureAlphaDropout, nn.Identity),
    )
    functions = ("dropout", *COPIES)
    joins = True
    passes = True

    def way(self, subject: Subject) -> str:
        """Return whether it only ever hands on, whatever the mode."""
        copied = isinstance(subject.module, nn.Identity) or subject.step.module in COPIES
        return "copied" if copied else ""

    def holds(self, proof: Proof) -> bool:
        """Whether the values are the same: somebody's dropout may be on in eval mode."""
        return bool(proof.received) and np.array_equal(
            proof.received[0], proof.output, equal_nan=True
        )

    def explain(self, subject: Subject, unit: int, value: float) -> Explanation:
        """Return the value before, which is the same."""
        if subject.entering.shape != subject.values.shape:
            return {}, ()
        before = float(subject.entering.reshape(-1)[unit])
        data = {"formulas": [f"y = x = {before:.6g}"], "from": unit, "source": subject.source}
        return data, (subject.check("taken", before, value, 0.0),)
