"""The table of parameters says what plain torch says, and prints what the course's loop prints."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from explorer import places
from explorer.errors import UnknownModel
from explorer.network import parameters, zoo
from explorer.ui import handlers

CASES = [
    (name, checkpoint)
    for name, card in zoo.cards().items()
    for checkpoint in ("untrained", card.default)
]


def network(name: str, checkpoint: str) -> nn.Module:
    """Build the same network apart from the package's own way, as the course has it.

    With gradients.
    """
    card = zoo.card(name)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(card.seed)
        model = zoo.BUILDERS[card.builder]()
    if checkpoint != "untrained":
        model.load_state_dict(load_file(places.MODELS / name / card.checkpoint(checkpoint).file))
    return model


@pytest.mark.parametrize(("name", "checkpoint"), CASES)
def test_rows_are_what_torch_computes(name: str, checkpoint: str) -> None:
    model = network(name, checkpoint)
    listing = parameters.listing(name, checkpoint)
    assert (listing["model"], listing["checkpoint"], listing["structure"]) == (
        name,
        checkpoint,
        str(model),
    )
    assert [row["name"] for row in listing["rows"]] == [
        path for path, _ in model.named_parameters()
    ]
    for row, (path, parameter) in zip(listing["rows"], model.named_parameters(), strict=True):
        exact = parameter.detach().double()
        assert model.get_submodule(row["step"]).get_parameter(path.rpartition(".")[2]) is parameter
        assert row["size"] == list(parameter.size())
        assert row["count"] == parameter.numel()
        assert row["mean"] == pytest.approx(exact.mean().item(), abs=1e-12)
        assert row["std"] == pytest.approx(exact.std().item(), rel=1e-12)
        assert row["min"] == parameter.min().item()
        assert row["max"] == parameter.max().item()
        assert row["first"] == parameter.flatten()[:6].tolist()


@pytest.mark.parametrize(("name", "checkpoint"), CASES)
def test_rows_print_as_in_the_course(name: str, checkpoint: str) -> None:
    model = network(name, checkpoint)
    printed = [row["printed"] for row in parameters.listing(name, checkpoint)["rows"]]
    assert printed == [
        f"Layer: {path} | Size: {param.size()} | Values : {param[:2]} \n"
        for path, param in model.named_parameters()
    ]


def test_the_courses_network_has_669706_parameters() -> None:
    assert sum(row["count"] for row in parameters.listing("fashion-mlp", "")["rows"]) == 669_706
    assert parameters.listing("fashion-mlp", "")["checkpoint"] == zoo.card("fashion-mlp").default


def test_a_single_value_has_no_spread() -> None:
    row = parameters._row("bias", nn.Parameter(torch.tensor([2.5])))
    assert (row["mean"], row["std"], row["min"], row["max"], row["first"]) == (
        2.5,
        0.0,
        2.5,
        2.5,
        [2.5],
    )


@pytest.mark.parametrize(("name", "checkpoint"), CASES)
def test_values_are_all_the_values(name: str, checkpoint: str) -> None:
    for path, parameter in network(name, checkpoint).named_parameters():
        values = np.frombuffer(parameters.values(name, checkpoint, path), dtype="<f4").reshape(
            parameter.shape
        )
        assert np.array_equal(values, parameter.detach().numpy())


def test_what_does_not_exist_is_refused_with_what_does() -> None:
    with pytest.raises(UnknownModel, match="There is no model"):
        parameters.listing("nobody", "")
    with pytest.raises(UnknownModel, match="has no checkpoint"):
        parameters.values("fashion-mlp", "nothing", "linear_relu_stack.0.bias")
    with pytest.raises(UnknownModel) as caught:
        parameters.values("fashion-mlp", "", "linear_relu_stack.1.bias")
    assert caught.value.key == "parameters.unknown"
    assert "linear_relu_stack.4.bias" in str(caught.value)
    assert "linear_relu_stack.1.bias" in caught.value.sentence("zh")


@pytest.mark.usefixtures("nothing_stays_offered")
def test_a_parameter_of_any_kind_has_a_row() -> None:
    model = nn.Linear(2, 2)
    model.scale = nn.Parameter(torch.tensor(2.5))
    model.empty = nn.Parameter(torch.empty(0, 3))
    model.codes = nn.Parameter(torch.tensor([3, -7]), requires_grad=False)
    model.waves = nn.Parameter(torch.tensor([1 + 2j, -3 - 4j]))
    name = zoo.offer(zoo.card_of("odd", examples=torch.ones(1, 2)), model).name
    rows = {row["name"]: row for row in handlers.parameters({"model": name})["rows"]}
    assert (rows["scale"]["size"], rows["scale"]["count"], rows["scale"]["mean"]) == ([], 1, 2.5)
    assert f"Values : {model.scale.clone()} " in rows["scale"]["printed"]
    assert (rows["empty"]["size"], rows["empty"]["min"], rows["empty"]["first"]) == (
        [0, 3],
        None,
        [],
    )
    assert f"Values : {model.codes[:2]} " in rows["codes"]["printed"]
    assert (rows["codes"]["min"], rows["codes"]["max"], rows["codes"]["mean"]) == (-7, 3, -2)
    assert (rows["waves"]["size"], rows["waves"]["first"]) == ([2, 2], [1, 2, -3, -4])
    held = np.frombuffer(parameters.values(name, zoo.GIVEN, "waves"), "<f4")
    assert held.tolist() == torch.view_as_real(model.waves.detach()).flatten().tolist()


@pytest.mark.usefixtures("nothing_stays_offered")
def test_a_module_without_parameters_has_no_rows() -> None:
    name = zoo.offer(zoo.card_of("bare", examples=torch.ones(1, 2)), nn.ReLU()).name
    assert handlers.parameters({"model": name})["rows"] == []


def test_buffers_and_tied_weights_are_rows_too() -> None:
    model = nn.Sequential(nn.BatchNorm1d(3), nn.Linear(3, 3), nn.Linear(3, 3))
    model[2].weight = model[1].weight
    model[0].running_mean = torch.tensor([1.0, -2.0, 4.0])
    model[0].get_buffer("num_batches_tracked").add_(7)
    name = zoo.offer(zoo.card_of("kept", examples=torch.ones(1, 3)), model).name
    try:
        rows = parameters.listing(name, "")["rows"]
        held = {row["name"]: parameters.values(name, zoo.GIVEN, row["name"]) for row in rows}
    finally:
        zoo.withdraw(name)
    trained = [path for path, _ in model.named_parameters()]
    kept = [path for path, _ in model.named_buffers()]
    assert [(row["name"], row["buffer"]) for row in rows] == [
        *((path, False) for path in trained),
        *((path, True) for path in kept),
    ]
    assert {row["name"]: row["also"] for row in rows if row["also"]} == {"1.weight": ["2.weight"]}
    told = {row["name"]: row for row in rows}
    assert (told["0.running_mean"]["min"], told["0.running_mean"]["max"]) == (-2, 4)
    assert "requires_grad" not in told["0.running_mean"]["printed"]
    assert (told["0.num_batches_tracked"]["first"], told["0.num_batches_tracked"]["size"]) == (
        [7],
        [],
    )
    assert np.frombuffer(held["0.running_mean"], "<f4").tolist() == [1, -2, 4]
    assert np.frombuffer(held["0.num_batches_tracked"], "<f4").tolist() == [7]


@pytest.mark.parametrize("name", zoo.cards())
def test_the_shipped_networks_have_neither(name: str) -> None:
    assert not any(row["buffer"] or row["also"] for row in parameters.listing(name, "")["rows"])
