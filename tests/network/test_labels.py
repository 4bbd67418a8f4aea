"""What the owner says of a module: the names of its classes, and what it takes, or a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from explorer import explore
from explorer.errors import NoStart
from explorer.incoming import shapes
from explorer.incoming.labels import listed_names
from explorer.network import zoo
from explorer.network.own import label_names
from explorer.network.scene import look
from explorer.records import Query
from tests.network.test_own import sentence


def test_labels_are_a_list_or_the_lines_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "labels.txt"
    path.write_text("猫\n dog \n\n", "utf-8")
    assert label_names(str(path)) == ("猫", "dog")
    assert label_names("a, b,c") == ("a", "b", "c")
    assert label_names("大衣，包,鞋") == ("大衣", "包", "鞋")
    assert label_names("") == ()


def test_many_labels_are_no_path() -> None:
    names = tuple(f"class {index}" for index in range(1000))
    assert label_names(",".join(names)) == names


def test_the_mark_that_windows_puts_before_text_is_no_letter(tmp_path: Path) -> None:
    path = tmp_path / "labels.txt"
    path.write_text("猫\ndog\n", "utf-8-sig")
    assert label_names(str(path)) == ("猫", "dog")


@pytest.mark.parametrize("text", ["a,a", ",", "nowhere.txt", "x" * 81, "\udcff,b"])
def test_wrong_labels_are_a_sentence(text: str) -> None:
    sentence(NoStart, lambda: label_names(text))


def test_labels_in_no_text_are_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "labels.txt"
    path.write_bytes(b"\xff\xfe\x00")
    sentence(NoStart, lambda: label_names(str(path)))


@pytest.mark.parametrize("names", ["a,b", ["a", "a"], ["x" * 500], ["a", " "], ["\ud800"]])
def test_labels_of_a_program_are_refused_as_those_of_the_command_line(names: Any) -> None:
    before = dict(zoo.cards())
    sentence(NoStart, lambda: explore(nn.Linear(28, 3), labels=names, serve=False))
    assert zoo.cards() == before


def test_labels_of_a_program_are_its_names() -> None:
    assert listed_names(["猫", " dog ", 3]) == ("猫", "dog", "3")
    assert listed_names(()) == ()


def test_examples_have_their_own_shape() -> None:
    model, inputs = nn.Linear(4, 3), torch.zeros(1, 4)
    wrong = {"input_shape": (28, 28), "example_inputs": inputs, "serve": False}
    sentence(NoStart, lambda: explore(model, **wrong))


@pytest.mark.usefixtures("nothing_stays_offered")
@pytest.mark.parametrize("names", ["a,b,c", "a,b", ""])
def test_labels_that_do_not_fit_are_said_to_be_numbers(names: str) -> None:
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 3)).eval()
    name = zoo.offer(zoo.card_of("Mine", labels=label_names(names)), model).name
    for language, told in (
        ("en", "3 classes, but the number of labels given is 2"),
        ("zh", "2 个"),
    ):
        seen = look(Query(model=name, images=(bytes(784),), language=language))
        said = {each.id: seen.kind.texts(seen.subject(each))["sentence"] for each in seen.steps}
        assert [each for each in said if told in said[each]] == (
            ["softmax"] if names == "a,b" else []
        )
        assert seen.prediction.labels == (("a", "b", "c") if names == "a,b,c" else ("0", "1", "2"))


@pytest.mark.parametrize(
    ("text", "shape"),
    [("28x28", (28, 28)), ("1×28×28", (1, 28, 28)), ("3X224x96", (3, 224, 96)), ("", (28, 28))],
)
def test_the_input_is_read(text: str, shape: tuple[int, ...]) -> None:
    assert shapes.read(text).shape == shape


@pytest.mark.parametrize(
    "text", ["28", "x28", "2x28x28", "0x8", "1x1x1x1", "8x2000", "a×b", "-8x8"]
)
def test_a_wrong_input_is_a_sentence(text: str) -> None:
    assert sentence(NoStart, lambda: shapes.read(text)).key == "own.shape"
