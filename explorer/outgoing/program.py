"""What every snippet consists of: imports, the network, the batch as data, and a heading.

Text out of records, nothing is run here. Each snippet starts from an empty interpreter in the
project's folder.
"""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass

import numpy as np

from explorer.kinds.picture import normal_lines
from explorer.outgoing.source import Source
from explorer.records import Floats, Input, Language, Pixels, Step
from explorer.words import say

WIDTH = 96  # characters in one line of data
LOADER = "from safetensors.torch import load_file\n"
IMPORTS = f"import base64\nimport zlib\n\nimport torch\n{LOADER}from torch import nn\n\n"
UNPACK = """

def unpack(text):
    return bytearray(zlib.decompress(base64.b64decode(text)))

"""


@dataclass(frozen=True, slots=True)
class Network:
    """What a snippet has to build, and how it is walked through.

    `file` is the path of the weights relative to the project's folder; None leaves the network as
    `seed` made it. `steps` are the page's. `chain` says that the network is nothing but its layers,
    one after the other; `ends`, that its last layer's output is its own; `loaded`, that its source
    loads the weights itself; `alive`, that it is an object of the program that the snippet is put
    into. `dtype` is the type of number that it computes with, by torch's name of it.
    """

    source: Source
    file: str | None
    seed: int
    input: Input
    steps: tuple[Step, ...]
    chain: bool = True
    ends: bool = True
    loaded: bool = False
    alive: bool = False
    dtype: str = "float32"

    @property
    def layers(self) -> tuple[Step, ...]:
        """The steps that are calls of a layer, in order."""
        return tuple(step for step in self.steps if step.path)


def whole(
    heading: str, network: Network, images: tuple[bytes, ...], body: str, language: Language
) -> str:
    """Return a snippet: heading, imports, network, the images, and what is done with them."""
    lines = [f"# {_weights(network, language)}", built("model", network, network.file)]
    shape = " × ".join(map(str, (len(images), *network.input.shape)))
    lines += ["", f"# {say(language, 'snippet.images', shape=shape)}"]
    lines += packed("pixels", np.frombuffer(b"".join(images), dtype=np.uint8))
    made = "\n".join([*lines, *_fed(network, len(images)), body])
    head = IMPORTS if "load_file(" in made else IMPORTS.replace(LOADER, "")
    text = network.source.text
    if text.startswith("from "):
        head, text = f"{head.rstrip()}\n\n{text}", ""
    return f"# {heading}\n{head}\n{text}{UNPACK if text else UNPACK[1:]}\n{made}"


def built(name: str, network: Network, file: str | None) -> str:
    """Return the lines that build a network with the weights of a file, or with its seed's."""
    lines = [f"{name} = {network.source.build}.eval()"]
    if file is None and not (network.loaded or network.alive):
        lines.insert(0, f"torch.manual_seed({network.seed})")
    elif file is not None:
        lines.append(f'{name}.load_state_dict(load_file("{file}"))')
    return "\n".join(lines)


def packed(name: str, values: Floats | Pixels) -> list[str]:
    """Return the lines that hold an array as base64 of its compressed bytes, as a flat tensor."""
    data = values.astype(values.dtype.newbyteorder("<")).tobytes()
    text = base64.b64encode(zlib.compress(data, 9)).decode("ascii")
    parts = [f'    "{text[place : place + WIDTH - 4]}"' for place in range(0, len(text), WIDTH - 4)]
    return [f"{name} = torch.frombuffer(unpack(", *parts, f"), dtype=torch.{values.dtype.name})"]


def _weights(network: Network, language: Language) -> str:
    """Return whose weights they are."""
    if network.alive:
        return say(language, "snippet.yours")
    trained = network.file or network.loaded
    return say(language, "snippet.network" if trained else "snippet.untrained")


def _fed(network: Network, count: int) -> list[str]:
    """Return the lines that make of the pixels what the network is fed."""
    shape = ", ".join(map(str, (count, *network.input.shape)))
    lines = [f"X = pixels.reshape({shape}) / 255", *normal_lines(network.input, "X")]
    return lines if network.dtype == "float32" else [*lines, f"X = X.to(torch.{network.dtype})"]
