"""Thirty pens at once: what a drawing page asks, recorded from a real one and asked by thirty clients."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Request

from tests.benchmarks import page as pages
from tests.benchmarks.timing import Row, percentile
from tests.browser.conftest import Server

PENS = 30
ROUTE = "component_server"
Asked = list[tuple[float, str]]  # seconds since the pen went down, and the body


def rows(server: Server, asked: Asked) -> list[Row]:
    """Return what a page asks while one draws, and what thirty of them cost the server."""
    times, sizes, share = asyncio.run(_class(server, asked))
    megabits = 8 * sum(sizes) / pages.STROKE / 1e6
    middle = percentile([float(size) for size in sizes], 0.5) / 1024
    often = len(asked) / pages.STROKE
    return [
        Row("requests of a page while it draws", "≤ 4 a second", f"{often:.1f}", often <= 4.5),
        Row("a reply while drawing", "median ≤ 8 KB", f"{middle:.1f} KB", middle <= 8),
        Row(
            f"server while {PENS} pens draw",
            "≤ 15 % of a core, ≤ 1 Mbit/s",
            f"{100 * share:.0f} %, {megabits:.1f} Mbit/s, p95 {percentile(times, 0.95):.0f} ms",
            share <= 0.15 and megabits <= 1,
        ),
    ]


def recorded(browser: Browser, url: str) -> Asked:
    """Return what a page asked during a stroke of two seconds, and when."""
    page = pages.opened(browser, url)
    pages.go(page, pages.LINEAR)
    page.click("[data-action=clear]")
    page.wait_for_timeout(800)
    asked: list[tuple[float, str]] = []

    def keep(request: Request) -> None:
        if ROUTE in request.url and request.post_data:
            asked.append((time.perf_counter(), request.post_data))

    page.on("request", keep)
    start = time.perf_counter()
    page.evaluate(pages.DRAW, pages.STROKE)
    page.context.close()
    return [(moment - start, body) for moment, body in asked]


async def _class(server: Server, asked: Asked) -> tuple[list[float], list[int], float]:
    """Ask the same thirty times over.

    Milliseconds and bytes of each reply, and the share of a core that the server took.
    """
    limits = httpx.Limits(max_connections=PENS)
    headers = {"accept-encoding": "gzip", "content-type": "application/json"}
    async with httpx.AsyncClient(
        base_url=server.url, timeout=30, limits=limits, headers=headers
    ) as client:
        times: list[float] = []
        sizes: list[int] = []

        async def pen(number: int) -> None:
            begin = time.perf_counter() + number / PENS * 0.25
            for moment, body in asked:
                await asyncio.sleep(max(0.0, begin + moment - time.perf_counter()))
                started = time.perf_counter()
                answer = await client.post(f"/gradio_api/{ROUTE}", content=body)
                answer.raise_for_status()
                times.append(1000 * (time.perf_counter() - started))
                sizes.append(answer.num_bytes_downloaded)

        await client.get("/")
        before = _seconds(server.pid)
        await asyncio.gather(*(pen(number) for number in range(PENS)))
        return times, sizes, (_seconds(server.pid) - before) / pages.STROKE


def _seconds(process: int) -> float:
    """Return the seconds of a core that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
