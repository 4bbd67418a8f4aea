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


def networks() -> str:
    """Return a table of what the cards of the shipped networks state."""
    rows = ["| network | data set | parameters | ages | test accuracy |", "|---|---|---|---|---|"]
    for card in zoo.cards().values():
        count = sum(each.numel() for each in zoo.load(card.name).parameters())
        share = card.checkpoint(card.default).accuracy or 0.0
        ages = len(card.checkpoints) + 1  # the untrained network is the first
        rows.append(
            f"| `{card.name}` | {card.dataset} | {count:,} | {ages} | {100 * share:.2f} % |"
        )
    return "\n".join(rows)


def filled(text: str, name: str, content: str) -> str:
    """Return the README with the part between two marks replaced."""
    found, count = re.subn(
        rf"<!-- {name} -->.*?<!-- /{name} -->",
        lambda _: f"<!-- {name} -->\n{content}\n<!-- /{name} -->",
        text,
        flags=re.DOTALL,
    )
    if count != 1:
        raise ValueError(f"README.md has {count} places for {name}, expected 1.")
    return found


def main() -> None:
    """Fill in what the command line names, or everything."""
    wanted = sys.argv[1:] or ["drawings", "benchmarks"]
    text = filled(README.read_text("utf-8"), "networks", networks())
    for name in wanted:
        text = filled(text, name, printed(f"tests.{name}"))
    README.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
