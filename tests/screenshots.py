"""Pictures of the real page: `python -m tests.screenshots [readme] [sheet]`.

`readme` takes those of the README into `assets/screenshots`; `sheet` takes every view in every
layout, language and theme, and puts them on one sheet per layout in `tests/output/sheets`, for the
eye.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, sync_playwright

from tests import chromium
from tests.browser.conftest import FLAGS, READY, ROOT, Server

FOLDER = ROOT / "assets" / "screenshots"
SHEETS = ROOT / "tests" / "output" / "sheets"
HALF = ((0.16, 0.2), (0.43, 0.44), (0.3, 0.54), (0.2, 0.43), (0.2, 0.88))
SHIRT = (
    tuple((0.5 + x, y) for x, y in HALF)
    + tuple((0.5 - x, y) for x, y in reversed(HALF))
    + ((0.66, 0.2),)
)
LINEAR, RELU, SCORES = "linear_relu_stack.0", "linear_relu_stack.1", "linear_relu_stack.4"
LOOKS = tuple((locale, theme) for locale in ("en-US", "zh-CN") for theme in ("light", "dark"))
THUMB = 640  # pixels of a picture's longer edge on a sheet


@dataclass(frozen=True, slots=True)
class Layout:
    """A screen that people have: its size in CSS pixels, and how the page is used on it."""

    name: str
    width: int
    height: int
    touch: bool = False
    present: bool = False


LAYOUTS = (
    Layout("laptop", 1366, 768),
    Layout("desk", 1920, 1080),
    Layout("scaled", 1093, 614),
    Layout("tablet", 768, 1024, touch=True),
    Layout("landscape", 844, 390, touch=True),
    Layout("phone", 390, 844, touch=True),
    Layout("presenter", 1280, 720, present=True),
)


@contextmanager
def opened(browser: Browser, url: str, layout: Layout, locale: str, theme: str) -> Iterator[Page]:
    """Open the page on a screen, with a T-shirt drawn by the pointer."""
    context = browser.new_context(
        viewport={"width": layout.width, "height": layout.height},
        locale=locale,
        color_scheme=theme,  # type: ignore[arg-type]
        has_touch=layout.touch,
        is_mobile=layout.touch,
    )
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector(READY)
    if layout.present:
        page.keyboard.press("f")
        page.wait_for_selector("html[data-present]")
    draw(page)
    yield page
    context.close()


def draw(page: Page, frames: list[bytes] | None = None) -> None:
    """Draw a T-shirt with the pointer; keep a picture after each line of it in `frames`."""
    page.evaluate("document.querySelector('[data-action=clear]').click()")
    page.locator("#pad").scroll_into_view_if_needed()
    box = page.locator("#pad").bounding_box()
    if box is None:
        raise RuntimeError("The pad is not on the page.")
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in SHIRT]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=6)
        if frames is not None:
            page.wait_for_timeout(120)
            frames.append(page.screenshot())
    page.mouse.up()
    page.mouse.move(2, 2)


def go(page: Page, step: str) -> None:
    """Go to a step, by its card, and let everything be painted."""
    page.evaluate("step => document.querySelector(`#strip [data-step='${step}']`).click()", step)
    page.wait_for_selector(f"#stage[data-step='{step}']")
    page.wait_for_timeout(900)


def pinned(page: Page) -> None:
    """Pin the first unit of the step by the keys, and bring its sum into view."""
    page.focus("#stage .plot")
    page.keyboard.press("Enter")
    page.wait_for_selector("#inspector[data-unit]", state="attached")
    page.wait_for_timeout(900)


def views(page: Page, layout: Layout) -> Iterator[str]:
    """Bring one view after another on the page, and name each."""
    for step in ("input", "flatten", LINEAR, RELU, SCORES, "softmax"):
        go(page, step)
        yield step
    go(page, LINEAR)
    pinned(page)
    yield "unit"
    if layout.present:
        return
    for name in ("network", "weights", "course"):
        page.evaluate("name => document.querySelector(`[data-view=${name}]`).click()", name)
        page.wait_for_timeout(1500)
        yield name


def sheet(browser: Browser, url: str, layout: Layout) -> None:
    """Put every view of a layout on one picture: a row per view, a column per look."""
    rows: dict[str, list[Image.Image]] = {}
    for locale, theme in LOOKS:
        with opened(browser, url, layout, locale, theme) as page:
            for name in views(page, layout):
                picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
                picture.thumbnail((THUMB, THUMB))
                rows.setdefault(name, []).append(picture)
    width, height = next(iter(rows.values()))[0].size
    whole = Image.new("RGB", (len(LOOKS) * (width + 8), len(rows) * (height + 24)), "#888")
    pen = ImageDraw.Draw(whole)
    for row, (name, pictures) in enumerate(rows.items()):
        pen.text((4, row * (height + 24) + 4), f"{layout.name}: {name}", fill="white")
        for column, picture in enumerate(pictures):
            whole.paste(picture, (column * (width + 8), row * (height + 24) + 20))
    SHEETS.mkdir(parents=True, exist_ok=True)
    whole.save(SHEETS / f"{layout.name}.png")


def keep(page: Page, name: str) -> None:
    """Keep a picture of the page for the README, in all its colours: scales are among them."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.save(FOLDER / f"{name}.png", optimize=True)


def readme(browser: Browser, url: str) -> None:
    """Take the pictures of the README: each layout has one."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    laptop = LAYOUTS[0]
    with opened(browser, url, laptop, "en-US", "light") as page:
        go(page, LINEAR)
        keep(page, "explore-en")
        pinned(page)
        keep(page, "unit-en")
        page.evaluate("document.querySelector('[data-view=network]').click()")
        page.wait_for_timeout(1500)
        keep(page, "network-en")
    with opened(browser, url, laptop, "zh-CN", "dark") as page:
        go(page, LINEAR)
        keep(page, "explore-zh")
    for layout in LAYOUTS[1:]:
        with opened(browser, url, layout, "en-US", "light") as page:
            go(page, RELU if layout.present else LINEAR)
            keep(page, f"{layout.name}-en")
    with opened(browser, url, laptop, "en-US", "light") as page:
        frames: list[bytes] = []
        draw(page, frames)
    pictures = [Image.open(io.BytesIO(frame)).convert("RGB").resize((910, 512)) for frame in frames]
    pictures[0].save(
        FOLDER / "drawing.webp",
        save_all=True,
        append_images=[*pictures[1:], *[pictures[-1]] * 6],
        duration=180,
        loop=0,
        quality=60,
    )


def main() -> None:
    """Take what is asked for; the README's pictures without a word."""
    asked = sys.argv[1:] or ["readme"]
    server = Server()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium.path(), args=FLAGS)
            if "readme" in asked:
                readme(browser, server.url)
            if "sheet" in asked:
                for layout in LAYOUTS:
                    if not set(asked) & {each.name for each in LAYOUTS} or layout.name in asked:
                        sheet(browser, server.url, layout)
            browser.close()
    finally:
        server.stop()


if __name__ == "__main__":
    main()
