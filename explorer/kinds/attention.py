"""Attention: every query's shares of all keys, and the values that they weigh."""

from __future__ import annotations

import numpy as np
from torch import nn

from explorer import figures
from explorer.kinds import heads
from explorer.kinds.base import Explanation, Kind, Subject, frame
from explorer.kinds.heads import Call, Heads
from explorer.kinds.keeping import kept
from explorer.kinds.spelling import expression
from explorer.kinds.weighing import gathered, projected
from explorer.records import Fact
from explorer.words import say


class Attention(Kind):
    """What the queries gather, on one scale centred at 0; weights from 0 to 1 beside it."""

    name = "attention"
    written = "A = softmax(Q·Kᵀ / √d + mask); y = A·V"
    typed = True
    every = True
    types = (nn.MultiheadAttention,)
    functions = ("scaled_dot_product_attention",)

    def formula(self, subject: Subject) -> str:
        """Return the formula, of a module with its projections."""
        if not isinstance(subject.module, nn.MultiheadAttention):
            return self.written
        return "Q, K, V = x·Wᵀ + b; A = softmax(Q·Kᵀ / √d + mask); y = [A₁·V₁, A₂·V₂, …]·W_Oᵀ + b_O"

    def words(self, subject: Subject) -> dict[str, str]:
        """Return the words of the step, with where its weights come from."""
        words, language = super().words(subject), subject.language
        if subject.function or not isinstance(subject.module, nn.MultiheadAttention):
            return words
        asked = len(subject.exchange.answers) > 1
        addition = say(language, "attention.asked" if asked else "attention.unasked")
        of, option = expression(subject.step.path), "" if asked else ", need_weights=False"
        return {
            **words,
            "sentence": f"{words['sentence']} {addition}",
            "code": f"y, weights = {of}(query, key, value{option})",
        }

    def facts(self, subject: Subject) -> tuple[Fact, ...]:
        """Return the sizes of the heads before the numbers of its values."""
        of, module = heads.call(subject, subject.unit), subject.module
        if of is None:
            return super().facts(subject)
        count, size = len(of.queries), of.queries.shape[-1]
        if isinstance(module, nn.MultiheadAttention):
            count, size = module.num_heads, module.head_dim
        sizes = {"heads": count, "width": size, "queries": of.made.shape[-2]}
        sizes["keys"] = of.keys.shape[-2]
        own = (
            Fact(key, say(subject.language, f"fact.{key}"), value) for key, value in sizes.items()
        )
        return (*own, *super().facts(subject))

    def figure(self, subject: Subject) -> figures.Figure:
        """Return the output of one example beside the weights of its heads."""
        of, found = _worked(subject)
        if of is None or found is None:
            return super().figure(subject)
        weights = found.found.weights.astype(np.float32)
        return figures.attention(of.made, of.units, weights, **frame(subject))

    def explain(self, subject: Subject, unit: int, value: float) -> Explanation:
        """Return the largest weights of the head that adds most, and what all heads add."""
        of, found = _worked(subject, unit)
        if of is None:
            known = subject.exchange.answers and np.isfinite(value)
            return ({"note": say(subject.language, "attention.other")} if known else {}), ()
        if found is None:
            count = f"{heads.work(of, subject.module):,}"
            return {"note": say(subject.language, "attention.long", count=count)}, ()
        if not np.isfinite(value):
            return {"note": say(subject.language, "attention.hidden")}, ()
        *first, query, place = (int(each) for each in np.argwhere(of.units == unit)[0])
        if found.projection is None:
            return gathered(subject, of, found, (first[0] if first else 0, query, place), value)
        return projected(subject, of, found, (query, place), value)


def _worked(subject: Subject, unit: int | None = None) -> tuple[Call | None, Heads | None]:
    """Return the shown call and its heads, without them where they are too much work."""
    of = heads.call(subject, subject.unit if unit is None else unit)
    if of is None or heads.work(of, subject.module) > heads.MOST:
        return of, None
    return of, kept(subject, "attention", of.number, lambda: heads.worked(of, subject.module))
