"""Any language is a file in words/ that names itself: nothing else is touched."""

from __future__ import annotations

import json
from pathlib import Path

from explorer.words import catalogue
from tests import forked

ROOT = Path(__file__).parent.parent
OFFERED = """
import json, sys
sys.path.insert(0, sys.argv[1])
from explorer.ui import layout
start = layout.start(device="cpu", language="de")
models = {model["name"]: [*model["title"]] for model in start["models"]}
print(json.dumps([start["language"], start["languages"], [*start["words"]], models]))
"""


def with_catalogue(place: Path, code: str, words: dict[str, str]) -> None:
    """Put the program into a folder, all of it as it is, and one more file of words."""
    (place / "explorer" / "words").mkdir(parents=True)
    (place / "assets").symlink_to(ROOT / "assets")
    for folder in (Path("explorer"), Path("explorer", "words")):
        for each in (ROOT / folder).iterdir():
            if each.name not in {"words", "__pycache__"}:
                (place / folder / each.name).symlink_to(each)
    written = json.dumps(words, ensure_ascii=False)
    (place / "explorer" / "words" / f"{code}.json").write_text(written, "utf-8")


def test_a_third_catalogue_is_a_third_language(tmp_path: Path) -> None:
    with_catalogue(tmp_path, "de", {**catalogue("en"), "name": "Deutsch", "tag": "de-DE"})
    done = forked.run(["-c", OFFERED, str(tmp_path)], folder=tmp_path)
    assert done.returncode == 0, done.stderr
    language, offered, words, models = json.loads(done.stdout)
    assert language == "de"
    assert {"code": "de", "name": "Deutsch", "tag": "de-DE"} in offered
    assert words == [each["code"] for each in offered] == ["en", "de", "zh"]
    assert all("de" in titles for titles in models.values())
