"""What was measured with the test set, as the page is told: of these very weights or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer import places
from explorer.network import measured, zoo
from explorer.sections import likes, trust
from tests.sections.scenes import HIDDEN, edit, scene

MODELS = sorted(zoo.cards())


def told(section: Any, **more: Any) -> dict[str, Any]:
    found, proofs = section.section(scene(**more))
    assert found is not None
    assert proofs == ()
    return dict(found)


def numbers(model: str = "fashion-mlp") -> measured.Measured:
    card = zoo.card(model)
    found = measured.load(measured.place(model, card.checkpoint(card.default).sha256))
    assert found is not None, "measured anew after training: python -m explorer.learning.liking"
    return found


@pytest.mark.parametrize("model", MODELS)
def test_the_shipped_numbers_are_those_of_the_shipped_weights(model: str) -> None:
    found = numbers(model)
    for checkpoint in zoo.card(model).checkpoints:
        outcome = found.outcomes[checkpoint.sha256]
        assert outcome.confusion.sum() == outcome.bins[:, 0].sum() == found.images == 10_000
        assert np.trace(outcome.confusion) == outcome.bins[:, 1].sum()
        assert np.trace(outcome.confusion) / found.images == pytest.approx(checkpoint.accuracy)
    for units in found.units.values():
        assert units.means.shape == (len(units.on), 10)
        assert (units.on <= found.images).all()
    shares = found.units["softmax"].means.sum(axis=0, dtype=np.float64)
    np.testing.assert_allclose(shares, 1, atol=1e-5)  # means of shares, to the digits shown
    files = list((places.MODELS / model).glob(measured.FILE.format(sha256="*")))
    assert len(files) == 1
    assert files[0].stat().st_size < 1_000_000


def test_a_unit_is_told_what_was_measured_of_it_and_its_present_value() -> None:
    values = scene().values[HIDDEN]
    unit = int(np.abs(values[1] - values[0]).argmax())
    found = told(likes, unit=unit, focus=1)
    units = numbers().units[HIDDEN]
    assert found["means"] == units.means[unit].tolist()
    assert (found["on"], found["images"], found["map"]) == (int(units.on[unit]), 10_000, None)
    assert found["value"] == pytest.approx(float(values[1, unit]))
    assert found["switches"]
    assert told(likes, unit=unit, edits=[edit("clamp", [unit], 7.5)])["value"] == 7.5
    assert not told(likes, step="linear_relu_stack.0", unit=3)["switches"]
    assert likes.section(scene())[0] is None, "no unit is pinned"


def test_why_nothing_is_told_of_a_unit() -> None:
    assert told(likes, unit=1, checkpoint="epoch-001")["reason"] == "age"
    assert told(likes, unit=1, step="input")["reason"] == "step"


def test_an_answer_is_told_how_often_one_as_sure_is_right() -> None:
    of = scene(focus=2, checkpoint="epoch-003")
    found = told(trust, focus=2, checkpoint="epoch-003")
    outcome = numbers().outcomes[zoo.card("fashion-mlp").checkpoint("epoch-003").sha256]
    share = of.prediction.probabilities[2].max()
    place = min(9, int(share * 10))
    assert found["share"] == pytest.approx(share)
    assert (found["low"], found["high"]) == (place / 10, (place + 1) / 10)
    assert [found["count"], found["right"]] == outcome.bins[place].tolist()
    assert found["confusion"] == outcome.confusion.tolist()
    assert found["now"] == of.prediction.classes[2]
    assert told(trust, checkpoint="untrained")["reason"] == "untrained"


def test_numbers_of_other_weights_are_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = scene(unit=1)
    folder = tmp_path / "fashion-mlp"
    folder.mkdir()
    measured.write(folder / measured.FILE.format(sha256="0" * 64), numbers())
    monkeypatch.setattr(places, "MODELS", tmp_path)
    for section in (likes, trust):
        found, _ = section.section(of)
        assert found is not None
        assert (found["known"], found["reason"]) == (False, "none")
