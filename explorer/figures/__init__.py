"""Figures: numpy arrays in, Plotly figures out. The only package that knows plotly."""

from plotly.graph_objects import Figure

from explorer.figures.comparisons import compared, compared_classes
from explorer.figures.stages import (
    flattened,
    logits,
    picture,
    probabilities,
    rectified,
    tensor,
    units,
)
from explorer.figures.template import SCRIPT, as_json, css, page, script

__all__ = [
    "SCRIPT",
    "Figure",
    "as_json",
    "compared",
    "compared_classes",
    "css",
    "flattened",
    "logits",
    "page",
    "picture",
    "probabilities",
    "rectified",
    "script",
    "tensor",
    "units",
]
