"""The few lines that start the page say what goes wrong, whatever it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from explorer.ui import layout
from tests import node

PROGRAM = """
const element = {{ textContent: "" }};
const document = {{ baseURI: "file:///" }};
const [props, server, watch, trigger] = [{{ script: {script} }}, {{}}, () => {{}}, () => {{}}];
process.on("exit", () => console.log(element.textContent));
console.error = () => {{}};
{code}
"""


@pytest.mark.parametrize(
    ("module", "said"),
    [
        ("export async function start() { throw new Error('no colours'); }", "started: no colours"),
        ("export const stop = 1;", "page.start is not a function"),
        ("this is no script", "script could not be loaded: "),
        ("export async function start({ element }) { element.textContent = 'here'; }", "here"),
    ],
)
def test_a_page_that_does_not_start_says_so(tmp_path: Path, module: str, said: str) -> None:
    script = json.dumps(f"data:text/javascript,{module}")
    path = tmp_path / "start.mjs"
    path.write_text(PROGRAM.format(script=script, code=layout.ON_LOAD), "utf-8")
    assert said in node.printed(path)
