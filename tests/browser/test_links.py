"""A hundred links as people, programs and strangers make them: the page works, and says what it could not use."""

from __future__ import annotations

import base64
import json
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import FLAGS, READY, Server, visit
from tests.browser.test_explore import drag, pixels, settled
from tests.course import STEPS

pytestmark = pytest.mark.browser

SCRIPT = "<img src=x onerror='window.attacked = 1'>"
PICTURE = bytes(300) + bytes([255]) * 28 + bytes(784 - 328)


def packed(header: object, *, rest: bytes = PICTURE, text: str | None = None) -> str:
    """Return a link with a well-formed envelope around any header."""
    head = (json.dumps(header) if text is None else text).encode()
    return enveloped(len(head).to_bytes(2, "big") + head + rest)


def enveloped(raw: bytes) -> str:
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = deflate.compress(raw) + deflate.flush()
    return f"v1.{base64.urlsafe_b64encode(data).decode().rstrip('=')}"


def edit(**fields: object) -> dict[str, Any]:
    usual = {"step": "linear_relu_stack.0", "units": [1], "action": "off", "value": 0}
    return {"edits": [{**usual, "source": None, **fields}]}


GOOD = packed({})
FINE: dict[str, str] = {
    "nothing but a picture": GOOD,
    "a step": packed({"step": "softmax"}),
    "a unit": packed({"step": "linear_relu_stack.0", "unit": 3}),
    "an edit": packed(edit()),
    "an edit without units": packed({"edits": [{"step": "input", "action": "off"}]}),
    "a comparison": packed({"versus": {"checkpoint": "untrained"}}),
    "every view: network": packed({"view": "network"}),
    "every view: course": packed({"view": "course"}),
    "every view: weights": packed({"view": "weights"}),
    "options": packed({"options": {"rotate": 10, "temperature": 2}}),
    "another model": packed({"model": "course-sequential"}),
    **{f"followed by {end}": GOOD + end for end in ".),。>!?\"'，！”*"},
    "followed by %3E": f"{GOOD}%3E",
    "cut in an escape": f"{GOOD}%2",
    "escaped": GOOD.replace(".", "%2E"),
    "wrapped by mail": f"{GOOD[:40]}=%0A{GOOD[40:]}",
    "in quotes": f"%22{GOOD}%22",
    "with a tracker": f"{GOOD}?utm_source=mail",
}
UNREADABLE: dict[str, str] = {
    "a per cent": "%",
    "a hundred per cent": "100%",
    "a bad escape": "%E0%A4%A",
    "the version alone": "v1",
    "the version and a full stop": "v1.",
    "another version": "v2.AAAA",
    "signs": "v1.!!!!",
    "a word": "hello",
    "markup": SCRIPT,
    "markup as a version": f"{SCRIPT}.x",
    "too long": "v1." + "A" * 30_000,
    "far too long": "v1." + "A" * 300_000,
    "a bomb": enveloped(bytes(20_000_000)),
    "cut": GOOD[: len(GOOD) // 2],
    "without its last letter": GOOD[:-1],
    "in small letters": GOOD.lower(),
    "a list for a header": packed([1]),
    "null for a header": packed(None),
    "no JSON": packed(None, text="{"),
    "no UTF-8": enveloped(b"\0\4\xff\xfe\xfd\xfc" + PICTURE),
    "no picture": packed({}, rest=b""),
    "nine pictures": packed({}, rest=PICTURE * 9),
    "a picture and a half": packed({}, rest=PICTURE + bytes(100)),
    "an empty envelope": enveloped(b""),
}
PARTLY: dict[str, str] = {
    **{
        f"{field} {value!r:.30}": packed({field: value})
        for field, values in {
            "model": (SCRIPT, 5, "another-server"),
            "checkpoint": (SCRIPT, 7, "epoch-999", "../../etc/passwd"),
            "step": (SCRIPT, 5, None, "__proto__", "another.layer"),
            "focus": (7, -1, "0", 0.5, 1e308),
            "unit": (SCRIPT, 1e12, 99_999, -1, {}),
            "versus": (5, SCRIPT, [], {"edits": "x"}, {"checkpoint": SCRIPT}, {"image": 9}),
            "options": (None, SCRIPT, {"temperature": SCRIPT}, {"temperature": 1e9}),
            "edits": ("abc", None, [None], [5], {"length": 3}, edit()["edits"] * 300),
            "view": (SCRIPT, 1, "__proto__"),
            "language": ("xx", "zh", "__proto__", None, 5),
            "show": ([SCRIPT], "abc"),
            "images": (["x"],),
            "device": ("cuda",),
            "foo": (SCRIPT, 1),
        }.items()
        for value in values
    },
    "units null": packed(edit(units=None, step="nowhere")),
    "units text": packed(edit(units=SCRIPT)),
    "units beyond": packed(edit(units=[99_999])),
    "an edit nowhere": packed(edit(step="nowhere")),
    "an edit of no action": packed(edit(action="__proto__")),
    "an edit by text": packed(edit(action="clamp", value=SCRIPT)),
    "an edit from nowhere": packed(edit(action="patch", source={"image": 0, "checkpoint": "zz"})),
    "options of a later version": packed({"options": {f"later{each}": each for each in range(9)}}),
    "a hundred options": packed({"options": {f"k{each}": each for each in range(100)}}),
    "edges below": packed({"view": "network", "options": {"edges": -5}}),
    "a course of no network": packed({"view": "course", "model": "zz"}),
    "weights of no checkpoint": packed({"view": "weights", "checkpoint": "zz"}),
    "a polluted prototype": packed(None, text='{"__proto__": {"polluted": 1, "step": "zz"}}'),
    "a polluted constructor": packed(None, text='{"constructor": {"prototype": {"polluted": 1}}}'),
    "an edit with a prototype": packed(None, text='{"edits": [{"__proto__": {"step": "input"}}]}'),
    "a method": packed({"toString": 1}),
}
assert len(FINE) + len(UNREADABLE) + len(PARTLY) > 100
STATE = """() => {
  const root = document.querySelector("#explorer");
  return [root.dataset.state, document.querySelectorAll("#strip [data-step]").length > 3,
    window.attacked ?? 0, {}.polluted ?? 0];
}"""


@pytest.fixture(scope="module")
def wanderer(browser: Browser, server: Server) -> Iterator[Page]:
    """One page that opens link after link; any error on its console fails the last of them."""
    yield from visit(browser, server.url)


def follow(page: Page, link: str) -> None:
    while page.locator("#message").is_visible():
        page.keyboard.press("Escape")
    page.evaluate("hash => { location.hash = ''; location.hash = hash; }", link)


def works(page: Page, *, pen: bool) -> None:
    page.wait_for_function(
        f"({STATE})().join() === 'ready,true,0,0' && location.hash.length > 20", timeout=15_000
    )
    if not pen:
        return
    page.click("[data-view=explore]")
    before = int(page.get_attribute("#explorer", "data-revision") or 0)
    drag(page, (0.2, 0.2), (0.8, 0.8))
    page.wait_for_function(
        f"Number(document.querySelector('#explorer').dataset.revision) > {before}"
    )
    expect(page.locator("#explorer")).to_have_attribute("data-state", "ready")


def tenth(name: str, links: dict[str, str]) -> bool:
    return list(links).index(name) % 10 == 0


@pytest.mark.parametrize("name", FINE)
def test_a_good_link_opens_without_a_word(wanderer: Page, name: str) -> None:
    follow(wanderer, packed({}, rest=bytes(784)))
    wanderer.wait_for_function(
        "!document.querySelector('#pad').getContext('2d').getImageData(14, 11, 1, 1).data[0]"
    )
    follow(wanderer, FINE[name])
    wanderer.wait_for_function(
        "document.querySelector('#pad').getContext('2d').getImageData(14, 11, 1, 1).data[0] > 0"
    )
    works(wanderer, pen=tenth(name, FINE))
    assert wanderer.locator("#message").is_hidden(), wanderer.locator("#message").inner_text()


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_said_and_the_page_stays(wanderer: Page, name: str) -> None:
    drawn = pixels(wanderer)
    follow(wanderer, UNREADABLE[name])
    expect(wanderer.locator("#message p")).to_contain_text("This link")
    works(wanderer, pen=False)
    assert (pixels(wanderer) == drawn).all()
    works(wanderer, pen=tenth(name, UNREADABLE))
    expect(wanderer.locator("#message p")).to_contain_text("This link")


@pytest.mark.parametrize("name", PARTLY)
def test_what_cannot_be_used_is_named_and_the_rest_is_shown(wanderer: Page, name: str) -> None:
    follow(wanderer, PARTLY[name])
    expect(wanderer.locator("#message p")).to_contain_text("Not all of this link", timeout=15_000)
    assert "[object" not in wanderer.locator("#message p").inner_text()
    works(wanderer, pen=tenth(name, PARTLY))
    expect(wanderer.locator("#message p")).to_contain_text("Not all of this link")
    if not tenth(name, PARTLY):
        assert pixels(wanderer).ravel()[310] == 255, "the picture of the link"


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("%E0%A4%A", "This link"),
        (GOOD[:-4], "damaged"),
        (packed({"checkpoint": "epoch-999", "step": "softmax"}), "weights “epoch-999” → the usual"),
        (packed({"unit": 99_999, "foo": 1}), "“foo”; unit “99999” → none"),
        (packed({"edits": [{"step": "input", "action": "off"}]}), ""),
        (packed({"language": "xx"}), "“language”"),
    ],
    ids=["escape", "cut", "checkpoint", "unit", "edit", "language"],
)
def test_a_page_begins_with_any_link_and_its_sentence_stays(
    browser: Browser, server: Server, link: str, words: str
) -> None:
    for page in visit(browser, server.url):
        page.goto("about:blank")
        page.goto(f"{server.url}/#{link}")
        page.wait_for_selector(READY)
        assert page.locator("#strip [data-step]").count() == len(STEPS)
        page.wait_for_timeout(1500)
        works(page, pen=True)
        if words:
            expect(page.locator("#message p")).to_contain_text(words)
            page.locator("#message [data-action=close-message]").click()
        expect(page.locator("#message")).to_be_hidden()
        page.reload()
        page.wait_for_selector(READY)
        assert page.locator("#message").is_hidden(), "the address was put right"


def inked(page: Page) -> int:
    return int((pixels(page) > 0).sum())


def rested(page: Page) -> None:
    settled(page)
    page.wait_for_timeout(600)  # the address follows


def test_back_changes_the_step_and_never_the_drawing(page: Page) -> None:
    page.click("[data-action=clear]")
    drag(page, (0.2, 0.2), (0.8, 0.2))
    rested(page)
    for _ in range(2):
        page.keyboard.press("ArrowRight")
        rested(page)
    drag(page, (0.2, 0.8), (0.8, 0.8))
    rested(page)
    drawn = pixels(page)
    page.go_back()
    page.wait_for_selector("#strip [data-step=flatten][aria-current=step]")
    rested(page)
    assert (pixels(page) == drawn).all()
    page.reload()
    page.wait_for_selector(READY)
    assert (pixels(page) == drawn).all()


def test_undo_brings_back_what_a_pasted_link_replaced(page: Page) -> None:
    page.click("[data-action=clear]")
    drag(page, (0.2, 0.2), (0.8, 0.2))
    page.keyboard.press("End")
    rested(page)
    drawn = pixels(page)
    follow(page, packed({"model": "course-sequential", "step": "input"}))
    page.wait_for_function("document.querySelector('#model').value !== 'fashion-mlp'")
    rested(page)
    assert not (pixels(page) == drawn).all()
    page.keyboard.press("Control+z")
    rested(page)
    assert (pixels(page) == drawn).all()
    assert page.input_value("#model") == "fashion-mlp"


def test_back_from_a_pasted_link_leads_to_ones_own_drawing(page: Page) -> None:
    page.click("[data-action=clear]")
    drag(page, (0.2, 0.2), (0.8, 0.2))
    rested(page)
    drawn = pixels(page)
    page.evaluate("hash => { location.hash = hash; }", GOOD)
    rested(page)
    linked = pixels(page)
    assert not (linked == drawn).all()
    page.go_back()
    rested(page)
    assert (pixels(page) == drawn).all()
    page.go_forward()
    rested(page)
    assert (pixels(page) == linked).all()


def test_a_reload_right_after_a_stroke_keeps_it(page: Page) -> None:
    rested(page)
    page.click("[data-action=clear]")
    drag(page, (0.2, 0.2), (0.8, 0.7))
    page.wait_for_timeout(50)
    drawn = pixels(page)
    page.reload()
    page.wait_for_selector(READY)
    assert (pixels(page) == drawn).all()


@pytest.mark.parametrize("storage", ["localStorage", "sessionStorage"])
def test_the_page_works_where_storage_is_forbidden(
    browser: Browser, server: Server, storage: str
) -> None:
    for page in visit(browser, server.url):
        page.add_init_script(
            f"Object.defineProperty(window, '{storage}', {{ get() {{ throw new DOMException("
            "'forbidden', 'SecurityError'); } })"
        )
        page.goto("about:blank")
        page.goto(f"{server.url}/#{packed({'step': 'flatten'})}")
        page.wait_for_selector(READY)
        works(page, pen=True)
        page.click("[data-action=theme]")
        rested(page)
        drawn = pixels(page)
        page.reload()
        page.wait_for_selector(READY)
        assert (pixels(page) == drawn).all()


@pytest.mark.parametrize("view", ["weights", "network", "course"])
def test_a_link_to_any_view_is_ready_and_no_figure_is_a_sentence(
    browser: Browser, server: Server, view: str
) -> None:
    for page in visit(browser, server.url):
        page.goto("about:blank")
        page.goto(f"{server.url}/#{packed({'view': view, 'step': 'softmax'})}")
        page.wait_for_selector(READY)
        assert page.get_attribute("#explorer", "data-view") == view
        page.click("[data-action=share]")
        page.click("[data-download=png]")
        expect(page.locator("#message p")).to_contain_text("no figure to save yet")
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        page.click("[data-view=explore]")
        settled(page)
        page.click("[data-action=share]")
        with page.expect_download() as waiting:
            page.click("[data-download=png]")
        assert Path(waiting.value.path()).read_bytes().startswith(b"\x89PNG")


@pytest.fixture
def classroom(browser: Browser, server: Server) -> Iterator[Page]:
    """The page under a name on the local network: http, and not this machine's own address."""
    rule = "--host-resolver-rules=MAP class.local 127.0.0.1"
    other = browser.browser_type.launch(
        executable_path=shutil.which("chromium"), args=[*FLAGS, rule]
    )
    try:
        yield from visit(other, server.url.replace("127.0.0.1", "class.local"))
    finally:
        other.close()


def test_copying_a_link_on_the_local_network(classroom: Page) -> None:
    assert classroom.evaluate("[isSecureContext, navigator.clipboard === undefined]") == [
        False,
        True,
    ]
    classroom.click("[data-action=share]")
    copy = classroom.locator("[data-action=copy-link]")
    copy.click()
    expect(copy).to_have_text("Copied")
    link = classroom.input_value("#share-link")
    classroom.evaluate("""() => {
      const field = document.createElement("textarea");
      field.id = "pasted";
      document.querySelector("#share").append(field);
      field.focus();
    }""")
    classroom.keyboard.press("Control+v")
    assert classroom.input_value("#pasted") == link
    classroom.evaluate("document.execCommand = () => false")
    expect(copy).to_have_text("Copy link")
    copy.click()
    expect(copy).to_have_text("Selected: press Ctrl+C")
    assert classroom.evaluate("getSelection().toString()") == link


def test_copying_a_value_and_code_on_the_local_network(classroom: Page) -> None:
    classroom.keyboard.press("ArrowRight")
    classroom.focus("#stage .plot")
    settled(classroom)
    classroom.keyboard.press("Enter")
    classroom.wait_for_selector("#inspector[data-unit='0']")
    classroom.click("[data-action=copy-value]")
    expect(classroom.locator("#message")).to_be_hidden()


def test_a_fault_of_the_program_is_one_sentence_and_no_program_text(
    browser: Browser, server: Server
) -> None:
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    page.goto(server.url)
    page.wait_for_selector(READY)
    for _ in range(3):
        page.evaluate("""async () => {
          const error = new TypeError("cannot read properties of undefined");
          const ours = performance.getEntriesByType("resource").map(({ name }) => name);
          error.stack = `TypeError at ${ours.find((name) => name.endsWith("main.js"))}:1:1`;
          Promise.reject(error);
        }""")
    expect(page.locator("#message p")).to_have_count(1)
    expect(page.locator("#message p")).to_contain_text("Something went wrong")
    assert "undefined" not in page.locator("#message").inner_text()
    context.close()
