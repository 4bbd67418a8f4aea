"""Where the project's own files lie."""

from __future__ import annotations

from pathlib import Path

PROJECT = Path(__file__).parent.parent
_INSTALLED = Path(__file__).parent / "assets"  # in a wheel they lie in the package
ASSETS = _INSTALLED if _INSTALLED.is_dir() else PROJECT / "assets"
MODELS = ASSETS / "models"
SAMPLES = ASSETS / "samples"
WEB = ASSETS / "web"
DATA = Path.home() / ".cache" / "layer-explorer" if _INSTALLED.is_dir() else PROJECT / "data"
