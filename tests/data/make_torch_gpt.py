"""Makes torch_gpt.json: losses of a GPT's first fifty steps, one name each, and its first gradient.

PyTorch is no dependency. Run this where it is installed: `python make_torch_gpt.py > torch_gpt.json`. The
model is written here with matrices, and all positions of a name at once: embeddings of letters and positions,
rmsnorm, one layer of causal attention with four heads and a network with relu, both added to the stream, and
a head, without biases. Sizes, draws and Adam are those of Karpathy's microgpt. Doubles, written exactly.
"""
# mypy: ignore-errors

import json
import random

import torch

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
NAMES = [
    "emma",
    "olivia",
    "ava",
    "isabella",
    "sophia",
    "charlotte",
    "mia",
    "amelia",
    "harper",
    "maximilianjames",
]
STEPS, RATE, BETAS, EPSILON = 50, 0.01, (0.85, 0.99), 1e-8
SHAPES = [(27, 16), (16, 16), (27, 16), *[(16, 16)] * 4, (64, 16), (16, 64)]

dice = random.Random(42)
matrices = [
    torch.tensor([[dice.gauss(0, 0.08) for _ in range(columns)] for _ in range(rows)], requires_grad=True)
    for rows, columns in SHAPES
]


def norm(x):
    return x / torch.sqrt((x * x).mean(dim=-1, keepdim=True) + 1e-5)


def loss_of(name):
    letters, places, head, query, key, value, output, widen, narrow = matrices
    tokens = [26, *(ord(letter) - 97 for letter in name), 26]
    count = len(tokens) - 1
    stream = norm(letters[tokens[:-1]] + places[:count])
    x = norm(stream)
    q, k, v = ((x @ m.T).reshape(count, 4, 4).transpose(0, 1) for m in (query, key, value))
    later = torch.triu(torch.ones(count, count, dtype=torch.bool), diagonal=1)
    fits = (q @ k.transpose(1, 2) / 2).masked_fill(later, float("-inf"))
    gathered = (fits.softmax(dim=-1) @ v).transpose(0, 1).reshape(count, 16)
    stream = gathered @ output.T + stream
    stream = torch.relu(norm(stream) @ widen.T) @ narrow.T + stream
    return torch.nn.functional.cross_entropy(stream @ head.T, torch.tensor(tokens[1:]))


if __name__ == "__main__":
    optimizer = torch.optim.Adam(matrices, lr=RATE, betas=BETAS, eps=EPSILON)
    losses, first = [], None
    for step in range(STEPS):
        for group in optimizer.param_groups:
            group["lr"] = RATE * (1 - step / STEPS)
        optimizer.zero_grad()
        loss = loss_of(NAMES[step % len(NAMES)])
        loss.backward()
        first = first or [[float(g.grad.sum()), float(g.grad[0, 0]), float(g.grad.norm())] for g in matrices]
        losses.append(loss.item())
        optimizer.step()
    settings = {"names": NAMES, "rate": RATE, "betas": BETAS, "epsilon": EPSILON}
    print(json.dumps({"torch": torch.__version__, **settings, "losses": losses, "gradient": first}, indent=1))
