"""The repository as a whole: what lies in it, what it needs, and what its README promises."""

from __future__ import annotations

import ast
import json
import re
import shlex
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import torch
from packaging.specifiers import SpecifierSet
from safetensors.torch import save_file

from explorer.command import arguments
from explorer.network.own import own

ROOT = Path(__file__).parent.parent
TOP = {
    "app.py",
    "explorer",
    "assets",
    "tests",
    "requirements.txt",
    "README.md",
    "pyproject.toml",
    "LICENSE",
    "CITATION.cff",
    "CONTRIBUTING.md",
    "SECURITY.md",
}
PACKAGES = {"PIL": "pillow"}  # imported under another name than installed


def tracked() -> list[str]:
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.split("\0")[:-1]


def requirements(name: str) -> dict[str, str]:
    """Return package to condition, `{"torch": "==2.15.0"}`."""
    lines = [
        line.partition("#")[0].strip() for line in (ROOT / name).read_text("utf-8").splitlines()
    ]
    found = [re.fullmatch(r"([a-z0-9-]+)(.*)", line) for line in lines if line]
    assert all(found), lines
    return {each[1]: each[2] for each in found if each}


def readme() -> str:
    return (ROOT / "README.md").read_text("utf-8")


def test_nothing_else_lies_at_the_top() -> None:
    top = {path.split("/")[0] for path in tracked()}
    assert {name for name in top if not name.startswith(".")} == TOP | {"CHANGELOG.md"}


def test_nothing_made_by_tools_is_tracked() -> None:
    made = re.compile(
        r"(^|/)(__pycache__|\.mypy_cache|\.ruff_cache|\.pytest_cache|\.hypothesis|output)(/|$)|\.pyi?c?$"
    )
    assert not [path for path in tracked() if made.search(path) and not path.endswith(".py")]


def test_the_packages_that_decide_what_is_seen_are_pinned() -> None:
    wanted = requirements("requirements.txt")
    assert set(wanted) == {
        "torch",
        "torchvision",
        "gradio",
        "jinja2",
        "plotly",
        "numpy",
        "pillow",
        "safetensors",
        "anyio",
        "orjson",
        "starlette",
        "segno",
    }
    for name in ("torch", "torchvision", "gradio", "plotly"):
        assert re.fullmatch(r"==[\d.]+", wanted[name]), f"pin {name} exactly"


@pytest.mark.parametrize("name", ["torch", "torchvision", "gradio", "plotly"])
def test_what_is_pinned_is_what_is_tested(name: str) -> None:
    pinned = requirements("requirements.txt")[name]
    assert pinned == f"=={metadata.version(name).partition('+')[0]}"


def test_every_import_is_declared() -> None:
    """In requirements.txt: what is used directly does not come by somebody else's need."""
    roots = {
        (alias.name if isinstance(node, ast.Import) else node.module or "").split(".")[0]
        for path in (ROOT / "explorer").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    known = {*sys.stdlib_module_names, "explorer", *requirements("requirements.txt")}
    assert not {PACKAGES.get(name, name) for name in roots} - known


def test_the_package_takes_a_range_that_holds_what_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    ranges = {
        re.split("[<>=]", each)[0]: SpecifierSet(re.sub(r"^[a-z0-9]+", "", each))
        for each in project["project"]["dependencies"]
    }
    pinned = requirements("requirements.txt")
    assert set(ranges) == set(pinned)
    for name, wanted in pinned.items():
        if wanted.startswith("=="):
            assert wanted.removeprefix("==") in ranges[name]
        else:
            assert ranges[name] == SpecifierSet(wanted)
    import explorer

    assert project["project"]["version"] == explorer.__version__
    packages = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for path in (ROOT / "explorer").rglob("__init__.py")
    }
    assert set(project["tool"]["setuptools"]["packages"]) == {*packages, "explorer.assets"}


def test_the_readme_names_the_commands() -> None:
    text = readme()
    for command in ("pip install -r requirements.txt", "python app.py", "bash tests/run"):
        assert command in text


def blocks(language: str) -> list[str]:
    """Return the README's blocks of code in a language."""
    return re.findall(rf"```{language}\n(.*?)```", readme(), re.DOTALL)


def test_the_container_has_what_the_program_needs() -> None:
    (text,) = blocks("dockerfile")
    lines = [line.split(" ", 1) for line in text.splitlines()]
    of = {name: [rest for key, rest in lines if key == name] for name, _ in lines}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    version = of["FROM"][0].removeprefix("python:").removesuffix("-slim")
    assert version in SpecifierSet(project["requires-python"])
    pinned = requirements("requirements.txt")
    first, second, _ = of["RUN"]
    for name in ("torch", "torchvision"):  # a pair, and pip finds them in place afterwards
        assert f"{name}{pinned[name]} " in first
    assert "-r requirements.txt" in second
    order = [f"{key} {rest}" for key, rest in lines]
    assert order.index("COPY requirements.txt .") < order.index(f"RUN {second}")
    copied = {each for rest in of["COPY"] for each in rest.split()[:-1]}
    assert copied == {"requirements.txt", "app.py", "README.md", "explorer", "assets"}
    assert all((ROOT / each).exists() for each in copied)
    program, file, *given = json.loads(of["CMD"][0])
    assert (program, file) == ("python", "app.py")
    options = arguments(given)
    assert (options.host, options.port, options.open) == ("0.0.0.0", 7860, False)  # noqa: S104
    assert of["EXPOSE"] == [str(options.port)]


def test_the_options_of_every_command_in_the_readme_exist() -> None:
    commands = [
        line.partition("python app.py")[2].partition("#")[0]
        for block in blocks("bash")
        for line in block.splitlines()
        if "python app.py" in line
    ]
    assert len(commands) > 4
    for command in commands:
        arguments(shlex.split(command))
    (inside,) = (each for each in commands if "/mine/" in each)
    assert arguments(shlex.split(inside)).weights == "/mine/w.safetensors"


def test_a_file_of_weights_is_opened_as_the_readme_says(tmp_path: Path) -> None:
    (source,) = (each for each in blocks("python") if each.startswith("# net.py"))
    (tmp_path / "net.py").write_text(source, "utf-8")
    shapes = {"1.weight": (16, 784), "1.bias": (16,), "3.weight": (3, 16), "3.bias": (3,)}
    torch.manual_seed(2)
    held = {name: torch.rand(shape) for name, shape in shapes.items()}
    save_file(held, tmp_path / "w.safetensors")
    lines = [line for block in blocks("bash") for line in block.splitlines()]
    (command,) = (line for line in lines if "load_file('w.safetensors')" in line)
    done = subprocess.run(
        [sys.executable, *shlex.split(command)[1:]],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    said = {line.split()[0]: tuple(map(int, line.split()[1:])) for line in done.stdout.splitlines()}
    assert said == shapes
    made = own(
        f"{tmp_path / 'net.py'}:Net",
        weights=str(tmp_path / "w.safetensors"),
        labels="coat,bag,shoe",
    )
    assert made.card.input.shape == (28, 28)
    hidden = torch.relu(held["1.weight"] @ torch.ones(784) + held["1.bias"])
    expected = held["3.weight"] @ hidden + held["3.bias"]
    torch.testing.assert_close(made.model(torch.ones(1, 28, 28))[0], expected)


def test_the_machine_runs_what_the_readme_says() -> None:
    lines = [line.strip() for line in (ROOT / ".ci" / "run").read_text("utf-8").splitlines()]
    said = [
        line
        for line in lines
        if line and not line.startswith("#") and line.split()[0] not in {"set", "cd"}
    ]
    assert said == ["bash tests/run"]
    assert (ROOT / "tests" / "run").is_file()


def test_every_picture_and_file_the_readme_links_to_is_there() -> None:
    text = readme()
    links = re.findall(r"!?\[[^\]]*\]\(([^)\s]+)[^)]*\)", text) + re.findall(
        r"(?:src|href)=[\"']([^\"']+)[\"']", text
    )
    here = [link.partition("#")[0] for link in links if not re.match(r"[a-z]+:|#", link)]
    assert [link for link in here if re.search(r"\.(png|jpe?g|gif|webp|svg)$", link)], (
        "show the page"
    )
    known = set(tracked())
    for link in here:
        path = (ROOT / link).resolve().relative_to(ROOT)
        assert str(path) in known or any(each.startswith(f"{path}/") for each in known), link


def test_the_changelog_knows_this_version() -> None:
    import explorer

    assert explorer.__version__ in (ROOT / "CHANGELOG.md").read_text("utf-8")
