"""Networks that the program has never heard of work at every step and in every section."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from explorer import viewing
from explorer.errors import InvalidQuery
from explorer.incoming.queries import read
from explorer.lessons import Taught
from explorer.network import zoo
from explorer.network.scene import Scene, batch, look
from explorer.outgoing import replies, report
from explorer.records import Edit, Query, Source
from explorer.sections import SECTIONS, code
from explorer.viewing import view
from tests import forked
from tests.cards import CARDS, offered
from tests.network.modules import Forward

TOUR = ("course", "autograd", "optimizing")  # of the course's own networks


@pytest.fixture(autouse=True)
def _cards(tmp_path: Path) -> Iterator[None]:
    with offered(tmp_path / "models"):
        yield


def pictures(name: str, count: int = 2) -> tuple[bytes, ...]:
    size = zoo.card(name).input.size
    random = np.random.default_rng(2)
    return tuple(random.integers(0, 256, size, dtype=np.uint8).tobytes() for _ in range(count))


def scene(name: str, **more: Any) -> Scene:
    return look(Query(model=name, images=pictures(name), focus=1, **more))


@pytest.mark.parametrize("name", CARDS)
def test_every_step_and_section_answers_and_all_checks_hold(name: str) -> None:
    shown = tuple(each for each in SECTIONS if each not in TOUR)
    for step in scene(name).steps:
        for unit in (None, 0, int(np.prod(step.shape[1:])) - 1):
            query = Query(
                model=name,
                images=pictures(name),
                focus=1,
                step=step.id,
                unit=unit,
                taught=Taught(1, 1),
                show=("figure", *shown),
            )
            seen = view(query)
            json.dumps(replies.write(seen), allow_nan=False)
            assert set(seen.sections) == set(shown)
            assert not [check for check in seen.checks if not check.passed], step.id
            grid = step.grid
            cells = grid.rows * grid.columns if grid.maps == 1 else grid.height * grid.width
            assert cells * grid.maps == np.prod(step.shape[1:])


@pytest.mark.parametrize("name", CARDS)
def test_a_report_has_every_step(name: str) -> None:
    document = viewing.document(Query(model=name, images=pictures(name), focus=1))
    text = report.written(document)
    assert re.findall(r'<section id="([^"]+)">', text) == [step.id for step in scene(name).steps]
    assert "✗" not in text


@pytest.mark.parametrize("name", CARDS)
def test_a_comparison_and_edits_work_at_every_step(name: str) -> None:
    steps = scene(name).steps
    for step in steps:
        seen = view(Query(model=name, images=pictures(name), step=step.id, show=("figure",)))
        assert seen.figure is not None
    versus = read({"versus": {"image": 0}}).versus
    for step in steps:
        query = Query(
            model=name,
            images=pictures(name),
            focus=1,
            step=step.id,
            versus=versus,
            show=("figure", "versus"),
        )
        assert view(query).figure is not None


def test_every_snippet_runs_by_itself() -> None:
    texts = []
    for name in CARDS:
        plain = scene(name)
        layers = [step for step in plain.steps if step.path]
        edits = (
            Edit(layers[1].id, (1, 3), "patch", source=Source(0, "")),
            Edit(layers[2].id, (), "scale", 0.5),
            Edit("input", (5,), "clamp", 0.25),
        )
        for step in plain.steps:
            for changed in ((), edits):
                for unit in (None, 2):
                    seen = scene(name, step=step.id, unit=unit, edits=changed)
                    section, _ = code.section(seen)
                    assert section is not None
                    texts += [section["reproduce"], section["capture"]]
    runner = (
        "import json, sys\n"
        "for text in json.load(sys.stdin):\n"
        "    exec(text, {'print': lambda *_: None})\n"
    )
    done = forked.run(["-c", runner], given=json.dumps(texts))
    assert done.returncode == 0, done.stderr[-3000:]


def test_a_flatten_behind_feature_maps_says_where_a_value_really_stood() -> None:
    section, checks = SECTIONS["unit"](scene("convolutions", step="flat", unit=30))
    assert section is not None
    # 6 maps of 3 × 4: unit 30 is map 2, row 1, column 2
    assert (section["map"], section["row"], section["column"]) == (2, 1, 2)
    assert section["formula"] == "x[12·2 + 4·1 + 2] = X[2, 1, 2]"
    assert section["source"] == "pool"
    assert all(check.passed for check in checks)
    flat = view(Query(model="convolutions", images=pictures("convolutions"), step="flat"))
    assert flat.texts["formula"] == "x[12·map + 4·row + column] = X[map, row, column]"
    assert "6 × 3 × 4" in flat.texts["sentence"]


def test_a_layer_called_twice_and_what_no_hook_sees() -> None:
    seen = scene("convolutions")
    assert [step.id for step in seen.steps] == [
        "input",
        "first",
        "bend",
        "..avg_pool2d",
        "second",
        "bend#2",
        "pool",
        "flat",
        "last",
        "softmax",
    ]
    assert seen.sources["bend#2"] == "second"
    assert seen.sources["second"] == "..avg_pool2d", "a function between layers is a step too"
    known = {step.id: step for step in seen.steps}
    assert known["bend#2"].over == ("second", "bend#2")
    assert known["flat"].scale == "signed", "behind maps nothing is a picture"
    assert known["flat"].over == ("pool", "flat")


def test_a_path_goes_through_a_function_that_is_like_a_layer() -> None:
    section, _ = SECTIONS["paths"](scene("convolutions", step="last", unit=1))
    assert section is not None
    inner = {"last", "flat", "pool", "bend#2", "second", "..avg_pool2d", "bend", "first"}
    assert {edge["to"] for edge in section["edges"]} == inner
    assert "input" in {edge["from"] for edge in section["edges"]}


def test_a_path_ends_where_a_layer_is_no_sum() -> None:
    model = Forward(
        lambda self, x: self.b(torch.cumprod(self.a(x.flatten(1)), 1)),
        a=nn.Linear(784, 4),
        b=nn.Linear(4, 3),
    )
    name = zoo.offer(zoo.card_of("summed"), model.eval()).name
    section, _ = SECTIONS["paths"](look(Query(model=name, step="b", unit=1)))
    zoo.withdraw(name)
    assert section is not None
    assert {edge["to"] for edge in section["edges"]} == {"b"}
    assert {edge["from"] for edge in section["edges"]} == {"..cumprod"}


def test_mean_and_std_of_a_card_are_applied_and_said() -> None:
    seen = scene("normalised", unit=9)
    grey = pictures("normalised")[1][9]
    assert seen.values["input"][1].reshape(-1)[9] == pytest.approx((grey / 255 - 0.3) / 0.2)
    step = seen.steps[0]
    # black is −1.5, white 3.5: the scale ends at 4, whatever is drawn
    assert (step.scale, step.limit, step.over) == ("signed", 4, ())
    assert torch.equal(
        batch((bytes(784),), zoo.card("normalised").input)[0, 0], torch.full((28,), -1.5)
    )


def test_a_network_with_its_own_softmax_gets_no_second_one() -> None:
    seen = scene("shares")
    assert [step.kind for step in seen.steps][-1] == "softmax"
    assert len(seen.steps) == len(seen.trace.calls) + 1
    np.testing.assert_array_equal(seen.prediction.probabilities, seen.trace.output)
    assert seen.prediction.labels == ("0", "1", "2", "3", "4")


def test_a_picture_of_another_size_is_refused_in_a_sentence() -> None:
    with pytest.raises(InvalidQuery) as caught:
        look(Query(model="convolutions", images=(bytes(700),)))
    assert caught.value.sentence("en") == (
        "images[0] has 700 values. This network takes 480: 1 × 20 × 24."
    )


def test_a_card_without_weights_is_untrained() -> None:
    card = zoo.card("mine")
    assert (card.default, card.checkpoints) == (zoo.UNTRAINED, ())
    assert view(Query(model="mine", show=("code",))).sections["code"]
    torch.manual_seed(7)
    from tests.cards import Mine

    expected = Mine().eval()(batch((bytes(784),)))
    np.testing.assert_array_equal(look(Query(model="mine")).trace.output, expected.detach().numpy())
