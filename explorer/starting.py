"""What has to be right before anything is loaded: a mistake is one sentence within a second.

Nothing heavy is imported here: neither torch nor gradio.
"""

from __future__ import annotations

import atexit
import errno
import ipaddress
import os
import re
import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from explorer import places
from explorer.errors import NoStart
from explorer.incoming import addresses as owned
from explorer.incoming import cards, hosts, shapes
from explorer.records import Language
from explorer.words import known, say

LOCAL = "localhost,127.0.0.1,::1"
FOLDER = "GRADIO_TEMP_DIR"
PORT = "GRADIO_SERVER_PORT"
DEVICES = ("cpu", "cuda", "mps", "xpu", "hpu", "mtia")
GRAPHICS = ("/dev/nvidiactl", "/dev/nvidia0", "/dev/kfd", "/dev/dxg", "/proc/driver/nvidia")
# What the page can leave out; assets/web/state/locks.js says where each of them is.
LOCKS = (
    "model",
    "checkpoint",
    "language",
    "theme",
    "upload",
    "samples",
    "batch",
    "experiment",
    "compare",
    "train",
    "views",
    "tour",
    "share",
    "present",
)
READ = {  # what gradio reads as numbers without a look, and what of it can be used
    PORT: ".+",
    "GRADIO_NUM_PORTS": "[1-9][0-9]{0,4}",
    "GRADIO_NUM_WORKERS": "[0-9]{1,2}",
    "GRADIO_DEBUG": "0",  # else whoever serves waits twice for the end
}
PUBLIC = ("SPACE_ID", "SPACE_HOST", "GRADIO_ROOT_PATH")  # set where others come to
LOOKED_UP = 0.8  # seconds that a name may take to be found

_made: set[str | None] = set()  # folders for uploads


def environment() -> None:
    """Set what gradio finds when it is imported.

    No telemetry, no version check, no proxy between the page and its own server, and a folder of
    its own for uploads, within the one that is named or the machine's usual one, which goes when
    the program does. A proxy of which httpx makes an error, as SOCKS, is taken away: nothing is
    ever fetched from outside. So is what gradio could not read or would wait for.

    Raises:
        NoStart: when there is no folder for uploads.
    """
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join(filter(None, (os.environ.get(name), LOCAL)))
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        if name.lower() != "no_proxy" and not hosts.proxied(os.environ[name]):
            del os.environ[name]
    for name, usable in READ.items():
        if not re.fullmatch(usable, os.environ.get(name, "")):
            os.environ.pop(name, None)
    named = os.environ.get(FOLDER) or None
    if named in _made:
        return  # a second page of one program
    try:
        if named:
            Path(named).mkdir(parents=True, exist_ok=True)
        made = tempfile.mkdtemp(prefix="layer-explorer-", dir=named)
    except OSError as error:
        raise NoStart("start.folder", folder=named or "/tmp", name=FOLDER) from error  # noqa: S108
    os.environ[FOLDER] = made
    _made.add(made)
    atexit.register(shutil.rmtree, made, ignore_errors=True)


def check(
    *,
    host: str,
    port: int | None,
    device: str | None,
    names: Sequence[str] = (),
    model: str = "",
    weights: str = "",
    labels: str = "",
    input: str = "",
    mean: str = "",
    std: str = "",
    output: str = "",
) -> None:
    """Check what the command line asks for, as far as that is possible without loading anything.

    Raises:
        ExplorerError: in a sentence that says what to do.
    """
    _listening(host, usable(port))
    hosts.check(names)
    if device is not None:
        _device(device)
    _own(model, weights=weights, labels=labels, input=input, mean=mean, std=std, output=output)
    for path in sorted(places.MODELS.glob("*/card.json")):
        cards.check(path)


def locks(text: str) -> tuple[str, ...]:
    """Return the names in a list such as `model,language`, each of them once.

    Raises:
        NoStart: for one that names nothing that can be locked.
    """
    names = tuple(dict.fromkeys(filter(None, re.split(r"[,，\s]+", text))))
    for name in names:
        if name not in LOCKS:
            raise NoStart("start.lock", received=name, known=", ".join(LOCKS))
    return names


def training(
    wish: bool | None, *, host: str, allow_host: Sequence[str], lock: Sequence[str]
) -> bool:
    """Whether networks may be trained from the page: as its owner wishes.

    Without a wish it may where the page is for this machine alone: it listens there, has no other
    name, and is no Space.
    """
    return not {"train", "experiment"} & set(lock) and _allowed(wish, host, allow_host)


def bringing(
    wish: bool | None, *, host: str, allow_host: Sequence[str], lock: Sequence[str]
) -> bool:
    """Whether the page takes weights from whoever looks at it; without a wish as `training`."""
    return not {"checkpoint", "upload"} & set(lock) and _allowed(wish, host, allow_host)


def _allowed(wish: bool | None, host: str, allow_host: Sequence[str]) -> bool:
    number = _number(host)
    here = host == "localhost" or (number is not None and number.is_loopback)
    public = allow_host or any(os.environ.get(name) for name in PUBLIC)
    return (here and not public) if wish is None else wish


def _own(model: str, **others: str) -> None:
    """Check the address of somebody's own module, and that nothing is said of one that is not."""
    for name, value in others.items():
        if value and not model:
            raise NoStart("start.own", name=name, received=value)
    if model:
        owned.module(model)
    weights = others["weights"]
    if weights and owned.file(weights) is None:
        raise NoStart("own.weights.file", received=weights)
    mean, std = (shapes.numbers(name, others[name]) or None for name in ("mean", "std"))
    taken = shapes.read(others["input"])
    if others["input"]:  # else its planes are known once the module is
        shapes.normalised(taken, mean, std)


def language(wish: Language | None) -> Language:
    """Return the language in which to speak on this terminal."""
    found = next((os.environ[name] for name in ("LC_ALL", "LANG") if os.environ.get(name)), "")
    return wish or known(found)


def exported(file: str, size: int, wish: Language | None) -> str:
    """Return the sentence that says what was written, of `size` bytes."""
    return say(language(wish), "start.exported", file=file, size=f"{size / 1e6:.1f}")


def held(size: int, limit: int, wish: Language | None) -> str:
    """Return the sentence on the bytes of one pass, with what follows where they are too many."""
    key = "start.held.large" if size > limit else "start.held"
    return say(language(wish), key, size=f"{size / 1e6:.1f}", limit=f"{limit / 1e6:.0f}")


def usable(port: object) -> int | None:
    """Return the port to serve at, None for any that is free; NoStart for what is none."""
    wish: object = os.environ.get(PORT) if port is None else port
    if wish is None or wish == "":
        return None
    if not re.fullmatch(r"[0-9]{1,5}", str(wish)) or not 1 <= int(str(wish)) <= 65_535:
        raise NoStart("start.port", received=wish)
    return int(str(wish))


def _listening(host: str, port: int | None) -> None:
    """Bind and let go again, as the server will."""
    if _number(host) is None and not hosts.NAME.fullmatch(host):
        raise NoStart("start.host", received=host)
    for family, address in _addresses(host, port or 0):
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(address)
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    raise NoStart("start.busy", port=port) from error
                if error.errno == errno.EACCES:
                    raise NoStart("start.denied", port=port) from error
                raise NoStart("start.host", received=host) from error


def _addresses(host: str, port: int) -> list[tuple[int, Any]]:
    """Return what a host's name stands for; who is asked may take too long to answer."""
    found: list[tuple[int, Any]] = []

    def ask() -> None:
        try:
            answers = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        found.extend((each[0], each[4]) for each in answers)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(LOOKED_UP)
    if not found:
        raise NoStart("start.host", received=host)
    return list(found)


def _device(device: str) -> None:
    kind, _, number = device.partition(":")
    if kind not in DEVICES or (number and not number.isdigit()) or device.endswith(":"):
        raise NoStart("start.device", received=device, known=", ".join(DEVICES))
    nowhere = sys.platform == "linux" and not any(Path(name).exists() for name in GRAPHICS)
    if (kind == "cuda" and nowhere) or (kind == "mps" and sys.platform != "darwin"):
        raise NoStart("start.absent", received=device)


def addresses(host: str) -> list[str]:
    """Return the addresses at which other machines of this network reach the server.

    None when it listens for this machine alone. They are read from the machine's own list: nobody
    is asked.
    """
    if host not in {"", "0.0.0.0", "::"}:  # noqa: S104
        number = _number(host)
        return [host] if number is not None and not number.is_loopback else []
    found = [_number(each) for each in _interfaces()]
    usable = [each for each in found if each and not (each.is_loopback or each.is_link_local)]
    return [str(each) for each in sorted(usable, key=lambda each: not each.is_private)]


def _interfaces() -> list[str]:
    if os.name != "posix":
        return socket.gethostbyname_ex(socket.gethostname())[2]
    import fcntl  # noqa: PLC0415  only where there is one

    request = 0x8915 if sys.platform == "linux" else 0xC0206921  # SIOCGIFADDR
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        for _, name in socket.if_nameindex():
            try:
                answer = fcntl.ioctl(asked, request, name.encode()[:15].ljust(32, b"\0"))
            except OSError:  # an interface without an address
                continue
            found.append(socket.inet_ntoa(answer[20:24]))
    return found


def _number(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return None
