"""Whose turn it is: one pass at a time through modules that all threads share.

Each hook answers only to the thread that set it; a pass may begin inside another's hook on the same
thread.

The same turn is for whoever needs the process's random numbers to himself, as building an untrained
network does.
"""

from __future__ import annotations

import copy
import threading
from typing import TypeVar

import torch
from torch import nn

Module = TypeVar("Module", bound=nn.Module)

turn = threading.RLock()


def copied(model: Module) -> Module:
    """Return a deep copy of a module that others may be running: no pass begins meanwhile.

    A pass sets hooks, which would change what is copied under our hands, or be copied with it.
    """
    with turn:
        return copy.deepcopy(model)


def agree() -> None:
    """Have this thread compute with as many threads as torch was told to.

    A new one comes to that with torch's first long loop alone. Matrix products before it are shared
    among all cores and sum in another order: the same pass would not have the same bits.
    """
    torch.get_num_threads()
