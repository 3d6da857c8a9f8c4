"""Trained networks as Python: alone, or as a PyTorch module. Both give the numbers microcrad gives."""

from __future__ import annotations

from microcrad.train.gpt_code import python_gpt, pytorch_gpt
from microcrad.train.saved import InputReading, Saved, SavedText

__all__ = ["python_model", "pytorch_model"]

_PYTHON = '''\
"""{about} Needs nothing but Python."""

import math

INPUTS = {inputs}
CLASSES = {classes}
MEANS = {means}
DEVIATIONS = {deviations}
LABEL_MEAN, LABEL_DEVIATION = {label_mean}, {label_deviation}
LAYERS = [{layers}
]
"""A layer: its activation, and for each neuron its bias and its weights."""
{python_features}

def outputs(point):
    """The numbers of the last layer for one sample: a list or an array, a number for each of INPUTS."""
    row = [(x - mean) / deviation for x, mean, deviation in zip({python_row}, MEANS, DEVIATIONS, strict=True)]
    for activation, neurons in LAYERS:
        sums = []
        for bias, weights in neurons:
            total = bias
            for weight, x in zip(weights, row, strict=True):
                total += weight * x
            sums.append(total)
        if activation == "relu":
            row = [0.0 if x < 0 else x for x in sums]
        elif activation == "leaky_relu":
            row = [0.01 * x if x < 0 else x for x in sums]
        elif activation == "tanh":
            row = [math.tanh(x) for x in sums]
        elif activation == "sigmoid":
            row = [1.0 / (1.0 + math.exp(-x)) if x > -709.0 else 0.0 for x in sums]
        else:
            row = sums
    return row


def predict(point):
    """The class of one sample, or the number of a regression."""
    row = outputs(point)
    if not CLASSES:
        return row[0] * LABEL_DEVIATION + LABEL_MEAN
    return CLASSES[(row[0] > 0) if len(row) == 1 else row.index(max(row))]

{numbers}

if __name__ == "__main__":
    import sys

    print(predict(numbers(sys.argv[1:])))
'''

_PYTORCH = '''\
"""{about} Needs PyTorch."""

import torch
from torch import nn

INPUTS = {inputs}
CLASSES = {classes}
LABEL_MEAN, LABEL_DEVIATION = {label_mean}, {label_deviation}
ACTIVATIONS = {{"relu": nn.ReLU, "leaky_relu": nn.LeakyReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}}
LAYERS = [{layers}
]
"""A layer: its activation, and for each neuron its bias and its weights."""
{torch_features}

class Model(nn.Module):
    """Takes samples as they come, shape (samples, {count}), and gives the last layer's numbers."""

    def __init__(self):
        super().__init__()
        self.register_buffer("means", torch.tensor({means}, dtype=torch.float64))
        self.register_buffer("deviations", torch.tensor({deviations}, dtype=torch.float64))
        modules = []
        for activation, neurons in LAYERS:
            layer = nn.Linear(len(neurons[0][1]), len(neurons), dtype=torch.float64)
            with torch.no_grad():
                layer.bias.copy_(torch.tensor([bias for bias, _ in neurons], dtype=torch.float64))
                layer.weight.copy_(torch.tensor([weights for _, weights in neurons], dtype=torch.float64))
            modules.append(layer)
            if activation != "linear":
                modules.append(ACTIVATIONS[activation]())
        self.layers = nn.Sequential(*modules)

    def forward(self, samples):
        return self.layers(({torch_row} - self.means) / self.deviations)


def predict(model, samples):
    """The index of each sample's class in CLASSES, or the numbers of a regression."""
    outputs = model(samples)
    if not CLASSES:
        return outputs[:, 0] * LABEL_DEVIATION + LABEL_MEAN
    return (outputs[:, 0] > 0).long() if outputs.shape[1] == 1 else outputs.argmax(dim=1)

{numbers}

if __name__ == "__main__":
    import sys

    print(predict(Model(), torch.tensor([numbers(sys.argv[1:])], dtype=torch.float64)))
'''

_NUMBERS = '''
def numbers(words):
    """One sample from the command line."""
    try:
        found = [float(word) for word in words]
    except ValueError:
        found = []
    if len(found) != len(INPUTS):
        raise SystemExit("Give a number for each of: " + ", ".join(INPUTS))
    return found
'''


def python_model(trained: Saved | SavedText) -> str:
    """A script with the function `predict`; its sums run in the engine's order, so numbers are the same."""
    return python_gpt(trained) if isinstance(trained, SavedText) else _filled(_PYTHON, trained)


def pytorch_model(trained: Saved | SavedText) -> str:
    """A module with the class `Model`, in double precision, and the function `predict`."""
    return pytorch_gpt(trained) if isinstance(trained, SavedText) else _filled(_PYTORCH, trained)


def _filled(template: str, trained: Saved) -> str:
    reading = trained.reading
    features = reading.scale.features
    sizes = [len(features or reading.inputs), *(len(layer.neurons) for layer in trained.model.layers)]
    # Names come from people's files: as literals they cannot end a string, and of control characters and
    # quotes nothing is left in the docstring.
    data = "".join(c for c in reading.data if c.isprintable() and c not in "\"'\\{}")
    return template.format(
        about=f"A network trained by microcrad on {data}: {'-'.join(map(str, sizes))}.",
        count=len(reading.inputs),
        python_features=_features(reading, "point", "map(float, point)", "math.sin", "[{}]"),
        python_row="features(point)" if features else "map(float, point)",
        torch_features=_features(
            reading, "samples", "samples.double().unbind(dim=1)", "torch.sin", "torch.stack([{}], dim=1)"
        ),
        torch_row="features(samples)" if features else "samples.double()",
        numbers=_NUMBERS,
        inputs=ascii(list(reading.inputs)),
        classes=ascii(list(reading.classes)),
        means=repr(reading.scale.inputs.means.tolist()),
        deviations=repr(reading.scale.inputs.deviations.tolist()),
        label_mean=repr(reading.scale.label_mean),
        label_deviation=repr(reading.scale.label_deviation),
        layers="".join(f"\n    ({_layer(trained, i)})," for i in range(len(trained.model.layers))),
    )


def _features(reading: InputReading, given: str, columns: str, sine: str, row: str) -> str:
    """The function that makes what the network reads of what it is `given`; empty if that is the inputs."""
    if not reading.scale.features:
        return ""
    names = [f"x{place}" for place in range(len(reading.inputs))]
    formulas = [each.formula(names, sine, "{0} * {0}") for each in reading.scale.features]
    return (
        f"\n\ndef features({given}):\n"
        '    """What the network reads of INPUTS, which are called x0 and so on."""\n'
        f"    {', '.join(names)}{',' * (len(names) == 1)} = {columns}\n"
        f"    return {row.format(', '.join(formulas))}\n"
    )


def _layer(trained: Saved, index: int) -> str:
    neurons = trained.model.layers[index].neurons
    rows = [(neuron.b.data, [weight.data for weight in neuron.w]) for neuron in neurons]
    inner = "".join(f"\n        {row!r}," for row in rows)
    return f"{neurons[0].activation!r}, [{inner}\n    ]"
