"""Makes torch_runs.json: what PyTorch 2.13.0 computes of 300 training runs, for the tests of training.

PyTorch is no dependency. Run this where it and microcrad are installed:
`python make_torch_runs.py > torch_runs.json`. The data and the first weights are microcrad's; the networks,
losses, penalties, gradients, clipping, optimisers and schedules are PyTorch's own.
"""
# mypy: ignore-errors

import json
import random
from itertools import pairwise

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from microcrad.train.settings import changed, restored, written
from microcrad.train.trainer import Trainer

torch.set_default_dtype(torch.float64)
RUNS = 300
ACTIVATIONS = {
    "relu": nn.ReLU, "leaky_relu": nn.LeakyReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid,
    "linear": nn.Identity,
}  # fmt: skip
LOSSES = {
    "moons": ("hinge", "bce", "softmax", "mse"), "circles": ("hinge", "bce", "softmax", "mse"),
    "blobs": ("softmax", "mse"), "sine": ("mse",), "iris": ("softmax", "mse"),
}  # fmt: skip


def settings(draw):
    """A run's settings as texts, and what is changed in its middle."""
    data = draw.choice([*LOSSES])
    hidden = [draw.randint(1, 7) for _ in range(draw.randint(0, 3))]
    several = len(hidden) > 1 and draw.random() < 0.5
    activation = [draw.choice([*ACTIVATIONS]) for _ in (hidden if several else "1")]
    texts = {
        "data": data, "seed": str(draw.randint(0, 999)), "hidden": " ".join(map(str, hidden)) or "none",
        "activation": " ".join(activation), "initialisation": draw.choice(["uniform", "xavier", "he"]),
        "loss": draw.choice(LOSSES[data]), "normalise": draw.choice(["yes", "no"]),
        "test": draw.choice(["0", "25 %"]), "validation": draw.choice(["0", "20 %"]),
        "penalty": draw.choice(["0", "0.001", "0.05"]), "penalty_kind": draw.choice(["l1", "l2"]),
        "penalty_biases": draw.choice(["yes", "no"]), "optimiser": draw.choice(["sgd", "momentum", "adam"]),
        "rate": draw.choice(["0.05", "0.1 to 0.01", "0.1 to 0.01 cosine", "0.1 x0.5 every 4"]),
        "momentum": draw.choice(["0.9", "0.5"]), "beta2": draw.choice(["0.999", "0.9"]),
        "clip": draw.choice(["none", "1", "0.1"]), "batch": draw.choice(["all", "5", "16"]), "steps": "12",
    }  # fmt: skip
    if data != "iris":
        texts["points"] = str(draw.randint(12, 40))
    if draw.random() < 0.25:
        texts["features"] = draw.choice(["inputs, squares", "squares, sines", "inputs, products, sines"])
    middle = {}
    if draw.random() < 0.5:
        name = draw.choice(["optimiser", "rate", "batch", "penalty", "clip", "loss"])
        choices = {
            "optimiser": ["sgd", "momentum", "adam"], "rate": ["0.02"], "batch": ["7", "all"],
            "penalty": ["0", "0.01"], "clip": ["none", "0.05"], "loss": LOSSES[data],
        }  # fmt: skip
        middle[name] = draw.choice(choices[name])
    if data == "sine" and "adam" in (texts["optimiser"], middle.get("optimiser")):
        # Of a centred sine the gradients of biases are rounding alone, of which Adam makes whole steps.
        texts["normalise"] = "no"
    return texts, middle


class Run:
    """The same run with PyTorch; `trainer` gives the data, the order of samples and the first weights."""

    def __init__(self, at, trainer, backwards=False):
        """`backwards` adds up the samples of a batch from the last to the first."""
        self.trainer, self.backwards = trainer, backwards
        modules, sizes = [], trainer.sizes
        names = [*at.activations, "linear"]
        for (inputs, outputs), name in zip(pairwise(sizes), names, strict=True):
            modules += [nn.Linear(inputs, outputs), ACTIVATIONS[name]()]
        self.model = nn.Sequential(*modules)
        self.linear = [each for each in self.model if isinstance(each, nn.Linear)]
        with torch.no_grad():
            for layer, part in zip(self.linear, trainer.layers, strict=True):
                rows = torch.tensor(trainer.state.weights[part].reshape(layer.out_features, -1))
                layer.weight.copy_(rows[:, :-1])
                layer.bias.copy_(rows[:, -1])
        train = trainer.prepared.train
        self.points, self.labels = torch.tensor(train.points.copy()), torch.tensor(train.labels.copy())
        self.classes = len(train.classes)
        self.step_count = self.seen = 0
        self.set(at)

    def set(self, at):
        """Go on with other settings; another optimiser begins anew."""
        if self.step_count == 0 or at.optimiser != self.at.optimiser:
            parameters = self.model.parameters()
            self.optimizer = {
                "sgd": lambda: torch.optim.SGD(parameters, lr=1.0),
                "momentum": lambda: torch.optim.SGD(parameters, lr=1.0, momentum=at.momentum),
                "adam": lambda: torch.optim.Adam(parameters, lr=1.0, betas=(at.momentum, at.beta2)),
            }[at.optimiser]()
        self.at = at

    def rate(self):
        """The learning rate of this step, by PyTorch's schedulers."""
        rate, steps = self.at.rate, self.at.steps
        dummy = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=rate.start)
        if rate.end is not None and rate.cosine:
            scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(dummy, steps, eta_min=rate.end)
        elif rate.end is not None:
            factor = rate.end / rate.start
            scheduler = torch.optim.lr_scheduler.LinearLR(dummy, 1.0, factor, steps)
        elif rate.factor is not None:
            scheduler = torch.optim.lr_scheduler.StepLR(dummy, rate.every, rate.factor)
        else:
            return rate.start
        for _ in range(self.step_count):
            dummy.step()
            scheduler.step()
        return dummy.param_groups[0]["lr"]

    def objective(self, outputs, labels):
        """The mean loss of a batch, and the penalty."""
        name = self.at.loss
        if name == "hinge":
            loss = torch.relu(1 - (2 * labels - 1) * outputs[:, 0]).mean()
        elif name == "bce":
            loss = functional.binary_cross_entropy_with_logits(outputs[:, 0], labels)
        elif name == "softmax":
            loss = functional.cross_entropy(outputs, labels.long())
        else:
            wanted = (
                functional.one_hot(labels.long(), self.classes).double() if self.classes else labels[:, None]
            )
            loss = functional.mse_loss(outputs, wanted)
        if self.at.penalty:
            punished = [layer.weight for layer in self.linear]
            if self.at.penalty_biases:
                punished += [layer.bias for layer in self.linear]
            size = torch.abs if self.at.penalty_kind == "l1" else torch.square
            loss = loss + self.at.penalty * sum(size(each).sum() for each in punished)
        return loss

    def step(self):
        """Take a step; its loss."""
        samples = len(self.labels)
        batch = min(self.at.batch or samples, samples)
        order = np.arange(samples)
        if batch < samples:
            epoch, place = divmod(self.seen, samples)
            np.random.default_rng([self.at.seed, epoch]).shuffle(order)
            order = order[place : place + batch]
        order = order[::-1].copy() if self.backwards else order
        self.optimizer.param_groups[0]["lr"] = self.rate()
        self.optimizer.zero_grad()
        loss = self.objective(self.model(self.points[order]), self.labels[order])
        loss.backward()
        if self.at.clip is not None:
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.at.clip)
        self.optimizer.step()
        self.step_count += 1
        self.seen += len(order)
        return loss.item()

    def weights(self):
        """All parameters in microcrad's order."""
        rows = [torch.cat([layer.weight, layer.bias[:, None]], dim=1).flatten() for layer in self.linear]
        return torch.cat(rows).tolist()


def made(number):
    """A run that does not hang on rounding: of a gradient that is 0 but for that Adam makes whole steps."""
    for attempt in range(20):
        draw = random.Random(number + RUNS * attempt)
        texts, middle = settings(draw)
        found, other = (
            run_of(texts, middle, random.Random(number), backwards) for backwards in (False, True)
        )
        if np.allclose(found["losses"], other["losses"], rtol=1e-11, atol=1e-13):
            return found
    raise RuntimeError(f"run {number}: every one hangs on rounding")


def run_of(texts, middle, draw, backwards):
    at = restored(texts)
    run = Run(at, Trainer(at), backwards)
    losses = [run.step() for _ in range(6)]
    for name, text in middle.items():
        other = changed(at, name, text)
        if run.trainer.sizes_for(other) == run.trainer.sizes:
            run.set(other)
        else:
            middle = {}  # It would start anew.
    losses += [run.step() for _ in range(6)]
    weights = run.weights()
    few = draw.sample(range(len(weights)), min(4, len(weights)))
    return {
        "settings": written(at), "middle": middle, "losses": [float(f"{loss:.13g}") for loss in losses],
        "size": float(np.linalg.norm(weights)), "weights": {str(i): weights[i] for i in few},
    }  # fmt: skip


if __name__ == "__main__":
    print("[\n" + ",\n".join(json.dumps(made(number)) for number in range(RUNS)) + "\n]")
