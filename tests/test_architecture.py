"""The rules that keep the package readable.

One direction of imports, one place for hooks, small modules.
"""

from __future__ import annotations

import ast
import dataclasses
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import explorer
from explorer import errors, records
from tests.lengths import functions

ROOT = Path(__file__).parent.parent
PYTHON = {
    path: ast.parse(path.read_text("utf-8"))
    for path in (ROOT / "app.py", *(ROOT / "explorer").rglob("*.py"))
}
WEB = ROOT / "assets" / "web"
SCRIPTS = sorted(WEB.rglob("*.js"))
LONGEST_MODULE = 300
LONGEST_FUNCTION = 40
LONGEST_SCRIPT_FUNCTION = 40  # own lines, without the named functions inside
WIDEST = 100  # columns of a line of the page

# A room may import from its own row and the rows above it.
ROWS: tuple[frozenset[str], ...] = (
    frozenset({"records", "graphs", "lessons", "errors", "words", "places", "disk"}),
    frozenset({"maths", "figures", "incoming"}),
    frozenset({"kinds"}),
    frozenset({"network", "outgoing"}),
    frozenset({"sections", "learning"}),
    frozenset({"viewing", "starting", "notebooks"}),
    frozenset({"ui"}),
    frozenset({"command", "exploring"}),
    frozenset({"__main__", "app"}),
)


def area(path: Path) -> str:
    """Return the room or top module a file belongs to.

    The package's own `__init__` is `explorer`.
    """
    parts = path.relative_to(ROOT).with_suffix("").parts
    return "app" if parts == ("app",) else "explorer" if parts[1] == "__init__" else parts[1]


def module(path: Path) -> str:
    """Return a file's module without the package's name, `network.tracing`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts[1:] if part != "__init__") or "explorer"


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield the dotted name of everything a tree imports; `from a import b` yields `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name the package in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def on_load(tree: ast.Module) -> Iterator[str]:
    """Yield what is imported when the module itself is, outside every function."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import | ast.ImportFrom):
                yield from imported(child)
            elif not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                waiting.append(child)


def users_of(package: str) -> set[str]:
    return {
        area(path)
        for path, tree in PYTHON.items()
        if any(name.split(".")[0] == package for name in imported(tree))
    }


def test_every_module_has_its_row() -> None:
    areas = {area(path) for path in PYTHON} - {"explorer"}
    assert areas <= frozenset().union(*ROWS), "put the new module into its row"


def test_imports_run_one_way() -> None:
    row = {name: index for index, names in enumerate(ROWS) for name in names}
    against = [
        f"{area(path)} imports {name}"
        for path, tree in PYTHON.items()
        if area(path) in row
        for name in imported(tree)
        if name.startswith("explorer.")
        and name.split(".")[1] in row
        and row[name.split(".")[1]] > row[area(path)]
    ]
    assert not against


def test_imports_make_no_circle() -> None:
    needs = {module(path): set[str]() for path in PYTHON}
    for path, tree in PYTHON.items():
        for name in on_load(tree):
            if name.startswith("explorer."):
                inner = name.removeprefix("explorer.")
                known = [each for each in (inner, inner.rpartition(".")[0]) if each in needs]
                needs[module(path)] |= set(known[:1]) - {module(path)}
    while free := {name for name, wanted in needs.items() if not wanted}:
        needs = {name: wanted - free for name, wanted in needs.items() if name not in free}
    assert not needs


def test_only_ui_knows_gradio_and_only_figures_know_plotly() -> None:
    assert users_of("gradio") == {"ui"}
    assert users_of("plotly") == {"figures"}


def test_torch_stays_out_of_figures_words_and_ui() -> None:
    assert users_of("torch").isdisjoint(
        {"records", "errors", "words", "figures", "ui", "app", "explorer"}
    )


def test_torchvision_is_imported_where_it_is_used() -> None:
    assert not [
        module(path)
        for path, tree in PYTHON.items()
        if any("torchvision" in name for name in on_load(tree))
    ]
    assert users_of("torchvision") <= {"learning", "incoming", "outgoing"}


def test_only_a_pass_registers_hooks() -> None:
    def hooks(tree: ast.AST) -> set[str]:
        names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        names |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        names |= {name.split(".")[-1] for name in imported(tree)}
        return {
            name for name in names if re.fullmatch(r"register_.*hook|_forward_(pre_)?hooks", name)
        }

    assert {module(path) for path, tree in PYTHON.items() if hooks(tree)} == {
        "network.recording",
        "network.leaves",
        "maths.leaves",  # only looks whether somebody's are there
    }


def test_nothing_of_the_web_gets_at_the_owners_modules() -> None:
    users = {
        module(path)
        for path, tree in PYTHON.items()
        if any(name.startswith("explorer.network.own") for name in imported(tree))
    }
    assert users <= {"command"}, "importing a module runs its code"
    loaders = {
        module(path)
        for path, tree in PYTHON.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"exec_module", "import_module"}
    }
    assert loaders == {"explorer", "network.own"}


def test_users_never_meet_an_assert() -> None:
    found = [
        path.name
        for path, tree in PYTHON.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assert)
    ]
    assert not found


def test_lines_of_the_page_are_no_wider_than_a_hundred_columns() -> None:
    """Biome wraps code, not comments; a literal that long stands in one piece."""
    wide = [
        f"{path.relative_to(WEB)}:{number}"
        for path in (*SCRIPTS, *sorted(WEB.rglob("*.css")))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if len(line) > WIDEST and not re.search(r'"[^"]{80,}"', line)
    ]
    assert not wide


def test_modules_and_functions_are_short() -> None:
    long = [
        path.name
        for path in (*PYTHON, *SCRIPTS, *WEB.rglob("*.css"))
        if path.read_text("utf-8").count("\n") > LONGEST_MODULE
    ]
    long += [
        f"{path.name}: {node.name}"
        for path, tree in PYTHON.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    long += [
        f"{path.relative_to(WEB)}: {name}, {lines} lines"
        for path in SCRIPTS
        for name, lines in functions(path.read_text("utf-8"))
        if lines >= LONGEST_SCRIPT_FUNCTION
    ]
    assert not long


def test_errors_are_the_tree_in_their_docstring() -> None:
    drawn = re.findall(r"^(?:├── |└── )(\w+) ", errors.__doc__ or "", re.MULTILINE)
    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, Exception)
    ]
    assert drawn == [kind.__name__ for kind in kinds if kind is not errors.ExplorerError]
    assert all(kind.__bases__ == (errors.ExplorerError,) for kind in kinds[1:])


def test_records_cannot_be_changed() -> None:
    kinds = [
        kind
        for kind in vars(records).values()
        if dataclasses.is_dataclass(kind) and isinstance(kind, type)
    ]
    assert len(kinds) > 8
    for kind in kinds:
        assert kind.__dataclass_params__.frozen, kind  # type: ignore[attr-defined]
        assert "__slots__" in vars(kind), kind


def loaded(statement: str, *names: str) -> set[str]:
    """Return which of the modules `names` a fresh Python has loaded after a statement."""
    told = f"import sys; {statement}; print(*({{*sys.modules}} & {set(names)!r}))"
    done = subprocess.run(
        [sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_importing_the_package_costs_nothing() -> None:
    assert not loaded(
        "import explorer", "torch", "numpy", "gradio", "plotly", "PIL", "torchvision", "safetensors"
    )


def test_figures_are_there_without_being_imported_by_name() -> None:
    said = "import explorer; assert explorer.figures.tensor.__module__ == 'explorer.figures.grids'"
    assert loaded(said, "plotly", "torch") == {"plotly"}


def test_the_first_page_does_without_torchvision() -> None:
    names = loaded(
        "import explorer.ui",
        "torch",
        "torchvision",
        "gradio",
        "plotly",
        "explorer.learning.training",
    )
    assert names == {"torch", "gradio", "plotly"}


def test_public_names_are_there() -> None:
    for name in explorer.__all__:
        assert getattr(explorer, name).__name__.rpartition(".")[2] == name
    with pytest.raises(AttributeError, match="nothing_like_this"):
        _ = explorer.nothing_like_this
