"""The code that traces a network with this package: for somebody's own, and for functions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explorer.network.tracing import Intervention
from explorer.outgoing.editing import literal
from explorer.outgoing.program import Network, packed, whole
from explorer.records import Language
from explorer.words import say

BODY = """
# {comment}
from explorer import trace

traced = trace(model, X{edits})
for place, node in enumerate(traced.graph.nodes):
    if node.id == {step!r} and node.inside < 0:
        print(node.op, traced.values[place][0].shape)
        print(traced.values[place][0])
"""
SHARES = """
# {comment}
from explorer import trace

pred_probab = nn.Softmax(dim=1)(torch.tensor(trace(model, X{edits}).scores))
print(pred_probab.shape)
print(pred_probab)
"""
FED = """
# {comment}
print(X.shape)
print(X)
"""

CHANGED = """
# {comment}
from explorer import trace

X = torch.tensor(trace(model, X{edits}).images)
print(X.shape)
print(X)
"""
EDITS = """
# {comment}
from explorer.network.tracing import Intervention

{patches}edits = [
{lines}
]
"""


def imported(address: str, **options: str) -> tuple[str, str]:
    """Return the import and the expression that make a module of an address.

    The options are those of `explorer.network.own.own`. `weights` is the name of a file, which has
    to lie in the folder where the code runs. Of a module that came from a running program only its
    name is left.
    """
    if ":" not in address:
        return "", "model"
    said = [f"{name}={value!r}" for name, value in options.items() if value]
    if said:
        where = "from explorer.network.own import own\n"
        return where, f"own({', '.join((repr(address), *said))}).model"
    where = "from explorer.network.own import module\n"
    return where, f"module({address!r})"


def traced(
    network: Network,
    images: tuple[bytes, ...],
    step: str,
    *,
    shares: bool,
    applied: Sequence[Intervention],
    language: Language,
) -> str:
    """Return the code that runs a network on images and prints the output of one step.

    `shares` says that the step is the page's own softmax, which no call of the network is;
    `applied` are the edits.
    """
    first, edits = step == network.steps[0].id, ", interventions=edits" if applied else ""
    fed = CHANGED if applied else FED
    lines = fed if first else SHARES if shares else BODY
    body = lines.format(comment=say(language, "snippet.traced"), step=step, edits=edits)
    if applied:
        body = f"{_edits(applied, language)}{body}"
    return whole(say(language, "snippet.capture"), network, images, body, language)


def _edits(applied: Sequence[Intervention], language: Language) -> str:
    """Return the lines that make the edits of a pass, with the values that patches copy."""
    patches, lines = list[str](), list[str]()
    for place, each in enumerate(applied, 1):
        units = None if each.units is None else list(each.units)
        values = f"patch_{place}.numpy()"
        if isinstance(each.values, float | int):
            values = literal(each.values)
        else:
            patches += packed(f"patch_{place}", np.ravel(each.values))
        batch = "" if each.batch == 0 else f", batch={each.batch}"
        lines.append(
            f"    Intervention({each.step!r}, {units}, {literal(each.scale)}, {values}{batch}),"
        )
    return EDITS.format(
        comment=say(language, "snippet.edits"),
        patches="".join(f"{line}\n" for line in patches),
        lines="\n".join(lines),
    )
