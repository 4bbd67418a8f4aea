"""Several threads on one network: each has its own trace, and no call of another's."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import torch
from torch import nn

from explorer.network import zoo
from explorer.network.tracing import Intervention, trace
from tests.network.modules import Forward
from tests.network.passes import inputs, outputs, rows, same, times


def test_a_call_in_another_thread_is_not_part_of_the_trace() -> None:
    def forward(self: Any, x: torch.Tensor) -> Any:
        out = self.first(x)
        other = threading.Thread(target=lambda: (self.first(10 * x), self.noisy(x), self.second(x)))
        other.start()
        other.join()
        return self.second(self.noisy(out))

    second = times(3)
    second.register_forward_hook(lambda *_: None)
    model = Forward(forward, first=times(2), noisy=nn.Dropout(), second=second)
    traced = trace(model, rows([1.0, -1.0]))
    assert outputs(traced) == {"first": [[2, -2]], "noisy": [[2, -2]], "second": [[6, -6]]}
    assert inputs(traced) == {"first": [[1, -1]], "noisy": [[2, -2]], "second": [[2, -2]]}


def test_many_threads_on_one_network_each_get_their_own_trace() -> None:
    model = zoo.load("course-sequential")
    batches = torch.rand(6, 2, 28, 28, generator=torch.Generator().manual_seed(3))
    alone = [trace(model, images) for images in batches]
    edited = [
        trace(model, images, interventions=[Intervention("2", (0, 3), values=2.0)])
        for images in batches
    ]
    done = threading.Event()

    def plain() -> None:
        while not done.is_set():
            with torch.no_grad():
                model(batches[0])

    def work(number: int) -> bool:
        for _ in range(25):
            if not same(trace(model, batches[number]), alone[number]):
                return False
            changed = trace(
                model, batches[number], interventions=[Intervention("2", (0, 3), values=2.0)]
            )
            if not same(changed, edited[number]):
                return False
        return True

    with ThreadPoolExecutor(8) as threads:
        others = [threads.submit(plain) for _ in range(2)]
        try:
            assert list(threads.map(work, range(6))) == [True] * 6
        finally:
            done.set()
    assert not [each for each in others if each.exception()]


def test_a_thread_inside_a_layer_that_enters_it_again_does_not_change_what_it_received() -> None:
    def forward(self: Any, x: torch.Tensor) -> Any:
        if threading.current_thread() is threading.main_thread():
            other = threading.Thread(target=lambda: self(10 * x))
            other.start()
            other.join()
        return x + 1

    model = nn.Sequential(times(2), Forward(forward), nn.ReLU(inplace=True))
    assert inputs(trace(model, rows([1.0, 2.0])))["1"] == [[2, 4]]
