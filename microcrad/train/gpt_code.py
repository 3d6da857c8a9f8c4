"""Trained GPTs as Python: alone, or as a PyTorch module. Both give the numbers microcrad gives."""

from __future__ import annotations

from microcrad.train.saved import SavedText

__all__ = ["python_gpt", "pytorch_gpt"]

_HEAD = '''\
"""{about} Needs {needs}."""

{imports}

VOCABULARY = {vocabulary}
POSITIONS, HEADS, LAYERS = {positions}, {heads}, {layers}
WITHOUT = {without}
MATRICES = {{{matrices}
}}
"""Rows of numbers by the name of their matrix."""
'''

_TOKENS = '''

def tokens(word):
    """A word's tokens after the one that stands before it."""
    unknown = [letter for letter in word if letter not in VOCABULARY]
    if unknown:
        raise SystemExit(f"{unknown[0]!r} is not one of {VOCABULARY!r}")
    if len(word) >= POSITIONS:
        raise SystemExit(f"{word!r} has {len(word)} letters: at most {POSITIONS - 1} can be read")
    return [len(VOCABULARY), *map(VOCABULARY.index, word)]


def sample(temperature=0.5, beginning="", generator=random):
    """A word of its own, letter by letter."""
    word = beginning
    while len(word) < POSITIONS - 1:
        shares = following(word, temperature)
        letter = generator.choices(list(shares), list(shares.values()))[0]
        if not letter:
            break
        word += letter
    return word


if __name__ == "__main__":
    import sys

    print(sample(beginning=sys.argv[1] if len(sys.argv) > 1 else ""))
'''

_PYTHON = '''

def dot(a, b):
    total = a[0] * b[0]
    for x, y in zip(a[1:], b[1:], strict=True):
        total += x * y
    return total


def product(name, x):
    return [dot(row, x) for row in MATRICES[name]]


def norm(x):
    if "norm" in WITHOUT:
        return x
    scale = (dot(x, x) * (1 / len(x)) + 1e-5) ** -0.5
    return [each * scale for each in x]


def softmax(values):
    largest = max(values)
    shares = [math.exp(value - largest) for value in values]
    total = sum(shares)
    return [share / total for share in shares]


def added(made, stream):
    return made if "residual" in WITHOUT else [[a + b for a, b in zip(*pair)] for pair in zip(made, stream)]


def attention(layer, stream):
    """What each position takes from those up to it."""
    read = [norm(x) for x in stream]
    names = (f"layer{layer}.{name}" for name in ("query", "key", "value"))
    queries, keys, values = ([product(name, x) for x in read] for name in names)
    width = len(queries[0]) // HEADS
    scale = 1.0 if "scale" in WITHOUT else 1 / math.sqrt(width)
    taken = []
    for place, query in enumerate(queries):
        seen = slice(None) if "mask" in WITHOUT else slice(place + 1)
        gathered = []
        for start in range(0, len(query), width):
            part = slice(start, start + width)
            shares = softmax([dot(query[part], key[part]) * scale for key in keys[seen]])
            gathered += [dot(shares, column) for column in zip(*(value[part] for value in values[seen]))]
        taken.append(product(f"layer{layer}.output", gathered))
    return taken


def network(layer, stream):
    """Each position by itself: wider, relu, and back."""
    wide = ([max(each, 0.0) for each in product(f"layer{layer}.widen", norm(x))] for x in stream)
    return [product(f"layer{layer}.narrow", x) for x in wide]


def logits(tokens):
    """For each token a score for every token that may come next."""
    stream = [MATRICES["letters"][token] for token in tokens]
    if "positions" not in WITHOUT:
        stream = [[a + b for a, b in zip(*pair)] for pair in zip(stream, MATRICES["places"])]
    stream = [norm(x) for x in stream]
    for layer in range(LAYERS):
        if "attention" not in WITHOUT:
            stream = added(attention(layer, stream), stream)
        if "network" not in WITHOUT:
            stream = added(network(layer, stream), stream)
    return [product("head", x) for x in stream]


def following(word, temperature=1.0):
    """The probability of every letter to come next, and of the end, which is empty."""
    return dict(zip([*VOCABULARY, ""], softmax([each / temperature for each in logits(tokens(word))[-1]])))
'''

_PYTORCH = '''

class Model(torch.nn.Module):
    """Takes the tokens of words, shape (words, positions), and gives logits for what comes after each."""

    def __init__(self):
        super().__init__()
        self.matrices = torch.nn.ParameterDict()
        for name, rows in MATRICES.items():
            self.matrices[name.replace(".", "_")] = torch.tensor(rows, dtype=torch.float64)

    def product(self, x, name):
        return x @ self.matrices[name.replace(".", "_")].T

    def norm(self, x):
        return x if "norm" in WITHOUT else x * ((x * x).mean(dim=-1, keepdim=True) + 1e-5) ** -0.5

    def attention(self, layer, x):
        words, count, size = x.shape
        q, k, v = (
            self.product(x, f"layer{layer}.{name}").reshape(words, count, HEADS, -1).transpose(1, 2)
            for name in ("query", "key", "value")
        )
        fits = q @ k.transpose(2, 3) * (1.0 if "scale" in WITHOUT else (size // HEADS) ** -0.5)
        if "mask" not in WITHOUT:
            later = torch.triu(torch.ones(count, count, dtype=torch.bool), diagonal=1)
            fits = fits.masked_fill(later, float("-inf"))
        gathered = (fits.softmax(dim=-1) @ v).transpose(1, 2).reshape(words, count, size)
        return self.product(gathered, f"layer{layer}.output")

    def network(self, layer, x):
        return self.product(torch.relu(self.product(x, f"layer{layer}.widen")), f"layer{layer}.narrow")

    def forward(self, tokens):
        x = self.matrices["letters"][tokens]
        if "positions" not in WITHOUT:
            x = x + self.matrices["places"][: tokens.shape[1]]
        x = self.norm(x)
        for layer in range(LAYERS):
            if "attention" not in WITHOUT:
                made = self.attention(layer, self.norm(x))
                x = made if "residual" in WITHOUT else made + x
            if "network" not in WITHOUT:
                made = self.network(layer, self.norm(x))
                x = made if "residual" in WITHOUT else made + x
        return self.product(x, "head")


MODEL = Model()


def following(word, temperature=1.0):
    """The probability of every letter to come next, and of the end, which is empty."""
    with torch.no_grad():
        logits = MODEL(torch.tensor([tokens(word)]))[0, -1]
    return dict(zip([*VOCABULARY, ""], (logits / temperature).softmax(dim=-1).tolist()))
'''


def python_gpt(trained: SavedText) -> str:
    """A script with the functions `following` and `sample`; sums run in the engine's order."""
    return _filled(trained, "nothing but Python", "import math\nimport random", _PYTHON)


def pytorch_gpt(trained: SavedText) -> str:
    """A module with the class `Model`, in double precision, and the functions `following` and `sample`."""
    return _filled(trained, "PyTorch", "import random\n\nimport torch", _PYTORCH)


def _filled(trained: SavedText, needs: str, imports: str, body: str) -> str:
    model = trained.model
    # Names come from people's files: of control characters and quotes nothing is left in the docstring.
    data = "".join(c for c in trained.data if c.isprintable() and c not in "\"'\\{}")
    matrices = {
        name: [[value.data for value in row] for row in matrix] for name, matrix in model.matrices().items()
    }
    head = _HEAD.format(
        about=f"A GPT trained by microcrad on {data}: {len(model.parameters())} parameters.",
        needs=needs,
        imports=imports,
        vocabulary=ascii(model.vocabulary),
        positions=model.positions,
        heads=model.heads,
        layers=len(model.layers),
        without=repr(sorted(model.without)),
        matrices="".join(f"\n    {name!r}: {rows!r}," for name, rows in matrices.items()),
    )
    return head + body + _TOKENS
