"""Build the page and serve it: options of launch, the theme, who may ask."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import FrameType
from typing import Any

import gradio as gr
from starlette.middleware import Middleware
from starlette.routing import Route

from explorer import figures, starting, viewing
from explorer.errors import NoStart
from explorer.incoming import bodies, datasets
from explorer.incoming.cards import DATASETS
from explorer.learning.bench import Bench
from explorer.learning.bringing import MOST
from explorer.records import Language
from explorer.ui import bringing, layout, training, wiring
from explorer.ui.guarding import Guard
from explorer.ui.routes import ROUTES, taking
from explorer.ui.strangers import names

HOME = "127.0.0.1"
SESSIONS = 1000  # of which Gradio keeps something
SETTLED: Mapping[str, Any] = {  # of launch's options, whatever page it is
    "prevent_thread_lock": True,
    "ssr_mode": False,
    "run_history": False,
    "enable_monitoring": False,
    "state_session_capacity": SESSIONS,
    "max_file_size": "12mb",
    "footer_links": [],
    "quiet": False,
    # Gradio would ask for the page itself, and a machine that takes three seconds would be one
    # without a localhost; that it answers at all is asked before, without a limit.
    "_frontend": False,
}
UNCOLLECTED = 200  # results of /call that nobody has fetched yet
LOOKS = 0.05  # seconds between Gradio's looks at its queue, in which nothing of ours waits
SELDOM = 1.0  # seconds between its looks at progress, of which nothing of ours tells it
TURN = 0.0005  # seconds after which a busy thread lets the event loop have its turn


def serve(
    *,
    host: str,
    port: int | None,
    open: bool,
    language: Language | None,
    device: str | None,
    allow_host: Iterable[str],
    download: bool,
    offer: Callable[[str], None] | None = None,
    lock: Sequence[str] = (),
    train: bool = False,
    bring: bool = False,
) -> None:  # pragma: no cover  blocks; the browser tests run it in a process of its own
    """Serve the page until interrupted.

    Raises:
        ExplorerError: when it cannot start, in a sentence.
    """
    signal.signal(signal.SIGTERM, _ended)
    sys.setswitchinterval(TURN)
    found = viewing.ready(device)
    if offer is not None:  # of a module of the owner's, on the device that was found
        offer(found)
    if download:
        for name in DATASETS:
            datasets.load(name, train=False, download=True)
    allowed = {"train": train, "bring": bring}
    there = starting.addresses(host)
    begin = layout.start(device=found, language=language, addresses=there, lock=lock, **allowed)
    page = wiring.build(begin)
    bench = Bench(on=train)
    more: dict[str, Any] = {"bench": bench, "bring": bring, "begin": begin}
    settings = options(host=host, port=port, browser=open, allow_host=allow_host, **more)
    launched(page, settings)
    try:
        page.block_thread()
    finally:
        bench.close()


def launch(
    *,
    device: str,
    port: int | None = None,
    language: Language | None = None,
    browser: bool = False,
    allow_host: Iterable[str] = (),
    root: str = "",
) -> gr.Blocks:
    """Serve the page beside a running program, for this machine alone, and return at once.

    `allow_host` and `root` are the names and the path of a notebook's proxy before it.

    Raises:
        NoStart: when the port is in use.
    """
    begin = layout.start(device=device, language=language, train=True, bring=True)
    page = wiring.build(begin)
    bench = Bench(on=True)
    more: dict[str, Any] = {"bench": bench, "bring": True, "begin": begin}
    settings = options(host=HOME, port=port, browser=browser, allow_host=allow_host, **more)
    # In a hosted notebook Gradio would open a tunnel to everybody, unless it is told not to.
    launched(page, {**settings, "quiet": True, "share": False, "root_path": root or None})
    page.app.state.bench = bench
    return page


def shut(page: gr.Blocks) -> None:
    """Stop serving what `launch` has returned, and whatever is trained there."""
    page.app.state.bench.close()
    page.close(verbose=False)


def launched(page: gr.Blocks, settings: Mapping[str, Any]) -> gr.Blocks:
    """Launch a page with the options of `options`."""
    try:
        page.launch(**settings)
    except OSError as error:
        raise NoStart("start.busy", port=settings["server_port"] or "7860-7959") from error
    page.server.config.encoded_headers = []  # no word on which server this is, from the next
    state = page.server.server_state  # second on, nor in this one
    state.default_headers = [each for each in state.default_headers if each[0] != b"server"]
    page._queue.pending_messages_per_session.max_size = UNCOLLECTED
    # a thousand looks a second are a twentieth of a core, and a hundred at progress a hundredth
    page._queue.sleep_when_free = LOOKS
    page._queue.progress_update_sleep_when_free = SELDOM
    return page


def options(
    *,
    host: str,
    port: int | None,
    browser: bool,
    allow_host: Iterable[str] = (),
    bench: Bench | None = None,
    bring: bool = False,
    begin: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the arguments of `gr.Blocks.launch`; without a bench nothing is trained.

    `bring` says whether weights are taken, `begin` is what the page starts with (`layout.start`).
    """
    large = {bringing.ADDRESS: MOST if bring else bodies.MOST}
    return {
        "server_name": f"[{host}]" if ":" in host and not host.startswith("[") else host,
        "server_port": port,
        "inbrowser": browser,
        **SETTLED,
        "theme": gr.themes.Base(),
        "css": figures.css(),
        "head": layout.head(),
        "app_kwargs": {
            "routes": [
                *ROUTES,
                _home(begin),
                *training.routes(bench or Bench(on=False)),
                bringing.route(on=bring),
            ],
            "middleware": [Middleware(Guard, names=names(allow_host, host), large=large)],
        },
    }


def _home(begin: Mapping[str, Any] | None) -> Route:
    """Return the address of the file that a page with that start hands out."""
    if begin is None:
        return taking("")
    return taking(begin["query"]["model"], begin["language"], tuple(begin["lock"]))


def _ended(number: int, _: FrameType | None) -> None:  # pragma: no cover  in the same process
    """Leave by the front door, so that uploads are cleared away."""
    raise SystemExit(128 + number)
