"""A query that must be refused, and what is said of it in both languages."""

from __future__ import annotations

import pytest

from explorer.errors import InvalidQuery
from explorer.incoming import queries


def refusal(data: object) -> InvalidQuery:
    """Return the error of a query that must be refused, after a look at its sentences."""
    with pytest.raises(InvalidQuery) as caught:
        queries.read(data)
    english, chinese = caught.value.sentence("en"), caught.value.sentence("zh")
    assert str(caught.value) == english
    assert english != chinese
    assert english.endswith(".")
    assert chinese.endswith("。")
    assert len(english) < 400
    return caught.value
