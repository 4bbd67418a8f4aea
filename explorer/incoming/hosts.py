"""Names of servers that the owner says, on the command line or in the environment."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from explorer.errors import NoStart

NAME = re.compile(r"(\*?\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*", re.IGNORECASE)
PROXIES = frozenset({"http", "https"})


def listed(text: str) -> tuple[str, ...]:
    """Return the names in a list such as `school.example, .uni.example`."""
    return tuple(filter(None, re.split(r"[,，\s]+", text)))


def check(names: Iterable[str]) -> None:
    """Refuse what no browser would say as the name of a server.

    Raises:
        NoStart: for an address with a scheme, a port or a path, and for letters beyond ASCII.
    """
    for name in names:
        if not NAME.fullmatch(name):
            raise NoStart("start.name", received=name)


def named(address: str) -> str:
    """Return the name of the server in an address with a scheme; "" where there is none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:  # half an IPv6 address
        return ""


def proxied(address: str) -> bool:
    """Whether a proxy can be used, as far as its address says."""
    whole = address if "://" in address else f"http://{address}"
    return named(whole) != "" and whole.partition("://")[0].lower() in PROXIES
