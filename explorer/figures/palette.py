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
        "off": "#cdd4de",
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
        "off": "#3a4658",
    },
}

# Blue is negative and orange positive everywhere: told apart by all common kinds of colour
# blindness, equal in lightness.
SIGNED: Mapping[Theme, Scale] = {
    "light": (
        (0.0, "#1f4e9c"),
        (0.25, "#7ba3d9"),
        (0.5, "#f7f7f5"),
        (0.75, "#f0a35e"),
        (1.0, "#b04a00"),
    ),
    "dark": (
        (0.0, "#8cbcff"),
        (0.25, "#35609c"),
        (0.5, "#1a202a"),
        (0.75, "#9a5415"),
        (1.0, "#ffb875"),
    ),
}
# What cannot be negative takes the positive half of the same scale.
UNSIGNED: Mapping[Theme, Scale] = {
    theme: tuple((2 * at - 1, colour) for at, colour in scale if at >= 0.5)
    for theme, scale in SIGNED.items()
}
GREY: Scale = ((0.0, "#000000"), (1.0, "#ffffff"))

FONT = (
    '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Noto Sans", "PingFang SC", "Microsoft YaHei", '
    '"Noto Sans CJK SC", sans-serif'
)
MONO = 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Noto Sans Mono", "Noto Sans Mono CJK SC", monospace'
TEXT_SIZE = 16
PRESENTED_SIZE = 22
FIGURE_SIZE = 14
RADIUS = 8
