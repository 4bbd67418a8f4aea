"""A process that trains: what it reports, how it is steered, and what happens when it is lost."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import resource
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load
from starlette.applications import Starlette
from starlette.testclient import TestClient
from torch import nn

from explorer.errors import ExplorerError, InvalidQuery, MissingData, Refused
from explorer.incoming import cards, datasets
from explorer.learning import snapshots
from explorer.learning.bench import Bench
from explorer.learning.settings import Settings
from explorer.network import ages, nets, zoo
from explorer.ui.training import routes
from explorer.words import say
from tests.learning.places import ASSETS, TEST, TRAIN, Place, made
from tests.learning.test_batches import by_hand
from tests.learning.test_mistakes import behind

LONG = Settings(model="course-sequential", batch=1, epochs=20, seed=2)
SHORT = Settings(model="course-sequential", batch=100, epochs=2, drawn=0.5, optimizer="momentum")


@pytest.fixture
def bench(place: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setenv(datasets.VARIABLE, str(place.data))
    opened = Bench(on=True)
    yield opened
    opened.close()


def until(condition: Callable[[], Any], seconds: float = 120) -> None:
    """Wait, on a busy machine for long, and fail if it never comes."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


def state(bench: Bench) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(bench.listing()[1])
    return found


def gone(process: int) -> bool:
    """Whether a process has ended; one that nobody has waited for has, too (Linux keeps those)."""
    try:
        os.kill(process, 0)
        return Path(f"/proc/{process}/stat").read_text().split()[2] == "Z"
    except ProcessLookupError:
        return True
    except FileNotFoundError:  # it is there, and this system has no such folder, or it just went
        return Path("/proc/self").exists()


def test_a_run_reports_what_torch_says_and_ends(bench: Bench, place: Place) -> None:
    versions: list[int] = []
    leave = bench.listen(lambda: versions.append(bench.listing()[0]))
    assert state(bench) == {"version": 0, "state": "idle", "ages": []}
    bench.start(SHORT)
    with pytest.raises(Refused, match="one at a time"):
        bench.start(SHORT)
    until(lambda: state(bench)["state"] == "ended")
    found = state(bench)
    assert (found["how"], found["reason"]) == ("over", None)
    assert versions == sorted(versions)
    assert len(versions) > 2
    leave()
    images, labels = (torch.from_numpy(values) for values in made(TRAIN, 1))
    losses: list[float] = []
    model: nn.Module = nn.Identity()
    for loss, model in by_hand(SHORT, images, labels.long()):  # the last one counts
        losses.append(loss)
        _lengths(found["lengths"], len(losses), model)
    settings, newest = bench.newest()
    assert settings == SHORT
    assert (newest.batch, newest.images, newest.epochs, newest.name) == (6, 480, 2, "epoch-002")
    weights = load(newest.weights)
    for name, values in model.state_dict().items():
        assert torch.equal(weights[name], values), name
    assert found["loss"] == {"width": 1, "means": pytest.approx(losses, rel=1e-4)}
    assert [batch for batch, _ in found["accuracy"]] == list(range(7))
    test, classes = (torch.from_numpy(values) for values in place.test)
    with torch.no_grad():
        answers = model.eval()(test / 255).argmax(1)
    share = float((answers == classes).double().mean())
    assert found["accuracy"][-1][1] == pytest.approx(share)
    assert (found["tested"], found["total"], found["count"]) == (TEST, 6, TRAIN)
    assert sum(map(sum, found["confusion"])) == TEST
    assert {each["name"] for each in found["layers"]} == {"1", "3"}
    behind(bench.progress(), found["confusion"], (test, classes), answers)
    _answered(bench, model)
    _taken_along(bench)
    _ages(bench, model, found["accuracy"])


def _lengths(found: dict[str, Any], batch: int, model: nn.Module) -> None:
    """At the end of an epoch there is a report, and in it the length of every layer."""
    if batch % 3:
        return
    for name in ("1", "3"):
        own = list(model.get_submodule(name).parameters())
        gradients = torch.cat([each.grad.flatten() for each in own if each.grad is not None])
        weights = torch.cat([each.detach().flatten() for each in own])
        points = {kind: dict(map(tuple, found[kind][name])) for kind in ("gradient", "weights")}
        assert points["gradient"][batch] == pytest.approx(float(gradients.norm()), rel=1e-4)
        assert points["weights"][batch] == pytest.approx(float(weights.norm()), rel=1e-4)
        assert 0 in points["weights"]
        assert 0 not in points["gradient"], "before the first batch there is none"


def _answered(bench: Bench, model: nn.Module) -> None:
    """The visitor's drawing and the first weights, by the newest weights."""
    image = made(1, 5)[0][0]
    with torch.no_grad():
        wanted = torch.softmax(model(torch.from_numpy(image)[None] / 255), 1)[0]
    random = torch.get_rng_state()
    found = snapshots.answer(*bench.newest(), image.tobytes())
    assert torch.equal(torch.get_rng_state(), random)
    torch.testing.assert_close(torch.tensor(found), wanted)
    with pytest.raises(InvalidQuery, match="takes 784"):
        snapshots.answer(*bench.newest(), bytes(3072))
    asking = TestClient(Starlette(routes=routes(bench)))
    said = asking.post("/train/answer", json={"image": base64.b64encode(image).decode()}).json()
    assert said["probabilities"] == pytest.approx(found, rel=1e-4)
    refused = asking.post("/train/answer", json={"image": 5, "language": "zh"})
    assert (refused.status_code, refused.text[-1]) == (400, "。")
    assert "base64" in refused.text
    rows = snapshots.rows(bench.newest()[1])
    assert rows.shape == (20, 28, 28)
    weight = model.state_dict()["1.weight"].numpy()
    assert (rows.reshape(20, 784) == weight).all()


def _ages(bench: Bench, model: nn.Module, accuracy: list[list[float]]) -> None:
    """The end of each epoch is an age, until the next run begins."""
    found = bench.ages()
    assert state(bench)["ages"] == found
    assert [(each["epoch"], each["batch"], each["tested"]) for each in found] == [
        (1, 3, TEST),
        (2, 6, TEST),
    ]
    assert [each["accuracy"] for each in found] == pytest.approx([accuracy[3][1], accuracy[6][1]])
    held = [each.data for each in ages.HERE.of(SHORT.model)]
    assert [hashlib.sha256(each).hexdigest() for each in held] == [each["sha256"] for each in found]
    for name, values in load(held[1]).items():
        assert torch.equal(values, model.state_dict()[name])
    bench.start(LONG, single=True)
    assert bench.ages() == []
    bench.close()


def _taken_along(bench: Bench) -> None:
    """The archive, also where no file may grow by a single byte, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        data = snapshots.archive(bench.progress())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.testzip() is None
        card = json.loads(file.read("card.json"))
        files = {name: file.read(name) for name in file.namelist() if name != "card.json"}
    assert set(files) == {"epoch-001.safetensors", "epoch-002.safetensors"}
    assert card["default"] == "epoch-002"
    assert card["recipe"]["optimizer"] == "momentum"
    assert set(cards.FIELDS) <= set(card)
    for each in card["checkpoints"]:
        assert set(cards.CHECKPOINT) <= set(each)
        assert hashlib.sha256(files[each["file"]]).hexdigest() == each["sha256"]
        nets.course_sequential().load_state_dict(load(files[each["file"]]))
    assert zoo.BUILDERS[card["builder"]] is nets.course_sequential


def test_a_killed_process_is_a_sentence_and_a_hanging_one_is_stopped(bench: Bench) -> None:
    bench.start(LONG, single=True)  # as the page's "one batch"
    until(lambda: state(bench).get("batch") == 1)
    assert bench.state == "paused"
    process = bench.worker or 0
    if sys.platform == "linux":
        assert os.getpriority(os.PRIO_PROCESS, process) >= 10
    told: list[dict[str, Any]] = []
    leave = bench.listen(lambda: told.append(state(bench)))
    os.kill(process, signal.SIGKILL)
    until(lambda: told and told[-1]["state"] == "failed")
    leave()
    found = state(bench)
    assert [each["reason"] for each in told if each["state"] == "failed"] == [found["reason"]]
    assert found["reason"] == {"key": "train.lost", "values": {"code": -9}}
    assert found["batch"] == 1, "what was reported stays"
    for language in ("en", "zh"):
        assert "-9" in say(language, found["reason"]["key"], **found["reason"]["values"])
    with pytest.raises(Refused, match="nothing to pause"):
        bench.order("pause")

    bench.start(LONG, single=True)
    assert bench.worker != process
    until(lambda: state(bench).get("batch") == 1)
    bench.order("batch")
    until(lambda: state(bench)["batch"] == 2)
    bench.order("continue")
    assert state(bench)["state"] == "running"
    until(lambda: state(bench)["batch"] > 4)
    bench.order("pause")
    process = bench.worker or 0
    os.kill(process, signal.SIGSTOP)  # it hears nothing any more
    bench.order("stop")
    assert (bench.state, state(bench)["how"]) == ("ended", "stopped")
    until(lambda: gone(process), 30)  # a signal after half a second, which cannot be missed
    assert state(bench)["state"] == "ended", "a stop is no failure"
    assert state(bench)["batch"] > 4

    bench.start(LONG, single=True)
    told.clear()
    bench.listen(lambda: told.append(state(bench)))
    bench.close()  # as the server does at its end
    assert {(each["state"], each["how"]) for each in told} == {("ended", "stopped")}


PROGRAM = """
import sys, time
from explorer.learning.bench import Bench
from explorer.learning.progress import Progress
from explorer.learning.settings import Settings
bench = Bench(on=True)
bench.start(Settings(model="course-sequential", batch=1, epochs=20))
print(bench.worker, flush=True)
time.sleep(600)
"""


def test_it_ends_with_its_server(bench: Bench) -> None:
    assert bench.state == "idle"
    found = {**os.environ, "PYTHONPATH": str(ASSETS.parents[1])}  # it runs in a folder of its own
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True, env=found
    ) as server:
        assert server.stdout is not None
        worker = int(server.stdout.readline())
        assert not gone(worker)
        server.kill()
        until(lambda: gone(worker))


def test_without_the_data_set_a_sentence_says_what_to_do(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(datasets.VARIABLE, str(tmp_path / "nowhere"))
    with pytest.raises(MissingData, match="--download"):
        bench.start(SHORT)
    assert bench.state == "idle"
    with pytest.raises(Refused, match="no weights"):
        bench.newest()


def test_where_it_is_off_nothing_starts() -> None:
    off = Bench(on=False)
    assert off.state == "off"
    for act in (lambda: off.start(replace(SHORT)), lambda: off.order("stop")):
        with pytest.raises(ExplorerError, match="switched off on this server"):
            act()
    assert off.worker is None
    assert off.ages() == []
