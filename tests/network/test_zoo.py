"""Cards tell the truth about their weights, and weights that are not what their card says are refused."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
import torch
from safetensors.torch import load_file, save_file

from explorer import places
from explorer.errors import UnknownModel, UnusableWeights
from explorer.network import nets, zoo
from explorer.records import Query
from explorer.viewing import view
from tests.course import PRINTED

MODELS = places.MODELS
SHIPPED = [(card.name, each.name) for card in zoo.cards().values() for each in card.checkpoints]


def forget() -> None:
    zoo.forget()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the course's model that a test may spoil."""
    shutil.copytree(MODELS / "fashion-mlp", tmp_path / "fashion-mlp")
    monkeypatch.setattr(places, "MODELS", tmp_path)
    forget()
    yield tmp_path / "fashion-mlp"
    forget()


def default_file(folder: Path) -> Path:
    card = json.loads((folder / "card.json").read_text("utf-8"))
    (file,) = (item["file"] for item in card["checkpoints"] if item["name"] == card["default"])
    return folder / str(file)


def sign(folder: Path) -> None:
    """Write the sha256 of whatever lies there into the card, as somebody who means it would."""
    path = folder / "card.json"
    card = json.loads(path.read_text("utf-8"))
    for item in card["checkpoints"]:
        item["sha256"] = hashlib.sha256((folder / item["file"]).read_bytes()).hexdigest()
    path.write_text(json.dumps(card), "utf-8")


def refusal() -> UnusableWeights:
    with pytest.raises(UnusableWeights) as caught:
        zoo.load("fashion-mlp")
    assert caught.value.sentence("en") != caught.value.sentence("zh")
    return caught.value


def test_the_courses_network_comes_first() -> None:
    assert next(iter(zoo.cards())) == "fashion-mlp"
    assert len(SHIPPED) >= 2


@pytest.mark.parametrize("name", zoo.cards())
def test_a_card_says_everything(name: str) -> None:
    card = zoo.card(name)
    assert card.builder in zoo.BUILDERS
    assert set(card.title) == set(card.labels) == {"en", "zh"}
    assert len(card.labels["en"]) == len(card.labels["zh"]) == len(set(card.labels["zh"])) == 10
    assert card.dataset in zoo.datasets()
    assert zoo.classes(card.dataset) == card.labels
    assert card.default in {each.name for each in card.checkpoints}
    batches = [each.batch for each in card.checkpoints]
    assert batches == sorted(set(batches)), "from the youngest on"
    assert {"licence", "recipe", "data"} <= set(card.details)
    assert {path.name for path in (MODELS / name).iterdir()} == {
        "card.json",
        f"liking-{card.checkpoint(card.default).sha256}.npz",
        *(each.file for each in card.checkpoints),
    }


@pytest.mark.parametrize(("name", "checkpoint"), SHIPPED)
def test_a_shipped_checkpoint_is_what_its_card_says(name: str, checkpoint: str) -> None:
    item = zoo.card(name).checkpoint(checkpoint)
    path = MODELS / name / item.file
    assert hashlib.sha256(path.read_bytes()).hexdigest() == item.sha256
    assert 0.05 < (item.accuracy or 0) < 1
    model = zoo.load(name, checkpoint)
    weights = load_file(path)
    assert list(model.state_dict()) == [key for key, _ in model.named_parameters()]
    assert set(model.state_dict()) == set(weights)
    for key, values in model.state_dict().items():
        assert values.dtype is torch.float32
        assert weights[key].dtype is torch.float16
        assert torch.equal(values, weights[key].float()), key
        assert torch.isfinite(values).all(), key


@pytest.mark.parametrize("name", zoo.cards())
def test_a_network_is_given_out_ready_and_once(name: str) -> None:
    model = zoo.load(name)
    assert not any(module.training for module in model.modules())
    assert not any(parameter.requires_grad for parameter in model.parameters())
    assert zoo.load(name) is model
    assert torch.equal(
        next(model.parameters()), next(zoo.load(name, zoo.card(name).default).parameters())
    )


def test_the_network_prints_as_in_the_course() -> None:
    assert str(zoo.load("fashion-mlp")) == PRINTED


@pytest.mark.parametrize("name", zoo.cards())
def test_the_untrained_network_is_the_seeds(name: str) -> None:
    card = zoo.card(name)
    first = zoo.load(name, zoo.UNTRAINED)
    zoo.forget()
    second = zoo.load(name, zoo.UNTRAINED)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(card.seed)
        plain = zoo.BUILDERS[card.builder]()
    assert first is not second
    for key, values in plain.state_dict().items():
        assert torch.equal(values, first.state_dict()[key])
        assert torch.equal(values, second.state_dict()[key])
        assert not torch.equal(values, zoo.load(name).state_dict()[key])


def test_loading_leaves_everyones_random_numbers_alone() -> None:
    zoo.forget()
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    zoo.load("fashion-mlp")
    zoo.load("fashion-mlp", zoo.UNTRAINED)
    assert torch.equal(torch.rand(3), expected)


def test_networks_loaded_at_the_same_time_are_the_same_networks() -> None:
    names = [*zoo.cards()] * 3
    alone = [
        {key: values.clone() for key, values in zoo.load(n, zoo.UNTRAINED).state_dict().items()}
        for n in names
    ]
    for _ in range(5):
        zoo.forget()
        with ThreadPoolExecutor(len(names)) as threads:
            together = list(threads.map(lambda name: zoo.load(name, zoo.UNTRAINED), names))
        for expected, model in zip(alone, together, strict=True):
            for key, values in model.state_dict().items():
                assert torch.equal(values, expected[key]), key


def test_a_network_built_while_others_draw_is_the_same_network() -> None:
    """A pass puts the process's random state back, which must not happen in the middle of a seeded build."""
    expected = {
        key: values.clone()
        for key, values in zoo.load("fashion-mlp", zoo.UNTRAINED).state_dict().items()
    }
    done = Event()

    def draw() -> None:
        while not done.is_set():
            view(Query(show=()))

    with ThreadPoolExecutor(3) as threads:
        drawing = [threads.submit(draw) for _ in range(3)]
        try:
            built = [
                zoo._loaded.__wrapped__("fashion-mlp", zoo.UNTRAINED, "cpu").state_dict()
                for _ in range(20)
            ]
        finally:
            done.set()
    assert not [each for each in drawing if each.exception()]
    assert not [
        key
        for weights in built
        for key, values in weights.items()
        if not torch.equal(values, expected[key])
    ]


def test_an_unknown_model_is_named_with_those_there_are() -> None:
    with pytest.raises(UnknownModel) as caught:
        zoo.load("resnet-50")
    known = ", ".join(zoo.cards())
    assert str(caught.value) == f"There is no model “resnet-50”. Expected one of: {known}."
    assert caught.value.sentence("zh") == f"没有名为“resnet-50”的模型。可选：{known}。"


@pytest.mark.parametrize("name", ["epoch-999", "../card", "card.json", "Untrained"])
def test_an_unknown_checkpoint_is_named_with_those_there_are(name: str) -> None:
    with pytest.raises(UnknownModel) as caught:
        zoo.load("fashion-mlp", name)
    known = ", ".join(("untrained", *(each.name for each in zoo.card("fashion-mlp").checkpoints)))
    assert (
        str(caught.value)
        == f"Model fashion-mlp has no checkpoint “{name}”. Expected one of: {known}."
    )
    assert caught.value.sentence("zh") == f"模型 fashion-mlp 没有检查点“{name}”。可选：{known}。"


@pytest.mark.usefixtures("folder")
def test_the_copy_itself_is_fine() -> None:
    assert zoo.load("fashion-mlp") is zoo.load("fashion-mlp")


def test_one_changed_byte_is_noticed(folder: Path) -> None:
    path = default_file(folder)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    error = refusal()
    assert error.key == "zoo.altered"
    assert path.name in str(error)


def test_missing_weights_are_said_to_be_missing(folder: Path) -> None:
    default_file(folder).unlink()
    assert refusal().key == "zoo.missing"


def test_weights_of_another_network_do_not_fit(folder: Path) -> None:
    save_file(nets.course_sequential().state_dict(), default_file(folder))
    sign(folder)
    assert refusal().key == "zoo.shapes"


def test_weights_of_another_shape_do_not_fit(folder: Path) -> None:
    weights = load_file(default_file(folder))
    weights["linear_relu_stack.4.bias"] = torch.zeros(11)
    save_file(weights, default_file(folder))
    sign(folder)
    assert refusal().key == "zoo.shapes"


def test_weights_of_another_type_do_not_fit(folder: Path) -> None:
    weights = {key: values.double() for key, values in load_file(default_file(folder)).items()}
    save_file(weights, default_file(folder))
    sign(folder)
    assert refusal().key == "zoo.shapes"


def test_weights_of_float32_fit_as_well(folder: Path) -> None:
    weights = {
        key: values.float() + 1e-5 for key, values in load_file(default_file(folder)).items()
    }
    save_file(weights, default_file(folder))
    sign(folder)
    for key, values in zoo.load("fashion-mlp").state_dict().items():
        assert torch.equal(values, weights[key]), key


@pytest.mark.parametrize("data", [b"", b"not weights at all", b"\xff" * 64])
def test_a_file_that_is_no_safetensors_is_refused(folder: Path, data: bytes) -> None:
    default_file(folder).write_bytes(data)
    sign(folder)
    assert refusal().key == "zoo.shapes"


def test_a_truncated_file_is_refused(folder: Path) -> None:
    default_file(folder).write_bytes(default_file(folder).read_bytes()[:1000])
    sign(folder)
    assert refusal().key == "zoo.shapes"


def test_whoever_loads_a_network_first_others_can_follow_its_gradients() -> None:
    forget()  # it is kept as the first one has loaded it
    try:
        with torch.inference_mode():
            model = zoo.load("course-sequential")
        assert not any(each.is_inference() for each in model.state_dict().values())
        image = torch.zeros(1, 28, 28, requires_grad=True)
        model(image).sum().backward()
        assert image.grad is not None
    finally:
        forget()
