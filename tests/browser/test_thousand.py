"""A thousand pictures through the twin of every checkpoint, in Chromium, against plain torch.

The twin's modules and the weights come from the running server, by the page's own addresses; the
other side is the files of weights, read with safetensors, and torch's functions by hand. All
thousand go through all checkpoints, and whatever else we have drawn ourselves through the released
one of each network: every value of every step is within the tolerance, and no answer differs.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Page
from safetensors.torch import load_file
from torch.nn import functional as F

from explorer import places
from explorer.figures import arrays
from explorer.incoming import samples
from explorer.learning.drawings import augmented
from explorer.maths import perturbations
from explorer.network import zoo
from explorer.records import PIXELS, SIDE, Floats, Pixels
from tests.browser.conftest import Server
from tests.drawings.__main__ import DRAWN, drawings

pytestmark = pytest.mark.browser

COUNT = 1000
AT_ONCE = 100  # pictures: 30 MB of the convolutions
TOLERANCE = 1e-4  # of a step's scale, as on the page
OPEN = """async (model) => {
  const address = (path) => new URL(path, location.origin);
  const { createTwin } = await import(address("web/twin/twin.js"));
  const { components } = await (await fetch(address("config"))).json();
  const start = JSON.parse(components.map(({ props }) => props.start ?? props.props?.start)
    .find((each) => each));
  const get = async (name, checkpoint, sha256) =>
    (await fetch(address(`weights/${name}/${checkpoint}/${sha256}.safetensors`))).arrayBuffer();
  window.twin = createTwin({ ...start, get, changed() {} });
  window.card = start.models.find(({ name }) => name === model);
  return { released: card.default, checkpoints: Object.keys(card.weights), steps: card.chain.map(({ id }) => id) };
}"""
# How far every step of every picture is from what plain torch has (an address of 32-bit numbers, all
# steps of one picture after the other), and the outputs of the last step but one.
APART = """async ([checkpoint, first, last, address]) => {
  await twin.prefetch(card.name, [checkpoint]);
  const expected = new Float32Array(await (await fetch(address)).arrayBuffer());
  const query = { model: card.name, checkpoint, focus: 0, edits: [], versus: null, options: {} };
  const apart = [];
  const logits = [];
  let place = 0;
  for (const image of images.slice(first, last)) {
    const [outputs] = twin.answer({ ...query, images: [image] }).passes;
    for (const id of ["input", ...card.chain.map(({ id }) => id)]) {
      const values = outputs[id];
      let most = 0;
      for (let unit = 0; unit < values.length; unit += 1) {
        const here = Math.abs(values[unit] - expected[place + unit]);
        if (!(here <= most)) most = here;
      }
      apart.push(most);
      place += values.length;
    }
    logits.push(...outputs[card.chain.at(-2).id]);
  }
  if (place !== expected.length) throw new Error(`${place} values of ${expected.length}`);
  return [apart, logits].map((each) => new Uint8Array(Float32Array.from(each).buffer).toBase64());
}"""


class Handing(BaseHTTPRequestHandler):
    """Hands out what lies at the server's `held`, to pages from anywhere."""

    def do_GET(self) -> None:
        held: bytes = vars(self.server)["held"]
        self.send_response(200)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Content-Length", str(len(held)))
        self.end_headers()
        self.wfile.write(held)

    def log_message(self, *_: object) -> None:
        """Say nothing of every request."""


def drawn(every: int = 1) -> Pixels:
    """Return our own drawings, all or every so many of each kind, (N, 28, 28)."""
    return np.concatenate(
        [
            drawings(kind, held_out=held_out, dataset=dataset)[0][::every]
            for dataset, kinds in DRAWN.items()
            for kind in kinds
            for held_out in (False, True)
        ]
    )


@cache
def pictures() -> Pixels:
    """Return a thousand pictures and all other drawings of ours, (N, 784).

    The thousand are an empty and a full one, samples, the same perturbed, a third of the drawings,
    and drawings of these.
    """
    shown = [
        np.frombuffer(base64.b64decode(each["pixels"]), np.uint8) for each in samples.listing()
    ]
    changed = [
        perturbations.apply(image.reshape(SIDE, SIDE), name, float(amount)) * 255
        for image in shown
        for name in perturbations.NAMES
        for amount in perturbations.amounts(name)[[1, -1]]
    ]
    some = drawn(every=3)
    light = torch.from_numpy(some.astype(np.float32) / 255)
    again, _ = augmented(light, torch.Generator().manual_seed(1), share=1.0)
    rows = [
        *shown,
        *(np.rint(image).reshape(-1) for image in changed),
        *some.reshape(-1, PIXELS),
        *np.rint(again.numpy() * 255).reshape(-1, PIXELS),
    ]
    ends = [np.zeros(PIXELS), np.full(PIXELS, 255)]
    thousand = different(np.stack([*ends, *rows]).astype(np.uint8))[:COUNT]
    assert len(thousand) == COUNT
    return different(np.concatenate([thousand, drawn().reshape(-1, PIXELS)]))


def different(images: Pixels) -> Pixels:
    """Return of equal images the first."""
    kept: Pixels = images[np.sort(np.unique(images, axis=0, return_index=True)[1])]
    return kept


def weights(model: str, checkpoint: str) -> dict[str, torch.Tensor]:
    """Return the numbers of a checkpoint's file; those before training are no file."""
    if checkpoint == zoo.UNTRAINED:
        return dict(zoo.load(model, checkpoint).state_dict())
    file = places.MODELS / model / f"{checkpoint}.safetensors"
    return {name: values.float() for name, values in load_file(file).items()}


def by_hand(steps: list[str], held: dict[str, torch.Tensor], images: Pixels) -> dict[str, Floats]:
    """Return what every step of a network puts out, (N, …), with torch's functions alone."""
    x = torch.from_numpy(images.astype(np.float32) / np.float32(255)).reshape(-1, 1, SIDE, SIDE)
    found = {"input": x}
    before = ""
    for step in steps:
        weight, bias = held.get(f"{step}.weight"), held.get(f"{step}.bias")
        if step == "softmax":
            x = F.softmax(x, dim=1)
        elif weight is not None and weight.dim() == 4:
            x = F.conv2d(x, weight, bias, padding=1)
        elif weight is not None:
            x = F.linear(x, weight, bias)
        elif f"{before}.weight" in held:
            x = F.relu(x)
        elif "features" in step:
            x = F.max_pool2d(x, 2)
        else:
            x = x.flatten(1)
        found[step], before = x, step
    return {step: values.flatten(1).numpy() for step, values in found.items()}


@pytest.fixture(scope="module")
def empty(browser: Browser, server: Server) -> Iterator[Page]:
    """A page of the server's address on which nothing runs."""
    page = browser.new_page()
    page.goto(f"{server.url}/web/icon.svg")
    images = [base64.b64encode(image.tobytes()).decode() for image in pictures()]
    page.evaluate("(images) => { window.images = images; }", images)
    yield page
    page.close()


@pytest.fixture(scope="module")
def handing() -> Iterator[ThreadingHTTPServer]:
    """A server of what torch has worked out: more than a call to a page carries."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handing) as handing:
        Thread(target=handing.serve_forever, daemon=True).start()
        yield handing
        handing.shutdown()


def read(text: str) -> Floats:
    return np.frombuffer(base64.b64decode(text), "<f4")


def limits(values: Floats) -> Floats:
    """Return the end of every row's scale."""
    return np.array([arrays.limit(most) for most in np.abs(values).max(axis=1)], np.float32)


@pytest.mark.parametrize("model", zoo.cards())
def test_the_twin_answers_as_torch_does(
    empty: Page, handing: ThreadingHTTPServer, model: str
) -> None:
    card: dict[str, Any] = empty.evaluate(OPEN, model)
    assert set(card["checkpoints"]) == {
        zoo.UNTRAINED,
        *(each.name for each in zoo.card(model).checkpoints),
    }
    for checkpoint in card["checkpoints"]:
        count = len(pictures()) if checkpoint == card["released"] else COUNT
        held = weights(model, checkpoint)
        for first in range(0, count, AT_ONCE):
            some = pictures()[:count][first : first + AT_ONCE]
            with torch.inference_mode():
                expected = by_hand(card["steps"], held, some)
            vars(handing)["held"] = np.hstack(list(expected.values())).tobytes()
            address = f"http://127.0.0.1:{handing.server_port}/"
            found = empty.evaluate(APART, [checkpoint, first, first + len(some), address])
            apart = read(found[0]).reshape(len(some), -1)
            near = TOLERANCE * np.stack([limits(each) for each in expected.values()], axis=1)
            assert (apart <= near).all(), (checkpoint, first)
            theirs = expected[card["steps"][-2]]
            mine = read(found[1]).reshape(theirs.shape)
            assert (mine.argmax(axis=1) == theirs.argmax(axis=1)).all(), (checkpoint, first)
