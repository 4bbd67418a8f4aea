"""What the page needs to draw figures in its colours.

Plotly's script, one template per theme, scales, CSS variables.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import plotly
import plotly.graph_objects as go

from explorer.figures import arrays, palette

SCRIPT = "plotly.min.js"


def script() -> Path:
    """Return the file of Plotly's script that the plotly package ships."""
    return Path(plotly.__file__).parent / "package_data" / SCRIPT


def as_json(figure: go.Figure) -> dict[str, Any]:
    """Return a figure as JSON-ready data.

    Arrays as base64, and no template, because the page has it already.
    """
    data: dict[str, Any] = figure.to_dict()
    data["layout"].pop("template", None)
    return data


def structure(figure: go.Figure) -> dict[str, Any]:
    """Return a figure as JSON-ready data without what its values decide (arrays.filled)."""
    data = as_json(figure)
    for trace in data["data"]:
        for field in arrays.FIELDS[trace["meta"]["fill"]]:
            trace.pop(field, None)
    return data


def page() -> dict[str, Any]:
    """Return what is sent once: `script`, `scales` and `templates` per theme, `config`."""
    return {
        "script": SCRIPT,
        "scales": {
            theme: {
                "signed": palette.SIGNED[theme],
                "unsigned": palette.UNSIGNED[theme],
                "grey": palette.GREY,
                "off": ((0, palette.COLOURS[theme]["off"]), (1, palette.COLOURS[theme]["off"])),
            }
            for theme in palette.THEMES
        },
        "axes": {
            "coloraxis": "signed",
            "coloraxis2": "unsigned",
            "coloraxis3": "grey",
            "coloraxis4": "off",
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
        "yaxis": axis,
    }
    return {"layout": layout}


def css() -> str:
    """Return the palette as CSS variables: `--le-accent` and so on."""
    sizes = f"--le-font:{palette.FONT};--le-mono:{palette.MONO};--le-radius:{palette.RADIUS}px;"
    blocks = [f":root{{{sizes}--le-text-size:{palette.TEXT_SIZE}px;--le-scale:1}}"]
    for theme in palette.THEMES:
        colours = "".join(f"--le-{name}:{value};" for name, value in palette.COLOURS[theme].items())
        where = ":root" if theme == "light" else ":root[data-theme=dark]"
        blocks.append(f"{where}{{{colours}color-scheme:{theme}}}")
    blocks.append(
        f":root[data-present]{{--le-text-size:{palette.PRESENTED_SIZE}px;--le-scale:1.375}}"
    )
    return "".join(blocks)
