"""A hundred links as people, programs and strangers make them."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

SCRIPT = "<img src=x onerror='window.attacked = 1'>"


PICTURE = bytes(300) + bytes([255]) * 28 + bytes(784 - 328)


def packed(header: object, *, rest: bytes = PICTURE, text: str | None = None) -> str:
    """Return a link with a well-formed envelope around any header."""
    head = (json.dumps(header) if text is None else text).encode()
    return enveloped(len(head).to_bytes(2, "big") + head + rest)


def enveloped(raw: bytes) -> str:
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = deflate.compress(raw) + deflate.flush()
    return f"v1.{base64.urlsafe_b64encode(data).decode().rstrip('=')}"


def edit(**fields: object) -> dict[str, Any]:
    usual = {"step": "linear_relu_stack.0", "units": [1], "action": "off", "value": 0}
    return {"edits": [{**usual, "source": None, **fields}]}


GOOD = packed({})


FINE: dict[str, str] = {
    "nothing but a picture": GOOD,
    "a step": packed({"step": "softmax"}),
    "a unit": packed({"step": "linear_relu_stack.0", "unit": 3}),
    "an edit": packed(edit()),
    "an edit without units": packed({"edits": [{"step": "input", "action": "off"}]}),
    "a comparison": packed({"versus": {"checkpoint": "untrained"}}),
    "every view: network": packed({"view": "network"}),
    "every view: course": packed({"view": "course"}),
    "every view: weights": packed({"view": "weights"}),
    "options": packed({"options": {"rotate": 10, "temperature": 2}}),
    "another model": packed({"model": "course-sequential"}),
    **{f"followed by {end}": GOOD + end for end in ".),。>!?\"'，！”*"},
    "followed by %3E": f"{GOOD}%3E",
    "cut in an escape": f"{GOOD}%2",
    "escaped": GOOD.replace(".", "%2E"),
    "wrapped by mail": f"{GOOD[:40]}=%0A{GOOD[40:]}",
    "in quotes": f"%22{GOOD}%22",
    "with a tracker": f"{GOOD}?utm_source=mail",
}


UNREADABLE: dict[str, str] = {
    "a per cent": "%",
    "a hundred per cent": "100%",
    "a bad escape": "%E0%A4%A",
    "the version alone": "v1",
    "the version and a full stop": "v1.",
    "another version": "v2.AAAA",
    "signs": "v1.!!!!",
    "a word": "hello",
    "markup": SCRIPT,
    "markup as a version": f"{SCRIPT}.x",
    "too long": "v1." + "A" * 30_000,
    "far too long": "v1." + "A" * 300_000,
    "a bomb": enveloped(bytes(20_000_000)),
    "cut": GOOD[: len(GOOD) // 2],
    "without its last letter": GOOD[:-1],
    "in small letters": GOOD.lower(),
    "a list for a header": packed([1]),
    "null for a header": packed(None),
    "no JSON": packed(None, text="{"),
    "no UTF-8": enveloped(b"\0\4\xff\xfe\xfd\xfc" + PICTURE),
    "no picture": packed({}, rest=b""),
    "nine pictures": packed({}, rest=PICTURE * 9),
    "a picture and a half": packed({}, rest=PICTURE + bytes(100)),
    "an empty envelope": enveloped(b""),
}


PARTLY: dict[str, str] = {
    **{
        f"{field} {value!r:.30}": packed({field: value})
        for field, values in {
            "model": (SCRIPT, 5, "another-server"),
            "checkpoint": (SCRIPT, 7, "epoch-999", "../../etc/passwd"),
            "step": (SCRIPT, 5, None, "__proto__", "another.layer"),
            "focus": (7, -1, "0", 0.5, 1e308),
            "unit": (SCRIPT, 1e12, 99_999, -1, {}),
            "versus": (5, SCRIPT, [], {"edits": "x"}, {"checkpoint": SCRIPT}, {"image": 9}),
            "options": (None, SCRIPT, {"temperature": SCRIPT}, {"temperature": 1e9}),
            "edits": ("abc", None, [None], [5], {"length": 3}, edit()["edits"] * 300),
            "view": (SCRIPT, 1, "__proto__"),
            "language": ("xx", "zh", "__proto__", None, 5),
            "show": ([SCRIPT], "abc"),
            "images": (["x"],),
            "device": ("cuda",),
            "foo": (SCRIPT, 1),
        }.items()
        for value in values
    },
    "units null": packed(edit(units=None, step="nowhere")),
    "units text": packed(edit(units=SCRIPT)),
    "units beyond": packed(edit(units=[99_999])),
    "an edit nowhere": packed(edit(step="nowhere")),
    "an edit of no action": packed(edit(action="__proto__")),
    "an edit by text": packed(edit(action="clamp", value=SCRIPT)),
    "an edit from nowhere": packed(edit(action="patch", source={"image": 0, "checkpoint": "zz"})),
    "options of a later version": packed({"options": {f"later{each}": each for each in range(9)}}),
    "a hundred options": packed({"options": {f"k{each}": each for each in range(100)}}),
    "edges below": packed({"view": "network", "options": {"edges": -5}}),
    "a course of no network": packed({"view": "course", "model": "zz"}),
    "weights of no checkpoint": packed({"view": "weights", "checkpoint": "zz"}),
    "a polluted prototype": packed(None, text='{"__proto__": {"polluted": 1, "step": "zz"}}'),
    "a polluted constructor": packed(None, text='{"constructor": {"prototype": {"polluted": 1}}}'),
    "an edit with a prototype": packed(None, text='{"edits": [{"__proto__": {"step": "input"}}]}'),
    "a method": packed({"toString": 1}),
}
