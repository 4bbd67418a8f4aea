"""Train the networks of the course: `python -m explorer.learning.training --data DIR`.

Half of what the network sees are photographs, half are drawings made from them
(`explorer.learning.drawings`), so that it also recognises what people draw. The weights kept are a
moving average over the steps, which generalise better than the last.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from explorer import disk, places
from explorer.errors import ExplorerError
from explorer.incoming import datasets
from explorer.incoming.cards import DIGITS, FASHION
from explorer.learning import rounding, subjects
from explorer.learning.recipes import AMBIGUOUS, LABELS, NETWORKS, TITLES, Age, Recipe
from explorer.maths import likeness
from explorer.network import zoo

DATA = {
    FASHION: "MIT licence, © 2017 Zalando SE",
    DIGITS: "© Yann LeCun, Corinna Cortes and Christopher J. C. Burges",
}
WEIGHTS = (
    "rounded to float16, computed with as float32; `accuracy` is that of the rounded weights, "
    "`changed` how many of the 10,000 test images get another answer by the rounding"
)
COUNTS = "60,000 images for training, 10,000 for the accuracy"
GREY = "float32, grey values 0 (black) to 1 (white)"
BAR = 30


def train(
    recipe: Recipe,
    images: torch.Tensor,
    labels: torch.Tensor,
    tell: Callable[[str], None] = lambda _: None,
) -> Iterator[tuple[Age, nn.Module]]:
    """Train on images (N, 28, 28) uint8 and labels (N,); yield (age, averaged network).

    One at every batch of `recipe.early` and at the end of every epoch. The same recipe and data
    give the same weights on the same machine. The network yielded is one object, overwritten by
    the next.
    """
    generator = torch.Generator().manual_seed(recipe.seed)
    model, averaged = _networks(recipe)
    optimizer = torch.optim.AdamW(model.parameters(), lr=recipe.rate, weight_decay=recipe.decay)
    steps = -(-len(images) // recipe.batch)
    total_steps = max(2, recipe.epochs * steps)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, recipe.rate, total_steps, pct_start=0.15
    )
    count = 0
    for epoch in range(1, recipe.epochs + 1):
        model.train()
        started, total = time.monotonic(), 0.0
        for number, chosen in enumerate(
            torch.randperm(len(images), generator=generator).split(recipe.batch), start=1
        ):
            loss = _loss(recipe, model, images[chosen], labels[chosen], generator)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            step = (epoch - 1) * steps + number
            _average(averaged, model, 1 - min(recipe.average, step / (step + 10)))
            count, total = count + len(chosen), total + loss.item()
            spent = time.monotonic() - started
            tell(_progress(epoch, recipe.epochs, number / steps, total / number, spent))
            complete = number == steps
            if complete or step in recipe.early:
                yield Age(count, step, epoch - (not complete), complete), averaged.eval()


def _networks(recipe: Recipe) -> tuple[nn.Module, nn.Module]:
    """Return the network to train and the average of its weights, which begin alike."""
    torch.manual_seed(recipe.seed)
    # kernels with their channels last: convolutions train nearly twice as fast
    model, averaged = (
        zoo.BUILDERS[NETWORKS[recipe.model]]().to(memory_format=torch.channels_last)
        for _ in range(2)
    )
    averaged.load_state_dict(model.state_dict())
    return model, averaged


def _loss(
    recipe: Recipe,
    model: nn.Module,
    images: torch.Tensor,
    labels: torch.Tensor,
    generator: torch.Generator,
) -> torch.Tensor:
    """Return the loss of one batch, some of it as drawings."""
    change = subjects.DRAWN[recipe.dataset]
    batch, sketched = change(images.float() / 255, generator, share=recipe.drawn, labels=labels)
    logits = model(batch.view(-1, *recipe.shape))
    losses = F.cross_entropy(logits, labels, label_smoothing=recipe.smoothing, reduction="none")
    shirts = sketched & (labels == AMBIGUOUS.get(recipe.dataset, -1))
    return (losses * torch.where(shirts, recipe.shirt, 1.0)).mean()


def _average(averaged: nn.Module, model: nn.Module, weight: float) -> None:
    """Move the averaged network towards the present one."""
    with torch.no_grad():
        for kept, new in zip(averaged.parameters(), model.parameters(), strict=True):
            kept.lerp_(new, weight)


def accuracy(model: nn.Module, images: torch.Tensor, labels: torch.Tensor) -> float:
    """Return the share of images (N, …) uint8 whose largest logit is their label's."""
    with torch.inference_mode():
        right = [
            (model(part.float() / 255).argmax(1) == of).sum()
            for part, of in zip(images.split(2000), labels.split(2000), strict=True)
        ]
    return int(torch.stack(right).sum()) / len(images)


def save(model: nn.Module, folder: Path, age: Age) -> dict[str, Any]:
    """Write float16 weights (see `rounding`); return what the card says of them."""
    from safetensors.torch import save as written

    data = written({key: value.half().contiguous() for key, value in model.state_dict().items()})
    disk.write(folder / f"{age.name}.safetensors", data)
    return {
        "name": age.name,
        "file": f"{age.name}.safetensors",
        "epoch": age.epoch,
        "batch": age.batch,
        "images": age.images,
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def usual(recipe: Recipe, images: torch.Tensor) -> dict[str, list[float]]:
    """Return the range of each measure of likeness over 10,000 photographs and drawings."""
    generator = torch.Generator().manual_seed(recipe.seed)
    some = images[torch.randperm(len(images), generator=generator)[:10_000]].float() / 255
    drawn = subjects.DRAWN[recipe.dataset]
    pictures = torch.cat([drawn(part, generator)[0] for part in some.split(500)])
    return likeness.ranges((pictures * 255).round().to(torch.uint8).numpy())


def run(
    recipe: Recipe, data: Path | None, out: Path, *, download: bool, tell: Callable[[str], None]
) -> Path:
    """Train, keep the wanted checkpoints below `out`, write the card and return its path."""
    images, labels = datasets.load(recipe.dataset, train=True, directory=data, download=download)
    test_images, test_labels = datasets.load(
        recipe.dataset, train=False, directory=data, download=download
    )
    test_images = test_images.view(-1, *recipe.shape)
    out.mkdir(parents=True, exist_ok=True)
    checkpoints = []
    for age, model in train(recipe, images, labels, tell):
        share = accuracy(model, test_images, test_labels)
        tell(f"  {age.name}: test accuracy {100 * share:.2f} %\n")
        if not age.complete or age.epoch in {*recipe.kept, recipe.epochs}:
            checkpoints.append(_kept(model, out, age, test_images, test_labels))
    path = out / "card.json"
    card = _card(recipe, checkpoints, usual(recipe, images))
    disk.write(path, (json.dumps(card, ensure_ascii=False, indent=2) + "\n").encode("utf-8"))
    return path


def _kept(
    model: nn.Module, out: Path, age: Age, images: torch.Tensor, labels: torch.Tensor
) -> dict[str, Any]:
    """Round and save one checkpoint, and measure what was saved on the test images."""
    kept, changed = rounding.rounded(model, images, mend=age.complete)
    return {
        **save(kept, out, age),
        "accuracy": accuracy(kept, images, labels),
        "changed": changed,
    }


def _card(
    recipe: Recipe, checkpoints: list[dict[str, Any]], statistics: dict[str, list[float]]
) -> dict[str, Any]:
    return {
        "name": recipe.model,
        "title": TITLES[recipe.model],
        "builder": NETWORKS[recipe.model],
        "labels": LABELS[recipe.dataset],
        "dataset": recipe.dataset,
        "seed": recipe.seed,
        "default": checkpoints[-1]["name"],
        "checkpoints": checkpoints,
        "shape": list(recipe.shape),
        "input": f"(N, {', '.join(map(str, recipe.shape))}) {GREY}",
        "data": f"{recipe.dataset}: {COUNTS}; {DATA[recipe.dataset]}",
        "weights": WEIGHTS,
        "licence": "MIT",
        "recipe": {name: getattr(recipe, name) for name in Recipe.__slots__},
        "statistics": statistics,
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Read the options, train, and say where the card is."""
    options = _parser().parse_args(argv)
    named = ("model", "epochs", "batch", "seed", "drawn", "early", "kept")
    recipe = Recipe(**{name: getattr(options, name) for name in named})
    out = options.out or places.MODELS / recipe.model
    try:
        card = run(recipe, options.data, out, download=options.download, tell=_say)
    except ExplorerError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:  # what is read has sentences of its own
        print(ExplorerError("train.out", folder=out, reason=error.strerror), file=sys.stderr)
        return 1
    print(f"Card: {card}")
    return 0


def _parser() -> argparse.ArgumentParser:
    standard = Recipe()
    parser = argparse.ArgumentParser(
        prog="python -m explorer.learning.training",
        description=__doc__.splitlines()[0] if __doc__ else "",
    )
    add = parser.add_argument
    add("--model", choices=sorted(NETWORKS), default=standard.model)
    add("--epochs", type=_positive, default=standard.epochs)
    add("--batch", type=_positive, default=standard.batch)
    add("--seed", type=int, default=standard.seed)
    drawn = "share of drawings among the pictures, 0 to 1"
    add("--drawn", type=_share, default=standard.drawn, help=drawn)
    add("--early", type=_several, default=standard.early, help="batches to keep, as 1,2,4,8")
    add("--kept", type=_several, default=standard.kept, help="epochs to keep beside the last")
    add("--data", type=Path, help="holds FashionMNIST/raw, MNIST/raw (default: data/)")
    fetch = "fetch the data set if it is not there (30 MB)"
    add("--download", action="store_true", help=fetch)
    add("--out", type=Path, help="default: assets/models/<model>")
    return parser


def _positive(text: str) -> int:
    """Read a whole number of at least 1; argparse makes a sentence of the error."""
    number = int(text) if text.isdigit() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(
            f"{text!r} was given, expected a whole number of at least 1"
        )
    return number


def _several(text: str) -> tuple[int, ...]:
    """Read whole numbers with commas between them."""
    return tuple(_positive(each.strip()) for each in text.split(","))


def _share(text: str) -> float:
    """Read a share from 0 to 1."""
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} was given, expected a number from 0 to 1")
    return share


def _progress(epoch: int, epochs: int, done: float, loss: float, seconds: float) -> str:
    filled = round(BAR * done)
    bar = "#" * filled + "." * (BAR - filled)
    return f"\repoch {epoch:3d}/{epochs} [{bar}] loss {loss:.4f} {seconds:5.1f} s"


def _say(text: str) -> None:
    print(text, end="", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
