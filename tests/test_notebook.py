"""The notebook that comes with the program: its cells run, one after the other, as people run them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
NOTEBOOK = ROOT / "assets" / "notebooks" / "your-own-module.ipynb"
# A cell's last expression is what it shows.
RUNNER = """
import ast, json, sys
names = {"__name__": "__main__"}
for text in json.load(sys.stdin):
    tree = ast.parse(text)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    if last is not None:
        shown = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
        print("shown:", type(shown).__name__, (getattr(shown, "_repr_html_", str)() or "")[:40])
"""


def test_every_cell_runs_and_shows_what_it_promises(tmp_path: Path) -> None:
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert not any(cell.get("outputs") for cell in cells), "numbers are made where it is run"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{RUNNER}"],
        cwd=tmp_path,
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines[:6]] == [
        *("conv", "..relu", "pool", "..flatten", "head", "shown:")
    ]
    shown = [line for line in lines if line.startswith("shown:")]
    assert shown[0].startswith("shown: Figure")
    assert shown[1].startswith('shown: Explored <iframe src="http://127.0.0.1:')
    size = (tmp_path / "your-own-module.html").stat().st_size
    assert f"{size / 1e6:.1f} MB" in lines[-2] + lines[-1]
