"""What a pass finds to be not as it seems is read at its step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from torch import nn

from explorer.network.scene import look
from explorer.records import Query
from explorer.viewing import view
from explorer.words import LANGUAGES
from tests.network.modules import Forward
from tests.test_strangers import PICTURES, built, layers, offered

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")

NOTED: dict[str, tuple[Callable[[], nn.Module], str, tuple[str, str]]] = {
    "scripted": (
        lambda: nn.Sequential(nn.Identity(), built("scripted")),
        "1",
        ("TorchScript", "TorchScript"),
    ),
    "attention": (
        lambda: Forward(
            lambda self, x: self.head(self.look(x, x, x)[0].flatten(1)),
            look=nn.MultiheadAttention(28, 4, batch_first=True),
            head=nn.Linear(784, 5),
        ),
        "look",
        ("without PyTorch's fused fast path", "没有使用 PyTorch 的融合快速路径"),
    ),
    "double": (lambda: layers().double(), "1", ("shown as float32, rounded", "四舍五入为 float32")),
    "several": (
        lambda: Forward(lambda self, x: [self.a(x.flatten(1)), x], a=nn.Linear(784, 5)),
        "softmax",
        ("The shares are those of 0", "这里的概率取自 0"),
    ),
}


@pytest.mark.parametrize("name", NOTED)
def test_what_is_not_as_it_seems_is_said_at_its_step_and_at_no_other(name: str) -> None:
    build, step, parts = NOTED[name]
    model = offered(build().eval())
    for language, part in zip(LANGUAGES, parts, strict=True):
        for _ in range(2):  # the second pass goes a shorter way where there is one
            query = Query(model=model, images=PICTURES, language=language)
            told = {
                each.id: view(replace(query, step=each.id)).texts["sentence"]
                for each in look(query).steps
            }
            assert part in told[step]
            others = {each for each, text in told.items() if part in text} - {step}
            assert not others if name != "double" else others == {"0"}, others
