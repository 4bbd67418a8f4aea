"""What the server answers, as plain functions of plain data.

No widgets here, so a test can call them.
"""

from __future__ import annotations

import gzip
import io
import json
import logging
import math
import zipfile
import zlib
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, cast, get_args

import gradio as gr
import numpy as np
import orjson
from starlette.responses import Response

from explorer import viewing
from explorer.errors import ExplorerError, InvalidQuery
from explorer.incoming import hand, images, queries
from explorer.incoming.cards import DATASETS
from explorer.network import parameters as weights
from explorer.network import scene, zoo
from explorer.outgoing import replies
from explorer.outgoing import report as report_of
from explorer.records import Language, Query
from explorer.sections import crowd
from explorer.words import LANGUAGES, known, say

QUICK = 1  # gzip's level: further ones cost more time than the bytes they save
LOG = logging.getLogger("explorer")
__all__ = ["parameters", "predict", "prepare", "reply", "say", "test_image", "view"]


def reply(data: dict[str, Any]) -> Response:
    """Return finished JSON, compressed: nobody walks through the data again to encode it.

    A reply without its figure goes from 23 to 6 KB in a third of a millisecond.
    """
    body = gzip.compress(orjson.dumps(data), QUICK, mtime=0)
    return Response(body, headers={"Content-Encoding": "gzip"}, media_type="application/json")


def view(query: object, *, device: str = "cpu") -> dict[str, Any]:
    """Return the reply to one query (JSON text or data): a view, or an error as a sentence.

    Values that whoever asks has already, by the digests `held`, are left out, and with `sums` all
    are but their sums. What nobody has foreseen is a sentence as well, and stands in the log as a
    whole.
    """
    try:
        asked, held, sums = queries.apart(parse(query))
        return replies.write(viewing.view(queries.read(asked), device=device), held, sums=sums)
    except ExplorerError as error:
        return dict(replies.refusal(error, language_of(query)))
    except Exception:
        LOG.exception("A view failed")
        return dict(replies.refusal(ExplorerError("error.own"), language_of(query)))


def archive(query: object) -> bytes:
    """Return every step's values for the whole batch as a NumPy archive, one array per step.

    Raises:
        ExplorerError: for a query that is none.
    """
    found = scene.look(queries.read(parse(query)))
    written = io.BytesIO()
    # not np.savez: its own arguments would collide with steps of the same name
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        for name, values in found.values.items():
            with file.open(f"{name}.npy", "w", force_zip64=True) as place:
                np.lib.format.write_array(place, np.asarray(values), allow_pickle=False)
    return written.getvalue()


def report(query: object) -> str:
    """Return all steps as one HTML document that needs nothing else.

    Raises:
        ExplorerError: for a query that is none.
    """
    return report_of.written(viewing.document(queries.read(parse(query))))


def parameters(query: object) -> dict[str, Any]:
    """Return every parameter of the model a query names, or an error as a sentence."""
    try:
        asked = queries.read(parse(query))
        if asked.taught is not None and asked.taught.replaces:
            return weights.learnt(scene.look(asked).model, asked.model, asked.checkpoint)
        return weights.listing(asked.model, asked.checkpoint)
    except ExplorerError as error:
        return dict(replies.refusal(error, language_of(query)))
    except Exception:
        LOG.exception("The parameters failed")
        return dict(replies.refusal(ExplorerError("error.own"), language_of(query)))


def test_image(query: object) -> dict[str, Any]:
    """Return a random image of the test set, `{pixels, label, index}`, or an error."""
    # torchvision is not needed for the first page
    from explorer.incoming import datasets  # noqa: PLC0415

    try:
        asked = parse(query)
        if not isinstance(asked, dict):
            raise InvalidQuery("query.mapping", field="query", received=type(asked).__name__)
        name = asked.get("dataset", DATASETS[0])
        if name not in DATASETS:
            known = ", ".join(DATASETS)
            raise InvalidQuery(
                "data.unknown", field="dataset", received=str(name)[:60], known=known
            )
        return datasets.random_test_image(name)
    except ExplorerError as error:
        return dict(replies.refusal(error, language_of(query)))


def pending(query: object) -> Future[None] | None:
    """Return what is done when the test images of a query's step are worked out.

    None where nothing is on its way.

    Raises:
        ExplorerError: for a query that is none.
    """
    return crowd.pending(queries.read(parse(query)))


def prepare(path: str | None, decisions: Sequence[str], inversion: str, by_hand: str = "") -> str:
    """Return the pipeline's stages and the finished pixels of an uploaded file as JSON text.

    And its `bytes`, how many, and their `checksum`, CRC-32: of several that are on their way the
    page knows by them which one this was.
    """
    if path is None:
        return json.dumps({"empty": True})
    try:
        invert = cast(
            images.Inversion, inversion if inversion in get_args(images.Inversion) else "auto"
        )
        chosen = images.Decisions(
            upright="upright" in decisions,
            crop="crop" in decisions,
            invert=invert,
            sheet="sheet" in decisions,
            clean="clean" in decisions,
            **_hand(by_hand),
        )
        data = _uploaded(path)
        prepared = images.prepare(data, chosen, filename=Path(path).name)
        known_by = {"bytes": len(data), "checksum": zlib.crc32(data)}
        return json.dumps({**images.as_json(prepared), **known_by})
    except ExplorerError as error:
        return json.dumps({"error": {language: error.sentence(language) for language in LANGUAGES}})


def _uploaded(path: str) -> bytes:
    """Return what was uploaded: Gradio keeps it for a few minutes, a page is open for longer."""
    try:
        return Path(path).read_bytes()
    except FileNotFoundError as error:
        raise InvalidQuery("upload.gone") from error


def _hand(text: str) -> dict[str, Any]:
    """Return what was done by hand, `turn` in degrees and `box` as shares; nothing for odd text."""
    try:
        data = parse(text) if text else {}
        box = tuple(float(edge) for edge in data.get("box", hand.WHOLE))
        turn = float(data.get("turn", 0.0))
    except (InvalidQuery, AttributeError, TypeError, ValueError, OverflowError):
        return {}
    if len(box) != len(hand.WHOLE) or not all(map(math.isfinite, (turn, *box))):
        return {}
    return {"turn": turn, "box": box}


def predict(path: str | None, *, device: str = "cpu", model: str = "") -> dict[str, Any]:
    """Return `{class name: probability}` for a picture file, prepared as the page prepares it.

    By a model, or the one that is shown first.

    Raises:
        gradio.Error: with the sentence that says what is wrong with the picture, or that the module
            takes no grey ones.
    """
    try:
        if path is None:
            raise InvalidQuery("upload.none")
        card = zoo.card(model or zoo.usual())
        if card.examples is not None:
            raise InvalidQuery("predict.examples", model=card.name)
        if len(card.input.shape) == 3 and card.input.shape[0] > 1:
            raise InvalidQuery("predict.colour", model=card.name, shape=card.input.shape)
        prepared = images.prepare(_uploaded(path), images.Decisions(), filename=Path(path).name)
        drawn = (prepared.pixels.tobytes(),)
        answer = viewing.view(Query(model=card.name, images=drawn, show=()), device=device)
    except ExplorerError as error:
        raise gr.Error(str(error), print_exception=False) from error
    if not answer.prediction.labels:
        raise gr.Error(answer.failure or say(LANGUAGES[0], "predict.none"), print_exception=False)
    return dict(
        zip(answer.prediction.labels, answer.prediction.probabilities[0].tolist(), strict=True)
    )


def parse(text: object) -> Any:
    """Return JSON text as data; data that is not text is returned as it is.

    Raises:
        InvalidQuery: when the text is too long or is not JSON.
    """
    if not isinstance(text, str):
        return text
    if len(text) > queries.MAX_BYTES:
        raise InvalidQuery("query.large", received=len(text), limit=queries.MAX_BYTES)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidQuery("query.json", reason=error) from error


def language_of(query: object) -> Language:
    """Return the language a query asks for, even one that could not be read."""
    try:
        data = parse(query)
    except InvalidQuery:
        data = None
    return known(data.get("language") if isinstance(data, dict) else None)
