"""Pages that are used again: one that has been loaded before loads in a third of the time.

Chromium keeps what it has compiled as long as a page's process lives. So a visit gets the page that
an earlier one with the same settings has left. Where something was done to it that cannot be undone
it is closed, but for a new one beside it in the same process; where that was done to all pages of
its context, the context is closed, and the next visit has a new one.
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
SESSION = "new_cdp_session"  # of a context, and ends with its page
LASTING_OF_CONTEXT = (
    *("add_cookies", "add_init_script", "close", "new_page", "route", "set_offline"),
    SESSION,
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
    lasting: list[tuple[object, str]] = field(default_factory=list)

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
                vars(owner).pop(name, None)  # of an earlier page of the context
                setattr(owner, name, self._noted(owner, name, getattr(owner, name)))

    def _noted(self, owner: object, name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*given: Any, **named: Any) -> Any:
            self.lasting.append((owner, name))
            return act(*given, **named)

        return noted

    def outlived(self) -> bool:
        """Whether something was done to all pages of the context."""
        context = self.page.context
        return any(owner is context and name != SESSION for owner, name in self.lasting)


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
        """Keep a page for the next visit, or another one in its process where something lasts."""
        page = visited.page
        if visited.outlived() or page.is_closed() or not page.url.startswith(visited.url):
            page.context.close()
            return
        if visited.lasting:
            visited = beside(visited)
            page = visited.page
        page.mouse.up()
        page.mouse.move(0, 0)
        page.context.clear_cookies()
        page.context.clear_permissions()
        # a page that is left writes down where it was: what it keeps is emptied behind it
        page.goto(f"{visited.url}/web/icon.svg")
        page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        page.goto("about:blank")
        visited.outside.clear()
        visited.errors.clear()
        if len(self._free) >= MOST:
            self._free.pop(next(iter(self._free))).page.context.close()
        self._free[_key(settings)] = visited


def beside(visited: Visited) -> Visited:
    """Return a new page in the process of one, which is closed."""
    context = visited.page.context
    renewed = Visited(context.new_page(), visited.url)
    renewed.page.goto(f"{visited.url}/web/icon.svg")
    visited.page.close()
    return renewed


def _key(settings: dict[str, Any]) -> str:
    """Return what cannot be changed about a page: all but its size."""
    return json.dumps({**settings, "viewport": ""}, sort_keys=True)
