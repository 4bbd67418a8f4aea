"""Weights from somebody's file: exact in the whole page."""

from __future__ import annotations

import collections
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load, save
from torch import nn

from explorer import viewing
from explorer.errors import ExplorerError, UnknownModel
from explorer.incoming import datasets
from explorer.learning.bringing import bring
from explorer.network import ages, chain, zoo
from explorer.records import Query
from tests.learning.brought import MODEL, SAFE, alone, made, pickled
from tests.learning.places import Place

__all__ = ["alone"]

PIXELS = np.random.default_rng(2).integers(0, 256, 784, dtype=np.uint8)


def probabilities(model: nn.Module) -> Any:
    with torch.no_grad():
        x = torch.from_numpy(PIXELS).view(1, 28, 28) / 255
        return torch.softmax(model.eval()(x), 1)[0].numpy()


def shown(name: str) -> Any:
    query = Query(model=MODEL, checkpoint=name, images=(PIXELS.tobytes(),), show=("code", "trust"))
    return viewing.view(query)


WAYS = {
    SAFE: save,
    "net.pt": pickled,
    "nested.pth": lambda weights: pickled({"epoch": 3, "model_state_dict": weights}),
    "wrapped.pt": lambda weights: pickled({f"module.{name}": w for name, w in weights.items()}),
    "wrapped.safetensors": lambda weights: save(
        {f"module.{name}": w for name, w in weights.items()}
    ),
}


@pytest.mark.parametrize("file", WAYS)
def test_the_whole_page_shows_them_exactly(file: str) -> None:
    model = made()
    found = bring(MODEL, WAYS[file](model.state_dict()), file)
    assert found.given == file
    seen = shown(found.name)
    np.testing.assert_allclose(seen.prediction.probabilities[0], probabilities(model), rtol=1e-5)
    kept = zoo.card(MODEL)
    data = chain.weights(MODEL, found.name, found.sha256)  # what the page computes with
    assert data is not None
    for name, values in load(data).items():
        assert torch.equal(values, model.state_dict()[name]), name
    assert kept.ages[-1] == found
    assert seen.sections["trust"] == {"known": False, "reason": "brought"}
    called = SAFE if file == SAFE else f"{found.name}.safetensors"  # as the page saves them
    assert f'load_file("{called}")' in str(seen.sections["code"])
    assert (
        f"your file {file}"
        in viewing.document(
            Query(model=MODEL, checkpoint=found.name, images=(PIXELS.tobytes(),))
        ).weights
    )


def test_what_float16_has_is_sent_in_half_the_bytes() -> None:
    weights = {name: each.half() for name, each in made().state_dict().items()}
    found = bring(MODEL, save(weights), SAFE)
    data = chain.weights(MODEL, found.name, found.sha256)
    assert data is not None
    assert {each.dtype for each in load(data).values()} == {torch.float16}
    wide = {name: each.float() for name, each in weights.items()}
    assert bring(MODEL, save(wide), SAFE).sha256 == found.sha256  # the same numbers


def test_they_are_measured_on_test_images_where_there_are_some(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # of the place only the data: the shipped cards are wanted
    monkeypatch.setenv(datasets.VARIABLE, str(place.data))
    model = made()
    found = bring(MODEL, save(model.state_dict()), SAFE)
    images, labels = place.test
    with torch.no_grad():
        answers = model.eval()(torch.from_numpy(images) / 255).argmax(1).numpy()
    assert found.tested == len(labels)
    assert found.accuracy == pytest.approx((answers == labels).mean())


def test_without_test_images_nothing_is_loaded_that_takes_seconds(tmp_path: Path) -> None:
    """The server would hold everybody up meanwhile: torch's compiler alone has 1,000 modules."""
    program = """
import sys
from safetensors.torch import save
from explorer.learning import bringing
from explorer.network import nets
before = set(sys.modules)
bringing.bring("course-sequential", save(nets.course_sequential().state_dict()), "net.safetensors")
print(*{name.partition(".")[0] for name in sys.modules if name not in before}, sep="\\n")
print(*(name for name in sys.modules if name not in before and name.startswith("torch._dyn")))
"""
    told = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, datasets.VARIABLE: str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert not {"torchvision", "sympy"} & set(told.stdout.split())
    assert "torch._dynamo" not in told.stdout


def test_without_test_images_nothing_is_said_of_how_good_they_are(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(datasets.VARIABLE, str(tmp_path))
    found = bring(MODEL, save(made().state_dict()), SAFE)
    assert (found.accuracy, found.tested) == (None, 0)
    query = Query(model=MODEL, checkpoint=found.name, images=(PIXELS.tobytes(),))
    assert viewing.document(query).weights == f"your file {SAFE}"


def test_the_last_few_are_kept() -> None:
    names = [bring(MODEL, save(made(seed).state_dict()), SAFE).name for seed in range(ages.MOST)]
    first = bring(MODEL, save(made(0).state_dict()), "again.safetensors")  # the same once more
    assert first.name == names[0]
    assert [each["given"] for each in ages.HERE.listing()][-1] == "again.safetensors"
    bring(MODEL, save(made(99).state_dict()), SAFE)
    assert names[1] not in [each["name"] for each in ages.HERE.listing()]
    assert len(ages.HERE.listing()) == ages.MOST
    with pytest.raises(UnknownModel):
        zoo.load(MODEL, names[1])


def test_a_training_leaves_them() -> None:
    found = bring(MODEL, save(made().state_dict()), SAFE)
    zoo.keep(MODEL, ())
    zoo.keep(MODEL, [ages.kept(save(made(1).state_dict()), ages.TRAINED, epoch=1, accuracy=0.5)])
    zoo.keep(MODEL, ())
    assert zoo.card(MODEL).ages[-1] == found


@pytest.mark.parametrize(
    ("file", "called"),
    [
        ("../../etc/net.safetensors", "net.safetensors"),
        ("C:\\weights\\my net.safetensors", "my net.safetensors"),
        ('"); import os; ("x.safetensors', "___ import os_ __x.safetensors"),
        ("权重.safetensors", "权重.safetensors"),
        (f"{'n' * 300}.safetensors", f"{'n' * 48}.safetensors"),
        (f"{'权' * 300}.safetensors", f"{'权' * 48}.safetensors"),
        ("..safetensors", "safetensors"),
    ],
)
def test_a_file_is_called_by_what_may_stand_in_code_and_on_a_disk(file: str, called: str) -> None:
    data = save(made().state_dict())
    if called == "safetensors":  # no name at all: it is taken for the other kind
        with pytest.raises(ExplorerError):
            bring(MODEL, data, file)
        return
    assert bring(MODEL, data, file).given == called


def test_nobodys_random_numbers_are_disturbed() -> None:
    data = save(made().state_dict())
    before = torch.get_rng_state()
    bring(MODEL, data, SAFE)
    assert torch.equal(torch.get_rng_state(), before)


def test_threads_may_bring_at_once() -> None:
    from concurrent.futures import ThreadPoolExecutor

    files = [save(made(seed).state_dict()) for seed in range(8)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda data: bring(MODEL, data, SAFE), files))
    assert len(ages.HERE.listing()) == ages.MOST
    counted = collections.Counter(each.name for each in found)
    assert max(counted.values()) == 1
