"""Run a script of tests/js with Node: JSON in, JSON out."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.scripts import NODE

JS = Path(__file__).parent / "js"


def run(script: str, data: object) -> Any:
    """Return what a script prints for data; an error of the script fails the test with its words."""
    done = subprocess.run(
        [NODE, "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", JS / script],
        input=json.dumps(data),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def printed(script: Path) -> str:
    """Return what a script prints; an error of the script fails the test with its words."""
    done = subprocess.run([NODE, script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
