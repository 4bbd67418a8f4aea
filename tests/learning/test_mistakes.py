"""The test images behind each number of a confusion matrix, as they were answered at that batch."""

from __future__ import annotations

import base64
import itertools

import numpy as np
import pytest
import torch

from explorer.errors import ExplorerError, MissingData
from explorer.incoming import datasets
from explorer.learning import mistakes
from explorer.learning.progress import Progress
from explorer.learning.settings import Settings
from tests.learning.places import TEST, Place, forget, written


def behind(
    progress: Progress,
    confusion: list[list[int]],
    test: tuple[torch.Tensor, torch.Tensor],
    answers: torch.Tensor,
) -> None:
    """The images behind each number, nine at most, and none where it is not known whose they are."""
    pixels, classes = test
    for label, answer in itertools.product(range(10), repeat=2):
        asked = {"batch": 6, "label": label, "answer": answer}
        reply = mistakes.images(progress, asked)
        wanted = [
            index
            for index in range(TEST)
            if (int(classes[index]), int(answers[index])) == (label, answer)
        ]
        assert reply["count"] == confusion[label][answer] == len(wanted)
        assert [each["index"] for each in reply["images"]] == wanted[:9]
        for each in reply["images"]:
            assert base64.b64decode(each["pixels"]) == pixels[each["index"]].numpy().tobytes()
    for asked, match in (
        ({"batch": 7, "label": 0, "answer": 0}, "answers of batch 7 are not kept"),
        ({"batch": 6, "label": 10, "answer": 0}, "label is 10"),
        ({"batch": 6, "label": 0, "answer": True}, "answer is True"),
        ({"label": 0, "answer": 0}, "batch is None"),
    ):
        with pytest.raises(ExplorerError, match=match):
            mistakes.images(progress, asked)


def test_more_images_than_nine_are_counted_and_old_answers_go(place: Place) -> None:
    progress = Progress(Settings(model="course-sequential"))
    fixed = {"losses": [], "images": 0, "epochs": 0, "total": 99, "count": 9, "every": 1}
    for batch in range(40):
        measure = {
            **{"batch": batch, "accuracy": 0.1, "dead": {}, "confusion": []},
            "answers": str(batch % 10) * TEST,
        }
        more = {"batch": batch, "measures": [measure], "tested": TEST, "layers": []}
        progress.take({**fixed, **more, "complete": False}, b"")
    assert list(progress.answers) == list(range(8, 40))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(datasets.VARIABLE, str(place.data))
        found = mistakes.images(progress, {"batch": 33, "label": 2, "answer": 3})
        assert (found["count"], len(found["images"])) == (TEST // 10, 5)
        alike = place.data / "FashionMNIST" / "raw" / "t10k-labels-idx1-ubyte"
        written(alike, np.zeros(TEST, np.uint8))
        forget()
        found = mistakes.images(progress, {"batch": 33, "label": 0, "answer": 3})
        assert (found["count"], len(found["images"])) == (TEST, 9)
    with pytest.raises(MissingData, match="--download"):
        mistakes.images(progress, {"batch": 33, "label": 2, "answer": 3})
