"""`Configuration`: everything that decides how a training run goes. The same one gives the same run."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace

from microcrad.data import GENERATED, SHIPPED
from microcrad.data.table_options import TableOptions
from microcrad.data.word_list import is_list
from microcrad.optim import SGD, Adam, Momentum
from microcrad.train.rate import Rate

__all__ = ["BUILT_IN", "ENGINES", "MODELS", "OPTIMISERS", "TEXTS", "Configuration", "recipe", "whole_path"]

BUILT_IN = (*GENERATED, *SHIPPED)
"""The data sets that need no file, in the order they are offered."""


TEXTS = ("names",)
"""Those of them that are words."""
MODELS: dict[str, tuple[str, ...]] = {
    "gpt": (),
    "head": ("network",),
    "network": ("attention",),
    "bigram": ("positions", "attention", "network"),
}
"""What can read a text, from the whole to a table of pairs of letters, and the parts that it is without."""
OPTIMISERS: dict[str, SGD | Momentum | Adam] = {"sgd": SGD(), "momentum": Momentum(), "adam": Adam()}
"""The optimisers that can be chosen, with PyTorch's defaults."""
ENGINES = ("auto", "tape", "compiled", "eager")


@dataclass(frozen=True, slots=True)
class Configuration(TableOptions):
    """A training run, and how its table is read if it has one.

    The defaults are micrograd's demo; `recipe` has what suits the other data.
    """

    data: str = "moons"
    """The name of a built-in data set, a CSV file, or a folder with MNIST's IDX files."""
    points: int = 100
    """How many are made, of data that is; how many are read at most, of IDX files (0: all)."""
    noise: float = 0.1
    test: float = 0.0
    """The share of samples set aside to test with."""
    validation: float = 0.0
    """The share of the rest that is held out to judge by when to stop, and which weights are best."""
    normalise: bool = False
    """Whether inputs, and the labels of a regression, are brought to mean 0 and deviation 1."""
    seed: int = 1337
    features: tuple[str, ...] = ()
    """What the network reads of each sample, as `data.features` has it: none for the inputs themselves."""
    hidden: tuple[int, ...] = (16, 16)
    """The number of neurons of each hidden layer."""
    activation: str = "relu"
    """What hidden neurons do to their sum; or for each hidden layer one, with spaces in between."""
    initialisation: str = "uniform"
    model: str = "gpt"
    """What reads a text: one of `MODELS`."""
    positions: int = 16
    """Of a model that reads a text, how many letters it can look back on."""
    size: int = 16
    """How many numbers stand for a letter."""
    heads: int = 4
    """In how many parts its attention looks."""
    layers: int = 1
    """How often it does."""
    loss: str = "hinge"
    """The name of an objective."""
    penalty: float = 1e-4
    """The strength of the penalty on the parameters."""
    penalty_kind: str = "l2"
    """`l2`: on squares; `l1`: on sizes."""
    penalty_biases: bool = True
    """Whether biases are punished as well as weights."""
    optimiser: str = "sgd"
    rate: Rate = field(default=Rate(1.0, 0.1))
    momentum: float = 0.9
    """How much of the last steps' direction is kept: momentum's factor, Adam's first beta."""
    beta2: float = 0.999
    """How much of the last steps' squares Adam keeps."""
    clip: float | None = None
    """The length that a step's gradient has at most; None for any."""
    batch: int = 0
    """How many samples a step sees; 0 for all of them."""
    engine: str = "auto"
    """`eager` builds and releases every step's graph, `tape` replays a recording of one, `compiled` as code;
    `auto` is the tape, compiled where a run is long."""
    steps: int = 100
    """How many steps a run has, over which the rate falls, and at whose end it stops."""
    stop_loss: float | None = None
    """Stop once the mean loss is below this at the end of an epoch: of what is held out, or else of all
    that is trained on."""
    stop_accuracy: float | None = None
    """Stop once so large a share of the same is right, at the end of an epoch."""
    patience: int = 0
    """Stop after so many epochs without a lower loss of the same; 0 for never."""
    fault: str | None = None
    """What is done wrong on purpose."""

    @property
    def reads_text(self) -> bool:
        """Whether the data is words, learned letter by letter."""
        if self.data in BUILT_IN:
            return self.data in TEXTS
        if self.kind != "auto" or not self.data.lower().endswith(".txt"):
            return self.kind == "text"
        return is_list(os.path.expanduser(self.data))

    @property
    def reads_pictures(self) -> bool:
        """Whether the data is a folder with pictures."""
        return self.data not in BUILT_IN and os.path.isdir(os.path.expanduser(self.data))

    @property
    def generated(self) -> bool:
        """Whether the data is made, so that points and noise can be chosen."""
        return self.data in GENERATED

    @property
    def activations(self) -> tuple[str, ...]:
        """What the neurons of each hidden layer do to their sum."""
        named = tuple(self.activation.split())
        return named if len(named) == len(self.hidden) else named[:1] * len(self.hidden)

    @property
    def rule(self) -> SGD | Momentum | Adam:
        """The optimiser's arithmetic."""
        rules: dict[str, Momentum | Adam] = {
            "momentum": Momentum(self.momentum), "adam": Adam(self.momentum, self.beta2)
        }  # fmt: skip
        return rules.get(self.optimiser, OPTIMISERS[self.optimiser])


_DEMO = Configuration()
_PLAIN = replace(_DEMO, penalty_biases=False)
"""The same without micrograd's penalty on biases."""
_RECIPES: dict[str, Configuration] = {
    "xor": replace(_DEMO, noise=0.0, hidden=(8,), activation="tanh", initialisation="xavier", loss="bce",
                   penalty=0.0, optimiser="adam", rate=Rate(0.05), steps=200),
    "moons": _DEMO,
    "circles": replace(_DEMO, noise=0.05, hidden=(8, 8)),
    "spirals": replace(_DEMO, points=200, noise=0.02, activation="tanh", initialisation="xavier", loss="bce",
                       penalty=0.0, optimiser="adam", rate=Rate(0.03), steps=600),
    "blobs": replace(_PLAIN, points=150, noise=0.3, hidden=(8,), activation="tanh", initialisation="xavier",
                     loss="softmax", optimiser="adam", rate=Rate(0.05)),
    "sine": replace(_DEMO, activation="tanh", initialisation="xavier", loss="mse", penalty=0.0,
                    optimiser="adam", rate=Rate(0.03), steps=400),
    "iris": replace(_PLAIN, test=0.2, normalise=True, hidden=(8,), activation="tanh", initialisation="xavier",
                    loss="softmax", optimiser="adam", rate=Rate(0.03), steps=200),
    "digits": replace(_PLAIN, test=0.2, normalise=True, hidden=(32,), initialisation="he", loss="softmax",
                      optimiser="adam", rate=Rate(0.003), batch=32, steps=900),
    "names": replace(_PLAIN, test=0.1, validation=0.1, loss="letters", penalty=0.0, optimiser="adam",
                     rate=Rate(0.01, 1e-5), momentum=0.85, beta2=0.99, batch=1, steps=1000),
}  # fmt: skip
_OWN = replace(_RECIPES["iris"], hidden=(16,), batch=32, steps=500)
_PICTURES = replace(_RECIPES["digits"], hidden=(64,), validation=0.1, rate=Rate(0.004, 0.0005), steps=1500)


def whole_path(data: str) -> str:
    """The data of a configuration, by a path that means the same in every folder if it is a person's own."""
    return data if data in BUILT_IN else os.path.abspath(os.path.expanduser(data))


def recipe(data: str) -> Configuration:
    """Settings with which a data set is learned well; for a person's own data, ones that are a fair start."""
    if data in _RECIPES:
        return _RECIPES[data]
    own = replace(_OWN, data=data, points=0)
    if own.reads_text:
        return replace(_RECIPES["names"], data=data, points=0)
    return replace(_PICTURES, data=data, points=0) if own.reads_pictures else own


for _name, _row in _RECIPES.items():
    _RECIPES[_name] = replace(_row, data=_name)
