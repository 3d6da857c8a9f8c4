"""Random programs whose loops and functions change the lists that they go over, and lengthen lists."""

from __future__ import annotations

import random

__all__ = ["changing_lists"]

_START = """\
rows = [[Value(1), Value(2)], [Value(3), Value(4)]]
w = [Value(5), Value(6), Value(7)]
a = Value(8)
def f(p, x):
    p[1] = p[0] + x
    return p[0]
def g(r, x):
    q = r[0]
    r[0] = [x, r[1][0]]
    r[1] = q
    return q[1] + r[0][0]
def h(p):
    for e in p:
        p[0] = e + 1
    return p[0]
def m(p, x):
    rows = [[x, p[0]] for e in p[:1]]
    row = [p[1], x]
    row.append(x * 2)
    rows.append(row)
    return rows
def k(p, x):
    new = []
    for e in p:
        new.append(e * x)
    p += new[:1]
    new.append(x)
    return new[0] + new[-1]
"""
_FLAT = ("w", "w[::-1]", "w[:2]", "[a, w[0]]", "rows[0]", "rows[1]", "[w[1], a]", "list(w)")
_ROWS = ("rows", "rows[::-1]", "[rows[1], rows[0]]", "list(rows)")


def changing_lists(seed: int, *, grows: bool = False) -> str:
    """A program of nodes, of lists of nodes and of a list of lists, which prints what its names mean.

    Where lists grow, a loop may go over one that does, and never end.
    """
    made = _Program(random.Random(seed), grows)
    return _START + "\n".join(made.lines) + "\n"


class _Program:
    def __init__(self, chance: random.Random, grows: bool) -> None:
        self.chance, self.grows, self.lines = chance, grows, list[str]()
        for _ in range(chance.randrange(1, 4)):
            if chance.random() < 0.3:
                self.statement(0, [], [])
            else:
                self.loop(1, 0, [], [])
        self.lines += ["print(a.data)", *(f"print(w[{i}].data)" for i in range(3))]
        self.lines += [f"print(rows[{i}][{j}].data)" for i in range(2) for j in range(2)]
        if grows:
            self.lines += ["for e in w[3:]:", "    print(e.data)", "for r in rows:", "    for e in r[2:]:"]
            self.lines += ["        print(e.data)"]

    def node(self, nodes: list[str], lists: list[str]) -> str:
        """One node by a name that it has here."""
        pick = self.chance.randrange
        among = ["a", f"w[{pick(3)}]", f"rows[{pick(2)}][{pick(2)}]", *nodes * 3]
        return self.chance.choice([*among, *(f"{each}[{pick(2)}]" for each in lists * 2)])

    def statement(self, depth: int, nodes: list[str], lists: list[str]) -> None:
        """One line that changes something, and what the variables of the loops around mean after it."""
        pick, choice = self.chance.randrange, self.chance.choice
        first, second, third = (self.node(nodes, lists) for _ in range(3))
        row = choice(["rows[0]", "rows[1]", *lists])
        line = choice([
            f"w[{pick(3)}] = {first}{choice(['', ' + 1', '*2'])}",
            f"rows[{pick(2)}][{pick(2)}] = {first}{choice(['', ' + 1'])}",
            f"rows[{pick(2)}] = {row}",
            f"rows[{pick(2)}] = [{first}, {second}]",
            f"a = {first} + {second}",
            f"a = f({choice(['w', row])}, {first})",
            f"a = g(rows, {first})",
            f"w[0], w[{pick(1, 3)}] = {first}, {second}",
            f"rows[0], rows[1] = rows[1], {row}",
            f"{row}[{pick(2)}] = {first}",
            f"w = [{first}, {second}, {third}]",
            f"a = h({choice(['w', row])})",
            f"rows = [rows[1], {choice(['rows[0]', f'[{first}, {second}]'])}]",
            *([f"{choice(['w', row])}.append({first})", f"rows.append({row})",
               f"{choice(['w', row])}.extend({choice(['w', row])}[:2])",
               f"w += [{first}, {second}]", f"a = k({choice(['w', row])}, {first})",
               f"rows = m({choice(['w', row])}, {first})", f"w = m({choice(['w', row])}, {first})[1]",
               f"rows[{pick(2)}], w = m({choice(['w', row])}, {first})",
               f"rows[{pick(2)}] += [{first}]", f"w = []\nw.extend({row})\nw += [a]",
               ] if self.grows else []),
        ])  # fmt: skip
        said = [f"print({name}.data)" for name in nodes]
        said += [f"print({name}[{place}].data)" for name in lists for place in range(2)]
        self.lines += ["    " * depth + each for each in [*line.split("\n"), *said]]

    def loop(self, number: int, depth: int, nodes: list[str], lists: list[str]) -> None:
        """A loop, with up to three statements or loops in it."""
        choice, flat, rows = self.chance.choice, self.chance.choice(_FLAT), self.chance.choice(_ROWS)
        v, u = f"v{number}", f"u{number}"
        head, more, more_lists = choice([
            (f"{v} in {flat}", [v], []),
            (f"{v} in {rows}", [], [v]),
            (f"{v}, {u} in zip({flat}, {choice(_FLAT)})", [v, u], []),
            (f"{v}, {u} in zip({rows}, {flat})", [u], [v]),
            (f"{v} in range({self.chance.randrange(1, 4)})", [], []),
            (f"{v} in reversed({choice(['w', 'rows[0]'])})", [v], []),
        ])  # fmt: skip
        self.lines.append("    " * depth + f"for {head}:")
        for _ in range(self.chance.randrange(1, 4)):
            if self.chance.random() < 0.3 and number < 3:
                self.loop(number + 1, depth + 1, nodes + more, lists + more_lists)
            else:
                self.statement(depth + 1, nodes + more, lists + more_lists)
