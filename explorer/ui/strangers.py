"""Who may ask: a page of this server, under a name that is its own.

A browser sends a foreign page's name as `Origin`, and a name that was only made to lead here (DNS
rebinding) as `Host`. An address of numbers cannot be rebound, so as `Host` it is always our own.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterable
from dataclasses import dataclass

from starlette.datastructures import MutableHeaders
from starlette.types import Scope

from explorer.errors import Refused
from explorer.incoming.hosts import named as named_in

HERE = ("localhost", ".localhost", ".local")
SPACES = (".hf.space",)
FORWARDED = "x-forwarded-host"


@dataclass(frozen=True, slots=True)
class Names:
    """The names this server answers to; one with a leading dot stands for all that end with it."""

    hosts: tuple[str, ...]
    origins: tuple[str, ...]
    allowed: tuple[str, ...]  # those that the owner has named

    def check(self, scope: Scope) -> None:
        """Refuse a request that was sent to, or by, somebody else.

        A forwarded host that is not ours is taken away, because Gradio would build addresses of it.

        Raises:
            Refused: with the name, and how to allow it.
        """
        headers = MutableHeaders(scope=scope)
        host = hostname(headers.get("host", ""))
        if not (host == "" or _number(host) is not None or _among(host, self.hosts)):
            raise Refused("guard.host", 403, received=host)
        origin = headers.get("origin")
        if origin is not None and not self._own(origin, host):
            raise Refused("guard.origin", 403, received=origin[:80])
        forwarded = headers.get(FORWARDED)
        if forwarded is not None and not self._believed(forwarded):
            del headers[FORWARDED]

    def _own(self, origin: str, host: str) -> bool:
        name = named_in(origin).rstrip(".") if "://" in origin else ""
        number = _number(name)
        if number is not None and (number.is_private or number.is_link_local):
            return True  # somebody of this network, perhaps through a proxy that renames the host
        return name != "" and (name == host or _among(name, self.origins))

    def _believed(self, forwarded: str) -> bool:
        name = hostname(forwarded.partition(",")[0].strip())
        return _number(name) is not None or _among(name, self.hosts)

    def ancestors(self) -> str:
        """Return who may show the page in a frame: itself, this machine's pages, and a Space."""
        local = [
            f"{scheme}://{name}:*"
            for name in ("localhost", "127.0.0.1")
            for scheme in ("http", "https")
        ]
        named = [f"*{name}" if name.startswith(".") else name for name in self.allowed]
        return " ".join(["'self'", "https://huggingface.co", "https://*.hf.space", *local, *named])


def names(allowed: Iterable[str] = (), host: str = "") -> Names:
    """Return the names of this machine, of the Space it is, and those its owner allows.

    `host` is what it listens to: a name or an address of numbers.
    """
    named = tuple(
        (each.removeprefix("*") if each.startswith("*.") else each).lower() for each in allowed
    )
    own = {socket.gethostname().lower(), socket.gethostname().partition(".")[0].lower()}
    own = (own | {host.lower()}) - {""}
    space = [each.lower() for each in os.environ.get("SPACE_HOST", "").split(",") if each]
    root = named_in(os.environ.get("GRADIO_ROOT_PATH", ""))
    ours = (*HERE, *sorted(own), *space, *([root] if root else []), *named)
    at_space = (*SPACES, "huggingface.co") if space or "SPACE_ID" in os.environ else ()
    return Names(hosts=(*ours, *SPACES), origins=(*ours, *at_space), allowed=named)


def hostname(netloc: str) -> str:
    """Return the name of `name:port` or `[address]:port`, in small letters, without a last dot."""
    if netloc.startswith("["):
        return netloc[1:].partition("]")[0].lower()
    return netloc.rpartition("@")[2].partition(":")[0].rstrip(".").lower()


def _number(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _among(name: str, known: tuple[str, ...]) -> bool:
    return any(
        name == each or (each.startswith(".") and name.endswith(each) and name != each)
        for each in known
    )
