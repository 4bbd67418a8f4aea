"""Files of the page: compressed once, kept for good where their address carries their hash.

The page asks for one script and one style sheet, which are put together here: two hundred modules
one by one take seconds where the server is 150 ms away, and thirty visitors at once ask for six
thousand. `/web/<hash>/page.js` is the address on the page, with one hash for the whole folder;
`/web/page.js` works as well, and is asked for anew each time. So does every single file.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import anyio
from starlette.requests import Request
from starlette.responses import Response

from explorer import figures, places
from explorer.outgoing import bundle
from explorer.ui.sentences import sentence

PAGE, SHEET = "page.js", "page.css"
# In this order: later ones win.
STYLES = (
    "base",
    "bar",
    "strip",
    "answer",
    "share",
    "draw",
    "drawer",
    "stage",
    "flow",
    "captions",
    "panels",
    "experiments",
    "measured",
    "teach",
    "train",
    "network",
    "weights",
    "course",
    "layouts",
    "phones",
    "lying",
    "tour",
    "toursheet",
    "folding",
    "access",
    "present",
)
FOR_GOOD = "public, max-age=31536000, immutable"
ANEW = "no-cache"
HASH = re.compile(r"([0-9a-f]{16})/(.+)", re.DOTALL)
LONGEST = 60
RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@dataclass(frozen=True, slots=True)
class File:
    """One file as it is sent: plain and compressed, with its type and its mark."""

    plain: bytes
    packed: bytes | None  # None: hardly shorter
    kind: str
    mark: str


def address(name: str) -> str:
    """Return where a file of the page is found, relative to the page's base, with its hash."""
    return f"web/{_hash(name)}/{name}"


@cache
def _one() -> anyio.CapacityLimiter:
    """One at a time, in a thread: to compress Plotly takes 0.1 s; who comes meanwhile finds it."""
    return anyio.CapacityLimiter(1)


async def static(request: Request) -> Response:
    """Answer with a file of assets/web, or with plotly's own script."""
    asked = request.path_params["name"]
    found = HASH.fullmatch(asked)
    name = found.group(2) if found else asked
    try:
        file = await anyio.to_thread.run_sync(_found, name, limiter=_one())
    except (OSError, ValueError):  # ValueError: a name with a null byte
        shown = ascii(name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…")
        return sentence(f"There is no file {shown} here.", 404)
    current = found is not None and found.group(1) == _hash(name)
    return answer(request, file, FOR_GOOD if current else ANEW)


def answer(request: Request, file: File, kept: str) -> Response:
    """Answer with a file as the request wants it: not again, in part, compressed or plain."""
    headers = {
        "Cache-Control": kept,
        "ETag": f'"{file.mark}"',
        "Vary": "Accept-Encoding",
        "Accept-Ranges": "bytes",
    }
    if _known(request.headers.get("if-none-match", ""), file.mark):
        return Response(None, 304, headers)
    part = RANGE.fullmatch(request.headers.get("range", "").strip())
    if part and request.headers.get("if-range", headers["ETag"]) == headers["ETag"]:
        return _part(file, part, headers)
    # "identity" says no to Gradio's own compression, which costs 0.1 s each time
    body, headers["Content-Encoding"] = file.plain, "identity"
    if file.packed is not None and _packed_wanted(request.headers.get("accept-encoding", "")):
        body, headers["Content-Encoding"] = file.packed, "gzip"
    return Response(body, 200, headers, file.kind)


def _part(file: File, asked: re.Match[str], headers: dict[str, str]) -> Response:
    size = len(file.plain)
    first, last = asked.groups()
    if first:
        low, high = int(first[:12]), min(int(last[:12]) if last else size - 1, size - 1)
    else:
        low, high = max(0, size - int(last[:12] or 0)), size - 1
    if low > high or not (first or last):
        return Response(None, 416, {**headers, "Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {low}-{high}/{size}"
    return Response(file.plain[low : high + 1], 206, headers, file.kind)


def _known(marks: str, mark: str) -> bool:
    return any(
        each.strip().removeprefix("W/").strip('"') in {mark, "*"} for each in marks.split(",")
    )


def _packed_wanted(accepted: str) -> bool:
    """Whether gzip is accepted: named, or by a star, and not with a weight of 0."""
    weights = {}
    for each in accepted.lower().split(","):
        name, _, weight = each.partition(";")
        weights[name.strip()] = not re.fullmatch(r"\s*q=0(\.0*)?\s*", weight)
    return weights.get("gzip", weights.get("*", False))


def _found(name: str) -> File:
    """Return a file by its name; the page's own names never end with a slash.

    Raises:
        OSError: when there is no such file below assets/web.
    """
    if name == figures.SCRIPT:
        return _plotly()
    if name in {PAGE, SHEET}:
        return _made(name)
    if name.endswith("/"):
        raise FileNotFoundError(name)
    path = (places.WEB / name).resolve()
    if places.WEB.resolve() not in path.parents:
        raise FileNotFoundError(name)
    return packed(path)


@cache
def _plotly() -> File:
    """Return Plotly's script, compressed only when somebody asks for it."""
    return pack(figures.script(), "text/javascript")


@cache
def _made(name: str) -> File:
    """Return all scripts of the page as one, or all of its style sheets."""
    if name == PAGE:
        return pack(bundle.module(places.WEB / "main.js", "start").encode(), "text/javascript")
    return pack("\n".join(sheets()).encode(), "text/css")


def sheets() -> list[str]:
    """Return the texts of the style sheets in their order."""
    return [(places.WEB / "style" / f"{name}.css").read_text("utf-8") for name in STYLES]


@cache
def packed(path: Path) -> File:
    """Return a file, compressed once for all visitors (brotli each time costs 0.1 s for plotly).

    Raises:
        OSError: when there is no such file.
    """
    data = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return pack(data, kind)


def pack(data: bytes, kind: str) -> File:
    """Return bytes as a file to be sent."""
    return File(data, gzip.compress(data, 6), kind, _mark(data))


def _mark(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def _hash(name: str) -> str:
    return _script() if name == figures.SCRIPT else _folder(places.WEB)


@cache
def _script() -> str:
    return _mark(figures.script())


@cache
def _folder(folder: Path) -> str:
    """Return one hash of everything in a folder, names and contents."""
    found = hashlib.sha256()
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        for part in (path.relative_to(folder).as_posix().encode(), path.read_bytes()):
            found.update(len(part).to_bytes(8, "big") + part)
    return found.hexdigest()[:16]
