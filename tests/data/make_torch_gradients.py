"""Makes torch_gradients.json: PyTorch's gradients, where ours differ and where not, for the reference.

PyTorch is no dependency. Run this where it is installed:
`python make_torch_gradients.py > torch_gradients.json`. Each program is written for PyTorch by hand, beside
the one in our language. Numbers are doubles, written exactly, nan and infinities as words.
"""
# mypy: ignore-errors

import json

import torch

torch.set_default_dtype(torch.float64)


def grads(function, *inputs, backwards=1):
    """The gradients of a function at some numbers, after so many backward passes."""
    leaves = [torch.tensor(x, requires_grad=True) for x in inputs]
    out = function(*leaves)
    for _ in range(backwards):
        out.backward(retain_graph=True)
    numbers = [each.grad.item() for each in leaves]
    return [number if number - number == 0 else str(number) for number in numbers]


def shared(x):
    y = x * x
    return y + x


PROGRAMS = {
    "x = -1; y = sqrt(relu(x))": grads(lambda x: torch.sqrt(torch.relu(x)), -1.0),
    "x = 1e400 - 1e400; y = relu(x)": grads(torch.relu, float("nan")),
    "x = -1000; y = sigmoid(x)": grads(torch.sigmoid, -1000.0),
    "a = -2; n = 2; y = a**n": grads(lambda a, n: a**n, -2.0, 2.0),
    "a = 0; n = 2; y = a**n": grads(lambda a, n: a**n, 0.0, 2.0),
    "a = 1e-200; b = 1e-200; y = a/b": grads(lambda a, b: a / b, 1e-200, 1e-200),
    "x = 1e-310; y = log(x)*1e-300": grads(lambda x: torch.log(x) * 1e-300, 1e-310),
    "a = 1; b = 1; y = max(a, b)": grads(torch.maximum, 1.0, 1.0),
    "x = 3; y = x*x; z = y + x; backward(z); backward(z)": grads(shared, 3.0, backwards=2),
    # Where they agree, too.
    "x = 0; y = sqrt(x)": grads(torch.sqrt, 0.0),
    "x = 0; y = relu(x)": grads(torch.relu, 0.0),
    "x = 30; y = tanh(x)": grads(torch.tanh, 30.0),
    "x = 0; y = log(x)": grads(torch.log, 0.0),
    "x = 1000; y = exp(x)": grads(torch.exp, 1000.0),
    "x = 1000; y = sigmoid(x)": grads(torch.sigmoid, 1000.0),
    "a = 2; b = 0; y = a/b": grads(lambda a, b: a / b, 2.0, 0.0),
    "a = 3; n = -0.5; y = a**n": grads(lambda a, n: a**n, 3.0, -0.5),
    "x = -2; y = x**2": grads(lambda x: x**2, -2.0),
}
"""Each program with its lines in one; one that does not call backward is differentiated at y."""

if __name__ == "__main__":
    print(json.dumps({"torch": torch.__version__, "grads": PROGRAMS}, indent=1))
