"""The gradient desk in a test's hands: open it, and the same network apart from the program."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import torch
from playwright.sync_api import Page

from explorer.network import zoo
from tests.browser.conftest import start_again
from tests.browser.hands import pixels, settled

LABEL, NAME = 7, "Sneaker"
RELU = "linear_relu_stack.1"
FIRST = "linear_relu_stack.0"


def unsure(opened: Page) -> Page:
    """Bring an opened page back to its first state, with a picture that is not quite sure."""
    start_again(opened)
    opened.click(".sample >> nth=2")
    settled(opened)
    return opened


def teach(page: Page, step: str = RELU) -> None:
    """Open the desk at a step, and say what the drawing is."""
    page.click(f"#strip [data-step='{step}']")
    page.click("#tab-teach")
    page.select_option("#taught-class", str(LABEL))
    page.wait_for_selector("#teach[data-loss]")
    settled(page)


def model() -> Any:
    return copy.deepcopy(zoo.load("fashion-mlp")).requires_grad_()


def tensor(page: Page) -> torch.Tensor:
    return torch.from_numpy(pixels(page).astype(np.float32) / np.float32(255))[None]
