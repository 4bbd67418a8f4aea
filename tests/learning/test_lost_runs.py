"""Whatever goes wrong in a run's reports, the run is over; whoever does not listen is let go."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sys
import time
from dataclasses import asdict

import pytest
from starlette.requests import Request
from starlette.responses import StreamingResponse

from explorer.incoming import datasets
from explorer.learning import bench
from explorer.learning.bench import Bench, Run
from explorer.learning.settings import Settings
from explorer.ui.training import Desk
from tests.learning.places import Place

# a worker whose report is none, and that goes on for long
ODD = """
import sys, time
from explorer.learning.frames import send
send(sys.stdout.buffer, {"kind": "report"})
time.sleep(600)
"""


def test_a_report_that_cannot_be_read_ends_the_run(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(bench, "COMMAND", (sys.executable, "-P", "-c", ODD))
    told: list[str] = []
    run = Run(Settings(), lambda: told.append(run.status.state))
    end = time.monotonic() + 60
    while not told and run._reader.is_alive() and time.monotonic() < end:
        time.sleep(0.02)
    state, reason = run.status.state, run.status.reason
    run.kill()
    assert (state, told) == ("failed", ["failed"])
    assert reason == {"key": "train.lost", "values": {"code": -9}}
    assert "KeyError" in caplog.text, "the log says why"


def test_a_worker_that_fails_ends_with_a_status_of_its_own(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody reads what it reports; the end of an interpreter that waits in a thread is an abort."""
    monkeypatch.setenv(datasets.VARIABLE, str(place.data))
    settings = json.dumps(asdict(Settings(model="course-sequential"))).encode() + b"\n"
    reading, writing = os.pipe()
    os.close(reading)
    command = subprocess.Popen(
        bench.COMMAND,
        env=bench._environment(),
        stdin=subprocess.PIPE,
        stdout=writing,
        stderr=subprocess.PIPE,
    )
    os.close(writing)
    with command as worker:
        assert worker.stdin
        assert worker.stderr
        worker.stdin.write(settings)
        worker.stdin.flush()  # and it stays open, as a server's does
        printed = worker.stderr.read().decode()
        assert worker.wait(60) == 1, printed
    assert "BrokenPipeError" in printed
    assert "Fatal" not in printed


def test_a_listener_that_fails_is_let_go_and_the_others_hear(
    caplog: pytest.LogCaptureFixture,
) -> None:
    opened, heard = Bench(on=True), []

    def odd() -> None:
        heard.append("odd")
        raise ValueError("an odd one")

    opened.listen(odd)
    opened.listen(lambda: heard.append("other"))
    for _ in range(3):
        opened._changed()
    assert sorted(heard) == ["odd", "other", "other", "other"]
    assert "an odd one" in caplog.text


def test_who_listened_on_a_loop_that_is_closed_is_let_go(caplog: pytest.LogCaptureFixture) -> None:
    opened = Bench(on=True)
    request = Request({"type": "http", "method": "GET", "headers": [], "path": "/train/events"})
    loop = asyncio.new_event_loop()
    response = loop.run_until_complete(Desk(opened).events(request))
    assert isinstance(response, StreamingResponse)
    assert len(opened._listeners) == 1
    loop.close()
    with caplog.at_level(logging.ERROR, "explorer"):
        opened._changed()
    assert not opened._listeners
    assert not caplog.records, "it is no fault"
