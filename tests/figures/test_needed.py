"""Plotly's script without what no figure needs: the list is of this version, and complete."""

from __future__ import annotations

import json
import re
from pathlib import Path

import plotly.graph_objects as go
import pytest

from explorer import figures
from explorer.figures import needed
from tests import needed as listing
from tests.browser.conftest import ROOT

TRACES = {name.lower() for name in go.__all__}


def test_the_list_is_what_the_installed_script_needs() -> None:
    """After a new version of plotly: `python -m tests.needed`."""
    assert json.loads(needed.LIST.read_text("utf-8"))["runs"] == listing.runs(needed.whole())
    assert len(figures.script()) < 0.3 * len(needed.whole())


def test_a_part_of_a_script_stays_with_all_that_it_names() -> None:
    text = b"""x(()=>{var Plotly=(()=>{var a=1,b=W(e=>b1()),c=3,d=W(e=>c);function f(){return d()}
function g(){return b()}Fp(h,{k:()=>f});Fp(i,{k:()=>g});var h={},i={};var bar=W(e=>m()),m=W(e=>{
return{moduleType:"trace",name:"bar",with:c}}),pie=W(e=>n()),n=W(e=>({moduleType:"trace",name:"pie",
with:g}));var all=W(e=>{e.register([bar(),pie()]);return h});return all();})();})"""
    stays = b"""x(()=>{var Plotly=(()=>{var c=3,d=W(e=>c);function f(){return d()}
Fp(h,{k:()=>f});var h={};var bar=W(e=>m()),m=W(e=>{
return{moduleType:"trace",name:"bar",with:c}});var all=W(e=>{e.register([bar(),]);return h});return \
all();})();})"""
    assert needed.cut(text, listing.runs(text)) == stays


def test_a_script_of_another_version_is_sent_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "list.json").write_text('{"sha256": "of another", "runs": [10]}')
    monkeypatch.setattr(needed, "LIST", tmp_path / "list.json")
    assert needed.script.__wrapped__() == needed.whole()


def test_every_trace_that_a_figure_has_is_kept() -> None:
    source = "\n".join(
        path.read_text("utf-8")
        for folder in ("explorer/figures", "explorer/kinds", "assets/web")
        for path in (ROOT / folder).rglob("*.[pj][ys]")
    )
    used = set(re.findall(r'"?type"?: "(\w+)"', source)) & TRACES
    assert used == {*listing.TRACES, "scatter"}
