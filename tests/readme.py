"""Put measured numbers into the README: `python -m tests.readme [drawings] [benchmarks]`."""

from __future__ import annotations

import re
import subprocess
import sys

from explorer.network import zoo
from tests.browser.conftest import ROOT

README = ROOT / "README.md"


def printed(module: str) -> str:
    """Return what a module of the tests prints."""
    return subprocess.run(
        [sys.executable, "-m", module], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()


def accuracy() -> str:
    """Return the test accuracy that the card of the shipped network states."""
    card = zoo.card("fashion-mlp")
    return f"{100 * card.checkpoint(card.default).accuracy:.2f} %"


def filled(text: str, name: str, content: str, *, inline: bool = False) -> str:
    """Return the README with the part between two marks replaced."""
    gap = "" if inline else "\n"
    found, count = re.subn(
        rf"<!-- {name} -->.*?<!-- /{name} -->",
        lambda _: f"<!-- {name} -->{gap}{content}{gap}<!-- /{name} -->",
        text,
        flags=re.DOTALL,
    )
    if count != 1:
        raise ValueError(f"README.md has {count} places for {name}, expected 1.")
    return found


def main() -> None:
    """Fill in what the command line names, or everything."""
    wanted = sys.argv[1:] or ["drawings", "benchmarks"]
    text = filled(README.read_text("utf-8"), "accuracy", accuracy(), inline=True)
    for name in wanted:
        text = filled(text, name, printed(f"tests.{name}"))
    README.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
