"""Every colour and size of the page, in one place: CSS, canvas and Plotly read them from here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Theme = Literal["light", "dark"]
Scale = tuple[tuple[float, str], ...]

THEMES: tuple[Theme, ...] = ("light", "dark")

# Text on its ground keeps a contrast of 4.5 : 1 or more in both themes (a test computes it).
COLOURS: Mapping[Theme, Mapping[str, str]] = {
    "light": {
        "background": "#f6f7f9",
        "surface": "#ffffff",
        "raised": "#eceff3",
        "border": "#cfd5de",
        "text": "#182030",
        "muted": "#556073",
        "accent": "#4f3fd0",
        "accent-text": "#ffffff",
        "accent-soft": "#e7e4fb",
        "focus": "#4f3fd0",
        "error": "#b3261e",
        "good": "#1a6b3c",
        "negative": "#1f4e9c",
        "positive": "#a64600",
        "bar": "#9aa5b8",
        "off": "#e3e7ed",
        "off-line": "#aab5c5",
    },
    "dark": {
        "background": "#10141b",
        "surface": "#171d27",
        "raised": "#222a37",
        "border": "#384457",
        "text": "#e8ecf3",
        "muted": "#a5b0c2",
        "accent": "#a99cff",
        "accent-text": "#14102b",
        "accent-soft": "#2b2750",
        "focus": "#c3baff",
        "error": "#ff8a80",
        "good": "#7ad39b",
        "negative": "#7db4ff",
        "positive": "#ffb066",
        "bar": "#5d6a80",
        "off": "#171d27",
        "off-line": "#4a566a",
    },
}

# Blue is negative and orange positive everywhere: told apart by all common kinds of colour
# blindness, equal in lightness.
# In the dark theme zero is lighter than the page, so that a layer is seen as a whole and what is
# switched off (`off`, hatched with `off-line`) is darker than anything that is on.
SIGNED: Mapping[Theme, Scale] = {
    "light": (
        (0.0, "#1f4e9c"),
        (0.25, "#7ba3d9"),
        (0.5, "#f7f7f5"),
        (0.75, "#f0a35e"),
        (1.0, "#b04a00"),
    ),
    "dark": (
        (0.0, "#a4cbff"),
        (0.25, "#5f8ccb"),
        (0.5, "#3a4150"),
        (0.75, "#b9793c"),
        (1.0, "#ffbe80"),
    ),
}
# What cannot be negative takes the positive half of the same scale.
UNSIGNED: Mapping[Theme, Scale] = {
    theme: tuple((2 * at - 1, colour) for at, colour in scale if at >= 0.5)
    for theme, scale in SIGNED.items()
}
GREY: Scale = ((0.0, "#000000"), (1.0, "#ffffff"))

FONT = (
    '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Noto Sans", "PingFang SC", '
    '"Microsoft YaHei", "Noto Sans CJK SC", sans-serif'
)
MONO = (
    'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Noto Sans Mono", '
    '"Noto Sans Mono CJK SC", monospace'
)
TEXT_SIZE = 16
PRESENTED_SIZE = 22
FIGURE_SIZE = 14
RADIUS = 8
