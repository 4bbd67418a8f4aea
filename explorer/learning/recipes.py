"""What decides how a network of the course is trained, and the ages that training goes through."""

from __future__ import annotations

from dataclasses import dataclass

LABELS = {
    "en": [
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ],
    "zh": ["T恤", "裤子", "套头衫", "连衣裙", "外套", "凉鞋", "衬衫", "运动鞋", "包", "短靴"],
}
TITLES = {
    "fashion-mlp": {"en": "NeuralNetwork", "zh": "NeuralNetwork"},
    "course-sequential": {"en": "seq_modules 784·20·10", "zh": "seq_modules 784·20·10"},
}
NETWORKS = {"fashion-mlp": "NeuralNetwork", "course-sequential": "course_sequential"}
SHIRT = 6


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides the result; written into the card.

    `drawn` is the share of drawings; `shirt` the weight of a drawn shirt's loss: as a silhouette
    the class stands for pullovers and coats as well and would take all of them. Weights are kept
    after the batches of `early`, counted from the first, the epochs of `kept`, and the last.
    """

    model: str = "fashion-mlp"
    epochs: int = 55
    batch: int = 512
    rate: float = 2e-3
    decay: float = 0.02
    smoothing: float = 0.05
    drawn: float = 0.48
    average: float = 0.998
    shirt: float = 0.6
    seed: int = 1
    early: tuple[int, ...] = ()
    kept: tuple[int, ...] = (1, 3, 10)


@dataclass(frozen=True, slots=True)
class Age:
    """How far training is: images seen, batches since the first, and epochs that are complete."""

    images: int
    batch: int
    epoch: int
    complete: bool  # whether an epoch has just ended

    @property
    def name(self) -> str:
        """Name of the weights of this age."""
        return f"epoch-{self.epoch:03d}" if self.complete else f"batch-{self.batch:04d}"
