"""The components of the page, by name; `wiring` connects them, `handlers` answer."""

from __future__ import annotations

import hashlib
import json
from abc import ABCMeta
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import gradio as gr

from explorer import figures
from explorer.incoming import datasets, samples
from explorer.incoming.queries import write
from explorer.learning import bringing, progress, settings
from explorer.maths import perturbations
from explorer.network import ages, chain, zoo
from explorer.records import Language, Query
from explorer.sections import autograd, course, optimizing
from explorer.sections.stops import listed
from explorer.ui import files
from explorer.ui.bounds import bounds
from explorer.words import LANGUAGES, catalogue, listing, say

ROOT = '<div id="explorer" data-state="loading" data-revision="0"></div>'
# "relabel" and "cut" stand here in quotes because gradio looks for the names of a component's
# events in this text.
ON_LOAD = """
const failed = (words) => (error) => {
  console.error(error);
  element.textContent = words + error.message;
};
import(new URL(props.script, document.baseURI)).then(
  (page) => page.start({
    element, props, server, watch,
    relabel: (language) => trigger("relabel", { language }),
    cut: (hand) => trigger("cut", hand),
  }),
  failed("The page's script could not be loaded: "),
).catch(failed("The page could not be started: "));
"""
VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1">'
DECISIONS = ("upright", "sheet", "clean", "crop")
INVERSIONS = ("auto", "yes", "no")


class Quiet(type(gr.Image)):  # type: ignore[misc]
    """Gradio's metaclass writes a `.pyi` beside the source of every component; not beside ours."""

    def __new__(cls, name: str, bases: tuple[type, ...], attributes: dict[str, Any]) -> Any:
        """Return the class; one without events and without `__init__` needs nothing else."""
        return ABCMeta.__new__(cls, name, bases, attributes)


class Picture(gr.Image, metaclass=Quiet):
    """An upload that hands over the file as it came.

    Reading it, and saying what is wrong with it, is ours.
    """

    is_template = True

    def preprocess(self, payload: Any) -> str | None:
        """Return the path of the uploaded file, unopened."""
        return None if payload is None else payload.path


@dataclass(frozen=True, slots=True, eq=False)
class Components:
    """Every component that wiring connects."""

    live: gr.HTML
    picture: gr.Image
    decisions: gr.CheckboxGroup
    inversion: gr.Radio
    hand: gr.Textbox
    answer: gr.Label
    asker: gr.Button


def create(*, functions: list[Callable[..., Any]], begin: dict[str, Any]) -> Components:
    """Build the page inside the current Blocks, from what it needs once, as `start` returns it.

    The live component, and the panel for pictures from outside.
    """
    live = _live(functions, begin)
    first = begin["language"] or LANGUAGES[0]
    with gr.Column(elem_id="picture-panel"):
        gr.HTML('<div id="picture-head"></div>', apply_default_css=False)
        picture = Picture(
            type="filepath",
            image_mode=None,
            sources=["upload", "clipboard", "webcam"],
            show_label=False,
            buttons=[],
            height=260,
            elem_id="picture",
            webcam_options=gr.WebcamOptions(mirror=False),
        )
        decisions = gr.CheckboxGroup(
            value=list(DECISIONS), elem_id="decisions", **decision_words(first)
        )
        inversion = gr.Radio(value="auto", elem_id="inversion", **inversion_words(first))
        by_hand = gr.Textbox(value="", visible="hidden", elem_id="hand")
        gr.HTML('<div id="pipeline"></div>', apply_default_css=False)
        answer = gr.Label(visible=False)
        asker = gr.Button(visible=False)
    return Components(live, picture, decisions, inversion, by_hand, answer, asker)


def _live(functions: list[Callable[..., Any]], begin: dict[str, Any]) -> gr.HTML:
    """Return the live component, which asks the server's functions and starts the page."""
    return gr.HTML(
        value="",
        html_template=ROOT,
        js_on_load=ON_LOAD,
        server_functions=functions,
        apply_default_css=False,
        elem_id="live",
        script=files.address(files.PAGE),
        start=json.dumps(begin, ensure_ascii=False),
    )


def head() -> str:
    """Return what stands in the page's head, with addresses that are kept for good."""
    sheet = f'<link rel="stylesheet" href="{files.address(files.SHEET)}">'
    # fetched while Gradio's own scripts are
    script = f'<link rel="modulepreload" href="{files.address(files.PAGE)}">'
    icon = f'<link rel="icon" href="{files.address("icon.svg")}" type="image/svg+xml">'
    return "\n".join([VIEWPORT, sheet, script, icon])


def decision_words(language: Language) -> dict[str, Any]:
    """Return label and choices of the pipeline's switches in one language."""
    return {
        "label": say(language, "upload.decisions"),
        "choices": [(say(language, f"upload.{name}"), name) for name in DECISIONS],
    }


def inversion_words(language: Language) -> dict[str, Any]:
    """Return label and choices of the inversion's switch in one language."""
    return {
        "label": say(language, "upload.inversion"),
        "choices": [(say(language, f"upload.invert.{name}"), name) for name in INVERSIONS],
    }


def fresh() -> dict[str, Any]:
    """Return the query of a fresh page: what `records.Query` says, less what the page itself knows.

    The images are on its pads, the language is its visitor's, and what it shows it asks for.
    """
    own = {"images", "language", "show"}
    query = Query(model=zoo.usual())
    return {name: value for name, value in write(query).items() if name not in own}


def start(
    *,
    device: str,
    language: Language | None,
    addresses: Sequence[str] = (),
    lock: Sequence[str] = (),
    train: bool = False,
    bring: bool = False,
) -> dict[str, Any]:
    """Return what the page needs once: words, bounds, models, samples, colours, plotly's templates.

    `addresses` are those at which others of this network reach the server: none if it listens for
    this machine alone. `lock` names what the page does not offer, `train` is whether networks may
    be trained from it, `bring` whether it takes weights.
    """
    return {
        "language": language,
        "device": device,
        "languages": listing(),
        "query": fresh(),
        "bounds": bounds(),
        "words": {name: catalogue(name) for name in LANGUAGES},
        "models": [_model(card) for card in zoo.cards().values()],
        "stops": [
            *listed("course", course.STOPS),
            *listed("autograd", autograd.STOPS),
            *listed("optimizing", optimizing.STOPS),
        ],
        "sampled": {name: _classes(name) for name in zoo.datasets()},
        "pictured": [name for name in zoo.datasets() if datasets.there(name)],
        "samples": {name: samples.listing(name) for name in zoo.datasets()},
        "perturbations": _perturbations(),
        "figures": {**figures.page(), "script": files.address(figures.SCRIPT)},
        "addresses": list(addresses),
        "lock": list(lock),
        "train": {**settings.listing(), "kept": progress.KEPT} if train else None,
        "bring": {"most": bringing.MOST} if bring else None,
    }


def offer(begin: dict[str, Any]) -> str:
    """Return what tells a page's start from that of another: its networks, weights, words, locks.

    At which addresses it is reached does not count: a laptop changes them while it is carried.
    """
    known = {name: value for name, value in begin.items() if name != "addresses"}
    text = json.dumps(known, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def _perturbations() -> dict[str, dict[str, float]]:
    return {
        name: {"low": low, "high": high, "neutral": neutral, "step": step}
        for name, (low, high, neutral, step) in perturbations.RANGES.items()
    }


def _classes(dataset: str) -> dict[Language, Sequence[str]]:
    labels = zoo.classes(dataset)
    return {code: labels.get(code) or next(iter(labels.values()), ()) for code in LANGUAGES}


def _model(card: zoo.Card) -> dict[str, Any]:
    """Return what the page knows of one model, and what it needs to compute it itself."""
    own = zoo.own(card.name)
    links, weights = (
        chain.served(card.name) if own else (chain.chain(card.name), chain.listing(card.name))
    )
    return {
        "name": card.name,
        "title": {code: card.title_in(code) for code in LANGUAGES},
        "labels": {code: card.labels_in(code) for code in LANGUAGES},
        "default": card.default,
        "input": asdict(card.input),
        "dataset": card.dataset,
        "drawn": card.examples is None,
        "own": own,
        "checkpoints": [ages.known(item) for item in card.checkpoints],
        "steady": bool(card.builder),  # nobody holds the module and may change it meanwhile
        "chain": links,
        "living": chain.mark(links) if links and own and not card.builder else "",
        "weights": weights,
    }
