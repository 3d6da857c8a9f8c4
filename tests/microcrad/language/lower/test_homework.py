"""Homework as people bring it: it runs unchanged, with the numbers that Python has of it."""

from __future__ import annotations

import re
from itertools import chain

import pytest
from micrograd_texts import FIRST, SECOND
from programs import snapshot
from surface import MICROGRAD, as_python

from microcrad.language.parser import parse

HOMEWORK = {
    "a function that trains a network": """\
# perceptron from a blog, with a train function
import random
from micrograd.nn import MLP
from micrograd.engine import Value
random.seed(3)
model = MLP(2, [4, 1])
X = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
Y = [-1.0, 1.0, 1.0, -1.0]
def train(model, X, Y, epochs=5, lr=0.05):
    history = []
    for epoch in range(epochs):
        preds = [model(x) for x in X]
        loss = sum(((p - y)**2 for p, y in zip(preds, Y)), Value(0.0))
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= lr * p.grad
        history.append(loss.data)
        if epoch % 2 == 0:
            print(f"Epoch {epoch}: loss = {loss.data:.4f}")
    return history
history = train(model, X, Y)
print("final", history[-1])
""",
    "a perceptron with momentum": """\
w = [Value(0.1), Value(-0.2)]
b = Value(0.0)
batch = [([1.0, 2.0], 1), ([2.0, -1.0], -1)]
learning_rate, momentum, epochs = 0.1, 0.9, 3
v = [0.0] * (len(w) + 1)
for epoch in range(1, epochs + 1):
    total = 0.0
    for (x, t) in batch:
        z = sum([wi * xi for wi, xi in zip(w, x)]) + b
        loss = (1 - t * z).relu()
        total += loss.data
        for p in w + [b]:
            p.grad = 0.0
        loss.backward()
        for i, p in enumerate(w + [b]):
            v[i] = momentum * v[i] - learning_rate * p.grad
            p.data += v[i]
    print("Epoch", epoch, "avg loss", total / len(batch))
print([p.data for p in w], b.data)
""",
    "the slope by hand": """\
import math
h = 0.0001
def f(x):
    return 3*x**2 - 4*x + 5
x = 3.0
print("f", f(x))
print("slope", (f(x + h) - f(x))/h)
a = 2.0
b = -3.0
c = 10.0
d1 = a*b + c
a += h
d2 = a*b + c
print('d1', d1)
print('d2', d2)
print('slope', (d2 - d1)/h)
a = Value(2.0, label='a')
b = Value(-3.0, label='b')
c = Value(10.0, label='c')
e = a*b; e.label = 'e'
d = e + c; d.label = 'd'
g = Value(-2.0, label='f')
L = d * g; L.label = 'L'
L.backward()
print(f"{L.data:.4f} {a.grad:8.3f} {b.grad:+.2e}")
""",
    "a neuron": """\
x1 = Value(2.0, label='x1')
x2 = Value(0.0, label='x2')
w1 = Value(-3.0, label='w1')
w2 = Value(1.0, label='w2')
b = Value(6.8813735870195432, label='b')
x1w1 = x1*w1; x1w1.label = 'x1*w1'
x2w2 = x2*w2; x2w2.label = 'x2*w2'
x1w1x2w2 = x1w1 + x2w2; x1w1x2w2.label = 'x1*w1 + x2*w2'
n = x1w1x2w2 + b; n.label = 'n'
e = (2*n).exp()
o = (e - 1) / (e + 1)
o.label = 'o'
o.backward()
print("o", o.data, "x1", x1.grad, "w1", w1.grad, "w2", w2.grad)
""",
    "four points": """\
import random
random.seed(1337)
n = MLP(3, [4, 4, 1])
xs = [
  [2.0, 3.0, -1.0],
  [3.0, -1.0, 0.5],
  [0.5, 1.0, 1.0],
  [1.0, 1.0, -1.0],
]
ys = [1.0, -1.0, -1.0, 1.0]
for k in range(20):
    ypred = [n(x) for x in xs]
    loss = sum((yout - ygt)**2 for ygt, yout in zip(ys, ypred))
    for p in n.parameters():
        p.grad = 0.0
    loss.backward()
    for p in n.parameters():
        p.data += -0.01 * p.grad
    print(k, loss.data)
print(ys[0], ys[-1], len(xs))
print("params", len(n.parameters()))
""",
    "softmax": """\
logits = [Value(0.0), Value(3.0), Value(-2.0), Value(1.0)]
counts = [logit.exp() for logit in logits]
denominator = sum(counts)
probs = [c / denominator for c in counts]
loss = -probs[3].log()
loss.backward()
print("loss", loss.data)
for i, (p, l) in enumerate(zip(probs, logits)):
    print(f"{i:2d} {p.data:8.4f} {l.grad:+8.4f}")
ans = [0.041772570515350445, 0.8390245074625319, 0.005653302662216329, -0.8864503806400986]
for dim in range(4):
    print(dim, abs(ans[dim] - logits[dim].grad))
""",
    "mini-batches with momentum": """\
import random
random.seed(42)
xs = [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0]
ys = [2.1, 2.9, 4.2, 5.1, 5.8, 7.2, 7.9, 9.1]
w = Value(random.uniform(-1, 1))
b = Value(0.0)
params = [w, b]
velocity = [0.0 for p in params]
lr = 0.02
beta = 0.9
batch_size = 4
epochs = 5
losses = []
for epoch in range(epochs):
    total = 0.0
    for i in range(0, len(xs), batch_size):
        xb = xs[i:i+batch_size]
        yb = ys[i:i+batch_size]
        preds = [w*x + b for x in xb]
        loss = sum([(p - y)**2 for p, y in zip(preds, yb)]) / len(xb)
        for p in params:
            p.grad = 0.0
        loss.backward()
        for j, p in enumerate(params):
            velocity[j] = beta*velocity[j] + p.grad
            p.data -= lr*velocity[j]
        total += loss.data
    lr *= 0.95
    losses.append(total)
    print(f"epoch {epoch+1:3d} | loss {total:.6f} | lr {lr:.4f}")
print("first", losses[0], "last", losses[-1], "best", min(losses))
print(round(w.data, 3), round(b.data, 3))
""",
    "moons": """\
import random
import numpy as np
import matplotlib.pyplot as plt
random.seed(1337)
X = [[0.5, 0.2], [-0.3, 0.9], [1.2, -0.4], [0.1, 0.7], [1.9, 0.1], [-0.9, 0.4]]
y = [1, -1, 1, -1, 1, -1]
model = MLP(2, [4, 4, 1])
print("number of parameters", len(model.parameters()))
def loss():
    inputs = [list(map(Value, xrow)) for xrow in X]
    scores = list(map(model, inputs))
    losses = [(1 + -yi*scorei).relu() for yi, scorei in zip(y, scores)]
    data_loss = sum(losses) * (1.0 / len(losses))
    alpha = 1e-4
    reg_loss = alpha * sum((p*p for p in model.parameters()))
    total_loss = data_loss + reg_loss
    accuracy = [(yi > 0) == (scorei.data > 0) for yi, scorei in zip(y, scores)]
    return total_loss, sum(accuracy) / len(accuracy)
for k in range(10):
    total_loss, acc = loss()
    model.zero_grad()
    total_loss.backward()
    learning_rate = 1.0 - 0.9*k/100
    for p in model.parameters():
        p.data -= learning_rate * p.grad
    print(f"step {k} loss {total_loss.data}, accuracy {acc*100:.1f}%")
""",
    "weight decay and a schedule": """\
def lr_at(step, base=0.1):
    return base * 0.9**step
def update(p, lr, wd):
    p.data -= lr * (p.grad + wd * p.data)
def mse(pred, target):
    return (pred - target)**2
n = 6
w = Value(0.3)
b = Value(-0.2)
data = [(1.0, 2.0), (2.0, 3.5), (3.0, 5.0)]
wd = 0.01
for step in range(n):
    loss = Value(0.0)
    for x, y in data:
        loss = loss + mse(w*x + b, y)
    loss = loss / len(data)
    w.grad = 0.0
    b.grad = 0.0
    loss.backward()
    lr = lr_at(step)
    update(w, lr*2, wd)
    update(b, lr, wd/2)
    print("step %d loss %.4f lr %.3e" % (step, loss.data, lr))
print("w={:.3f} b={:.3f}".format(w.data, b.data))
print(lr, n*2, n)
""",
    "Adam by hand, in main": """\
def main():
    lr = 0.5
    steps = 15
    x = Value(5.0)
    m = 0.0
    v = 0.0
    beta1 = 0.9
    beta2 = 0.999
    eps = 1e-8
    for t in range(1, steps + 1):
        loss = (x - 2)**2
        x.grad = 0
        loss.backward()
        m = beta1*m + (1 - beta1)*x.grad
        v = beta2*v + (1 - beta2)*x.grad**2
        mhat = m / (1 - beta1**t)
        vhat = v / (1 - beta2**t)
        x.data -= lr * mhat / (vhat**0.5 + eps)
        print(f"{t:03d} x={x.data:10.6f} m={m:.3e}", end="\\n")
    print("-" * 20)
    print("done: " + str(steps) + " steps", sep="")

if __name__ == "__main__":
    main()
""",
    "xor by lists of lists": """\
import random
random.seed(0)
hidden = 3
W1 = [[Value(random.uniform(-1, 1)) for _ in range(2)] for _ in range(hidden)]
b1 = [Value(0)] * hidden
W2 = [Value(random.uniform(-1, 1)) for _ in range(hidden)]
b2 = Value(0)
X = [[0, 0], [0, 1], [1, 0], [1, 1]]
Y = [0, 1, 1, 0]
def forward(x):
    hs = []
    for row, b in zip(W1, b1):
        act = sum((wi*xi for wi, xi in zip(row, x)), b)
        hs.append(act.tanh())
    return sum((wi*hi for wi, hi in zip(W2, hs)), b2)
params = []
for row in W1:
    params += row
params += b1[:1] + W2 + [b2]
print(len(params), "parameters")
lr = 0.1
losses = []
for epoch in range(8):
    preds = [forward(x) for x in X]
    loss = sum((p - y)**2 for p, y in zip(preds, Y)) / len(Y)
    for p in params:
        p.grad = 0.0
    loss.backward()
    for p in params:
        p.data -= lr * p.grad
    losses.append(loss.data)
    correct = [(p.data > 0.5) == (y == 1) for p, y in zip(preds, Y)]
    print(epoch, round(loss.data, 4), sum(correct)/len(correct))
""",
    "micrograd's own tests": f"""\
from micrograd.engine import Value
{FIRST}xmg, ymg = x, y
print(ymg.data, xmg.grad)
{SECOND}"""
    """\
print(f'{g.data:.4f}')
print(f'{a.grad:.4f}')
print(f'{b.grad:.4f}')
""",
    "clipping and a cosine schedule": """\
import math
n_steps = 4
n_warm = n_steps // 2
lr_max, lr_min = 0.2, 0.02
theta = [Value(1.0), Value(-2.0)]
target = [3.0, 0.5]
history = []
for s in range(n_steps):
    loss = Value(0)
    for t, y in zip(theta, target):
        loss += (t - y)**2
    for t in theta: t.grad = 0
    loss.backward()
    gnorm = math.sqrt(sum(t.grad**2 for t in theta))
    clip = min(1.0, 5.0/gnorm)
    lr = lr_min + 0.5*(lr_max - lr_min)*(1 + math.cos(math.pi*s/n_steps))
    for t in theta:
        t.data = t.data - lr*clip*t.grad
    history.append((s, loss.data))
    print(s, f"{loss.data:.5f}", f"{gnorm:>9.4f}", f"{clip:.1%}", f"{lr:g}")
for s, l in history:
    print(s, l)
print(n_warm, n_steps % 3, max(target), len(history))
""",
}
_NUMBER = re.compile(r"(?<![\w.])[-+]?\d+\.?\d*(?:e[-+]?\d+)?")


def _said(lines: list[str]) -> list[object]:
    """Lines with the numbers in them read, as Python writes 2.0 where the language writes 2."""
    return [(_NUMBER.sub("#", line), [float(each) for each in _NUMBER.findall(line)]) for line in lines]


@pytest.mark.parametrize("name", HOMEWORK)
def test_it_says_what_python_says(name: str) -> None:
    text, printed = HOMEWORK[name], list[str]()
    as_python(
        re.sub(r"^(?:from micrograd|import (?!math|random)).*$", "", text, flags=re.M), printed, MICROGRAD
    )
    at = snapshot(text)
    assert at.program.errors == ()
    assert _said(list(at.output)) == _said(list(chain.from_iterable(each.split("\n") for each in printed)))


@pytest.mark.parametrize(
    ("name", "line", "refused", "instead"),
    [
        ("four points", "    print(k, loss.data)", "    if loss.data > 1: print(k)", "loop's variable"),
        ("softmax", "loss.backward()", "while loss.data > 1: loss.backward()", "for i in range(10)"),
        ("moons", "y = [1, -1, 1, -1, 1, -1]", "y = np.array([1, -1, 1, -1, 1, -1])", "the list alone"),
        ("xor by lists of lists", "b2 = Value(0)", "b2: Value = Value(0)", "name = expression"),
        ("a neuron", "o.backward()", "class Neuron: pass", "are here already"),
    ],
)
def test_what_cannot_run_is_told_once_and_its_repair_runs(
    name: str, line: str, refused: str, instead: str
) -> None:
    """The line as it runs is what the hint says to write."""
    assert HOMEWORK[name].count(f"\n{line}\n") == 1
    (error,) = parse(HOMEWORK[name].replace(f"\n{line}\n", f"\n{refused}\n")).errors
    assert instead in error.hint
    assert error.line == HOMEWORK[name].partition(f"\n{line}\n")[0].count("\n") + 2
