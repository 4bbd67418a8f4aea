"""Training as a person follows it: start, watch, draw, leave and come back, and lose the process."""

from __future__ import annotations

import io
import os
import re
import signal
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Page, expect
from safetensors.torch import load

from explorer.network import nets, zoo
from tests.browser.conftest import Server, serving, visit
from tests.browser.hands import drag, pixels, rested
from tests.browser.reading import numbers, pixels_of, texts
from tests.learning.places import FILES, TEST, TRAIN, made, written

pytestmark = pytest.mark.browser

LONG = 120_000  # milliseconds: another process starts, at a low priority, on a busy machine
STATE = "#train .state"
RGB = """(colour) => {
  const probe = document.createElement("i");
  document.querySelector("#explorer").append(probe);
  probe.style.color = colour;
  const found = getComputedStyle(probe).color.match(/\\d+/g).map(Number);
  probe.remove();
  return found;
}"""


@pytest.fixture(scope="module")
def trainer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a data set of a few hundred pictures."""
    folder = tmp_path_factory.mktemp("pictures")
    raw = folder / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    for train, count in ((True, TRAIN), (False, TEST)):
        images, labels = made(count, int(train))
        written(raw / f"{FILES[train]}-images-idx3-ubyte", images)
        written(raw / f"{FILES[train]}-labels-idx1-ubyte", labels)
    yield from serving(data=str(folder))


def looks(browser: Browser, server: Server, **options: Any) -> Iterator[Page]:
    for page in visit(browser, server.url, **options):
        page.click("#tab-train")
        expect(page.locator(STATE)).not_to_contain_text(re.compile("Asking|正在询问"))
        yield page


def taken(server: Server) -> dict[str, Any]:
    """The newest weights, as whoever saves them gets them."""
    with urllib.request.urlopen(f"{server.url}/train/checkpoints.zip") as answer:
        file = zipfile.ZipFile(io.BytesIO(answer.read()))
    names = [name for name in file.namelist() if name.endswith(".safetensors")]
    found: dict[str, Any] = load(file.read(names[-1]))
    return found


def worker(server: Server) -> int:
    """The process that trains: the child of the server that is one."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children")
    for thread in children.parents[1].iterdir():
        for child in (thread / "children").read_text().split():
            if b"explorer.learning.worker" in Path(f"/proc/{child}/cmdline").read_bytes():
                return int(child)
    raise AssertionError("no worker")


def test_one_batch_is_read_drawn_and_answered(browser: Browser, trainer: Server) -> None:
    for page in looks(browser, trainer):
        section = page.locator("#train")
        expect(section).to_have_attribute("data-state", "idle")
        expect(page.locator(STATE)).to_contain_text("Nothing is trained yet")
        expect(page.locator("#train .empty")).to_be_visible()
        expect(page.locator("[data-action=train-stop]")).to_be_disabled()
        page.select_option("#train-model", "course-sequential")
        page.select_option("#train-batch", "8")
        page.fill("#train-epochs", "20")
        page.click("[data-action=train-batch]")
        expect(section).to_have_attribute("data-state", "paused", timeout=LONG)
        line = re.compile(r"epoch 1 of 20, batch 1 of 600, 8 images seen, [\d.]+\u00a0% of 50 test")
        expect(page.locator(STATE)).to_contain_text(line, timeout=LONG)
        expect(page.locator("#train-rate")).to_be_disabled()
        _answers(page, trainer)
        drag(page, (0.2, 0.2), (0.8, 0.8))
        _answers(page, trainer)
        picture = page.locator("#train .weights canvas.cells")
        assert pixels_of(picture).shape[:2] == (3 * 29 - 1, 8 * 29 - 1)
        _matrix(page)
        dead = page.locator("#train .plotted .legend >> nth=2").inner_text()
        assert "for all 50 test images: ——\u00a02\u00a0" in dead
        for chart in page.locator("#train canvas.chart").all():
            assert re.search(r"\d", chart.get_attribute("aria-label") or "")
            assert len(np.unique(pixels_of(chart)[..., 3])) > 1, "something is drawn"
        _lengths(page, trainer)


def _lengths(page: Page, server: Server) -> None:
    """Beside the curves stand the lengths of the weights that can be saved; each has a mark."""
    gradient, weights = page.locator("#train .plotted").all()[3:]
    for chart in (gradient, weights):
        assert "logarithmic axis" in chart.inner_text()
        inks = {tuple(each) for each in pixels_of(chart.locator("canvas")).reshape(-1, 4).tolist()}
        accent, other = (
            tuple(page.evaluate(RGB, f"var(--le-{name})")) for name in ("accent", "positive")
        )
        assert {(*accent, 255), (*other, 255)} <= inks, "a point for each layer"
    found = taken(server)
    for name in ("1", "3"):
        own = torch.cat([found[f"{name}.{part}"].flatten() for part in ("weight", "bias")])
        legend = weights.locator(".legend").inner_text()
        value = re.search(rf"\u00a0{name}\u00a0([\d.]+)", legend)
        assert value, legend
        assert float(value[1]) == pytest.approx(float(own.norm()), rel=1e-3)


def _matrix(page: Page) -> None:
    """Each number opens its images; arrows walk over them, and one goes to the pad and back."""
    cells = texts(page.locator("#train .confusion tbody td"))
    assert len(cells) == 100
    assert sum(map(int, cells)) == TEST
    images, labels = made(TEST, 0)
    before = pixels(page)
    full = next(place for place, count in enumerate(cells) if count != "0")
    label, answer = divmod(full, 10)
    cell = page.locator(f"#train .count[data-label='{label}'][data-answer='{answer}']")
    cell.click()
    note = page.locator("#train .behind p")
    expect(note).to_contain_text("Batch 1: the ", timeout=LONG)
    expect(cell).to_have_attribute("aria-pressed", "true")
    shown = page.locator("#train .shown .sample")
    assert shown.count() == min(9, int(cells[full]))
    for each in shown.all():
        index = int(each.get_attribute("data-index") or -1)
        assert labels[index] == label
        assert (pixels_of(each.locator("canvas"))[..., 0] == images[index]).all()
    shown.first.click()
    index = int(shown.first.get_attribute("data-index") or -1)
    assert (pixels(page) == images[index]).all()
    page.click("[data-action=undo]")
    assert (pixels(page) == before).all()
    step = page.get_attribute("#stage", "data-step")
    cell.focus()
    key = "ArrowRight" if answer < 9 else "ArrowLeft"
    page.keyboard.press(key)
    beside = page.evaluate("document.activeElement.dataset.answer")
    assert int(beside) == answer + (1 if answer < 9 else -1)
    assert page.get_attribute("#stage", "data-step") == step, "arrows stay in the table"
    page.keyboard.press("Enter")
    expect(cell).to_have_attribute("aria-pressed", "false")
    empty = cells[label * 10 + int(beside)] == "0"
    expect(shown).to_have_count(0 if empty else min(9, int(cells[label * 10 + int(beside)])))
    expect(note).to_contain_text("no test image of" if empty else "taken for")


def _answers(page: Page, server: Server) -> None:
    """The bars are what the weights that can be saved make of the drawing."""
    model = nets.course_sequential()
    model.load_state_dict(taken(server))
    image = torch.from_numpy(pixels(page).astype(np.float32) / np.float32(255))[None]
    with torch.no_grad():
        wanted = torch.softmax(model(image), 1)[0].tolist()
    page.wait_for_function(
        """(wanted) => [...document.querySelectorAll("#train .answer")]
          .every((each, index) => Math.abs(each.dataset.probability - wanted[index]) < 1e-5)""",
        arg=wanted,
        timeout=LONG,
    )
    shown = [numbers(each)[0] for each in texts(page.locator("#train .answer .values"))]
    np.testing.assert_allclose(shown, [100 * each for each in wanted], atol=0.0051)


def test_its_epochs_are_ages_for_the_whole_page_until_the_next_run(
    browser: Browser, trainer: Server, server: Server
) -> None:
    for page in looks(browser, trainer):
        if page.locator("[data-action=train-stop]").is_enabled():  # as the test before has left it
            page.click("[data-action=train-stop]")
        page.select_option("#model", "course-sequential")
        page.select_option("#train-model", "course-sequential")
        page.select_option("#train-batch", "64")
        page.fill("#train-epochs", "2")
        page.click("[data-action=train-start]")
        expect(page.locator(STATE)).to_contain_text("Trained to the end", timeout=LONG)
        shipped = len(zoo.card("course-sequential").checkpoints) + 1
        expect(page.locator("#age")).to_have_attribute("max", str(shipped + 1), timeout=LONG)
        page.focus("#age")
        page.keyboard.press("End")
        expect(page.locator("#ages output")).to_contain_text("epoch 2, trained here")
        assert "of 50 test images right" in page.inner_text("#ages output")
        assert page.evaluate("""() => [...document.querySelectorAll("#age, #ages output > span")]
          .every((each) => each.getBoundingClientRect().right <= innerWidth)""")
        name = page.get_attribute("#age", "data-checkpoint") or ""
        assert page.input_value("#checkpoint") == name
        _shown(page, trainer)
        twin = page.locator("[data-key=twin]")  # the page has computed what the hooks saw
        expect(twin).to_have_attribute("data-check", "passed", timeout=LONG)
        assert not page.locator("[data-check=failed]").count()
        page.click("#tab-numbers")
        rested(page)
        page.reload()
        page.wait_for_selector("#explorer[data-state=ready]")
        expect(page.locator("#age")).to_have_attribute("data-checkpoint", name)
        _shown(page, trainer)
        _elsewhere(browser, server, page.evaluate("location.hash"), name)
        body = {"settings": {"model": "course-sequential", "batch": 8, "epochs": 20}}
        assert page.request.post(f"{trainer.url}/train/batch", data=body).ok
        drag(page, (0.3, 0.3), (0.6, 0.6))
        expect(page.locator("#age")).to_have_attribute("data-checkpoint", "epoch-040", timeout=LONG)
        expect(page.locator("#message")).to_contain_text("is no longer kept", timeout=LONG)
        expect(page.locator("#age")).to_have_attribute("max", str(shipped - 1))
        page.wait_for_selector("#explorer[data-state=ready]")


def _shown(page: Page, server: Server) -> None:
    """The bars are what the newest weights say of the drawing."""
    page.wait_for_selector("#explorer[data-state=ready]")
    model = nets.course_sequential()
    model.load_state_dict(taken(server))
    image = torch.from_numpy(pixels(page).astype(np.float32) / np.float32(255))[None]
    with torch.no_grad():
        wanted = 100 * torch.softmax(model(image), 1)[0].numpy()
    bars = page.locator("#prediction [data-class] .value").all_inner_texts()
    shown = [numbers(each)[0] for each in bars]
    np.testing.assert_allclose(shown, wanted, atol=0.006)


def _elsewhere(browser: Browser, server: Server, link: str, name: str) -> None:
    """Where these weights are not, a sentence says so, and the shipped ones are shown."""
    for page in visit(browser, server.url, query=f"/{link}"):
        expect(page.locator("#message")).to_contain_text(name[:20], timeout=LONG)
        expect(page.locator("#age")).to_have_attribute("data-checkpoint", re.compile("^epoch-"))
        assert page.input_value("#model") == "course-sequential"


def test_whoever_comes_back_finds_the_run_and_its_end(browser: Browser, trainer: Server) -> None:
    for page in looks(browser, trainer, locale="zh-CN", color_scheme="dark"):
        if page.get_attribute("#train", "data-state") != "paused":  # run on its own
            page.fill("#train-epochs", "20")
            page.select_option("#train-batch", "8")
            page.click("[data-action=train-batch]")
        expect(page.locator("#train")).to_have_attribute("data-state", "paused")
        line = "已暂停：第 1 轮，共 20 轮；第 1 批，共 600 批"
        expect(page.locator(STATE)).to_contain_text(line, timeout=LONG)
        page.click("[data-action=train-pause]")
        expect(page.locator("#train")).to_have_attribute("data-state", "running")
        expect(page.locator(STATE)).not_to_contain_text("第 1 批，", timeout=LONG)
        os.kill(worker(trainer), signal.SIGKILL)
        expect(page.locator("#train")).to_have_attribute("data-state", "failed", timeout=LONG)
        expect(page.locator("#train .problem")).to_contain_text("训练进程已经消失（退出状态 -9）")
        expect(page.locator("[data-action=train-start]")).to_be_enabled()
        page.click("[data-action=train-batch]")
        expect(page.locator("#train .problem")).to_be_empty()
        expect(page.locator("#train")).to_have_attribute("data-state", "paused")
        page.click("[data-action=train-stop]")
        expect(page.locator("#train")).to_have_attribute("data-state", "ended")
        _as_a_program_chose(page, trainer)


def _as_a_program_chose(page: Page, server: Server) -> None:
    """A run with a size that the page does not offer is shown with it, and can be begun again."""
    body = {"settings": {"model": "course-sequential", "batch": 7, "epochs": 20}}
    assert page.request.post(f"{server.url}/train/batch", data=body).ok
    for _ in range(2):
        expect(page.locator("#train")).to_have_attribute("data-state", "paused")
        expect(page.locator("#train-batch")).to_have_value("7")
        expect(page.locator(STATE)).to_contain_text("第 1 批，共 700 批", timeout=LONG)
        page.click("[data-action=train-stop]")
        expect(page.locator("#train")).to_have_attribute("data-state", "ended")
        page.click("[data-action=train-batch]")
    page.click("[data-action=train-stop]")
