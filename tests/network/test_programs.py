"""What a program gives `explore`, `trace` and `view`: whatever is of another kind is a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from explorer import ExplorerError, explore, trace, view
from explorer.incoming import shapes
from explorer.incoming.labels import listed_names
from explorer.records import Query
from tests.network.test_own import sentence

NO_MODULES: list[Any] = [None, "net", nn.Linear, [nn.Linear(2, 2)], lambda x: x, torch.zeros(3), {}]


@pytest.mark.parametrize("model", NO_MODULES, ids=lambda model: type(model).__name__)
def test_what_is_no_module_is_said_by_its_type(model: Any) -> None:
    for call in (lambda: trace(model, torch.zeros(1, 2)), lambda: explore(model, serve=False)):
        error = sentence(ExplorerError, call)
        assert error.key == "explore.type"
        assert type(model).__name__ in error.sentence("en")


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"labels": 3}, "own.labels.text"),
        ({"labels": b"abc"}, "own.labels.text"),
        ({"input_shape": 784}, "own.shape"),
        ({"input_shape": "28x28"}, "own.shape"),
        ({"input_shape": (True, True)}, "own.shape"),
        ({"input_shape": (28.0, 28)}, "own.shape"),
        ({"mean": 10**400}, "own.numbers"),
        ({"example_inputs": 3}, "trace.inputs"),
        ({"example_inputs": np.zeros((1, 784))}, "trace.inputs"),
        ({"example_inputs": ()}, "trace.inputs"),
        ({"name": 3}, "explore.name"),
        ({"name": ".."}, "explore.name"),
        ({"name": "a/b"}, "explore.name"),
        ({"name": "a\nb"}, "explore.name"),
        ({"name": "\ud800"}, "explore.name"),
        ({"name": "x" * 121}, "explore.name"),
        ({"language": "fr"}, "explore.language"),
        ({"port": "x"}, "start.port"),
        ({"port": True}, "start.port"),
    ],
    ids=str,
)
def test_what_explore_cannot_use_is_a_sentence(wrong: dict[str, Any], key: str) -> None:
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 3))
    error = sentence(ExplorerError, lambda: explore(model, serve=False, **wrong))
    assert error.key == key
    error.sentence("en").encode("utf-8")


@pytest.mark.filterwarnings("ignore:Lazy modules")
@pytest.mark.parametrize("model", [nn.Linear(784, 3, device="meta"), nn.LazyLinear(3)], ids=str)
def test_a_module_without_values_is_not_served(model: nn.Module) -> None:
    error = sentence(ExplorerError, lambda: explore(model))
    assert error.key in {"trace.meta", "trace.lazy"}


def test_sizes_and_labels_are_taken_as_programs_have_them() -> None:
    assert shapes.listed(np.array([3, 8, 9])).shape == (3, 8, 9)
    assert shapes.listed(torch.zeros(1, 8, 9).shape).shape == (1, 8, 9)
    assert listed_names(None) == ()


@pytest.mark.parametrize("file", [3, None, ["a.html"], "a\0.html", "\ud800.html"], ids=ascii)
def test_no_file_to_take_home_is_a_sentence(file: Any, tmp_path: Path) -> None:
    explored = explore(nn.Sequential(nn.Flatten(), nn.Linear(784, 3)), serve=False)
    place = str(tmp_path / file) if isinstance(file, str) else file
    assert sentence(ExplorerError, lambda: explored.save(place)).key == "explore.save"


def test_the_file_to_take_home_is_found_from_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 3))
    explore(model, serve=False).save("~/net.html")
    assert (tmp_path / "net.html").stat().st_size > 100_000


@pytest.mark.parametrize("query", ["x", None, {"model": "fashion-mlp"}])
def test_a_view_is_asked_for_by_a_query(query: Any) -> None:
    assert sentence(ExplorerError, lambda: view(query)).key == "query.kind"


def test_a_view_without_images_is_a_sentence() -> None:
    assert sentence(ExplorerError, lambda: view(Query(images=()))).key == "query.empty"
