"""All languages say the same things, and every sentence is said somewhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

import pytest

from explorer import errors
from explorer.records import Language, Query
from explorer.words import LANGUAGES, catalogue, known, listing, say, tag

ROOT = Path(__file__).parent.parent
PYTHON = sorted((ROOT / "explorer").rglob("*.py"))
SCRIPTS = sorted((ROOT / "assets" / "web").rglob("*.js"))
TEMPLATES = sorted((ROOT / "explorer").rglob("*.j2"))
CJK = r"[㐀-鿿]"
ENGLISH, CHINESE = catalogue("en"), catalogue("zh")

# Chinese texts that are code, names or the other language's own name.
CODE = {
    "{one}、{two}",
    "zh-CN",
    "nn.Flatten",
    "nn.Linear",
    "nn.ReLU",
    "nn.Linear → logits",
    "nn.Softmax(dim=1)",
    "torch.no_grad",
    "requires_grad",
    "Layer",
    "Size",
    "logit",
    "b_eff",
    "nn.Softmax：预测概率",
    "nn.Sequential：有序容器",
    "A",
    "B",
    "°",
    "×",
    "σ",
    "{from} {before} → {to} {after}",
    "B：{label} {share}",
    "T = 1",
    "(logit − max) / T",
    "exp(…)",
    "logits|logit",
    "nn.Softmax|Softmax|softmax",
    "optimizer.step()",
    "p",
    "log p",
    "one-hot",
    "p − one-hot = dL/dlogit",
    "SGD",
    "Adam",
}
ERRORS = {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, Exception)
}


@dataclass(frozen=True, slots=True)
class Saying:
    """One place in the code that says something.

    A key, or a pattern where part of the key is computed.
    """

    place: str
    pattern: str
    literal: bool
    values: frozenset[str] | None  # the blanks that are filled here; None when they are computed

    def says(self, key: str) -> bool:
        return re.fullmatch(self.pattern, key) is not None


def _python() -> Iterator[Saying]:
    for path in PYTHON:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = (
                node.func.attr
                if isinstance(node.func, ast.Attribute)
                else getattr(node.func, "id", "")
            )
            position = 1 if name == "say" else 0 if name in ERRORS else None
            if position is None or len(node.args) <= position:
                continue
            key = node.args[position]
            names = [keyword.arg for keyword in node.keywords]
            values = None if None in names else frozenset(name for name in names if name)
            place = f"{path.name}:{node.lineno}"
            if isinstance(key, ast.Constant):
                yield Saying(place, re.escape(str(key.value)), True, values)
            elif isinstance(key, ast.JoinedStr):
                parts = [
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else "(.+)"
                    for part in key.values
                ]
                yield Saying(place, "".join(parts), False, values)


def _script() -> Iterator[Saying]:
    for path in SCRIPTS:
        text = path.read_text("utf-8")
        for found in re.finditer(r"\bsay\(\s*([\"'`])(.+?)\1", text):
            end, depth = found.end(), 1
            while depth:
                depth += {"(": 1, ")": -1}.get(text[end], 0)
                end += 1
            pattern = "(.+)".join(re.escape(part) for part in re.split(r"\$\{[^}]*\}", found[2]))
            place = f"{path.name}:{text.count(chr(10), 0, found.start()) + 1}"
            words = frozenset(re.findall(r"\w+", text[found.end() : end]))
            yield Saying(place, pattern, "${" not in found[2], words)


SAYINGS = (*_python(), *_script())
SOURCE = "\n".join(path.read_text("utf-8") for path in (*PYTHON, *SCRIPTS, *TEMPLATES))
WORDS_IN_CODE = frozenset(re.findall(r"\w+", SOURCE))


def blanks(text: str) -> set[str]:
    """Return the names between braces; those behind % are Plotly's own."""
    ours = re.sub(r"%\{[^}]*\}", "", text.replace("%{{", "").replace("}}", ""))
    return {name for _, name, _, _ in Formatter().parse(ours) if name is not None}


def plotly_blanks(text: str) -> list[str]:
    """Return what Plotly fills in while hovering."""
    return sorted(re.findall(r"%\{+([^}]*)\}+", text))


def test_the_scan_finds_sayings_in_both_languages_of_the_code() -> None:
    assert len([each for each in SAYINGS if ".py" in each.place]) > 20
    assert len([each for each in SAYINGS if ".js" in each.place]) > 40


def test_every_file_is_a_language_that_names_itself() -> None:
    assert set(LANGUAGES) == {path.stem for path in (ROOT / "explorer" / "words").glob("*.json")}
    assert LANGUAGES[0] == Query().language
    for field in ("code", "name", "tag"):
        assert len({each[field] for each in listing()}) == len(LANGUAGES)
    assert all(re.fullmatch(r"[a-z]{2,3}(-[A-Za-z]+)*", tag(code)) for code in LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_languages_have_the_same_keys(language: Language) -> None:
    assert list(ENGLISH) == list(catalogue(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_languages_leave_the_same_blanks(language: Language) -> None:
    other = catalogue(language)
    apart = [
        key
        for key in ENGLISH
        if blanks(ENGLISH[key]) != blanks(other[key])
        or plotly_blanks(ENGLISH[key]) != plotly_blanks(other[key])
    ]
    assert not apart


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ("zh-CN,zh;q=0.9", "zh"),
        ("zh_CN.UTF-8", "zh"),
        ("ZH", "zh"),
        ("en-GB", "en"),
        ("xx", "en"),
        ("", "en"),
        (None, "en"),
        (7, "en"),
    ],
)
def test_a_wish_finds_its_language(wish: object, expected: Language) -> None:
    assert known(wish) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_or_padded(language: Language) -> None:
    odd = [
        key
        for key, text in catalogue(language).items()
        if not text or text != re.sub(r"[ \t\r\n]+", " ", text.strip())
    ]
    assert not odd


def test_what_the_code_says_is_in_the_catalogue() -> None:
    unwritten = [
        f"{each.place}: {each.pattern}" for each in SAYINGS if not any(map(each.says, ENGLISH))
    ]
    assert not unwritten


def test_every_blank_is_filled() -> None:
    unfilled = [
        f"{each.place}: {key} needs {sorted(blanks(ENGLISH[key]) - each.values)}"
        for each in SAYINGS
        if each.literal and each.values is not None
        for key in filter(each.says, ENGLISH)
        if not blanks(ENGLISH[key]) <= each.values
    ]
    assert not unfilled


def test_every_text_is_said_somewhere() -> None:
    """Said under its own name, or under a computed one whose computed part is a word of the code."""
    computed = [each.pattern for each in SAYINGS if not each.literal]

    def said(key: str) -> bool:
        parts = (
            part
            for pattern in computed
            for found in re.finditer(f"^{pattern}$", key)
            for part in found.groups()
        )
        key = key.removesuffix(".one")  # said in the place of its plural
        return f'"{key}"' in SOURCE or any(
            set(re.findall(r"\w+", part)) <= WORDS_IN_CODE for part in parts
        )

    assert not [key for key in ENGLISH if not said(key)]


def test_chinese_is_chinese_and_english_is_not() -> None:
    assert not [
        key for key, text in CHINESE.items() if not re.search(CJK, text) and text not in CODE
    ]
    assert not [key for key, text in ENGLISH.items() if re.search(CJK, text)]


def test_chinese_sentences_have_chinese_punctuation() -> None:
    straight = rf"{CJK}\s*[,.;:!?]\s*{CJK}|{CJK}[,.;:!?]$"
    assert not [key for key, text in CHINESE.items() if re.search(straight, text)]


# What once stood here, and what a native teacher says instead.
WRONG = {
    "拐点": "转折点",
    "最小集合": "贪心法找到的一组单元",
    "激活前的值": "预激活值",
    "样例": "示例",
    "画作": "图画",
    "放开单元": "取消固定",
    "破坏": "动手改",
    "这一折": "这个非线性",
    "已绘制": "画出的连线",
    "绘制的贡献": "显示贡献最大的几项",
    "查询（JSON）": "页面状态（JSON）",
    "距离开关点": "到切换点的距离",
}


def test_no_word_that_no_teacher_would_say_comes_back() -> None:
    found = [
        f"{key}: {wrong}, better {right}"
        for key, text in CHINESE.items()
        for wrong, right in WRONG.items()
        if wrong in text
    ]
    assert found == []
    assert not [key for key, text in ENGLISH.items() if "smallest set" in text.lower()]


def test_one_thing_has_a_text_of_its_own() -> None:
    assert say("en", "compare.switched", count=1) == "1 ReLU differs"
    assert say("en", "compare.switched", count=2) == "2 ReLUs differ"
    assert say("en", "deciding.try", count=1) == "Switch it off"
    assert all(key.removesuffix(".one") in ENGLISH for key in ENGLISH)


def test_no_line_ends_between_what_belongs_together() -> None:
    """A number and its per cent, and the two ends of a range, stand on one line."""
    parted = re.compile(r"[}\d] %|\} … [{\d]|\d … \{")
    for words in (ENGLISH, CHINESE):
        assert not [key for key, text in words.items() if parted.search(text)]


def test_say_fills_blanks_and_refuses_unknown_keys() -> None:
    assert say("en", "query.section", received="{x}", known="figure") == (
        "show asks for “{x}”. Expected some of: figure."
    )
    with pytest.raises(KeyError):
        say("zh", "no.such.key")
