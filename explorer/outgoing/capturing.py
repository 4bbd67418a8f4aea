"""The PyTorch code that captures every layer's output with forward hooks."""

from __future__ import annotations

from explorer.outgoing.program import Network, whole
from explorer.records import Language, Step
from explorer.words import say

CAPTURE = """
captured = {{}}


def copy_output(path):
    def hook(module, args, output):
        # {copy}
{keep}

    return hook


# {hooks}
handles = [
    module.register_forward_hook(copy_output(path))
    for path, module in model.named_modules()
    if not list(module.children())
]
try:
    with torch.no_grad():
        logits = model(X)
finally:
    # {remove}
    for handle in handles:
        handle.remove()

for path, output in captured.items():
    print(path, output.shape)
print({shown})

# {same}
with torch.no_grad():
    torch.testing.assert_close({last}, model(X))
"""
ONCE = "        captured[path] = output.detach().clone()"
# A layer that is called again has the page's name for that call: path#2.
AGAIN = """\
        number = 1 + sum(name.partition("#")[0] == path for name in captured)
        name = path if number == 1 else f"{path}#{number}"
        captured[name] = output.detach().clone()"""


def capture(
    network: Network, images: tuple[bytes, ...], step: Step, *, language: Language = "en"
) -> str:
    """Return the code that captures every layer's output with forward hooks and prints a step's."""
    layers = network.layers
    names = {layer.id for layer in layers}
    outside = "X" if step.id == network.steps[0].id else "nn.Softmax(dim=1)(logits)"
    shown = f'captured["{step.id}"]' if step.id in names else outside
    comments = {
        name: say(language, f"snippet.{name}") for name in ("copy", "hooks", "remove", "same")
    }
    body = CAPTURE.format(
        **comments,
        keep=AGAIN if any("#" in name for name in names) else ONCE,
        shown=shown,
        last=f'captured["{layers[-1].id}"]' if network.ends else "logits",
    )
    return whole(say(language, "snippet.capture"), network, images, body, language)
