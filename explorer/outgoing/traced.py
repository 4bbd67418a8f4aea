"""The code that traces a network with this package: for somebody's own, and for functions."""

from __future__ import annotations

from explorer.outgoing.program import Network, whole
from explorer.records import Language
from explorer.words import say

BODY = """
# {comment}
from explorer import trace

traced = trace(model, X)
for place, node in enumerate(traced.graph.nodes):
    if node.id == {step!r} and node.inside < 0:
        print(node.op, traced.values[place][0].shape)
        print(traced.values[place][0])
"""
FED = """
# {comment}
print(X.shape)
print(X)
"""


def imported(address: str, weights: str = "") -> tuple[str, str]:
    """Return the import and the expression that make a module of an address.

    `weights` is the name of the file that its weights came from, which has to lie in the folder
    where the code runs. Of a module that came from a running program only its name is left.
    """
    if ":" not in address:
        return "", "model"
    if weights:
        where = "from explorer.network.own import own\n"
        return where, f"own({address!r}, weights={weights!r}).model"
    where = "from explorer.network.own import module\n"
    return where, f"module({address!r})"


def traced(
    network: Network, images: tuple[bytes, ...], step: str, *, language: Language = "en"
) -> str:
    """Return the code that runs a network on images and prints the output of one step."""
    first = step == network.steps[0].id
    body = (FED if first else BODY).format(comment=say(language, "snippet.traced"), step=step)
    return whole(say(language, "snippet.capture"), network, images, body, language)
