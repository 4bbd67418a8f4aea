"""Scripts that import each other become one that does the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.outgoing import bundle
from tests import node


def test_scripts_become_one(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    files = {
        "base/one.js": "export const ONE = 1;\nexport function two() {\n  return ONE + 1;\n}\n",
        "base/again.js": 'export { two } from "./one.js";\n',
        "sum.js": 'import * as one from "./base/one.js";\n'
        'import {\n  two as second,\n} from "./base/again.js";\n\n'
        "export async function go() {\n  console.log(one.ONE + second());\n}\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    whole = bundle.bundled(tmp_path / "sum.js", "go")
    path = tmp_path / "whole.mjs"
    path.write_text(whole, "utf-8")
    assert node.printed(path) == "3\n"
    (tmp_path / "page.mjs").write_text(bundle.module(tmp_path / "sum.js", "go"), "utf-8")
    path.write_text('import { go } from "./page.mjs";\ngo();\n', "utf-8")
    assert node.printed(path) == "3\n"
    (tmp_path / "sum.js").write_text('import "./base/one.js";\n', "utf-8")
    with pytest.raises(ValueError, match="import"):
        bundle.bundled(tmp_path / "sum.js", "go")
