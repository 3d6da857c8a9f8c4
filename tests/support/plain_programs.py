"""Random programs written for micrograd whose plain numbers go through names, functions, lists and loops."""

from __future__ import annotations

import random

__all__ = ["plain_program"]

_START = """\
n = 2
lr = 0.125
m = 0.5
x = Value(1.5)
y = Value(-0.75)
kept = [0.25, 1.0]
def step(p, lr, n=1):
    p.data -= lr * p.grad * n
def half(n, by=2):
    m = n / by
    return m
def mixed(a, n):
    n = n + 1
    return a*n
def both(n):
    lr = n*0.5
    return lr, n - 1
"""
_FORMATS = ("", ":.3f", ":9.4f", ":+.2e", ":08.3f", ":<8.2f", ":>7.1f", ":.1%", ":.4g", ":g")


class _Writer:
    def __init__(self, seed: int) -> None:
        self.pick = random.Random(seed)
        self.lines: list[str] = []

    def number(self, depth: int, counter: str = "") -> str:
        pick, kind = self.pick, self.pick.random()
        if depth == 0 or kind < 0.3:
            names = ["n", "lr", "m", "0.5", "2", "x.data", "y.grad", "kept[0]", "kept[-1]", *([counter] * 3)]
            return pick.choice([each for each in names if each])
        one, other = self.number(depth - 1, counter), self.number(depth - 1, counter)
        return pick.choice([
            f"({one} {pick.choice('+-*')} {other})", f"({one} {pick.choice('+-*')} {other})",
            f"half({one})", f"half({one}, by={pick.choice('24')})", f"max({one}, {other})", f"abs({one})",
            f"both({one})[{pick.randrange(2)}]", f"(0.0 - {one})", "sum(kept[:2])", f"({one} > {other})",
            f"round({one}, 2)", f"math.tanh({one})", f"min([{one}, {other}])",
        ])  # fmt: skip

    def statement(self, indent: str, counter: str = "") -> None:
        pick, a = self.pick, self.pick.choice("xy")
        self.lines.append(indent + pick.choice([
            f"{pick.choice(['lr', 'm'])} = {self.number(2, counter)}",
            f"{pick.choice(['lr', 'm'])} {pick.choice(['+=', '*=', '-='])} {self.number(1, counter)}",
            "m = n", "m = 0.75*m + x.grad", f"lr, m = both({self.number(1, counter)})",
            f"kept[0] = {self.number(2, counter)}" if indent else f"kept.append({self.number(2, counter)})",
            f"kept[{pick.randrange(2)}] = {self.number(2, counter)}",
            f"{a} = mixed({pick.choice('xy')}, {self.number(1, counter)}).tanh()",
            f"{a} = (x*{self.number(1, counter)} + y).tanh()",
            f"step({a}, {self.number(1, counter)})", f"step({a}, lr*2, n=n)",
            f"{a}.backward()", f"{a}.grad = {self.number(1, counter)}",
            self.said(counter), self.said(counter),
        ]))  # fmt: skip

    def said(self, counter: str) -> str:
        one, other = (self.number(2, counter) for _ in range(2))
        form, whole = self.pick.choice(_FORMATS), self.pick.choice([":3d", ":02d", ":<4d", ""])
        return self.pick.choice([
            f'print("is", {one}, {other})', f'print(f"{{{one}{form}}} {{n{whole}}}")',
            f'print("{{{form}}} and {{:.2f}}".format({one}, {other}), sep=", ")',
            f'print("%.3f at %d" % ({one}, n))', 'print("n is " + str(n), lr, m, sep="; ")',
        ])  # fmt: skip

    def text(self) -> str:
        pick = self.pick
        for _ in range(pick.randint(3, 8)):
            kind = pick.random()
            if kind < 0.2:
                self.lines.append(pick.choice(["n += 1", "n = n + 1", "n = n*2 - 1", "n = n // 2 + 1"]))
            elif kind < 0.5:
                bound = pick.choice(["n", "2", "n + 1", "len(kept)", "1, n"])
                self.lines.append(f"for k in range({bound}):")
                for _ in range(pick.randint(1, 3)):
                    self.statement("    ", "k")
            else:
                self.statement("")
        self.lines += [
            'print("end", n, lr, m, *kept, x.data, x.grad, y.data, y.grad)'.replace("*kept", "kept[0]")
        ]
        return "\n".join([_START + self.lines[0], *self.lines[1:], ""])


def plain_program(seed: int) -> str:
    """A program, the same one for the same seed."""
    return _Writer(seed).text()
