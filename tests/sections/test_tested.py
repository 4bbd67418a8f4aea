"""What a lesson costs on test images, against a plain loop of torch; and where there are none."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
import torch
from torch.nn.functional import cross_entropy

from explorer.incoming import datasets
from explorer.network import zoo
from explorer.network.zoo import card_of
from explorer.sections import tested
from tests.learning.places import FILES, made, written
from tests.sections.scenes import edit, scene

COUNT = 2100
LESSON = {"label": 8, "steps": 1}


@pytest.fixture
def images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> torch.Tensor:
    """A made-up test set of 2,100 pictures on this machine; their pixels."""
    raw = tmp_path / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    pixels, labels = made(COUNT, 5)
    for train in (True, False):  # torchvision asks for both
        written(raw / f"{FILES[train]}-images-idx3-ubyte", pixels)
        written(raw / f"{FILES[train]}-labels-idx1-ubyte", labels)
    monkeypatch.setenv(datasets.VARIABLE, str(tmp_path))
    return torch.from_numpy(pixels)


@pytest.mark.parametrize("shown", [False, True])
def test_right_before_and_after_are_what_a_plain_loop_finds(
    images: torch.Tensor, shown: bool
) -> None:
    of = scene(
        taught={"label": 8, "steps": 4, "rate": 0.001, "shown": shown}, edits=[edit("off", [1, 2])]
    )
    found, proofs = tested.section(of)
    assert proofs == ()
    model = copy.deepcopy(zoo.load("fashion-mlp")).requires_grad_()
    drawn = torch.from_numpy(of.trace.images[:1].copy())
    fed, truths = images[:2000].float() / 255, torch.arange(2000) % 10
    with torch.no_grad():
        before = int((model(fed).argmax(1) == truths).sum())
    optimizer = torch.optim.SGD(model.parameters(), lr=0.001)
    for _ in range(4):
        optimizer.zero_grad()
        cross_entropy(model(drawn), torch.tensor([8])).backward()
        optimizer.step()
    with torch.no_grad():
        after = int((model(fed).argmax(1) == truths).sum())
    assert found == {"known": True, "count": 2000, "before": before, "after": after}
    assert before > after > 69, "something is forgotten, and four more steps would forget more"
    young, _ = tested.section(scene(taught=LESSON, checkpoint="epoch-001"))
    with torch.no_grad():
        answers = zoo.load("fashion-mlp", "epoch-001")(fed).argmax(1)
    assert young is not None
    assert young["before"] == int((answers == truths).sum()) != before


def test_without_the_data_set_or_with_other_classes_nothing_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(datasets.VARIABLE, str(tmp_path))
    assert tested.section(scene(taught=LESSON)) == ({"known": False}, ())
    assert tested.section(scene()) == (None, ())


@pytest.mark.usefixtures("images", "nothing_stays_offered")
def test_of_ones_own_module_nothing_is_said() -> None:
    model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(784, 10)).eval()
    name = zoo.offer(card_of("mine"), model).name
    of = scene(model=name, step="input", taught=LESSON)
    assert of.teachable
    assert tested.section(of) == ({"known": False}, ())
