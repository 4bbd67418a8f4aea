"""Any precision and mode of autograd: what is handed out is float32, and keeps nothing alive."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from explorer.network.tracing import trace
from tests.network.modules import Forward
from tests.network.passes import network, outputs, rows


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_any_precision_is_handed_out_as_float32(dtype: torch.dtype) -> None:
    traced = trace(network().to(dtype), rows([1.0, -3.0]).to(dtype))
    assert outputs(traced) == {"0": [[1, -3, 2]], "1": [[1, 0, 2]], "2": [[3.5, 1]]}
    arrays = [traced.images, traced.output, *(call.output for call in traced.calls)]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


def test_whole_numbers_go_into_an_embedding() -> None:
    model = Forward(
        lambda self, x: self.table(x).sum(1),
        table=nn.Embedding.from_pretrained(rows([1.0, 2.0], [3.0, 5.0])),
    )
    traced = trace(model, torch.tensor([[0, 1, 1]]))
    assert traced.images.dtype == np.float32
    assert traced.calls[0].input.tolist() == [[0, 1, 1]]
    assert traced.output.tolist() == [[7, 12]]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_images_that_want_a_gradient_keep_none_of_ours(dtype: torch.dtype) -> None:
    x = rows([1.0, -3.0]).to(dtype).requires_grad_()
    traced = trace(network().to(dtype), x)
    assert traced.output.tolist() == [[3.5, 1]]
    assert x.requires_grad
    assert x.grad is None


def test_a_pass_in_inference_mode_is_traced_too() -> None:
    with torch.inference_mode():
        assert trace(network(), rows([1.0, -3.0])).output.tolist() == [[3.5, 1]]


def test_images_made_in_inference_mode_are_traced_too() -> None:
    with torch.inference_mode():
        x = rows([1.0, -3.0])
    assert trace(network(), x).output.tolist() == [[3.5, 1]]
