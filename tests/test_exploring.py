"""explore(): the page of a module that is alive in another program."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import explorer
from explorer.errors import NoStart, UnknownModel
from explorer.network import zoo
from explorer.ui import serving
from tests import nets

ROOT = Path(__file__).parent.parent
PROGRAM = """
import json, urllib.request
import torch
from torch import nn
import explorer
from explorer.network import zoo
from tests import nets

def asked(page, query):
    body = json.dumps({"data": [query]}).encode()
    request = urllib.request.Request(
        page.url.rstrip("/") + "/gradio_api/run/view", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        seen = json.load(answer)["data"][0]
    return [step["module"] for step in seen["steps"]], seen["prediction"]["labels"]

module = nets.Net()
before = {name: value.clone() for name, value in module.state_dict().items()}
with explorer.explore(module, labels=["coat", "bag", "shoe"]) as page:
    drawn = asked(page, {"model": "Net", "step": "first"})
    inline = page.url in page._repr_html_()
    blocks = page._page
    queue = blocks._queue.pending_messages_per_session
    kept = [blocks.app.state_holder.capacity, queue.max_size, blocks.delete_cache]
same = all(torch.equal(value, before[name]) for name, value in module.state_dict().items())
words = nn.Sequential(nn.Embedding(9, 4), nn.Linear(4, 2))
with explorer.explore(words, example_inputs=torch.tensor([[1, 2, 3]]), name="words") as page:
    given = asked(page, {"model": "words"})
print(json.dumps([drawn, given, inline, same, module.training, zoo.own("Net"), kept]))
"""


PROXIES = """
import os, re, sys, types, urllib.error

def reached(page, host):
    request = urllib.request.Request(page.url, headers={"Host": host, "Origin": f"https://{host}"})
    try:
        with urllib.request.urlopen(request) as answer:
            text, policy = answer.read().decode(), answer.headers["Content-Security-Policy"]
    except urllib.error.HTTPError as error:
        return error.code
    return re.search('"root":"([^"]*)"', text)[1], policy

os.environ["JUPYTERHUB_SERVICE_PREFIX"] = "/user/ann/"
os.environ["JUPYTERHUB_PUBLIC_URL"] = "https://hub.school.example/user/ann/"
with explorer.explore(nets.single(), name="hub") as page:
    hub = page.url, page._repr_html_(), reached(page, "hub.school.example")
    other = reached(page, "evil.example")

os.environ["KAGGLE_KERNEL_RUN_TYPE"] = "Interactive"  # a hosted notebook, as Gradio tells them
shown = []
colab = types.ModuleType("google.colab")
colab.output = types.ModuleType("google.colab.output")
colab.output.serve_kernel_port_as_iframe = lambda port, **options: shown.append((port, options))
sys.modules |= {"google.colab": colab, "google.colab.output": colab.output}
with explorer.explore(nets.single(), name="colab") as page:
    name = f"{page.url.split(':')[2].strip('/')}-m-s-1x2y.us-central1-0.prod.colab.dev"
    held = page.url, page._repr_html_(), shown, reached(page, name)
print(json.dumps([hub, other, held]))
"""


@pytest.fixture(scope="module")
def lines() -> list[str]:
    """Run both programs, one after the other in one process, and return what each printed last."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM + PROXIES],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "public URL" not in done.stdout, "Gradio opened a tunnel to everybody"
    assert "share link" not in done.stdout, "Gradio tried to"
    return [line for line in done.stdout.splitlines() if line.startswith("[")]


def test_a_page_is_served_beside_the_program_and_ends_with_it(lines: list[str]) -> None:
    drawn, given, inline, same, training, offered, kept = json.loads(lines[0])
    assert drawn[0][:3] == ["", "Conv2d", "BatchNorm2d"]
    assert drawn[1] == ["coat", "bag", "shoe"]
    assert given == [["", "Embedding", "Linear"], []]
    assert inline
    assert same
    assert training
    assert not offered
    assert kept == [serving.SESSIONS, serving.UNCOLLECTED, [60, 300]], "so much is remembered"
    assert (serving.SESSIONS, serving.UNCOLLECTED) == (1000, 200)


PAIR = """
import base64, gzip, json, re, urllib.request
from torch import nn
import explorer
from tests import nets

def posted(page, address, body=b""):
    request = urllib.request.Request(
        page.url.rstrip("/") + address, body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        return answer.read().decode()

def held(page):
    text = posted(page, "/home")
    packed = re.search('id="data">(.*?)</script>', text, re.DOTALL)[1]
    start = json.loads(gzip.decompress(base64.b64decode(packed)))["start"]
    return [each["name"] for each in start["models"]], start["query"]["model"]

def rows(page):
    told = json.loads(posted(page, "/gradio_api/run/parameters", b'{"data": ["", ""]}'))
    return [row["name"] for row in told["data"][0]["rows"]]

with explorer.explore(nets.Net(), name="one", labels=["coat", "bag", "shoe"]) as one:
    with explorer.explore(nets.single(), name="two") as two:
        print(json.dumps([held(one), held(two), rows(one)[:1], rows(two)]))
"""


def test_each_of_two_pages_hands_out_its_own_module() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PAIR], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    first, second, names, others = json.loads(done.stdout.splitlines()[-1])
    assert first == [["one"], "one"]
    assert second == [["two"], "two"]
    assert names == ["first.weight"]
    assert others == ["1.weight", "1.bias"]


def test_behind_the_proxy_of_a_hub_or_of_colab_the_page_is_found_and_stays_private(
    lines: list[str],
) -> None:
    hub, other, colab = json.loads(lines[1])
    url, html, (root, _) = hub
    path = f"/user/ann/proxy/{urlsplit(url).port}"
    assert f'src="{path}/"' in html
    assert root.endswith(path), "whatever the page asks for is asked for behind the hub's proxy"
    assert other == 403
    url, html, shown, (_, policy) = colab
    assert html == "", "Colab shows its own frame"
    assert shown == [[urlsplit(url).port, {"height": "820"}]]
    assert "colab.research.google.com" in policy


def test_what_is_no_module_or_no_shape_is_a_sentence() -> None:
    with pytest.raises(UnknownModel, match="as Net\\(\\)"):
        explorer.explore(nets.Net)
    with pytest.raises(NoStart, match="28x28"):
        explorer.explore(nets.Net(), input_shape=(2, 28, 28))
    assert not zoo.own("Net")
