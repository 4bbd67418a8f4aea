"""One value of attention, written out: scores, weights, and what they add up to."""

from __future__ import annotations

import numpy as np

from explorer.kinds.base import Explanation, Subject, precision
from explorer.kinds.heads import Call, Heads
from explorer.maths.arithmetic import Doubles
from explorer.maths.digits import digits, factor
from explorer.records import Check, Floats
from explorer.words import say

SHOWN = 8  # heads, and keys of one, that are written out
NEAR = 256  # roundings of sums over keys and over heads


def gathered(
    subject: Subject, of: Call, found: Heads, place: tuple[int, int, int], value: float
) -> Explanation:
    """Return one value as the sum over the keys that it is: y[q, d] = Σₖ A[q, k]·V[k, d]."""
    head, query, column = place
    row, values = found.found.weights[head, query], of.values[head, :, column]
    terms = row * values
    lines = _row(subject, of, found, head, query)
    lines += [
        f"A[{query}, {key}]·V[{key}, {column}] = {digits(float(row[key]))}"
        f"·{factor(float(values[key]))} = {digits(float(terms[key]))}"
        for key in _largest(terms)
    ]
    total = float(terms.sum())
    lines.append(f"y[{query}, {column}] = Σₖ A[{query}, k]·V[k, {column}] = {digits(total)}")
    checks = (_reached(subject, total, value, terms), _one(subject, row[None]))
    return {"formulas": lines, "source": subject.source}, checks


def projected(
    subject: Subject, of: Call, found: Heads, place: tuple[int, int], value: float
) -> Explanation:
    """Return one value as what each head adds to it, and the bias."""
    query, column = place
    weights, made = found.found.weights[:, query], found.found.output[:, query]  # (H, S), (H, D)
    terms = made * found.rows[column]
    adds = terms.sum(axis=1)
    bias = 0.0 if found.bias is None else float(found.bias[column])
    lines = _row(subject, of, found, int(np.abs(adds).argmax()), query)
    order = _largest(adds)
    for head in order:
        key = int(weights[head].argmax())
        share = digits(float(weights[head, key]))
        sentence = say(subject.language, "attention.adds", head=head, place=key, share=share)
        lines.append(f"{sentence} {digits(float(adds[head]))}")
    total = float(adds.sum()) + bias
    rest = float(adds.sum() - adds[order].sum())
    parts = [factor(float(adds[head])) for head in order]
    parts += [factor(rest)] if adds.size > len(order) else []
    lines.append(f"y[{query}, {column}] = {' + '.join(parts)} + {factor(bias)} = {digits(total)}")
    checks = [_reached(subject, total, value, terms, bias), _one(subject, weights)]
    if of.captured is not None:
        checks.append(_same(subject, of.captured, weights, query))
    return {"formulas": lines, "source": subject.source}, tuple(checks)


def _row(subject: Subject, of: Call, found: Heads, head: int, query: int) -> list[str]:
    """Return the scores and weights of one head's row for a query, those of its largest keys."""
    scores, row = found.found.scores[head, query], found.found.weights[head, query]
    top, mask = float(scores.max()), "" if of.mask is None else " + mask"
    total = float(np.exp(scores - top).sum())
    lines = [
        say(subject.language, "attention.head", head=head, query=query),
        f"s[k] = {digits(of.scale)}·Q[{query}]·K[k]{mask},"
        f" A[{query}, k] = exp(s[k] − max) / Σₖ exp(s[k] − max)",
    ]
    return lines + [
        f"A[{query}, {key}] = exp({digits(float(scores[key]))} − {factor(top)}) / {digits(total)}"
        f" = {digits(float(row[key]))}"
        for key in _largest(row)
    ]


def _largest(values: Doubles) -> list[int]:
    """Return where the largest values by size stand, in the order of their places."""
    order = np.argsort(-np.abs(values), kind="stable")[:SHOWN]
    return sorted(int(each) for each in order)


def _reached(
    subject: Subject, total: float, value: float, terms: Doubles, bias: float = 0.0
) -> Check:
    """Return that the value worked out is the one that the hook captured."""
    size = max(float(np.abs(terms).sum()) + abs(bias), 1e-6)
    return subject.check("attention", total, value, NEAR * precision(subject) * size)


def _one(subject: Subject, rows: Doubles) -> Check:
    """Return that the weights of a query sum to 1 in every head: of the sum furthest from it."""
    sums = rows.sum(axis=1)
    worst = float(sums[np.abs(sums - 1).argmax()])
    return subject.check("attention.rows", worst, 1.0, 1e-6)


def _same(subject: Subject, captured: Floats, weights: Doubles, query: int) -> Check:
    """Return that the weights answered, of each head or their mean, are those worked out."""
    mine = weights if captured.ndim == 3 else weights.mean(axis=0)
    theirs = captured[:, query] if captured.ndim == 3 else captured[query]
    place = np.unravel_index(int(np.abs(mine - theirs).argmax()), mine.shape)
    near = NEAR * precision(subject)
    return subject.check("attention.same", float(mine[place]), float(theirs[place]), near)
