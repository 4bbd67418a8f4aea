"""Pages that are used again: one that has been loaded before loads in a third of the time.

Chromium keeps what it has compiled as long as a page lives. So a visit gets the page that an
earlier one with the same settings has left, unless something was done to it that cannot be undone:
then the page is closed, and the next visit has a new one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Request

PATIENCE = 60_000  # milliseconds: a class's machine is a busy one
MOST = 3  # pages that wait for another visit
# What lasts beyond a visit, by whom it is asked of.
LASTING_OF_PAGE = ("add_init_script", "emulate_media", "expose_function", "on", "once", "route")
LASTING_OF_CONTEXT = (
    *("add_cookies", "add_init_script", "close", "grant_permissions", "new_cdp_session"),
    *("new_page", "route", "set_offline"),
)


@dataclass(eq=False)
class Visited:
    """A page with all that it asked for elsewhere and said on its console during a visit.

    `lasting` is what was done to it that outlives the visit.
    """

    page: Page
    url: str = ""
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    lasting: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        def asked(request: Request) -> None:
            if not request.url.startswith((self.url, "data:", "blob:", "about:")):
                self.outside.append(request.url)

        def said(line: ConsoleMessage) -> None:
            if line.type == "error":
                self.errors.append(line.text)

        self.page.on("request", asked)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", said)
        for owner, names in (
            (self.page, LASTING_OF_PAGE),
            (self.page.context, LASTING_OF_CONTEXT),
        ):
            for name in names:
                setattr(owner, name, self._noted(name, getattr(owner, name)))

    def _noted(self, name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*given: Any, **named: Any) -> Any:
            self.lasting.append(name)
            return act(*given, **named)

        return noted


class Kept:
    """The pages of one browser that wait for another visit, by the settings of their contexts."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[str, Visited] = {}

    def take(self, url: str, settings: dict[str, Any]) -> Visited:
        """Return a page on which nothing is left of an earlier visit."""
        found = self._free.pop(_key(settings), None)
        if found is None:
            context = self._browser.new_context(**settings)
            context.set_default_timeout(PATIENCE)
            found = Visited(context.new_page())
        found.url = url
        found.page.set_viewport_size(settings["viewport"])
        return found

    def back(self, visited: Visited, settings: dict[str, Any]) -> None:
        """Keep a page for the next visit, or close it where something lasts."""
        page = visited.page
        if visited.lasting or page.is_closed() or not page.url.startswith(visited.url):
            page.context.close()
            return
        page.mouse.up()
        page.mouse.move(0, 0)
        page.context.clear_cookies()
        # a page that is left writes down where it was: what it keeps is emptied behind it
        page.goto(f"{visited.url}/web/icon.svg")
        page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        page.goto("about:blank")
        visited.outside.clear()
        visited.errors.clear()
        if len(self._free) >= MOST:
            self._free.pop(next(iter(self._free))).page.context.close()
        self._free[_key(settings)] = visited


def _key(settings: dict[str, Any]) -> str:
    """Return what cannot be changed about a page: all but its size."""
    return json.dumps({**settings, "viewport": ""}, sort_keys=True)
