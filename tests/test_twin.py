"""The page's own network against the hooks of the real module, every value of every step."""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors import numpy as safetensors

from explorer import places
from explorer.errors import UnknownModel
from explorer.figures import arrays
from explorer.incoming import queries, samples
from explorer.network import chain, scene, zoo
from explorer.outgoing import replies
from explorer.records import PIXELS, Floats
from explorer.sections import versus
from explorer.ui import layout
from tests import node
from tests.drawings.__main__ import drawings
from tests.drawings.raster import KINDS

CHECKPOINTS = [
    (name, checkpoint)
    for name in zoo.cards()
    for checkpoint in (zoo.UNTRAINED, *(each.name for each in zoo.card(name).checkpoints))
]
TOLERANCE = 1e-4  # of a step's scale, as on the page


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """The files of weights as the server hands them out."""
    folder = tmp_path_factory.mktemp("weights")
    found: dict[str, dict[str, str]] = {}
    for name, checkpoint in CHECKPOINTS:
        data = chain.weights(name, checkpoint, chain.listing(name)[checkpoint]["sha256"])
        assert data is not None
        path = folder / f"{name}-{checkpoint}"
        path.write_bytes(data)
        found.setdefault(name, {})[checkpoint] = str(path)
    return found


def answers(files: dict[str, dict[str, str]], asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    start = layout.start(device="cpu", language=None)
    data = {key: start[key] for key in ("models", "perturbations")}
    found: list[dict[str, Any]] = node.run(
        "twin/answers.js", {**data, "files": files, "queries": asked}
    )
    return found


def query(model: str, checkpoint: str, images: list[bytes], **more: Any) -> dict[str, Any]:
    usual = {"focus": 0, "edits": [], "versus": None, "options": {}, "step": "input", "show": []}
    pixels = [base64.b64encode(image).decode() for image in images]
    return {"model": model, "checkpoint": checkpoint, "images": pixels, **usual, **more}


@cache
def pictures() -> list[bytes]:
    """All samples, some own drawings, noise of all densities, an empty and a full picture."""
    random = np.random.default_rng(5)
    drawn = [drawings(kind, held_out=True)[0][::15] for kind in KINDS]
    noise = [
        (random.integers(0, 256, PIXELS) * (random.random(PIXELS) < share)).astype(np.uint8)
        for share in np.linspace(0, 1, 12)
    ]
    full = bytes([255]) * PIXELS
    return [
        *(base64.b64decode(each["pixels"]) for each in samples.listing()),
        *(image.tobytes() for kind in drawn for image in kind),
        *(image.tobytes() for image in noise),
        bytes(PIXELS),
        full,
    ]


def same(answer: dict[str, str], values: dict[str, Floats]) -> None:
    """Compare one image's pass with what the hooks saw."""
    assert set(answer) == set(values)
    for step, expected in values.items():
        found = np.frombuffer(base64.b64decode(answer[step]), dtype="<f4")
        apart = np.abs(found - expected.reshape(-1)).max() / arrays.limit(expected)
        assert apart <= TOLERANCE, f"{step}: {apart}"
        assert by_sums(found, expected) <= TOLERANCE / 2, "rounding adds up to less"


def by_sums(found: Floats, expected: Floats) -> float:
    """Return how far apart the sums of two tensors are, as a share of the second one's scale."""
    apart = np.abs(replies.weighed(found) - replies.weighed(expected)).max()
    return float(apart) / arrays.limit(expected)


@pytest.mark.parametrize(("model", "checkpoint"), CHECKPOINTS)
def test_every_step_of_every_checkpoint(
    files: dict[str, dict[str, str]], model: str, checkpoint: str
) -> None:
    images = pictures()
    groups = [images[place : place + 8] for place in range(0, len(images), 8)]
    asked = [query(model, checkpoint, group) for group in groups]
    for data, answer in zip(asked, answers(files, asked), strict=True):
        seen = scene.look(queries.read(data))
        assert answer["classes"] == list(seen.prediction.classes)
        np.testing.assert_allclose(
            answer["probabilities"], seen.prediction.probabilities, atol=1e-5
        )
        for place, outputs in enumerate(answer["passes"]):
            same(outputs, {step: values[place] for step, values in seen.values.items()})


@pytest.mark.parametrize("model", zoo.cards())
def test_sums_show_one_value_of_any_step_that_is_wrong(model: str) -> None:
    """And two in each other's place, and a share that went to another class; but no rounding."""
    random = np.random.default_rng(3)
    image = pictures()[0]
    for step, batch in scene.look(queries.read(query(model, "", [image]))).values.items():
        expected = batch[0].reshape(-1)
        scale = arrays.limit(expected)
        rounded = expected * (1 + random.uniform(-1e-6, 1e-6, expected.size).astype(np.float32))
        assert by_sums(rounded, expected) <= TOLERANCE, step
        for place in {0, 1, 63, 64, expected.size - 1, *random.integers(expected.size, size=20)}:
            for error in (2e-4, -2e-4):
                wrong = rounded.copy()
                wrong[place % expected.size] += np.float32(error * scale)
                assert by_sums(wrong, expected) > TOLERANCE, (step, place)
        largest, least = expected.argmax(), expected.argmin()
        wrong = rounded.copy()
        wrong[[largest, least]] = wrong[[least, largest]]
        assert by_sums(wrong, expected) > TOLERANCE, step


def test_one_wrong_weight_of_any_layer_shows_in_the_sums(tmp_path: Path) -> None:
    """One number of each tensor of parameters, where the image makes most of it."""
    image = pictures()[0]
    for model in zoo.cards():
        checkpoint = zoo.card(model).default
        seen = scene.look(queries.read(query(model, "", [image]))).values
        steps = chain.chain(model)
        assert steps is not None
        before = seen["input"]
        for step in steps:
            for name in step["parameters"].values():
                path = planted(tmp_path, model, name, before[0])
                (answer,) = answers({model: {checkpoint: path}}, [query(model, "", [image])])
                wrong = np.frombuffer(base64.b64decode(answer["passes"][0][step["id"]]), "<f4")
                assert by_sums(wrong, seen[step["id"]][0]) > TOLERANCE, name
            before = seen[step["id"]]


def planted(folder: Path, model: str, name: str, taken: Floats) -> str:
    """Return a file of a model's weights with one number of a parameter changed."""
    checkpoint = zoo.card(model).default
    data = chain.weights(model, checkpoint, chain.listing(model)[checkpoint]["sha256"])
    assert data is not None
    weights = safetensors.load(data)
    values = weights[name]
    # of a matrix the column of the largest input, of a kernel its middle for the brightest map
    size = values[0].size if values.ndim > 1 else 1
    maps = taken.reshape(values.shape[1], -1).max(axis=1) if values.ndim > 1 else taken
    place = int(maps.argmax()) * (size // maps.size) + size // maps.size // 2 if size > 1 else 0
    values.reshape(-1)[place] += np.asarray(0.05, values.dtype)
    path = folder / f"{model}-{name}"
    path.write_bytes(safetensors.save(weights))
    return str(path)


def test_page_and_program_work_out_the_same_sums() -> None:
    random = np.random.default_rng(4)
    shapes = [(1,), (10,), (63,), (64,), (65,), (512,), (16, 28, 28), (1, 28, 28)]
    tensors = {
        f"{shape} {scale}": (random.normal(size=shape) * scale).astype(np.float32)
        for shape in shapes
        for scale in (1e-6, 1, 1e15)
    }
    sent = {name: base64.b64encode(each.tobytes()).decode() for name, each in tensors.items()}
    found = node.run("twin/sums.js", sent)
    for name, each in tensors.items():
        page = np.frombuffer(base64.b64decode(found[name]), "<f4")
        worked_out = [  # apart from both
            sum(float(value) * (1 + place / 64) for place, value in enumerate(part))
            for part in np.split(each.reshape(-1), range(64, each.size, 64))
        ]
        program = replies.weighed(each)
        assert program.shape == page.shape == (len(worked_out),)
        size = 64 * np.abs(each).max()
        np.testing.assert_allclose(program, worked_out, rtol=0, atol=1e-7 * size)
        np.testing.assert_allclose(page, program, rtol=0, atol=1e-7 * size)


def edits(random: np.random.Generator, model: str) -> list[dict[str, Any]]:
    """Some edits of any kind at any step before the logits."""
    steps = chain.chain(model)
    assert steps is not None
    sizes = {"input": PIXELS, **{step["id"]: int(np.prod(step["shape"])) for step in steps[:-2]}}
    found = []
    for _ in range(int(random.integers(1, 4))):
        step = str(random.choice(list(sizes)))
        units = random.choice(sizes[step], int(random.integers(0, 9)), replace=False)
        action = str(random.choice(["off", "clamp", "scale", "patch"]))
        names = [zoo.UNTRAINED, "", zoo.card(model).checkpoints[0].name]
        source = {"image": int(random.integers(2)), "checkpoint": str(random.choice(names))}
        found.append(
            {
                "step": step,
                "units": units.tolist(),
                "action": action,
                "value": float(random.normal()),
                "source": source if action == "patch" else None,
            }
        )
    return found


@pytest.mark.parametrize("model", zoo.cards())
def test_edits_patches_and_comparisons(files: dict[str, dict[str, str]], model: str) -> None:
    random = np.random.default_rng(9)
    shown = pictures()
    asked = []
    for number in range(40):
        other = {
            "checkpoint": [None, zoo.UNTRAINED][number % 2],
            "image": [None, 0, 1][number % 3],
            "edits": [None, [], edits(random, model)][number // 2 % 3],
        }
        images = [shown[int(place)] for place in random.choice(len(shown), 2)]
        asked.append(
            query(model, "", images, focus=number % 2, edits=edits(random, model), versus=other)
        )
    for data, answer in zip(asked, answers(files, asked), strict=True):
        seen = scene.look(queries.read(data))
        for place, outputs in enumerate(answer["passes"]):
            same(outputs, {step: values[place] for step, values in seen.values.items()})
        against = versus.opposite(seen)
        assert against is not None
        focus = against.query.focus
        same(answer["other"], {step: values[focus] for step, values in against.values.items()})


def test_the_file_is_the_checkpoint_itself() -> None:
    for name, card in zoo.cards().items():
        for checkpoint in card.checkpoints:
            found = chain.listing(name)[checkpoint.name]
            data = (places.MODELS / name / checkpoint.file).read_bytes()
            assert found == {"sha256": checkpoint.sha256, "bytes": len(data)}
            assert chain.weights(name, checkpoint.name, checkpoint.sha256) == data
            assert chain.weights(name, checkpoint.name, "0" * 64) is None


def test_what_the_page_is_sent_once_is_small() -> None:
    start = layout.start(device="cpu", language=None)
    for model in start["models"]:
        assert [step["id"] for step in model["chain"]][-1] == "softmax"
        assert set(model["weights"]) == {
            zoo.UNTRAINED,
            *(each["name"] for each in model["checkpoints"]),
        }
        for checkpoint in model["checkpoints"]:
            assert model["weights"][checkpoint["name"]]["bytes"] <= 1_400_000


@pytest.mark.parametrize("name", ["../card", "card.json", "epoch-999", "Untrained"])
def test_only_weights_are_handed_out(name: str) -> None:
    with pytest.raises(UnknownModel, match="has no checkpoint"):
        chain.weights("fashion-mlp", name, "0" * 64)
