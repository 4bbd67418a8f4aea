"""What units like and how often a network is right, against loops over a handful of pictures."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
import torch

from explorer import places
from explorer.errors import UnusableWeights
from explorer.learning import liking
from explorer.network import measured, zoo
from explorer.network.measured import BINS

CHANCE = np.random.default_rng(4)
IMAGES = CHANCE.integers(0, 256, (30, 28, 28), dtype=np.uint8)
LABELS = np.concatenate([np.arange(10), CHANCE.integers(0, 10, 20)]).astype(np.int64)
HIDDEN = "linear_relu_stack.1"


def test_means_and_shares_are_those_of_one_picture_after_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(liking, "PART", 7)  # parts that end within the set
    model = zoo.load("fashion-mlp")
    found = liking.units(model, IMAGES, LABELS, zoo.card("fashion-mlp").input)
    assert {"flatten", HIDDEN, "linear_relu_stack.4", "softmax"} <= set(found)
    with torch.no_grad():
        fed = torch.from_numpy(IMAGES.astype(np.float32)) / 255
        hidden = torch.relu(model.linear_relu_stack[0](fed.flatten(1))).numpy()  # type: ignore[index,operator]
        shares = torch.softmax(model(fed), 1).numpy()
    for step, values in ((HIDDEN, hidden), ("softmax", shares)):
        expected = np.stack([values[each == LABELS].mean(axis=0) for each in range(10)], axis=1)
        np.testing.assert_allclose(found[step].means, expected, atol=1e-5)
        np.testing.assert_array_equal(found[step].on, (values > 0).sum(axis=0))
        assert not found[step].maps


def test_a_map_is_measured_as_one() -> None:
    torch.manual_seed(0)
    model = torch.nn.Sequential(
        *(torch.nn.Unflatten(1, (1, 28)), torch.nn.Conv2d(1, 3, 5), torch.nn.ReLU()),
        *(torch.nn.Flatten(), torch.nn.Linear(3 * 24 * 24, 10)),
    ).eval()
    found = liking.units(model, IMAGES, LABELS, zoo.card("fashion-mlp").input)["2"]
    assert found.maps
    assert found.means.shape == (3, 10)
    with torch.no_grad():
        values = model[:3](torch.from_numpy(IMAGES.astype(np.float32)) / 255).numpy()
    expected = values[LABELS == 4].mean(axis=(0, 2, 3))
    np.testing.assert_allclose(found.means[:, 4], expected, atol=1e-5)
    np.testing.assert_array_equal(found.on, (values > 0).any(axis=(2, 3)).sum(axis=0))


def test_outcomes_are_counted_by_class_and_by_confidence() -> None:
    logits = np.log(np.array([[0.95, 0.05], [0.55, 0.45], [0.08, 0.92], [0.999, 0.001]]))
    found = liking.outcome(logits.astype(np.float32), np.array([0, 1, 1, 1]))
    assert found.confusion.tolist() == [[1, 0], [2, 1]]  # truth in rows
    bins = np.zeros((BINS, 2), dtype=int)
    bins[9], bins[5] = (3, 2), (1, 0)
    assert found.bins.tolist() == bins.tolist()


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    card = zoo.card("course-sequential")
    found = liking.measure(card, IMAGES, LABELS)
    measured.write(tmp_path / "a.npz", found)
    again = measured.load(tmp_path / "a.npz")
    assert again is not None
    assert again.images == 30
    assert set(again.outcomes) == {each.sha256 for each in card.checkpoints}
    for sha256, outcome in found.outcomes.items():
        np.testing.assert_array_equal(again.outcomes[sha256].confusion, outcome.confusion)
        np.testing.assert_array_equal(again.outcomes[sha256].bins, outcome.bins)
    for step, units in found.units.items():
        np.testing.assert_array_equal(again.units[step].on, units.on)
        np.testing.assert_array_equal(again.units[step].means, units.means)
    assert measured.load(tmp_path / "b.npz") is None
    (tmp_path / "c.npz").write_bytes(b"PK nothing")
    with pytest.raises(UnusableWeights):
        measured.load(tmp_path / "c.npz")


def test_the_command_measures_a_data_set_and_takes_old_numbers_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = tmp_path / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    head = struct.pack(">IIII", 0x803, len(IMAGES), 28, 28)
    for split in ("t10k", "train"):
        (raw / f"{split}-images-idx3-ubyte").write_bytes(head + IMAGES.tobytes())
        labels = struct.pack(">II", 0x801, len(LABELS)) + LABELS.astype(np.uint8).tobytes()
        (raw / f"{split}-labels-idx1-ubyte").write_bytes(labels)
    models = tmp_path / "models"
    (models / "course-sequential").mkdir(parents=True)
    old = models / "course-sequential" / measured.FILE.format(sha256="0" * 64)
    old.write_bytes(gzip.compress(b"old"))
    zoo.load("course-sequential")
    for checkpoint in zoo.card("course-sequential").checkpoints:
        zoo.load("course-sequential", checkpoint.name)  # read before the folder is another
    monkeypatch.setattr(places, "MODELS", models)
    assert liking.main(["--model", "course-sequential", "--data", str(tmp_path)]) == 0
    assert "of 30 right" in capsys.readouterr().out
    card = zoo.card("course-sequential")
    kept = [path.name for path in old.parent.iterdir()]
    assert kept == [measured.place(card.name, card.checkpoint(card.default).sha256).name]
    assert liking.main(["--model", "course-sequential", "--data", str(tmp_path / "none")]) == 1
