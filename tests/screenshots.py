"""The pictures of the README, taken from the real page: `python -m tests.screenshots`."""

from __future__ import annotations

import shutil

from playwright.sync_api import sync_playwright

from tests.browser.conftest import FLAGS, READY, ROOT, Server

FOLDER = ROOT / "assets" / "screenshots"
HALF = ((0.16, 0.2), (0.43, 0.44), (0.3, 0.54), (0.2, 0.43), (0.2, 0.88))
SHIRT = (
    tuple((0.5 + x, y) for x, y in HALF)
    + tuple((0.5 - x, y) for x, y in reversed(HALF))
    + ((0.66, 0.2),)
)


def main() -> None:
    """Draw a T-shirt with the pointer, go to the first Linear, and take the page in both languages."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    server = Server()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=FLAGS
            )
            for name, locale, scheme in (
                ("explore-en", "en-US", "light"),
                ("explore-zh", "zh-CN", "dark"),
            ):
                page = browser.new_page(
                    viewport={"width": 1366, "height": 768},
                    locale=locale,
                    color_scheme=scheme,  # type: ignore[arg-type]
                )
                page.goto(server.url)
                page.wait_for_selector(READY)
                page.click("[data-action=clear]")
                box = page.locator("#pad").bounding_box()
                if box is None:
                    raise RuntimeError("The pad is not on the page.")
                places = [
                    (box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in SHIRT
                ]
                page.mouse.move(*places[0])
                page.mouse.down()
                for place in places[1:]:
                    page.mouse.move(*place, steps=6)
                page.mouse.up()
                page.mouse.move(5, 5)
                page.click("#strip [data-step='linear_relu_stack.0']")
                page.wait_for_timeout(1000)
                page.screenshot(path=FOLDER / f"{name}.png")
                page.close()
            browser.close()
    finally:
        server.stop()


if __name__ == "__main__":
    main()
