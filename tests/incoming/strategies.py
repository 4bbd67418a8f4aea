"""Queries to try: good ones, nearly good ones, and anything."""

from __future__ import annotations

import base64
from typing import Any, get_args

from hypothesis import strategies as st

from explorer.incoming import plain, queries
from explorer.lessons import Optimizer, Taught
from explorer.records import PIXELS, Action, Edit, Query, Source, Versus
from explorer.words import LANGUAGES

HUGE = 10**5000  # more digits than Python is willing to print


BLANK = base64.b64encode(bytes(PIXELS)).decode("ascii")


texts = st.text(max_size=plain.MAX_TEXT)


places = st.integers(0, 10_000_000)


positions = st.integers(0, queries.MAX_IMAGES - 1)


numbers = st.floats(-plain.MAX_VALUE, plain.MAX_VALUE)


edits = st.builds(
    Edit,
    step=texts,
    units=st.lists(places, max_size=5).map(tuple),
    action=st.sampled_from(get_args(Action)),
    value=numbers,
    source=st.none() | st.builds(Source, image=positions, checkpoint=texts),
)


several = st.lists(edits, max_size=3).map(tuple)


wanted = st.builds(
    Query,
    model=texts,
    checkpoint=texts,
    images=st.lists(st.binary(min_size=PIXELS, max_size=PIXELS), min_size=1, max_size=3).map(tuple),
    focus=positions,
    step=texts,
    unit=st.none() | places,
    edits=several,
    versus=st.none()
    | st.builds(
        Versus, checkpoint=st.none() | texts, image=st.none() | positions, edits=st.none() | several
    ),
    taught=st.none()
    | st.builds(
        Taught,
        label=places,
        steps=st.integers(0, queries.MAX_STEPS),
        rate=st.floats(*queries.RATES),
        optimizer=st.sampled_from(get_args(Optimizer)),
        summed=st.booleans(),
        shown=st.booleans(),
        frozen=st.lists(texts, max_size=3).map(tuple),
    ),
    language=st.sampled_from(LANGUAGES),
    show=st.lists(texts, max_size=queries.MAX_SHOW).map(tuple),
    options=st.dictionaries(texts, texts | numbers, max_size=4),
)


leaves = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20)
)


anything = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


nearly = st.dictionaries(
    st.sampled_from((*Query.__slots__, "image")),
    anything
    | st.lists(
        st.dictionaries(
            st.sampled_from((*Edit.__slots__, *Versus.__slots__)), anything, max_size=4
        ),
        max_size=2,
    )
    | st.dictionaries(
        st.sampled_from((*Versus.__slots__, *Taught.__slots__)), anything, max_size=3
    ),
    max_size=5,
)


def nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value
