"""The answer of a pass as shares of the classes."""

from __future__ import annotations

import numpy as np

from explorer.graphs import PART, Answer
from explorer.maths.digits import digits
from explorer.maths.shares import shares
from explorer.network import answers, zoo
from explorer.records import Floats, Language, Prediction, Query, Trace
from explorer.words import say


def shared(passed: Trace, outputs: Floats) -> Floats:
    """Return outputs (N, C) as shares, by what they went through last."""
    answer = passed.graph.answer
    if answer.logits:
        return shares(outputs)
    result: Floats = np.exp(outputs) if answer.logarithms else outputs
    return result


def remarks(card: zoo.Card, answered: Prediction, language: Language) -> tuple[str, ...]:
    """Return what else is said of an answer: that it is one number, or is not what the card says.

    A card may have names for another number of classes than there are.
    """
    names, count = len(card.labels_in(language)), answered.probabilities.shape[1]
    if not (names and count) or names == count:
        return answered.instead[1:]
    return (say(language, "labels.unfit", given=names, count=count), *answered.instead[1:])


def single(passed: Trace, focus: int, language: Language) -> tuple[str, ...]:
    """Return an answer that is one number for each input, which has no classes, and a sentence.

    Whether it is a logit only its owner knows: what it would be then is said as no more than that.
    """
    end = passed.graph.end
    if passed.rows or end is None or end.place != "call" or end.output == PART:
        return ()
    values = passed.values[end.call][end.output]
    if values.shape not in ((passed.count,), (passed.count, 1)):
        return ()
    value = np.float64(values.reshape(-1)[focus])
    blanks = {"value": digits(float(value))}
    if Answer(answers.went(passed.graph.nodes, end)).apart:
        return blanks["value"], say(language, "prediction.single.share", **blanks)
    with np.errstate(over="ignore"):
        share = digits(float(1 / (1 + np.exp(-value))))
    return blanks["value"], say(language, "prediction.single", **blanks, share=share)


def predicted(passed: Trace, card: zoo.Card, query: Query, *, whole: bool) -> Prediction:
    """Return the shares of the classes; of no class where the answer is no row of scores."""
    if not (passed.rows and whole):
        sentences = single(passed, query.focus, query.language) if whole else ()
        return Prediction(np.zeros((passed.count, 0), dtype=np.float32), (), (), sentences)
    probabilities = shared(passed, passed.scores)
    return Prediction(
        probabilities=probabilities,
        classes=tuple(int(index) for index in probabilities.argmax(axis=1)),
        labels=card.labels_in(query.language, probabilities.shape[1]),
    )
