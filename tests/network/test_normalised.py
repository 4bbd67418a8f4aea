"""A module of one's own with a mean and a std: every place that says how its input is made agrees."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from explorer.errors import NoStart
from explorer.network import zoo
from explorer.network.own import own
from explorer.records import Query
from explorer.viewing import view

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
TEXT = [",".join(map(str, each)) for each in (MEAN, STD)]
PICTURE = np.arange(3 * 32 * 32, dtype=np.uint32) * 7 % 256


@pytest.fixture(params=[("3x32x32", *TEXT), ("3x32x32", "0.5", "")], ids=["planes", "one"])
def offered(request: pytest.FixtureRequest) -> Iterator[zoo.Card]:
    shape, mean, std = request.param
    found = own("tests/nets.py:colours", shape=shape, mean=mean, std=std)
    card = zoo.offer(found.card, found.model)
    yield card
    zoo.withdraw(card.name)


def test_tensor_formula_code_and_snippet_agree(offered: zoo.Card) -> None:
    query = Query(model=offered.name, images=(PICTURE.astype(np.uint8).tobytes(),), show=("code",))
    seen = view(query)
    mean, std = (
        np.array(each, dtype=np.float32) for each in (offered.input.mean, offered.input.std)
    )
    share = PICTURE.reshape(3, 32, 32).astype(np.float32) / np.float32(255)
    expected = (share - mean[:, None, None]) / std[:, None, None]
    np.testing.assert_array_equal(seen.tensors["input"], expected)
    assert all(
        f"{name} = torch.tensor({list(each)})" in seen.texts["code"]
        for name, each in (("mean", offered.input.mean), ("std", offered.input.std))
    )
    assert seen.texts["code"].endswith("x = (x - mean) / std")
    one = len(set(mean)) == 1
    assert seen.texts["formula"] == (
        "x = (grey / 255 − 0.5) / 1" if one else "x[c] = (grey / 255 − mean[c]) / std[c]"
    )
    names: dict[str, object] = {"print": str}
    exec(seen.sections["code"]["reproduce"], names)  # noqa: S102
    np.testing.assert_allclose(np.asarray(names["X"])[0], expected, rtol=1e-6, atol=1e-6)


def test_a_pixel_says_its_plane_s_mean_and_std(offered: zoo.Card) -> None:
    unit = 2 * 32 * 32 + 5
    image = PICTURE.astype(np.uint8).tobytes()
    query = Query(model=offered.name, images=(image,), unit=unit, show=("unit",))
    section = view(query).sections["unit"]
    assert (section["mean"], section["std"]) == (offered.input.mean[2], offered.input.std[2])
    value = (section["grey"] / 255 - section["mean"]) / section["std"]
    assert section["value"] == pytest.approx(value, rel=1e-5)


def test_planes_are_counted_once_the_module_is_known() -> None:
    with pytest.raises(NoStart, match="3 numbers, but the input"):
        own("tests/nets.py:Net", mean="0.1,0.2,0.3")
