"""Paths account for all that flows into a unit."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from explorer.network import zoo
from explorer.network.scene import Scene, look
from explorer.network.zoo import card_of
from explorer.records import Input, Query
from explorer.sections import paths
from explorer.viewing import view
from tests.network.modules import Forward
from tests.network.odd import rand
from tests.sections.scenes import pinned


def test_paths_account_for_every_product() -> None:
    told, _ = paths.section(pinned("linear_relu_stack.4", 9, options={"edges": 7}))
    assert told is not None
    for left in told["left"]:
        drawn = sum(
            edge["value"]
            for edge in told["edges"]
            if edge["to"] == left["step"] and edge["target"] == left["unit"]
        )
        assert drawn + left["positive"] + left["negative"] + left["bias"] == pytest.approx(
            left["total"], abs=1e-9
        )
    first = [edge for edge in told["edges"] if edge["to"] == "linear_relu_stack.4"]
    assert len(first) == 7
    assert {edge["from"] for edge in told["edges"]} >= {"input", "flatten", "linear_relu_stack.1"}


def test_every_edge_is_weight_times_activation() -> None:
    of = pinned("linear_relu_stack.4", 9, options={"edges": 12})
    told, _ = paths.section(of)
    assert told is not None
    for edge in told["edges"]:
        if edge["value"] is None:
            assert edge["source"] == edge["target"]
            continue
        layer: Any = of.model.get_submodule(edge["to"])
        given = of.values[edge["from"]][0].reshape(-1)
        product = float(layer.weight[edge["target"], edge["source"]]) * float(given[edge["source"]])
        assert edge["value"] == pytest.approx(product, rel=1e-6)
        assert edge["value"] != 0
    for left in told["left"]:
        layer = of.model.get_submodule(left["step"])
        assert left["bias"] == float(layer.bias[left["unit"]])
        assert left["negative"] <= 0 <= left["positive"]
    below = [edge for edge in told["edges"] if edge["to"] == "linear_relu_stack.2"]
    units = {edge["target"] for edge in below}
    assert max(sum(edge["target"] == unit for edge in below) for unit in units) == 3


def test_a_black_picture_adds_nothing_and_has_no_edges(blank: bytes) -> None:
    of = look(Query(images=(blank,), step="linear_relu_stack.0", unit=3))
    told, _ = paths.section(of)
    assert told is not None
    assert told["edges"] == []
    (left,) = told["left"]
    assert (left["positive"], left["negative"]) == (0, 0)
    assert left["total"] == left["bias"] == float(of.values["linear_relu_stack.0"][0, 3])


def test_paths_go_through_maps_down_to_the_picture() -> None:
    of = pinned("classifier.1", 4, model="fashion-cnn", options={"edges": 12})
    told, _ = paths.section(of)
    assert told is not None
    layers = {edge["to"] for edge in told["edges"]}
    assert layers == {step.id for step in of.steps} - {"input", "softmax", "classifier.2"}
    assert "input" in {edge["from"] for edge in told["edges"]}
    for edge in told["edges"]:
        given = of.values[edge["from"]][0].reshape(-1)
        made = of.values[edge["to"]][0].reshape(-1)
        layer: Any = of.model.get_submodule(edge["to"])
        if edge["value"] is None:
            kept = given[edge["source"]]
            assert made[edge["target"]] == (max(kept, 0) if type(layer) is nn.ReLU else kept)
        elif isinstance(layer, nn.Conv2d):
            assert edge["value"] == pytest.approx(by_slope(of, layer, edge), rel=1e-5)
    for left in told["left"]:
        into = [e for e in told["edges"] if (e["to"], e["target"]) == (left["step"], left["unit"])]
        total = sum(e["value"] for e in into) + left["positive"] + left["negative"] + left["bias"]
        assert total == pytest.approx(left["total"], abs=1e-9)
        value = float(of.values[left["step"]][0].reshape(-1)[left["unit"]])
        assert left["total"] == pytest.approx(value, rel=1e-4, abs=1e-4)


def by_slope(of: Scene, layer: nn.Conv2d, edge: Any) -> float:
    """What a value adds to one of a layer that is linear: its slope, by autograd, times the value."""
    entering = torch.from_numpy(of.values[edge["from"]][:1].copy()).requires_grad_()
    with torch.enable_grad():
        layer(entering).flatten()[edge["target"]].backward()
    assert entering.grad is not None
    slope = entering.grad.flatten()[edge["source"]]
    return float(slope * entering.detach().flatten()[edge["source"]])


@pytest.mark.usefixtures("nothing_stays_offered")
def test_in_a_sequence_a_path_stays_in_its_row() -> None:
    layers = nn.Sequential(nn.Linear(28, 6), nn.ReLU(), nn.Linear(6, 3), nn.Flatten())
    card = zoo.offer(zoo.card_of("rows"), layers.eval().requires_grad_(False))
    of = pinned("2", 7 * 3 + 1, model=card.name)
    told, _ = paths.section(of)
    assert told is not None
    width = {"input": 28, "0": 6, "1": 6}
    assert {edge["from"] for edge in told["edges"]} == set(width)
    for edge in told["edges"]:
        row, place = divmod(edge["source"], width[edge["from"]])
        assert row == 7
        if edge["value"] is None:
            continue
        layer: Any = of.model.get_submodule(edge["to"])
        unit = edge["target"] % layer.out_features
        given = float(of.values[edge["from"]][0].reshape(-1)[edge["source"]])
        assert edge["value"] == pytest.approx(float(layer.weight[unit, place]) * given, rel=1e-6)


@pytest.mark.usefixtures("nothing_stays_offered")
def test_paths_go_through_what_only_moves_values_to_each_of_the_tensors() -> None:
    """One edge for one value: through a mask, a condition, a shuffle and what is joined."""

    def moved(self: Any, x: torch.Tensor) -> torch.Tensor:
        one, two = self.a(x), self.b(x)
        mask = torch.arange(28) % 2 == 0
        chosen = torch.where(one > two, one, two)  # (N, 28, 28)
        joined = torch.cat((chosen.mT, two), dim=1)[:, :, mask]  # (N, 56, 14)
        turned: torch.Tensor = self.turn(joined.reshape(len(x), 4, 14, 14))
        made: torch.Tensor = self.last(turned.flatten(1))
        return made

    torch.manual_seed(2)
    layers = {"a": nn.Linear(28, 28), "b": nn.Linear(28, 28), "turn": nn.PixelShuffle(2)}
    model = Forward(moved, **layers, last=nn.Linear(784, 3)).eval().requires_grad_(False)
    of = pinned("last", 1, model=zoo.offer(zoo.card_of("moved"), model).name, options={"edges": 64})
    told, _ = paths.section(of)
    assert told is not None
    handed = [edge for edge in told["edges"] if edge["value"] is None]
    assert {edge["to"] for edge in handed} == {step.id for step in of.steps} - {
        *("input", "a", "b", "last", "softmax"),
        *("..arange", "..remainder", "..eq", "..gt"),
    }
    for edge in handed:
        given = of.values[edge["from"]][0].reshape(-1)[edge["source"]]
        assert of.values[edge["to"]][0].reshape(-1)[edge["target"]] == given
    once = [(edge["to"], edge["target"]) for edge in handed]
    assert len(once) == len(set(once))
    for step, sources in (("..where", {"a", "b"}), ("..cat", {"..mT", "b"})):
        assert {edge["from"] for edge in handed if edge["to"] == step} == sources
    assert {"a", "b"} <= {left["step"] for left in told["left"]}


class Residual(nn.Module):
    """A block with a way around, as in a ResNet."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.norm, self.bend = (
            nn.Conv2d(1, 3, 3, padding=1),
            nn.BatchNorm2d(3),
            nn.ReLU(),
        )
        self.last = nn.Linear(3 * 28 * 28, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        scores: torch.Tensor = self.last((self.bend(self.norm(self.conv(x))) + x).flatten(1))
        return scores


@pytest.mark.usefixtures("nothing_stays_offered")
def test_where_tensors_are_added_a_path_goes_on_in_both() -> None:
    torch.manual_seed(4)
    model = Residual()
    model(torch.randn(5, 1, 28, 28))  # so that the normalization keeps statistics of its own
    card = zoo.offer(
        zoo.card_of("around", taken=Input((1, 28, 28))), model.eval().requires_grad_(False)
    )
    of = pinned("last", 2, model=card.name, options={"edges": 20})
    told, _ = paths.section(of)
    assert told is not None
    added = [edge for edge in told["edges"] if edge["to"] == "..add"]
    assert {edge["from"] for edge in added} == {"bend", "input"}
    assert {edge["to"] for edge in told["edges"]} == {step.id for step in of.steps[1:-1]}
    for edge in added:
        assert edge["value"] == float(of.values[edge["from"]][0].reshape(-1)[edge["source"]])
        if edge["from"] == "input":  # one grey for all three maps
            assert edge["source"] == edge["target"] % 784
    for left in told["left"]:
        into = [e for e in told["edges"] if (e["to"], e["target"]) == (left["step"], left["unit"])]
        total = sum(e["value"] for e in into) + left["positive"] + left["negative"] + left["bias"]
        assert total == pytest.approx(left["total"], abs=1e-9)
        value = float(of.values[left["step"]][0].reshape(-1)[left["unit"]])
        assert left["total"] == pytest.approx(value, rel=1e-4, abs=1e-5)


@pytest.mark.usefixtures("nothing_stays_offered")
def test_of_a_deep_network_so_many_units_of_a_step_are_followed() -> None:
    """Twenty layers, 2 products of each unit: of a step the first four lead on."""
    torch.manual_seed(5)
    layers = [nn.Flatten(), nn.Linear(784, 64), *(nn.Linear(64, 64) for _ in range(19))]
    card = zoo.offer(zoo.card_of("deep"), nn.Sequential(*layers).eval().requires_grad_(False))
    told, _ = paths.section(pinned("20", 3, model=card.name, options={"edges": 1}))
    assert told is not None
    beyond = 0
    for step in map(str, range(19, -1, -1)):
        led = dict.fromkeys(each["source"] for each in told["edges"] if each["from"] == step)
        followed = dict.fromkeys(each["target"] for each in told["edges"] if each["to"] == step)
        assert [*followed] == [*led][: 100 // 21], "those that the strongest lead to"
        beyond += len([*led][100 // 21 :])
    assert told["unfollowed"] == beyond > 0


def table(self: Any, x: torch.Tensor) -> Any:
    rows = self.a(x).mT.reshape(-1, 4)
    return self.b(rows).tanh().view(len(x), 3, 5).mT.contiguous()


@pytest.mark.usefixtures("nothing_stays_offered")
@pytest.mark.parametrize("focus", [0, 1])
def test_a_path_stays_with_its_input_where_all_are_rows_of_one_table(focus: int) -> None:
    torch.manual_seed(0)
    model = Forward(table, a=nn.Linear(3, 3), b=nn.Linear(4, 5)).eval()
    name = zoo.offer(card_of("mine", examples=rand(2, 4, 3)), model).name
    scene = look(Query(model=name, focus=focus))
    handed = {"..mT", "..reshape", "..view", "..mT#2", "..contiguous"}
    met = set()
    for step in scene.steps:
        size = scene.values[step.id][focus].size
        for unit in range(size):
            asked = Query(model=name, focus=focus, step=step.id, unit=unit, show=("paths",))
            for edge in view(asked).sections["paths"]["edges"]:
                after, before = scene.values[edge["to"]][focus], scene.values[edge["from"]][focus]
                value = before.reshape(-1)[edge["source"]]
                if edge["to"] in handed:
                    assert after.reshape(-1)[edge["target"]] == value
                    met.add(edge["to"])
    assert met == handed
    last = view(Query(model=name, focus=focus, step="..contiguous", unit=14, show=("paths",)))
    assert "input" in {edge["from"] for edge in last.sections["paths"]["edges"]}
