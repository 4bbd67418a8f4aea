"""Where a notebook's page is: this machine's own, or behind the proxy of Colab or a JupyterHub.

There the browser is on another machine, and 127.0.0.1 is not the notebook's. VS Code forwards the
addresses of its notebooks itself.
"""

from __future__ import annotations

import os
import socket
import sys
from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit

from explorer.incoming import hosts

COLAB = "google.colab"
COLAB_NAMES = ("colab.research.google.com", ".colab.dev", ".googleusercontent.com")
PREFIX = "JUPYTERHUB_SERVICE_PREFIX"
HUBS = ("JUPYTERHUB_PUBLIC_URL", "JUPYTERHUB_PUBLIC_HUB_URL", "JUPYTERHUB_HOST")
ALLOWED = "LAYER_EXPLORER_ALLOW_HOST"


@dataclass(frozen=True, slots=True)
class Notebook:
    """How a notebook's browser reaches a page.

    `port` is where it has to be served, None for any; `root` the path before it, behind a
    jupyter-server-proxy; `names` are those of proxies that ask for the page.
    """

    port: int | None = None
    root: str = ""
    names: tuple[str, ...] = ()


def notebook(port: int | None = None) -> Notebook:
    """Return how this notebook's browser reaches a page at a port, None for any."""
    named = hosts.listed(os.environ.get(ALLOWED, ""))
    hosts.check(named)
    if COLAB in sys.modules:
        return Notebook(port, "", (*COLAB_NAMES, *named))
    prefix = os.environ.get(PREFIX, "")
    if not prefix:
        return Notebook(port, "", named)
    port = port or _free()
    hubs = (hosts.named(os.environ.get(name, "")) for name in HUBS)
    return Notebook(port, f"{prefix.rstrip('/')}/proxy/{port}", (*filter(None, hubs), *named))


def framed(url: str, *, root: str, height: int) -> str:
    """Return a page as HTML for a notebook; "" in Colab, which shows it by itself."""
    if COLAB in sys.modules:
        colab = sys.modules[COLAB]
        colab.output.serve_kernel_port_as_iframe(urlsplit(url).port, height=str(height))
        return ""
    address = f"{root}/" if root else url
    return (
        f'<iframe src="{escape(address)}" width="100%" height="{height}" '
        'style="border:0" allow="clipboard-write"></iframe>'
    )


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
