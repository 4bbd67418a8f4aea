"""Several threads on one network: each has its own trace, and no call of another's."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import torch
from torch import nn

from explorer.graphs import Answer
from explorer.lessons import Taught
from explorer.network import teaching, turn, widening, zoo
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


def test_a_pass_begins_only_when_the_one_before_has_ended() -> None:
    inside: list[int] = []
    most = 0

    def forward(self: Any, x: torch.Tensor) -> Any:
        nonlocal most
        inside.append(1)
        most = max(most, len(inside))
        time.sleep(0.05)  # another thread's pass would begin meanwhile
        out = self.first(x)
        inside.pop()
        return out

    model = Forward(forward, first=times(2))
    with ThreadPoolExecutor(3) as threads:
        found = list(threads.map(lambda _: trace(model, rows([1.0, -1.0])), range(3)))
    assert [outputs(each) for each in found] == [{"first": [[2, -2]]}] * 3
    assert most == 1


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


def test_a_new_thread_computes_as_the_others_do() -> None:
    torch.set_num_threads(1)
    model = zoo.load("course-sequential")
    batches = torch.rand(40, 5, 28, 28, generator=torch.Generator().manual_seed(5))
    alone = [trace(model, images).scores for images in batches]
    for images, expected in zip(batches, alone, strict=True):
        found: list[Any] = []
        new = threading.Thread(
            target=lambda images=images, found=found: found.append(trace(model, images).scores)
        )
        new.start()
        new.join()
        assert (found[0] == expected).all()


class Watching(nn.Module):
    """A layer that has another thread begin a pass while it is copied, and waits for it in vain."""

    def __init__(self) -> None:
        super().__init__()
        self.waited: list[bool] = []

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x

    def __deepcopy__(self, _: Any) -> nn.Module:
        other = threading.Thread(target=lambda: trace(WATCHED, torch.rand(1, 28, 28)))
        other.start()
        other.join(0.5)
        self.waited.append(other.is_alive())
        return nn.Identity()


WATCHED = nn.Sequential(nn.Flatten(), Watching(), nn.Linear(784, 4)).eval()


def test_no_pass_begins_while_a_network_is_copied() -> None:
    image, layer = torch.rand(1, 28, 28), WATCHED[1]
    how, logits = Taught(2, 1), Answer("logits")
    assert teaching.taught(WATCHED, image, how, answer=logits, pictures=image) is not None
    widening.gradient(WATCHED, image, 2, logits)
    apart = turn.copied(WATCHED)
    assert apart[1] is not layer
    assert layer.waited == [True] * 3
