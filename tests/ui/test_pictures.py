# mypy: allow-untyped-decorators
# (hypothesis' decorators are not followed by the type checker)
"""What becomes of pictures that are sent: recognised, prepared, or a sentence that says why not."""

from __future__ import annotations

import json
import os
import socket
import zlib
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from explorer.errors import ExplorerError
from explorer.incoming import datasets
from explorer.incoming.cards import DATASETS
from explorer.network import zoo
from explorer.records import Input
from explorer.ui import handlers, layout
from explorer.words import LANGUAGES
from tests.ui.test_handlers import error


def test_a_picture_is_recognised_as_the_page_would(tmp_path: Path, sample: bytes) -> None:
    path = tmp_path / "T恤.png"
    Image.fromarray(np.frombuffer(sample, dtype=np.uint8).reshape(28, 28)).resize((280, 280)).save(
        path
    )
    shares = handlers.predict(str(path))
    assert list(shares) == list(zoo.card("fashion-mlp").labels["en"])
    assert sum(shares.values()) == pytest.approx(1, abs=1e-6)
    prepared = json.loads(handlers.prepare(str(path), layout.DECISIONS, "auto"))
    seen = handlers.view({"images": [prepared["pixels"]], "show": []})
    assert list(shares.values()) == seen["prediction"]["probabilities"][0]


@pytest.mark.usefixtures("nothing_stays_offered")
@pytest.mark.parametrize("how", ["examples", "colour"])
def test_a_module_that_takes_no_grey_picture_is_not_asked_about_one(
    tmp_path: Path, how: str
) -> None:
    examples = torch.rand(2, 4) if how == "examples" else None
    taken = Input((3, 8, 8))
    model = (
        nn.Linear(4, 3) if examples is not None else nn.Sequential(nn.Flatten(), nn.Linear(192, 3))
    )
    zoo.offer(zoo.card_of("mine", examples=examples, taken=taken), model.eval())
    path = tmp_path / "red.png"
    Image.new("RGB", (40, 40), "red").save(path)
    with pytest.raises(gr.Error, match="Expected a question to /view"):
        handlers.predict(str(path))


def test_a_picture_that_is_none_is_refused_in_both_languages(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"this is no picture")
    said = json.loads(handlers.prepare(str(path), [], "no"))["error"]
    assert set(said) == set(LANGUAGES)
    assert said["en"] != said["zh"]
    for missing in (str(path), None):
        with pytest.raises(gr.Error) as caught:
            handlers.predict(missing)
        assert caught.value.message.endswith(".")
        assert isinstance(caught.value.__cause__, ExplorerError)
    assert json.loads(handlers.prepare(None, [], "no")) == {"empty": True}


def test_an_upload_that_is_no_longer_kept_is_to_be_chosen_again(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    Image.new("L", (40, 40)).save(path)
    answer = json.loads(handlers.prepare(str(path), [], "no"))
    assert "pixels" in answer
    assert answer["bytes"] == path.stat().st_size
    assert answer["checksum"] == zlib.crc32(path.read_bytes())
    path.unlink()
    said = json.loads(handlers.prepare(str(path), ["crop"], "no"))["error"]
    assert "Choose the picture again" in said["en"]
    assert "请重新选择" in said["zh"]
    with pytest.raises(gr.Error, match="Choose the picture again"):
        handlers.predict(str(path))


def test_a_missing_data_set_is_said_to_be_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from explorer.incoming import datasets

    monkeypatch.setitem(os.environ, datasets.VARIABLE, str(tmp_path / "nowhere"))
    answers = [
        error(handlers.test_image(json.dumps({"language": language}))) for language in ("en", "zh")
    ]
    assert {answer["kind"] for answer in answers} == {"MissingData"}
    assert answers[0]["message"] != answers[1]["message"]
    assert str(tmp_path) not in answers[0]["message"]


def test_every_switch_of_the_upload_does_what_it_says(tmp_path: Path) -> None:
    """A dark drawing, off its middle, on paper that a camera held sideways."""
    paper = np.full((90, 120), 235, dtype=np.uint8)
    paper[10:40, 8:30] = 25
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by a quarter to see it upright
    path = tmp_path / "photo.png"
    Image.fromarray(paper).save(path, exif=exif)

    def pixels(*decisions: str, inversion: str = "auto") -> str:
        return str(json.loads(handlers.prepare(str(path), decisions, inversion))["pixels"])

    every = pixels("upright", "crop")
    assert len({every, pixels("upright"), pixels("crop"), pixels()}) == 4
    turned = Image.fromarray(np.rot90(paper, -1))
    straight = tmp_path / "straight.png"
    turned.save(straight)
    path, held = straight, every
    assert pixels("upright", "crop") == held
    assert pixels("upright", "crop", inversion="yes") == held
    assert pixels("upright", "crop", inversion="no") != held


@pytest.mark.parametrize("name", DATASETS)
def test_nothing_is_downloaded_for_a_visitor(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetched(*_: object, **__: object) -> None:
        raise AssertionError("nobody may be asked for it")

    monkeypatch.setenv(datasets.VARIABLE, str(tmp_path))
    monkeypatch.setattr(socket.socket, "connect", fetched)
    wishes: list[dict[str, Any]] = [{}, {"download": True}, {"download": "yes", "train": True}]
    for more in wishes:
        assert error(handlers.test_image({"dataset": name, **more}))["key"] == "data.missing"
        assert list(tmp_path.iterdir()) == []
