"""Logits as shares: softmax in float32, exactly as PyTorch computes it."""

from __future__ import annotations

import numpy as np
import torch

from explorer.records import Floats


def shares(logits: Floats) -> Floats:
    """Return softmax over the last axis of logits (N, C), read-only float32."""
    rows = torch.softmax(torch.from_numpy(np.array(logits, dtype=np.float32)), dim=-1).numpy()
    rows.setflags(write=False)
    return rows
