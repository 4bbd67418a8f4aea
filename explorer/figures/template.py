"""What the page needs to draw figures in its colours.

Plotly's script, one template per theme, scales, CSS variables.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np

from explorer.figures import arrays, palette
from explorer.figures.needed import SCRIPT
from explorer.figures.parts import Figure


def as_json(figure: Figure) -> dict[str, Any]:
    """Return a figure as JSON-ready data, its arrays of numbers as Plotly reads them from base64.

    Without a template, because the page has it already.
    """
    return {"data": [_plain(trace) for trace in figure.data], "layout": _plain(figure.layout)}


def structure(figure: Figure) -> dict[str, Any]:
    """Return a figure as JSON-ready data without what its values decide (arrays.filled)."""
    empty = [
        {name: field for name, field in trace.items() if name not in _decided(trace)}
        for trace in figure.data
    ]
    return as_json(Figure(tuple(empty), figure.layout))


def _decided(trace: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the fields of a trace that its values decide, also where only Python fills it."""
    spec = trace.get("meta")
    return arrays.FIELDS[spec["fill"]] if spec else ("z", "customdata")


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return _typed(value)
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.item() if isinstance(value, np.generic) else value


def _typed(values: np.ndarray[Any, Any]) -> Any:
    """Return an array as Plotly's `{dtype, bdata, shape}`, texts as a list.

    Whole numbers take as few bytes as hold them: the page's reader knows none of 64 bits.
    """
    if values.dtype.kind not in "fiu":
        return values.tolist()
    if values.dtype.kind in "iu" and values.size:
        low, high = int(values.min()), int(values.max())  # −1 beside 70,000 would make 64 bits
        values = values.astype(np.min_scalar_type(high if low >= 0 else min(low, -high - 1)))
    kind = values.dtype.str.lstrip("<|=")
    coded = {"dtype": kind, "bdata": base64.b64encode(values.tobytes()).decode()}
    if values.ndim > 1:
        coded["shape"] = ", ".join(str(size) for size in values.shape)
    return coded


def page() -> dict[str, Any]:
    """Return what is sent once: `script`, `scales` and `templates` per theme, `config`."""
    return {
        "script": SCRIPT,
        "scales": {
            theme: {
                "signed": palette.SIGNED[theme],
                "unsigned": palette.UNSIGNED[theme],
                "grey": palette.GREY,
                "off": (
                    (0, palette.COLOURS[theme]["off"]),
                    (1, palette.COLOURS[theme]["off-line"]),
                ),
            }
            for theme in palette.THEMES
        },
        "axes": {
            "coloraxis": "signed",
            "coloraxis2": "unsigned",
            "coloraxis3": "grey",
            "coloraxis4": "off",
            "coloraxis5": "signed",
        },
        "templates": {theme: template(theme) for theme in palette.THEMES},
        "sizes": {"figure": palette.FIGURE_SIZE, "presented": palette.PRESENTED_SIZE},
        "config": {
            "displayModeBar": False,
            "responsive": True,
            "scrollZoom": False,
            "doubleClick": False,
        },
    }


def template(theme: palette.Theme) -> dict[str, Any]:
    """Return the layout that all figures share in one theme."""
    colours = palette.COLOURS[theme]
    axis = {
        "gridcolor": colours["border"],
        "linecolor": colours["border"],
        "zerolinecolor": colours["muted"],
        "color": colours["muted"],
        "tickfont": {"color": colours["muted"]},
        "title": {"font": {"color": colours["muted"]}},
    }
    layout = {
        "font": {"family": palette.FONT, "size": palette.FIGURE_SIZE, "color": colours["text"]},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "colorway": [colours["accent"], colours["bar"], colours["bar"]],
        "margin": {"l": 48, "r": 16, "t": 8, "b": 44},
        "hoverlabel": {
            "bgcolor": colours["surface"],
            "bordercolor": colours["border"],
            "font": {"family": palette.FONT, "color": colours["text"], "size": palette.TEXT_SIZE},
        },
        "shapedefaults": {
            "line": {"color": colours["accent"], "width": 3},
            "fillcolor": "rgba(0,0,0,0)",
        },
        "bargap": 0,
        "dragmode": False,  # a swipe over a figure scrolls the page
        "xaxis": axis,
        "yaxis": {**axis, "ticklabeloverflow": "allow"},  # the number at the upper edge, too
    }
    return {"layout": layout}


def css() -> str:
    """Return the palette as CSS variables: `--le-accent` and so on.

    No type is smaller than `--le-least`.
    """
    sizes = f"--le-font:{palette.FONT};--le-mono:{palette.MONO};--le-radius:{palette.RADIUS}px;"
    blocks = [f":root{{{sizes}--le-text-size:{palette.TEXT_SIZE}px;--le-scale:1;--le-least:0px}}"]
    for theme in palette.THEMES:
        colours = "".join(f"--le-{name}:{value};" for name, value in palette.COLOURS[theme].items())
        where = ":root" if theme == "light" else ":root[data-theme=dark]"
        blocks.append(f"{where}{{{colours}color-scheme:{theme}}}")
    least = f"--le-text-size:{palette.PRESENTED_SIZE}px;--le-least:{palette.PRESENTED_SIZE}px"
    blocks.append(f":root[data-present]{{{least};--le-scale:1.375}}")
    return "".join(blocks)
