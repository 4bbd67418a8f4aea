"""Files of the page are served, and kept by browsers; nothing else of the machine is served."""

from __future__ import annotations

import asyncio
import gzip
import re
import threading
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from starlette.requests import Request
from starlette.responses import Response

from explorer import figures, places
from explorer.network import parameters, zoo
from explorer.ui import files, layout

WEB = Path(__file__).parents[2] / "assets" / "web"
NAMES = sorted(path.relative_to(WEB).as_posix() for path in WEB.rglob("*") if path.is_file())
KINDS = {".js": "javascript", ".css": "text/css", ".svg": "image/svg+xml", ".json": "json"}


def get(client: httpx.Client, address: str, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get(address, headers=named)


def request(name: str) -> Request:
    scope = {"type": "http", "method": "GET", "headers": [], "path_params": {"name": name}}
    return Request(scope)


def asked(name: str) -> Response:
    """Answer an address below /web without a server."""
    return asyncio.run(files.static(request(name)))


@pytest.mark.parametrize("name", NAMES)
def test_every_file_of_the_page_is_served_as_it_is(client: httpx.Client, name: str) -> None:
    for address in (f"/web/{name}", f"/{files.address(name)}"):
        answer = get(client, address)
        assert answer.status_code == 200
        assert answer.content == (WEB / name).read_bytes()
        assert answer.headers["content-encoding"] == "gzip"
        assert KINDS.get(Path(name).suffix, "") in answer.headers["content-type"]


def longest(name: str) -> str:
    """Return the longest line of a script, but for imports and exports."""
    lines = (WEB / name).read_text("utf-8").splitlines()
    return max((line for line in lines if not line.startswith(("import", "export"))), key=len)


def test_one_script_holds_all_and_one_sheet_all_in_their_order(client: httpx.Client) -> None:
    html = get(client, "/").text
    script, sheet = (files.address(name) for name in (files.PAGE, files.SHEET))
    assert script in html
    assert sheet in html
    assert "/style/" not in html
    one, other = get(client, f"/{script}"), get(client, f"/{sheet}")
    for answer, kind in ((one, "javascript"), (other, "css")):
        assert answer.headers["cache-control"] == files.FOR_GOOD
        assert answer.headers["content-encoding"] == "gzip"
        assert kind in answer.headers["content-type"]
    lines = {name: longest(name) for name in NAMES if name.endswith(".js")}
    missing = {name for name, line in lines.items() if line not in one.text}
    home = {
        "alone.js",
        *(f"twin/{name}.js" for name in ("feeding", "local", "paths", "recorded", "sides")),
    }
    types = {"state/types.js", "twin/types.js"}
    assert missing == home | types, "what only the file to take home needs, and what never runs"
    texts = [path.read_text("utf-8") for path in (WEB / "style").glob("*.css")]
    assert len(files.STYLES) == len(texts)
    assert all(text in other.text for text in texts)
    places = [
        other.text.index((WEB / "style" / f"{name}.css").read_text("utf-8"))
        for name in files.STYLES
    ]
    assert places == sorted(places)


def test_an_address_with_its_hash_is_kept_for_good_and_one_without_is_asked_for_anew(
    client: httpx.Client,
) -> None:
    hashed = get(client, f"/{files.address('main.js')}")
    assert hashed.headers["cache-control"] == "public, max-age=31536000, immutable"
    plain = get(client, "/web/main.js")
    other = get(client, f"/web/{'0' * 16}/main.js")
    for answer in (plain, other):
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-cache"
        assert answer.headers["etag"] == hashed.headers["etag"]
    again = get(client, "/web/main.js", if_none_match=plain.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert get(client, "/web/main.js", if_none_match='W/"x", "y"').status_code == 200


def test_one_hash_for_the_whole_folder_changes_with_any_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "WEB", tmp_path / "one")
    found = set()
    for folder, text in (("one", "1"), ("two", "2")):
        (tmp_path / folder / "deep").mkdir(parents=True)
        (tmp_path / folder / "main.js").write_text("same")
        (tmp_path / folder / "deep" / "other.js").write_text(text)
        monkeypatch.setattr(places, "WEB", tmp_path / folder)
        found.add(files.address("main.js"))
    assert len(found) == 2


def test_plotlys_own_script_has_a_hash_of_its_own(client: httpx.Client) -> None:
    address = str(layout.start(device="cpu", language=None)["figures"]["script"])
    assert re.fullmatch(r"web/[0-9a-f]{16}/plotly\.min\.js", address)
    assert address.split("/")[1] != files.address("main.js").split("/")[1]
    answer = get(client, f"/{address}")
    assert answer.content == figures.script()
    assert "immutable" in answer.headers["cache-control"]
    assert "javascript" in answer.headers["content-type"]
    assert int(answer.headers["content-length"]) < len(figures.script()) / 2


@pytest.mark.parametrize(
    ("wanted", "packed"),
    [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("*", True),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip;q=0.0, identity", False),
        ("", False),
    ],
)
def test_compressed_only_for_those_who_read_it(
    client: httpx.Client, wanted: str, packed: bool
) -> None:
    answer = get(client, "/web/main.js", accept_encoding=wanted)
    assert answer.headers["content-encoding"] == ("gzip" if packed else "identity")
    assert answer.content == (WEB / "main.js").read_bytes()
    assert "Accept-Encoding" in answer.headers["vary"]


def test_heads_and_parts(client: httpx.Client) -> None:
    whole = (WEB / "main.js").read_bytes()
    head = client.head("/web/main.js")
    assert (head.status_code, head.content) == (200, b"")
    cases = {
        "bytes=0-9": whole[:10],
        "bytes=-7": whole[-7:],
        f"bytes={len(whole) - 3}-": whole[-3:],
        "bytes=5-99999999": whole[5:],
    }
    for asked, part in cases.items():
        answer = get(client, "/web/main.js", range=asked, accept_encoding="identity")
        assert (answer.status_code, answer.content) == (206, part)
        assert answer.headers["content-range"].endswith(f"/{len(whole)}")
    for asked in ("bytes=99999999-", "bytes=9-3", "bytes=-0"):
        assert get(client, "/web/main.js", range=asked).status_code == 416
    for asked in ("lines=1-2", "bytes=0-1,4-5", "bytes=x"):
        assert get(client, "/web/main.js", range=asked).content == whole


@pytest.mark.parametrize(
    "name",
    [
        "",
        "%2e",
        "%2e%2e",
        "nothing.js",
        "main.js/",
        f"{'a' * 16}/",
        f"{'a' * 16}/../../app.py",
        "..%2f..%2fapp.py",
        "%2e%2e/%2e%2e/app.py",
        "..\\..\\app.py",
        "%2fetc%2fhostname",
        "main.js/%2e%2e/%2e%2e/%2e%2e/app.py",
        "x" * 3000,
        "main.js%00",
        "%00",
        "%e7%9c%8b",
    ],
    ids=lambda name: name[:30] or "empty",
)
def test_what_is_not_a_file_of_the_page_is_not_there(client: httpx.Client, name: str) -> None:
    answer = get(client, f"/web/{name}")
    assert answer.status_code == 404
    assert len(answer.text) < 120
    assert str(WEB.parent) not in answer.text


def test_a_neighbour_whose_name_begins_alike_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("web", "web-secret"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "own.txt").write_text(name)
    monkeypatch.setattr(places, "WEB", tmp_path / "web")
    assert asked("own.txt").body == b"web"
    assert asked("../web-secret/own.txt").status_code == 404


def test_a_file_is_kept_once_however_its_name_is_written() -> None:
    """Or else anybody can fill the memory with names such as `1/../main.js`."""
    asked("main.js")
    kept = files.packed.cache_info().currsize
    for number in range(5):
        assert asked(f"{number}/../main.js").status_code == 200
        assert asked(f"{number:016x}/main.js").status_code == 200
    assert files.packed.cache_info().currsize == kept


def test_a_file_is_compressed_aside_and_once_for_all_who_come_at_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pack, threads = files.pack, []

    def watched(data: bytes, kind: str) -> files.File:
        threads.append(threading.get_ident())
        return pack(data, kind)

    async def crowd() -> None:
        names = (files.PAGE, figures.SCRIPT)
        await asyncio.gather(*(files.static(request(name)) for name in names for _ in range(8)))

    monkeypatch.setattr(files, "pack", watched)
    for known in (files.packed, files._made):
        known.cache_clear()
    asyncio.run(crowd())
    assert len(threads) == 2
    assert threading.get_ident() not in threads, "the event loop is everybody's"


def test_parameters_are_served_as_float32_and_kept(client: httpx.Client) -> None:
    rows = {row["name"]: row for row in parameters.listing("fashion-mlp", zoo.UNTRAINED)["rows"]}
    for path, parameter in zoo.load("fashion-mlp", zoo.UNTRAINED).named_parameters():
        answer = get(client, f"/parameters/fashion-mlp/untrained/{path}")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/octet-stream"
        assert np.array_equal(np.frombuffer(answer.content, "<f4"), parameter.numpy().flatten())
        assert answer.headers["cache-control"] == "no-cache"
        hashed = get(client, f"/{rows[path]['address']}")
        assert hashed.content == answer.content
        assert "immutable" in hashed.headers["cache-control"]


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("", "There is no model"),
        ("nobody/untrained/x", "There is no model “nobody”"),
        ("fashion-mlp/epoch-999/x", "has no checkpoint “epoch-999”"),
        ("fashion-mlp/untrained/nothing", "has no parameter “nothing”"),
        ("fashion-mlp/untrained/linear_relu_stack.0.weight/", "has no parameter"),
        ("%2e%2e/%2e%2e/etc/passwd", "There is no model “..”"),
    ],
)
def test_parameters_that_are_not_there_are_said_to_be(
    client: httpx.Client, address: str, sentence: str
) -> None:
    answer = get(client, f"/parameters/{address}")
    assert answer.status_code == 404
    assert sentence in answer.text


def test_what_is_not_there_is_said_in_the_language_of_whoever_asks(client: httpx.Client) -> None:
    answer = get(client, "/parameters/nobody/untrained/x", accept_language="zh-CN,zh;q=0.9")
    assert answer.status_code == 404
    assert answer.text.endswith("。")


def test_the_pages_head_names_hashed_addresses_that_are_there(client: httpx.Client) -> None:
    addresses = re.findall(r'href="([^"]+)"', layout.head())
    assert len(addresses) > 2
    for address in addresses:
        assert re.match(r"web/[0-9a-f]{16}/", address)
        assert get(client, f"/{address}").status_code == 200
    assert (
        gzip.decompress(files.packed(WEB / "main.js").packed or b"")
        == (WEB / "main.js").read_bytes()
    )
