"""The input: a picture of grey values, and in what way it is unlike the ones learnt from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from explorer import figures
from explorer.figures import EXACT, arrays, large, parts
from explorer.kinds.base import Explanation, Kind, Numbers, Subject, frame
from explorer.maths import likeness
from explorer.maths.arithmetic import mean
from explorer.records import SIDE, Floats, Input, Language, Pixels, Scale
from explorer.words import say


class Picture(Kind):
    """What goes into the network: grey values from 0 to 1, or what a card makes of them."""

    name = "input"
    letter = "x"
    scale: Scale = "grey"
    fixed = 1.0

    def words(self, subject: Subject) -> dict[str, str]:
        """Return the words of the step; of another size than 28×28, what they are."""
        words = super().words(subject)
        words["code"] = "\n".join((words["code"], *normal_lines(subject.input)))
        sentence = self._sentence(subject, words["sentence"])
        if subject.input.mean:
            sentence = say(subject.language, "stage.input.normal", sentence=sentence)
        return {**words, "sentence": sentence}

    def _sentence(self, subject: Subject, usual: str) -> str:
        """Return what the values are: of another size than 28×28 its own sentence."""
        if subject.input.plane == (SIDE, SIDE):
            return usual
        language, shape = subject.language, subject.input.shape
        coloured = len(subject.input.plane) == 3
        blanks = {"inputs": subject.values.size, "shape": " × ".join(map(str, shape))}
        if not subject.stretched:
            key = "stage.input.colours" if coloured else "stage.input.sized"
            return say(language, key, **blanks)
        planes = say(language, "stage.input.planes") if coloured else ""
        return say(language, "stage.input.fitted", planes=planes, **blanks)

    def formula(self, subject: Subject) -> str:
        """Return the range of a grey value, and what a card's mean and std make of it."""
        taken = subject.input
        if not taken.mean:
            return "x ∈ [0, 1]"
        if len(set(zip(taken.mean, taken.std, strict=True))) > 1:
            return "x[c] = (grey / 255 − mean[c]) / std[c]"
        return f"x = (grey / 255 − {taken.mean[0]:g}) / {taken.std[0]:g}"

    def code(self, path: str) -> str:
        """Return the line that makes a tensor of pixels."""
        return "x = torch.tensor(pixels, dtype=torch.float32) / 255"

    def colours(self, picture: Input) -> Scale:
        """Return grey, or the signed scale where a mean is taken away."""
        return "signed" if picture.mean else self.scale

    def end(self, picture: Input) -> float | None:
        """Return 1, or what black or white becomes at most under the card's mean and std."""
        if not picture.mean:
            return self.fixed
        ends = [
            bound
            for middle, spread in zip(picture.mean, picture.std, strict=True)
            for bound in (-middle / spread, (1 - middle) / spread)
        ]
        return arrays.limit(np.array(ends, dtype=np.float32))

    def numbers(self, values: Floats) -> Numbers:
        """Return how much is drawn, and how bright."""
        ink = int(np.count_nonzero(values))
        return {"ink": ink, "maximum": float(values.max()), "mean": mean(values)}

    def figure(self, subject: Subject) -> figures.Figure:
        """Return the picture beside a histogram of its grey values, or its colour planes."""
        if len(subject.input.plane) == 3:
            return figures.coloured(subject.values, subject.input, **frame(subject))
        if subject.input.mean or len(subject.input.plane) != 2 or large(subject.values):
            return super().figure(subject)
        plane = subject.values.reshape(subject.input.plane)
        return picture(plane, language=subject.language, selected=subject.unit)

    def explain(self, subject: Subject, unit: int, value: float) -> Explanation:
        """Return the pixel's place and its grey value, which the unit is a 255th of."""
        grey = int(subject.entering.reshape(-1)[unit])
        index = arrays.place(unit, subject.values.shape)
        names = dict(zip(("column", "row"), reversed(index), strict=False))
        expected = float(scaled(subject.entering, subject.input).reshape(-1)[unit])
        plane = index[0] if len(index) == 3 else 0
        normal = {name: values[plane] for name, values in _normals(subject.input).items()}
        return {**names, "index": index, "grey": grey, **normal}, (
            subject.check("pixel", expected, value, subject.near * max(1.0, abs(expected))),
        )


def picture(values: Floats, *, language: Language, selected: int | None = None) -> figures.Figure:
    """Return an image (H, W), values 0 to 1, beside a histogram of its grey values."""
    indices = np.arange(values.size, dtype=np.int32).reshape(values.shape)
    numbers = parts.Numbers({"after": values}, 1.0)
    grey = say(language, "figure.grey")
    scale = parts.bar(0.0, 1.0, grey, x=0.52)
    scale["colorbar"]["title"]["side"] = "top"  # beside it there is no room on narrow pages
    layout = {
        "coloraxis3": scale,
        "xaxis": parts.cells((0.0, 0.5), "y"),
        "yaxis": parts.down(parts.WHOLE, "x"),
        "xaxis2": parts.axis((0.76, 1.0), "y2", grey, range=[0, 1]),
        "yaxis2": parts.tally(parts.WHOLE, "x2", values.size, language),
        "shapes": parts.marked(selected, indices),
        "meta": _meta(values.shape[1], parts.tallied(2, grey, language)),
    }
    hover = say(language, "figure.hover.pixel", value=f"%{{z:{EXACT}}}")
    return parts.figure(
        [
            parts.heat(numbers, "grid", "coloraxis3", hover),
            parts.counts(numbers, (0, 1), language, axes="2"),
        ],
        layout,
    )


def _meta(columns: int, counted: dict[str, Any]) -> dict[str, object]:
    """Return what the page knows of the figure: its legend stays by the picture."""
    legend = {"coloraxis3": {"colorbar": {"x": 1.01, "y": 0.68, "len": 0.64}}}
    rows = ((0.36, 1.0), (0.0, 0.22))
    return parts.meta(columns, [""], *rows, alone=True, narrow=legend | counted)


def normal_lines(of: Input, name: str = "x") -> list[str]:
    """Return the lines of PyTorch that normalise what is called `name`; none without a mean."""
    planes = "" if len(of.shape) == 2 else ".reshape(-1, 1, 1)"
    lines = [f"{each} = torch.tensor({list(v)}){planes}" for each, v in _normals(of).items()]
    return [*lines, f"{name} = ({name} - mean) / std"] if lines else []


def _normals(of: Input) -> dict[str, tuple[float, ...]]:
    return {"mean": of.mean, "std": of.std} if of.mean else {}


def scaled(greys: Floats | Pixels, of: Input) -> Floats:
    """Return grey values 0 to 255, (…, *shape), as the network receives them, float32."""
    values: Floats = greys.astype(np.float32) / np.float32(255)
    return normal(values, of)


def normal(values: Floats, of: Input) -> Floats:
    """Return values from 0 to 1, (…, *shape), as the network receives them.

    As they are, as in the course; where a card says so, less the mean and divided by the standard
    deviation of its training data, one for each colour plane.
    """
    if not of.mean:
        return values
    planes = (len(of.mean), 1, 1) if len(of.shape) == 3 else (1, 1)
    middle = np.array(of.mean, dtype=np.float32).reshape(planes)
    spread = np.array(of.std, dtype=np.float32).reshape(planes)
    result: Floats = (values - middle) / spread
    return result


def notices(
    image: bytes, shape: tuple[int, ...], usual: Mapping[str, Sequence[float]], language: Language
) -> tuple[str, ...]:
    """Return in what way a drawn image is unlike the training data, whose `usual` ranges are known.

    Nothing for one of several colour planes, and only that it is empty for an empty one.
    """
    pixels = np.frombuffer(image, dtype=np.uint8)
    if not pixels.any():
        return (say(language, "notice.empty"),)
    if len(shape) != 2:
        return ()
    sentences = [
        say(language, f"notice.{name}", value=f"{value:.2f}", low=f"{low:.2f}", high=f"{high:.2f}")
        for name, value, low, high in likeness.unlike(pixels.reshape(shape), usual)
    ]
    return (say(language, "notice.unlike"), *sentences) if sentences else ()
