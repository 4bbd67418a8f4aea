"""Figures: numpy arrays in, Plotly's figures out. The only package that knows plotly."""

from explorer.figures.beside import beside
from explorer.figures.classes import logits, logshares, probabilities
from explorer.figures.coloured import coloured
from explorer.figures.comparisons import SIDES, Names, compared, compared_classes
from explorer.figures.grids import tensor, units
from explorer.figures.heads import attention
from explorer.figures.large import large
from explorer.figures.matrices import matrix
from explorer.figures.needed import SCRIPT, script
from explorer.figures.parts import EXACT, Figure
from explorer.figures.template import as_json, css, page, structure

__all__ = [
    "EXACT",
    "SCRIPT",
    "SIDES",
    "Figure",
    "Names",
    "as_json",
    "attention",
    "beside",
    "coloured",
    "compared",
    "compared_classes",
    "css",
    "large",
    "logits",
    "logshares",
    "matrix",
    "page",
    "probabilities",
    "script",
    "structure",
    "tensor",
    "units",
]
