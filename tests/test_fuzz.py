"""Whatever arrives at /view is answered: a view or a sentence, never an exception, never a hang."""

from __future__ import annotations

import json
import time
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.incoming import samples
from explorer.maths import perturbations
from explorer.network import zoo
from explorer.sections import SECTIONS
from explorer.ui import handlers
from tests import course

LIMIT = 2.0  # seconds of the processor; the slowest section takes a hundredth of it
STEPS = [*course.STEPS, "nowhere", ""]
steps = st.sampled_from(STEPS)
checkpoints = st.sampled_from(["", zoo.UNTRAINED, "epoch-999"])
numbers = st.one_of(
    st.integers(-2, 1000), st.floats(allow_nan=True, allow_infinity=True), st.just(10**400)
)
edits = st.lists(
    st.fixed_dictionaries(
        {"step": steps, "action": st.sampled_from(["off", "clamp", "scale", "patch", "melt"])},
        optional={
            "units": st.lists(st.integers(-1, 800), max_size=6),
            "value": numbers,
            "source": st.none()
            | st.fixed_dictionaries({"image": st.integers(0, 3), "checkpoint": checkpoints}),
        },
    ),
    max_size=4,
)
queries = st.fixed_dictionaries(
    {},
    optional={
        "model": st.sampled_from(["fashion-mlp", "course-sequential", "nonsense"]),
        "checkpoint": checkpoints,
        "images": st.lists(
            st.sampled_from([each["pixels"] for each in samples.listing()] + ["", "AAAA"]),
            max_size=9,
        ),
        "focus": st.integers(-1, 9),
        "step": steps,
        "unit": st.none() | st.integers(-1, 900),
        "edits": edits,
        "versus": st.none()
        | st.fixed_dictionaries(
            {}, optional={"checkpoint": checkpoints, "image": st.integers(0, 3), "edits": edits}
        ),
        "folding": st.none()
        | st.fixed_dictionaries(
            {},
            optional={
                "detail": st.none() | st.integers(-1, 3),
                "opened": st.lists(st.sampled_from(["linear_relu_stack", "", "0"]), max_size=2),
                "closed": st.lists(st.sampled_from(["linear_relu_stack", "melt"]), max_size=2),
            },
        ),
        "taught": st.none()
        | st.fixed_dictionaries(
            {"label": st.integers(-1, 10)},
            optional={
                "steps": st.integers(-1, 4) | st.sampled_from([0.5, 101, 10**400]),
                "rate": st.floats(1e-6, 10.0) | numbers,
                "optimizer": st.sampled_from(["sgd", "momentum", "adam", "melt"]),
                "summed": st.booleans() | st.just(1),
                "shown": st.booleans(),
                "frozen": st.lists(
                    st.sampled_from(["linear_relu_stack.0", "linear_relu_stack.2", "melt", ""]),
                    max_size=2,
                ),
            },
        ),
        "language": st.sampled_from(["en", "zh", "xx"]),
        "show": st.lists(st.sampled_from(["figure", "melt", *SECTIONS]), max_size=4),
        "options": st.dictionaries(
            st.sampled_from(
                ["temperature", "terms", "edges", "class", "perturbation", *perturbations.NAMES]
            ),
            numbers | st.sampled_from(["rotate", "x"]),
            max_size=4,
        ),
    },
)
anything = st.recursive(
    st.none() | st.booleans() | numbers | st.text(max_size=20),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=8), inner),
)


def answered(data: Any) -> None:
    started = time.process_time()
    reply = handlers.view(data)
    assert time.process_time() - started < LIMIT
    assert ("error" in reply) != ("prediction" in reply)
    if "error" in reply:
        assert reply["error"]["message"]
        assert reply["error"]["key"] != "error.own", "a mistake of ours, in the log"
    else:
        assert all(check["passed"] for check in reply["checks"]), [
            check for check in reply["checks"] if not check["passed"]
        ]
    orjson.dumps(reply)


@settings(max_examples=250, deadline=None)
@given(queries)
def test_every_query_has_an_answer_and_every_identity_holds(query: dict[str, Any]) -> None:
    answered(query)


@settings(max_examples=150, deadline=None)
@given(anything)
def test_anything_else_has_one_too(data: Any) -> None:
    answered(data)


def test_a_million_edits_are_refused_at_once() -> None:
    answered({"edits": [{"step": "input", "action": "off"}] * 1_000_000})
    answered({"edits": [{"step": "input", "action": "off", "units": list(range(1_000_000))}]})
    answered(json.dumps({"images": ["A" * 5_000_000]}))
