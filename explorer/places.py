"""Where the project's own files lie."""

from __future__ import annotations

from pathlib import Path

PROJECT = Path(__file__).parent.parent
ASSETS = PROJECT / "assets"
MODELS = ASSETS / "models"
SAMPLES = ASSETS / "samples"
WEB = ASSETS / "web"
DATA = PROJECT / "data"
