"""Plant every fault of the list and print those that no test notices: `python -m tests.mutations [words]`.

Words choose faults by parts of their names, such as `maths` or `colours`. First every test that the
list names has to pass without a fault. `--jobs 1` leaves a core to others; `--output` prints what
the tests say.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.mutations import faults, running
from tests.mutations.faults import Fault
from tests.mutations.running import Result, Run

PAUSE = 0.02  # seconds between two looks at what has ended


def main() -> int:
    """Return 0 when every fault was noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutations", description=__doc__)
    parser.add_argument("words", nargs="*", help="parts of the names of the faults to plant")
    parser.add_argument("--jobs", type=int, default=2, help="how many run at once (2)")
    parser.add_argument("--output", action="store_true", help="print what the tests say")
    asked = parser.parse_args()
    listed = faults.listed(asked.words)
    outdated = {fault: reason for fault in listed if (reason := faults.outdated(fault))}
    chosen = tuple(fault for fault in listed if fault not in outdated)
    print(*(f"OUTDATED  {fault.name}: {reason}" for fault, reason in outdated.items()), sep="\n")
    running.warm()
    copies = [running.copied() for _ in range(max(1, asked.jobs))]
    try:
        survivors = (
            plant(chosen, copies, output=asked.output) if healthy(chosen, copies[0]) else None
        )
    finally:
        for copy in copies:
            shutil.rmtree(copy)
    if survivors is None:
        return 1
    print(f"{len(chosen)} faults, {len(survivors)} survivors, {len(outdated)} outdated")
    print(*(f"  {fault.name}" for fault in survivors), sep="\n")
    return 1 if survivors or outdated else 0


def healthy(chosen: Sequence[Fault], copy: Path) -> bool:
    """Whether all the tests pass while nothing is planted; else say what fails."""
    run = Run(copy, sorted({test for fault in chosen for test in fault.tests}))
    while (result := run.ended()) is None:
        time.sleep(PAUSE)
    if result.noticed or not result.ran:
        print("Tests fail without any fault:", result.output[-4000:], sep="\n")
        return False
    print(f"all tests pass without a fault, {result.seconds:.0f} s", flush=True)
    return True


def plant(chosen: Sequence[Fault], copies: Sequence[Path], *, output: bool) -> list[Fault]:
    """Plant one fault after the other, as many at once as there are copies; return the survivors."""
    waiting, free = list(reversed(chosen)), list(copies)
    under_way: list[Run] = []
    survivors: list[Fault] = []
    while waiting or under_way:
        while waiting and free:
            fault = waiting.pop()
            under_way.append(Run(free.pop(), fault.tests, fault))
        for run in list(under_way):
            result = run.ended()
            if result is not None and run.fault is not None:
                under_way.remove(run)
                free.append(run.copy)
                tell(run.fault, result, output=output)
                if not (result.noticed and result.ran):
                    survivors.append(run.fault)
        time.sleep(PAUSE)
    return survivors


def tell(fault: Fault, result: Result, *, output: bool) -> None:
    """Print how one fault ended."""
    word = "noticed" if result.noticed else "SURVIVED" if result.ran else "COULD NOT BE TRIED"
    print(f"{word:9} {result.seconds:5.1f} s  {fault.name}", flush=True)
    if output:
        print(result.output)


if __name__ == "__main__":
    sys.exit(main())
