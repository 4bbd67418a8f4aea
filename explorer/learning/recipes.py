"""What decides how a network of the course is trained, and the ages that training goes through."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.incoming.cards import DIGITS, FASHION

CLOTHES = {
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
NUMERALS = {code: [str(digit) for digit in range(10)] for code in ("en", "zh")}
LABELS = {FASHION: CLOTHES, DIGITS: NUMERALS}
TITLES = {
    "fashion-mlp": {"en": "NeuralNetwork", "zh": "NeuralNetwork"},
    "course-sequential": {"en": "seq_modules 784·20·10", "zh": "seq_modules 784·20·10"},
    "fashion-cnn": {"en": "ConvNet", "zh": "ConvNet"},
    "digits-mlp": {"en": "Digits (MNIST)", "zh": "数字（MNIST）"},
}
NETWORKS = {
    "fashion-mlp": "NeuralNetwork",
    "course-sequential": "course_sequential",
    "fashion-cnn": "ConvNet",
    "digits-mlp": "NeuralNetwork",
}
LEARNT = {"digits-mlp": DIGITS}  # from which data set, where it is not FashionMNIST
SHAPES = {"fashion-cnn": (1, 28, 28)}  # of one image, where it is not (28, 28)
SHIRT = 6
AMBIGUOUS = {FASHION: SHIRT}  # the class of which `Recipe.shirt` is the weight


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides the result; written into the card.

    `drawn` is the share of drawings; `shirt` the weight of a drawn shirt's loss: as a silhouette
    the class stands for pullovers and coats as well and would take all of them (digits have none).
    Weights are kept after the batches of `early`, counted from the first, the epochs of `kept`, and
    the last.
    """

    model: str = "fashion-mlp"
    epochs: int = 90
    batch: int = 512
    rate: float = 2e-3
    decay: float = 0.02
    smoothing: float = 0.05
    drawn: float = 0.42
    average: float = 0.998
    shirt: float = 0.5
    seed: int = 1
    early: tuple[int, ...] = (1, 2, 4, 8, 16, 32, 64)
    kept: tuple[int, ...] = (1, 2, 3, 4, 6, 8, 11, 15, 20, 28, 40, 60)

    @property
    def dataset(self) -> str:
        """Return the data set that the network is trained on."""
        return LEARNT.get(self.model, FASHION)

    @property
    def shape(self) -> tuple[int, ...]:
        """Return the shape of one image as the network takes it."""
        return SHAPES.get(self.model, (28, 28))


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
