"""Which browser the tests, the screenshots and the benchmarks open."""

from __future__ import annotations

import shutil

# The shell without windows first: a page costs it a quarter less than the whole browser.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def path() -> str | None:
    """Return the program on this machine; None where only playwright's own may be there."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)
