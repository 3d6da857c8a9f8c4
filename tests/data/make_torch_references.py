"""Makes torch.json: what PyTorch 2.13.0 computes, for the tests of losses and optimisers.

PyTorch is no dependency. Run this where it is installed: `python make_torch_references.py > torch.json`.
Numbers are doubles, written exactly.
"""
# mypy: ignore-errors

import json
import random

import torch
from torch.nn import functional

torch.set_default_dtype(torch.float64)
STEPS = 50
LOGITS = [-1000.0, -745.5, -30.0, -2.5, -1e-9, -0.0, 0.0, 1e-9, 0.75, 36.7, 1000.0]
ROWS = [
    [0.0, 0.0, 0.0], [1.5, -0.25, 3.0], [3.0, 3.0, -3.0], [1000.0, -1000.0, 0.0], [-1000.0, -1000.0, -1000.0],
    [-1000.0, 1000.0, 1000.0], [1e-12, 0.0, -1e-12], [700.0, 710.0, 720.0], [2.0],
    [-0.5, 0.25, 0.125, 4.0, -7.0],
]  # fmt: skip


def one(function, inputs, target):
    """A loss and its gradients for one sample."""
    leaf = torch.tensor(inputs, requires_grad=True)
    loss = function(leaf, torch.tensor(target))
    loss.backward()
    return {"inputs": inputs, "target": target, "loss": loss.item(), "grads": leaf.grad.tolist()}


def hinge(score, label):
    return torch.relu(1 - label * score).sum()


def optimiser(make, schedule=None):
    """Parameters and rates of 50 steps whose gradients are given: small, huge, tiny, often 0, and -0."""
    draw = random.Random(7)
    parameters = torch.tensor([0.5, -1.25, 3.0, 100.0, 0.0], requires_grad=True)
    optimizer = make([parameters])
    scheduler = schedule(optimizer) if schedule else None
    start, rows = parameters.tolist(), []
    for _ in range(STEPS):
        grads = [
            draw.gauss(0, 1),
            1e4 * draw.gauss(0, 1),
            1e-7 * draw.gauss(0, 1),
            draw.choice([0.0, 1.0]),
            -0.0,
        ]
        parameters.grad = torch.tensor(grads)
        rate = optimizer.param_groups[0]["lr"]
        optimizer.step()
        rows.append({"rate": rate, "grads": grads, "data": parameters.tolist()})
        if scheduler:
            scheduler.step()
    return {"start": start, "steps": rows}


def cosine(optimizer):
    return torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=STEPS, eta_min=0.01)


def steps(optimizer):
    return torch.optim.lr_scheduler.StepLR(optimizer, step_size=10, gamma=0.5)


print(
    json.dumps(
        {
            "torch": torch.__version__,
            "hinge": [one(hinge, [z], [y]) for z in LOGITS for y in (-1.0, 1.0)],
            "binary_cross_entropy": [
                one(functional.binary_cross_entropy_with_logits, [z], [y])
                for z in LOGITS
                for y in (0.0, 1.0, 0.25)
            ],
            "softmax_cross_entropy": [
                one(functional.cross_entropy, row, [float(i == right) for i in range(len(row))])
                for row in ROWS
                for right in range(len(row))
            ],
            "mean_squared_error": [one(functional.mse_loss, row, [0.5 * x + 1 for x in row]) for row in ROWS],
            "SGD": optimiser(lambda p: torch.optim.SGD(p, lr=0.1)),
            "Momentum": optimiser(lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9)),
            "Adam": optimiser(lambda p: torch.optim.Adam(p, lr=0.02)),
            "SGD, Cosine": optimiser(lambda p: torch.optim.SGD(p, lr=0.3), cosine),
            "Momentum, Steps": optimiser(lambda p: torch.optim.SGD(p, lr=0.3, momentum=0.9), steps),
            "Adam, Steps": optimiser(lambda p: torch.optim.Adam(p, lr=0.3), steps),
        },
        separators=(",", ":"),
    )
)
