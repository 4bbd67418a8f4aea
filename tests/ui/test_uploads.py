"""Uploads: one at a time, within the room there is, and nothing left behind."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from explorer.errors import Refused
from explorer.ui import uploads
from explorer.ui.reading import Incoming

PNG = b"\x89PNG\r\n\x1a\n" + bytes(2000)
UPLOAD = "/gradio_api/upload"
FORM = {"content-type": "multipart/form-data; boundary=xyz"}
ONE = (
    b"--xyz\r\nContent-Disposition: form-data; name=files; filename=a.png\r\n\r\nABC\r\n--xyz--\r\n"
)

Inner = Callable[[Any, Any, Any], Awaitable[None]]


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_one_picture_is_taken(client: httpx.Client) -> None:
    answer = client.post(UPLOAD, files={"files": ("a.png", PNG)})
    assert answer.status_code == 200
    assert Path(answer.json()[0]).read_bytes() == PNG


def test_several_files_at_once_are_refused(client: httpx.Client, kept: Path) -> None:
    before = files(kept)
    many = [("files", (f"{number}.png", PNG)) for number in range(2)]
    answer = client.post(UPLOAD, files=many)
    assert answer.status_code == 400
    assert "one picture" in answer.json()["error"]
    assert files(kept) == before


def test_a_file_above_the_limit_is_refused_and_leaves_nothing(
    client: httpx.Client, kept: Path
) -> None:
    before = files(kept)
    answer = client.post(UPLOAD, files={"files": ("a.png", bytes(uploads.MOST))})
    assert answer.status_code == 413
    assert "bytes" in answer.json()["error"]
    assert files(kept) == before


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data", "application/json"])
def test_what_is_no_upload_is_said_to_be_none(client: httpx.Client, kind: str) -> None:
    answer = client.post(UPLOAD, content=b"x", headers={"content-type": kind})
    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "kept"))
    (tmp_path / "kept").mkdir()
    return tmp_path / "kept"


def send(inner: Inner, times: int = 1, whole: bool = True) -> int:
    """Upload one file to an application, as the guard does, and return the status."""
    seen: list[int] = []

    async def receive() -> Any:
        if whole:
            return {"type": "http.request", "body": ONE, "more_body": False}
        return {"type": "http.disconnect"}

    async def answer(message: Any) -> None:
        seen.append(message.get("status", 0))

    async def all_of_them() -> None:
        room = uploads.Uploads()
        headers = [(name.encode(), value.encode()) for name, value in FORM.items()]
        scope = {"type": "http", "method": "POST", "headers": headers, "client": ("1.2.3.4", 5)}
        for _ in range(times):
            await room.take(inner, scope, Incoming(receive), answer)

    asyncio.run(all_of_them())
    return seen[0]


async def taken(_: Any, receive: Any, answer: Any) -> None:
    assert (await receive())["body"] == ONE
    await answer({"type": "http.response.start", "status": 200, "headers": []})
    await answer({"type": "http.response.body", "body": b"[]"})


async def never(*_: Any) -> None:
    raise AssertionError("nothing may be handed on")


def refused(inner: Inner, **how: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        send(inner, **how)
    return caught.value


def test_a_whole_file_is_handed_on(folder: Path) -> None:
    assert folder.exists()
    assert send(taken) == 200


def test_a_full_disk_is_a_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "FREE", shutil.disk_usage(folder).free + 1_000_000_000)
    error = refused(never)
    assert (error.status, error.key) == (507, "upload.disk")


def test_no_more_is_kept_than_there_is_room_for(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "old.png").write_bytes(bytes(1000))
    monkeypatch.setattr(uploads, "KEPT", 1000)
    assert refused(never).status == 507


@pytest.mark.parametrize("status", [0, 500])
def test_a_write_that_fails_leaves_nothing(folder: Path, status: int) -> None:
    async def failing(_: Any, __: Any, answer: Any) -> None:
        (folder / "tmphalf").write_bytes(b"half")
        if status == 0:
            raise OSError(28, "No space left on device")
        await answer({"type": "http.response.start", "status": status, "headers": []})
        await answer({"type": "http.response.body", "body": b"Internal Server Error"})

    (folder / "finished").mkdir()
    (folder / "finished" / "a.png").write_bytes(PNG)
    assert refused(failing).key == "upload.disk"
    assert files(folder) == [folder / "finished" / "a.png"]


def test_a_broken_connection_leaves_nothing(folder: Path) -> None:
    assert refused(never, whole=False).key == "guard.broken"
    assert files(folder) == []


def test_too_many_files_in_a_minute_are_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert folder.exists()
    monkeypatch.setattr(uploads, "RATE", 2)
    assert refused(taken, times=3).status == 429


def test_whoever_sends_slowly_leaves_room_to_others(folder: Path) -> None:
    assert folder.exists()
    gate = asyncio.Event()

    def asked(room: uploads.Uploads, client: str, status: list[int]) -> Awaitable[None]:
        async def receive() -> Any:
            if client != "quick":
                await gate.wait()
            return {"type": "http.request", "body": ONE, "more_body": False}

        async def answer(message: Any) -> None:
            status.append(message.get("status", 0))

        headers = [(name.encode(), value.encode()) for name, value in FORM.items()]
        scope = {"type": "http", "method": "POST", "headers": headers, "client": (client, 5)}
        return room.take(taken, scope, Incoming(receive), answer)

    async def crowd() -> None:
        room = uploads.Uploads()
        status: list[int] = []
        slow = [asyncio.ensure_future(asked(room, "slow", status)) for _ in range(uploads.HALF + 1)]
        await asyncio.sleep(0)  # all of them have come
        last = slow.pop()
        assert last.done(), "whoever has taken a half does not wait for more at all"
        with pytest.raises(Refused) as caught:
            await last
        assert (caught.value.status, caught.value.key) == (503, "guard.busy")
        await asked(room, "quick", status)
        slow += [asyncio.ensure_future(asked(room, "other", status)) for _ in range(uploads.HALF)]
        await asyncio.sleep(0)
        with pytest.raises(Refused):
            await asked(room, "quick", status)
        gate.set()
        await asyncio.gather(*slow)
        await asyncio.gather(*(asked(room, "slow", status) for _ in range(uploads.HALF)))
        assert status.count(200) == 1 + 3 * uploads.HALF

    assert uploads.READING == 2 * uploads.HALF
    asyncio.run(crowd())
