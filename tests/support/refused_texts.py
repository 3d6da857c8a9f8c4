"""Texts that are not programs: each is an error."""

from __future__ import annotations

__all__ = ["rejected"]

REJECTED = """\
a = 1 +¦a = (1¦a = 1)¦a = (1]¦a ** * b¦b = a*zz¦b = a.__class__.__mro__¦a.__class__ = 1¦a.data.data = 1
x = __import__('os').system('true')¦open('x')¦exec('1')¦eval(1)¦x = 'a'*10¦x = b'a'¦x = f'{a}'¦x = f'{'¦x = '\\d'
x = '''a¦x = (lambda: 1)()¦lambda a: a¦x = (a for a in b)¦x = {}¦x = {a}¦x = {a: a}
x = a and a¦x = not a¦x = ~a¦x = Value(1) == a¦Value(a) < 1¦x = a is a¦x = a in a¦x = 1if qq else 3¦x = a if tanh(a) else a¦x = (a, a)
x, y = 1, 2, 3¦x, *y = 1, 2¦x, y = 1¦x = y = 1¦x: int = 1¦a[0]¦a[0] = 1¦x = a[1:2]¦(x := 1)¦x = *a¦*x = 1¦tanh(*a)¦tanh(**a)¦tanh(a=a)
import os¦from os import *¦from __future__ import braces¦def f(*a): pass¦async def f(): pass¦class A: pass¦@a
while True: pass¦if tanh(a): pass¦else: pass¦elif a: pass¦try: pass¦with a: pass¦return 1¦yield 1¦x = yield¦await a
global a¦nonlocal a¦assert a¦raise a¦break¦continue¦match a:¦case 1:¦type X = int¦del 1¦del a.data¦del¦x = a a
tanh(a) % 2¦tanh(a) // 2¦a % 0¦a @ a¦a << 1¦a >> 1¦a & 1¦a ^ 2¦a |= 1¦a.data //= 2¦a := 1¦x == = 1¦x = = 1¦1 = a¦a + 1 = a¦tanh(a) = 1
True = 1¦x = True¦x = None¦x = ...¦x = 1j¦x = 1.2.3¦x = 2x¦x = 012¦x = 1__0¦x = 0b2¦x = 0o9¦x = 1e¦x = 0xg
print a¦print(a, sep=a)¦print(b=a)¦print('hi' + a)¦backward()¦backward(1)¦backward(a, a)¦a.backward(a)¦a.retain()
retain(a*a)¦retain(1)¦retain()¦zero_grad(1)¦zero_grad(a*a)¦release(a.data)¦a.foo = 1¦a.data = a¦a.grad = tanh(a)
for i in 3: a¦for i in range(): a¦for i in range(1, 2, 0.5): a¦for i in range(tanh(a)): a¦for i in range(1.5): a
for i in range(True): a¦for i, j in range(3): a¦for a.data in range(3): a¦for i in range(3) a¦for i in range(3):
for i in range(a.data): a¦for tanh in range(3): a¦for in range(3): a¦for i in range(n=3): a¦for i in [1]: i = 2
  a = 1¦tanh¦x = tanh¦x = a.foo¦a.foo()¦a()¦(1)(2)¦tanh()¦tanh(a, a)¦a.tanh(1)¦uniform(1)¦x = uniform
x = uniform(a*b, 1)¦x = range(3)¦x = backward(a)¦x = $¦x = ?¦x = !a¦x = `a`¦x = “a”¦x = a × a¦x = a − 1¦x = a²¦x = ∞
x = 1\xa0+ 2¦x = \u3000 1¦x = \ue000¦\ufeffa = 1¦a = 1 \u202e¦# \u202b¦x\x00 = 1¦x = \ud800¦\x0ca = 1¦x = a\u2028
// no¦/* no */¦x++¦a->b¦int x = 1¦x = nan¦x = inf¦\\¦x = 1 \\ 2¦;¦x = 1;; y = 2¦x = 'it¦x = "¦x = \"\"
"""  # noqa: E501


def rejected() -> list[str]:
    """Texts that are not programs, one a piece."""
    return [text for line in REJECTED.split("\n") for text in line.split("¦") if text]
