"""What the owner names: files, the address of a module, names of servers and proxies."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.errors import NoStart, UnknownModel
from explorer.incoming import addresses, hosts
from tests.network.test_own import sentence


@pytest.mark.parametrize(
    "text", ["", ".", "nowhere", "x" * 5000, "null\0byte", "~nobody_of_this_name/x", "\udc80"]
)
def test_what_names_no_file_is_none(text: str) -> None:
    assert addresses.file(text) is None


def test_the_address_of_a_module_is_a_file_or_a_package(tmp_path: Path) -> None:
    path = tmp_path / "my: net.py"
    path.touch()
    assert addresses.module(f"{path}:Net") == (path, "Net")
    assert addresses.module("package.part:factory") == ("package.part", "factory")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (f"{'x' * 5000}.py:Net", "own.file"),
        ("net\0.py:Net", "own.file"),
        (f"{__file__.removesuffix('.py')}:Net", "own.address"),
        ("..net:Net", "own.address"),
        (".:Net", "own.address"),
        ("/dev/stdin:Net", "own.address"),
        ("{folder}/w.safetensors:Net", "own.python"),
        ("{folder}/net.ipynb:Net", "own.python"),
    ],
)
def test_any_other_address_is_a_sentence(tmp_path: Path, text: str, key: str) -> None:
    for name in ("w.safetensors", "net.ipynb"):
        (tmp_path / name).touch()
    address = text.format(folder=tmp_path)
    assert sentence(UnknownModel, lambda: addresses.module(address)).key == key


def test_names_of_servers_are_listed_as_people_write_them() -> None:
    assert hosts.listed(" school.example, .uni.example，*.hub.example ") == (
        "school.example",
        ".uni.example",
        "*.hub.example",
    )
    hosts.check(["school.example", ".uni.example", "*.hub.example", "localhost", "my_box-2"])


@pytest.mark.parametrize(
    "name",
    [
        "",
        " a",
        "http://a.example",
        "a.example/x",
        "a.example:80",
        "*",
        "学校.example",
        "a\nb",
        "a;b",
    ],
)
def test_what_no_browser_says_is_no_name(name: str) -> None:
    assert sentence(NoStart, lambda: hosts.check([name])).key == "start.name"


@pytest.mark.parametrize(
    ("address", "usable"),
    [
        ("http://127.0.0.1:9", True),
        ("127.0.0.1:9", True),
        ("HTTPS://proxy.example", True),
        ("socks5://127.0.0.1:9", False),
        ("ftp://proxy.example", False),
        ("http://[::1", False),
        ("", False),
    ],
)
def test_proxies_that_can_be_used(address: str, usable: bool) -> None:
    assert hosts.proxied(address) is usable
