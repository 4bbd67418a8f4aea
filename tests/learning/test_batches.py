"""The batches of a run: the steps that torch would take, and options within their bounds."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import torch
from safetensors.torch import save
from torch import nn

from explorer.errors import InvalidQuery, NotANumber
from explorer.learning import batches, drawings, measures, settings, snapshots, subjects
from explorer.learning.progress import Snapshot
from explorer.learning.recipes import NETWORKS
from explorer.learning.reports import Reporter
from explorer.learning.settings import Settings
from explorer.network import nets
from tests.learning.places import made

BUILDERS: dict[str, Callable[[], nn.Module]] = {
    "course-sequential": nets.course_sequential,
    "fashion-mlp": nets.NeuralNetwork,
    "digits-mlp": nets.NeuralNetwork,
    "fashion-cnn": nets.ConvNet,
}
SMALL = Settings(model="course-sequential", batch=32, epochs=2, rate=0.01, seed=3)


def data(count: int = 80, seed: int = 1) -> tuple[torch.Tensor, torch.Tensor]:
    images, labels = (torch.from_numpy(values) for values in made(count, seed))
    return images, labels.long()


def by_hand(
    chosen: Settings, images: torch.Tensor, labels: torch.Tensor
) -> Iterator[tuple[float, nn.Module]]:
    """The same training, written out: yields loss and network after each batch."""
    torch.manual_seed(chosen.seed)
    model = BUILDERS[chosen.model]().train().to(memory_format=torch.channels_last)
    if chosen.optimizer == "adam":
        optimizer: torch.optim.Optimizer = torch.optim.Adam(model.parameters(), lr=chosen.rate)
    else:
        momentum = 0.9 if chosen.optimizer == "momentum" else 0.0
        optimizer = torch.optim.SGD(model.parameters(), lr=chosen.rate, momentum=momentum)
    generator = torch.Generator().manual_seed(chosen.seed)
    for _ in range(chosen.epochs):
        order = torch.randperm(len(images), generator=generator)
        for begin in range(0, len(images), chosen.batch):
            index = order[begin : begin + chosen.batch]
            x = images[index] / 255
            if chosen.drawn > 0 and chosen.model == "digits-mlp":
                x = drawings.written(x, generator, share=chosen.drawn)[0]
            elif chosen.drawn > 0:
                x = drawings.augmented(x, generator, share=chosen.drawn, labels=labels[index])[0]
            if chosen.model == "fashion-cnn":
                x = x[:, None]
            loss = nn.CrossEntropyLoss()(model(x), labels[index])
            model.zero_grad()
            loss.backward()
            optimizer.step()
            yield float(loss.detach()), model


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("drawn", [0.0, 0.5])
def test_weights_are_bit_for_bit_those_of_the_same_steps(optimizer: Any, drawn: float) -> None:
    chosen = replace(SMALL, optimizer=optimizer, drawn=drawn)
    images, labels = data()
    model = batches.network(chosen)
    learnt = list(batches.learn(chosen, model, images, labels))
    assert [(each.number, each.images, each.epochs) for each in learnt] == [
        (1, 32, 0),
        (2, 64, 0),
        (3, 80, 1),
        (4, 112, 1),
        (5, 144, 1),
        (6, 160, 2),
    ]
    assert batches.total(chosen, len(images)) == 6
    losses = []
    for loss, other in by_hand(chosen, images, labels):  # noqa: B007  the last network counts
        losses.append(loss)
    assert [each.loss for each in learnt] == losses
    for name, values in other.state_dict().items():
        assert torch.equal(model.state_dict()[name], values), name


@pytest.mark.parametrize("model", sorted(NETWORKS))
def test_every_network_learns_what_it_is_for(model: str) -> None:
    chosen = replace(SMALL, model=model, epochs=1)
    images, labels = data()
    network = batches.network(chosen)
    losses = [each.loss for each in batches.learn(chosen, network, images, labels)]
    for place, (loss, other) in enumerate(by_hand(chosen, images, labels)):  # noqa: B007
        assert loss == losses[place]
    for name, values in other.state_dict().items():
        assert torch.equal(network.state_dict()[name], values), name
    found = measures.measured(network, subjects.pictures(model, images), labels)
    assert set(found["dead"]) == {
        name for name, module in other.named_modules() if isinstance(module, nn.ReLU)
    }
    rows = snapshots.rows(
        Snapshot(1, 32, 0, save({k: v.contiguous() for k, v in other.state_dict().items()}))
    )
    first = next(iter(other.parameters())).detach().numpy()[:24]
    assert rows.shape[1:] == ((3, 3) if model == "fashion-cnn" else (28, 28))
    assert (rows.reshape(len(rows), -1) == first.reshape(len(first), -1)).all()
    assert subjects.labels(model)["en"][8] == ("8" if model == "digits-mlp" else "Bag")


def test_a_rate_that_is_too_large_is_said_at_its_batch() -> None:
    chosen = Settings(model="course-sequential", batch=8, optimizer="sgd", drawn=0.0, rate=1.0)
    images, labels = data()
    model = batches.network(chosen)
    with torch.no_grad():
        next(model.parameters()).mul_(1e30)
    with pytest.raises(NotANumber) as caught:
        list(batches.learn(chosen, model, images, labels))
    assert caught.value.key == "train.beyond"
    assert "learning rate 1.0 is too large" in str(caught.value)


@pytest.mark.parametrize("spoilt", ["answers", "weights"])
def test_what_is_no_number_is_neither_counted_nor_reported(spoilt: str) -> None:
    chosen = Settings(model="course-sequential", rate=1.0)
    images, labels = data()
    model, out = batches.network(chosen), io.BytesIO()
    values = dict(model.named_parameters())
    with torch.no_grad():
        if spoilt == "answers":
            values["3.weight"].fill_(2e38)  # finite, but no sum of two is
        else:
            values["1.bias"][0] = -torch.inf  # the unit is off, and all answers are finite
    assert bool(torch.isfinite(model(images / 255)).all()) == (spoilt == "weights")
    with pytest.raises(NotANumber, match="By batch 0 what the network computes is no finite"):
        Reporter(chosen, model, (images / 255, labels), out, {"total": 1, "count": 80, "every": 1})
    assert not out.getvalue()


def test_a_drawing_of_which_the_answer_is_no_number_has_none() -> None:
    model = batches.network(SMALL)
    with torch.no_grad():
        next(model.parameters()).fill_(1e38)
    weights = save(dict(model.state_dict()))
    with pytest.raises(NotANumber, match="By batch 7 what the network computes is no finite"):
        snapshots.answer(SMALL, Snapshot(7, 224, 0, weights), bytes([200]) * 784)


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("rate", 1e-5, 1.0),
        ("batch", 1, 1024),
        ("epochs", 1, 20),
        ("drawn", 0.0, 1.0),
        ("seed", 0, 2**31 - 1),
    ],
)
def test_every_setting_has_its_bounds(name: str, low: float, high: float) -> None:
    for value in (low, high):
        assert getattr(settings.read({name: value}), name) == value
    whole = isinstance(low, int)
    beyond = (low - 1, high + 1) if whole else (low - 1e-6, high * 1.01)
    others: list[Any] = [*beyond, float("nan"), "1", None, True, [low]]
    for value in others:
        with pytest.raises(InvalidQuery, match=f"^{name} is "):
            settings.read({name: value})


@pytest.mark.parametrize(
    "data",
    [{"model": "resnet"}, {"optimizer": "rprop"}, {"rates": 1}, {"batch": 1.5}, [], "x", None],
)
def test_other_settings_are_refused_with_a_sentence(data: object) -> None:
    with pytest.raises(InvalidQuery) as caught:
        settings.read(data)
    assert caught.value.sentence("zh").endswith("。")


def test_what_is_measured_is_what_torch_says() -> None:
    images, labels = data(300, 2)
    model = batches.network(SMALL)
    next(batches.learn(SMALL, model, *data()))
    with torch.no_grad():
        model[1].bias[:5] = -1e6  # type: ignore[index]
    gradients = [each.grad.clone() for each in model.parameters() if each.grad is not None]
    state = torch.get_rng_state()
    found = measures.measured(model, images / 255, labels)
    assert torch.equal(torch.get_rng_state(), state)
    assert model.training
    with torch.no_grad():
        hidden = torch.relu(model[1](images.flatten(1) / 255))  # type: ignore[index]
        answers = model[3](hidden).argmax(1)  # type: ignore[index]
    assert found["accuracy"] == pytest.approx(float((answers == labels).double().mean()))
    for label in range(10):
        for answer in range(10):
            count = int(((labels == label) & (answers == answer)).sum())
            assert found["confusion"][label][answer] == count
    assert found["dead"] == {"2": pytest.approx(float((hidden == 0).all(0).double().mean()))}
    assert found["dead"]["2"] >= 0.25
    first, last = measures.norms(model)
    assert (first["name"], last["name"]) == ("1", "3")
    assert first["gradient"] == pytest.approx(
        float(torch.sqrt(gradients[0].square().sum() + gradients[1].square().sum()))
    )
    weight, bias = model[3].weight, model[3].bias  # type: ignore[index]
    assert last["weights"] == pytest.approx(
        float(torch.sqrt(weight.square().sum() + bias.square().sum()).detach())
    )


def test_a_feature_map_is_dead_when_it_is_nothing_everywhere() -> None:
    model = nn.Sequential(
        nn.Unflatten(1, (1, 28)),
        nn.Conv2d(1, 4, 3),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(4 * 26 * 26, 10),
    )
    with torch.no_grad():
        model[1].weight.fill_(0.1)  # type: ignore[operator]
        model[1].bias.copy_(torch.tensor([1.0, -1e3, -0.5, 1.0]))  # type: ignore
    assert measures.measured(model, data(20)[0] / 255, data(20)[1])["dead"] == {"2": 0.25}
