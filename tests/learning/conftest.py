"""Where training finds its data and leaves its weights, once for each file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from explorer import places
from explorer.incoming import datasets
from explorer.incoming.cards import DATASETS
from tests.learning.places import (
    FILES,
    TEST,
    TRAIN,
    Place,
    forget,
    made,
    snapshot,
    written,
)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """Data sets of a few hundred pictures and an empty folder of models.

    Nothing else may be written to.
    """
    for name in DATASETS:
        raw = tmp_path / "pictures" / name / "raw"
        raw.mkdir(parents=True)
        for train, count in ((True, TRAIN), (False, TEST)):
            images, labels = made(count, int(train))
            written(raw / f"{FILES[train]}-images-idx3-ubyte", images)
            written(raw / f"{FILES[train]}-labels-idx1-ubyte", labels)
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setattr(places, "MODELS", tmp_path / "models")
    monkeypatch.delenv(datasets.VARIABLE, raising=False)
    monkeypatch.setattr(places, "DATA", tmp_path / "nothing here")
    forget()
    before = snapshot()
    yield Place(tmp_path / "pictures", tmp_path / "models", made(TEST, 0))
    forget()
    assert snapshot() == before, "written outside"
    assert not list(work.iterdir()), "written into the working directory"
