"""A class at once: thirty clients that each draw at four updates a second, through the live path."""

from __future__ import annotations

import asyncio
import base64
import json
import time

import httpx

from explorer.incoming import samples
from explorer.sections import RUNNING
from tests.benchmarks.timing import Row, percentile

CLIENTS = 30
RATE = 4.0
SECONDS = 6.0

# The most expensive query that is legal: every section that runs the network once more, among them
# the greedy search over all pixels of a full picture, of a network that learns a hundred steps.
NOISE = [
    base64.b64encode(bytes(1 + (37 + image) * place % 255 for place in range(784))).decode("ascii")
    for image in range(8)
]
LEARNT = {"label": 3, "steps": 100, "optimizer": "adam", "rate": 0.001, "shown": True}
COSTLY = {
    **{"images": NOISE, "step": "flatten", "options": {"class": 3}},
    **{"show": sorted(RUNNING), "taught": LEARNT},
}


def rows(url: str) -> list[Row]:
    """Return two rows: the 95th percentile of the round trip, alone and beside a costly client."""
    times, errors = asyncio.run(_class(url, disturbed=False))
    others, failed = asyncio.run(_class(url, disturbed=True))
    p95, beside = percentile(times, 0.95), percentile(others, 0.95)
    return [
        Row(
            f"{CLIENTS} clients drawing at {RATE:.0f} updates/s",
            "p95 ≤ 100 ms, no error",
            f"p95 {p95:.0f} ms, {errors} errors in {len(times)}",
            p95 <= 100 and errors == 0,
        ),
        Row(
            "the same beside one that loops the most expensive query",
            "p95 ≤ 1.5 ×, no error",
            f"{beside / p95:.2f}× (p95 {beside:.0f} ms), {failed} errors in {len(others)}",
            beside <= 1.5 * p95 and failed == 0,
        ),
    ]


async def _class(url: str, *, disturbed: bool) -> tuple[list[float], int]:
    async with httpx.AsyncClient(
        base_url=url, timeout=30, limits=httpx.Limits(max_connections=CLIENTS + 1)
    ) as client:
        config = (await client.get("/config")).json()
        live = next(
            each["id"] for each in config["components"] if each["props"].get("elem_id") == "live"
        )
        times: list[float] = []
        errors = 0
        end = time.perf_counter() + SECONDS

        async def pupil(number: int) -> None:
            nonlocal errors
            await asyncio.sleep(number / CLIENTS / RATE)
            query = {
                "images": [samples.listing()[number % len(samples.listing())]["pixels"]],
                "step": "linear_relu_stack.0",
            }
            body = {
                "data": json.dumps(query),
                "component_id": live,
                "fn_name": "view",
                "session_hash": f"pupil{number}",
            }
            while time.perf_counter() < end:
                started = time.perf_counter()
                answer = await client.post("/gradio_api/component_server", json=body)
                took = time.perf_counter() - started
                times.append(1000 * took)
                errors += answer.status_code != 200 or "prediction" not in answer.text
                await asyncio.sleep(max(0.0, 1 / RATE - took))

        async def stranger() -> None:
            nonlocal errors
            body = {"data": json.dumps(COSTLY), "component_id": live, "fn_name": "view"}
            body["session_hash"] = "stranger"
            while time.perf_counter() < end:
                answer = await client.post("/gradio_api/component_server", json=body)
                errors += "prediction" not in answer.text  # it is legal, then

        everybody = [pupil(number) for number in range(CLIENTS)]
        await asyncio.gather(*everybody, *([stranger()] if disturbed else []))
        return times, errors
