"""What we compare with.

A plain Gradio app of the same purpose, one Sketchpad and eight `gr.Plot`.
"""

from __future__ import annotations

import statistics
import sys
from typing import Any

import gradio as gr
import numpy as np
import plotly.graph_objects as go
import torch
from playwright.sync_api import Browser

from explorer.network import zoo

STEPS = 8


def build() -> gr.Blocks:
    """Return the plain app: the drawing's composite through the network, one heatmap per step."""
    model: Any = zoo.load("fashion-mlp")

    def run(drawing: dict[str, Any] | None) -> list[go.Figure]:
        image = np.zeros((28, 28), dtype=np.float32)
        if drawing is not None and drawing["composite"] is not None:
            composite = drawing["composite"]
            image = composite[..., 3][:: composite.shape[0] // 28, :: composite.shape[1] // 28][
                :28, :28
            ] / np.float32(255)
        x = torch.from_numpy(np.ascontiguousarray(image))[None]
        outputs = [x[0]]
        with torch.inference_mode():
            x = model.flatten(x)
            outputs.append(x.reshape(28, 28))
            for layer in model.linear_relu_stack:
                x = layer(x)
                outputs.append(x.reshape(16, 32) if x.numel() == 512 else x.reshape(2, 5))
            outputs.append(torch.softmax(x, 1).reshape(2, 5))
        return [go.Figure(go.Heatmap(z=output.numpy())) for output in outputs]

    with gr.Blocks() as page:
        pad = gr.Sketchpad(
            canvas_size=(280, 280),
            brush=gr.Brush(default_size=22, colors=["#000000"], color_mode="fixed"),
        )
        plots = [gr.Plot() for _ in range(STEPS)]
        pad.change(run, pad, plots)
    return page


def pointer_up_to_painted(browser: Browser, url: str) -> float:
    """Return the median milliseconds from pointer-up until the last of the eight plots is drawn."""
    page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
    page.goto(url)
    page.wait_for_selector("canvas", timeout=60_000)
    page.wait_for_timeout(2000)
    brush = page.locator("button[aria-label='Brush']")
    if brush.count():
        brush.first.click()
    box = page.locator("canvas").first.bounding_box()
    assert box
    page.evaluate(
        """() => {
          window.drawn = [];
          const plot = (node) => node.nodeType === 1
            && (node.matches(".main-svg") || node.querySelector?.(".main-svg"));
          new MutationObserver((changes) => {
            const drawn = changes.some((change) => [...change.addedNodes].some(plot));
            if (drawn) window.drawn.push(performance.now());
          }).observe(document.body, { childList: true, subtree: true });
          addEventListener("pointerup", () => { window.up = performance.now(); }, true);
        }"""
    )
    times = []
    for number in range(4):
        # The picture lies in the middle of a wider canvas.
        middle, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 - 60 + 30 * number
        page.mouse.move(middle - 90, y)
        page.mouse.down()
        page.mouse.move(middle + 90, y + 20, steps=10)
        page.evaluate("window.drawn.length = 0")
        page.mouse.up()
        page.wait_for_timeout(6000)
        last = page.evaluate("window.drawn.length ? window.drawn.at(-1) - window.up : null")
        if last is not None:  # the component swallows its first event
            times.append(float(last))
    page.context.close()
    return statistics.median(times) if times else float("nan")


if __name__ == "__main__":
    build().launch(server_port=int(sys.argv[1]), quiet=True)
