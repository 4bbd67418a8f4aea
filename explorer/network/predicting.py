"""The answer of a pass as shares of the classes."""

from __future__ import annotations

import numpy as np

from explorer.maths.shares import shares
from explorer.network import zoo
from explorer.records import Floats, Prediction, Query, Trace


def shared(passed: Trace, outputs: Floats) -> Floats:
    """Return outputs (N, C) as shares, by what they went through last."""
    answer = passed.graph.answer
    if answer == "logits":
        return shares(outputs)
    result: Floats = np.exp(outputs) if answer == "log_softmax" else outputs
    return result


def predicted(passed: Trace, card: zoo.Card, query: Query, *, whole: bool) -> Prediction:
    """Return the shares of the classes; of no class where the answer is no row of scores."""
    if not (passed.rows and whole):
        return Prediction(np.zeros((passed.count, 0), dtype=np.float32), (), ())
    probabilities = shared(passed, passed.output)
    return Prediction(
        probabilities=probabilities,
        classes=tuple(int(index) for index in probabilities.argmax(axis=1)),
        labels=card.labels_in(query.language, probabilities.shape[1]),
    )
