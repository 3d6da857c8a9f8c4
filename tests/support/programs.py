"""Programs to test with: a few known ones, and random ones from a seed."""

from __future__ import annotations

import random
from functools import cache
from itertools import pairwise

from microcrad.language.names import Names
from microcrad.language.parser import parse
from microcrad.run.faults import RIGHT, Rules
from microcrad.run.interpreter import Interpreter, Limits
from microcrad.run.result import Run, run_program
from microcrad.timeline.snapshot import Snapshot

NEURON = """\
# one neuron
x = 2
w = -3
b = 7
n = x*w + b
o = tanh(n)
backward(o)
"""

TWO_ROADS = "x = 3\ny = x*x\nz = y + x\nbackward(z)\n"


ORDER = "x = 2\ny = x*x\nz = y + x\nw = z*y\nbackward(w)\n"

DOUBLINGS = "x = 1\nfor i in range(30):\n    x = x + x\nbackward(x)\n"


def run(
    text: str, ownership: str | None = None, limits: Limits | None = None, rules: Rules = RIGHT
) -> Interpreter:
    """A program's run to its end, or to its first error."""
    program = parse(text)
    assert not program.errors, (text, [str(error) for error in program.errors])
    interpreter = Interpreter(program, ownership or program.ownership, limits or Limits(), rules)
    for _ in interpreter.steps():
        pass
    return interpreter


@cache
def finished(text: str) -> Run:
    """A program's run, errors or not, made once for all who only look at it."""
    return run_program(text)


def end_of(interpreter: Interpreter) -> Snapshot:
    """The last moment of a run."""
    return Snapshot(interpreter.program, interpreter.log, len(interpreter.log))


def snapshot(text: str, ownership: str | None = None) -> Snapshot:
    """The last moment of a program that runs without an error."""
    interpreter = run(text, ownership)
    assert not interpreter.errors, (text, str(interpreter.errors[0]))
    return end_of(interpreter)


DOTTED = {
    "a": "l0.n0",
    "b": "l0.n0.w",
    "c": "l0",
    "d": "l0.n1.w",
    "e": "l0_n0",
    "f": "l0__n0",
    "g": "l0.n0_w",
}
"""Other spellings of the names of random programs, some of them alike once their dots are gone."""


class _Writer:
    """Writes one random program. Most of them run to their end; the others break a rule on the way.

    Every third one uses dotted names.
    """

    def __init__(self, seed: int, ownership: str) -> None:
        self.random = random.Random(seed)
        self.spelled = DOTTED if seed % 3 == 1 else {}
        self.rules = Names()
        self.manual = ownership == "manual"
        self.lines: list[str] = []
        self.names: list[str] = []
        self.retained: list[str] = []
        self.loops: list[str] = []

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def name(self) -> str:
        return self.random.choice(self.names)

    def number(self) -> str:
        pick = self.random.choice
        kinds = [pick(["2", "3", "-1", "0.5", "-0.25", "1"])] * 3
        if self.loops:
            kinds.append(pick(self.loops))
        if self.names:
            kinds.append(f"{self.name()}.{pick(['data', 'grad'])}")
        return pick(kinds)

    def value(self, depth: int) -> str:
        if depth == 0 or self.chance(0.25):
            return self.name() if self.names and self.chance(0.75) else self.number()
        kind = self.random.random()
        if kind < 0.12:
            return f"-({self.value(depth - 1)})"
        if kind < 0.35:
            return f"{self.random.choice(['relu', 'tanh', 'exp', 'log'])}({self.value(depth - 1)})"
        if kind < 0.42:
            return f"({self.value(depth - 1)})**{self.random.choice(['2', '3', '-1', '0'])}"
        return f"({self.value(depth - 1)} {self.random.choice('+-**/')} {self.value(depth - 1)})"

    def statement(self, indent: str) -> None:
        kind, lines, pick = self.random.random(), self.lines, self.random.choice
        if kind < 0.40 or not self.names:
            letter = pick("abcdefg")
            name = self.spelled.get(letter, letter)
            if self.rules.unassignable(name):  # What it lies in came first.
                name = letter
            self.rules.assign(name, 1)
            lines.append(f"{indent}{name} = {self.value(2)}")
            if name not in self.names:
                self.names.append(name)
        elif kind < 0.46:
            lines.append(f"{indent}{self.name()} {pick(['+=', '*=', '-='])} {self.value(1)}")
        elif kind < 0.52:
            lines.append(f"{indent}{self.name()} = {self.name()}")
        elif kind < 0.61:
            root = self.name() if self.chance(0.7) else f"{self.value(1)} + {self.name()}"
            lines.append(f"{indent}backward({root})")
        elif kind < 0.65:
            lines.append(f"{indent}zero_grad({pick(['', self.name(), f'{self.name()}, {self.name()}'])})")
        elif kind < 0.70:
            name = self.name()
            lines.append(f"{indent}{name}.data = {name}.data - 0.125 * {name}.grad")
        elif kind < 0.72:
            lines.append(f"{indent}{self.name()}.grad = {self.number()}")
        elif kind < 0.75:
            lines.append(f"{indent}{self.value(2)} + {self.name()}")
        elif kind < 0.77:
            lines.append(f"{indent}print({self.name()})")
        elif kind < 0.80:
            name = self.name()
            lines.append(f"{indent}del {name}")
            if not indent and self.chance(0.9):
                self.names.remove(name)
        elif kind < 0.84:
            self.retained.append(self.name())
            lines.append(f"{indent}retain({self.retained[-1]})")
        elif kind < 0.92:
            if self.manual:
                lines.append(f"{indent}release({self.name()})")
            elif self.retained:
                name = self.retained.pop() if self.chance(0.9) else self.name()
                if name in self.names:
                    lines.append(f"{indent}release({name})")
        elif len(self.loops) < 2:
            self.loop(indent)

    def loop(self, indent: str) -> None:
        variable = "ij"[len(self.loops)]
        self.lines.append(
            f"{indent}for {variable} in range({self.random.choice(['0', '1', '2', '3', '1, 3'])}):"
        )
        start = len(self.lines)
        self.loops.append(variable)
        for _ in range(self.random.randint(1, 3)):
            self.statement(indent + "    ")
        self.loops.pop()
        if len(self.lines) == start:
            self.lines.append(f"{indent}    {self.name()} * {variable}")


def random_program(seed: int, ownership: str) -> str:
    """A program of a few lines that uses every statement, the same one for the same seed."""
    writer = _Writer(seed, ownership)
    for _ in range(writer.random.randint(4, 14)):
        writer.statement("")
    return "\n".join([f"# ownership: {ownership}", *writer.lines])


def smooth_program(seed: int) -> str:
    """A program without kinks, overflow or writes, differentiated once at its end, from tame leaves."""
    chooser = random.Random(seed)
    names = ["a", "b", "c"]
    lines = [f"{name} = {chooser.randint(-8, 8) / 4 or 0.5}" for name in names]
    for number in range(chooser.randint(3, 8)):
        one, other = chooser.choice(names), chooser.choice(names)
        lines.append(
            f"v{number} = "
            + chooser.choice(
                [
                    f"tanh({one} + {other})", f"{one} * tanh({other})", f"{one} - {other}",
                    f"exp(tanh({one}))",
                    f"log(1 + {one}*{one})", f"{one} / (1 + {other}**2)", f"sigmoid({one} * {other})",
                    f"sqrt(1 + {one}**2) - 0.5*{other}", f"(2 + tanh({one}))**{other}",
                    f"-tanh({one}) + {other}**3 / 8",
                ]
            )
        )  # fmt: skip
        names.append(f"v{number}")
    return "\n".join([*lines, f"end = {' + '.join(names)}", "backward(end)"])


def tree_program(seed: int) -> str:
    """A program that uses every node at most once and differentiates it once, from tame leaves."""
    chooser = random.Random(seed)
    lines, free = [], []
    for number in range(chooser.randint(2, 9)):
        lines.append(f"x{number} = {chooser.randint(-8, 8) / 4}")
        free.append(f"x{number}")
    made = 0
    while len(free) > 1 or made < 2:
        one = free.pop(chooser.randrange(len(free)))
        if not free or chooser.random() < 0.3:
            expression = chooser.choice(
                [f"tanh({one})", f"relu({one})", f"exp({one} / 4)", f"-{one}", f"{one}**2"]
            )
        else:
            other = free.pop(chooser.randrange(len(free)))
            expression = f"{one} {chooser.choice('+-*')} {other}"
        lines.append(f"v{made} = {expression}")
        free.append(f"v{made}")
        made += 1
    return "\n".join([*lines, f"backward({free[0]})"])


def network_program(*sizes: int) -> str:
    """A network of tanh neurons with dotted names, one sample and its loss; sizes from inputs to outputs."""
    draw = random.Random(1).uniform
    before = [f"x{i}" for i in range(sizes[0])]
    weights = [f"{name} = {draw(-1, 1)!r}" for name in before]
    neurons = []
    for layer, (inputs, outputs) in enumerate(pairwise(sizes)):
        names = [f"l{layer}.n{n}" for n in range(outputs)]
        for name in names:
            weights += [f"{name}.w{i} = {draw(-1, 1)!r}" for i in range(inputs)]
            weights.append(f"{name}.b = 0")
            terms = [f"{name}.w{i}*{operand}" for i, operand in enumerate(before)]
            neurons.append(f"{name} = tanh({' + '.join(terms)} + {name}.b)")
        before = names
    loss = " + ".join(f"({name} - 1)**2" for name in before)
    return "\n".join([*weights, *neurons, f"loss = {loss}", "backward(loss)", ""])


HOSTILE = [
    "",
    "# only a comment",
    "x = 1  # */ abort(); /*\n",
    "x = 1  # the end \\\ny = x*2  # ??/\nz = y  # what???/\n# \\\n",
    "# */\n# //* *//**/ ??) \\u0041 %d \"\n",
    "int = 2\ndouble = int*3\nmain = double + int\nv_main = main\nline = 1\nbackward(v_main)\nx = v_main\n",
    "NULL = 1\nEOF = 2\nvalue_add = NULL + EOF\nt1 = value_add*2\nn1 = t1*t1.data + 2\nValue = n1*t1\n",
    "é = 2\ne = 3\n_u00e9 = 4\nu00e9 = 5\n変数 = é*e + _u00e9\nbackward(変数)\nprint(変数 * é)\n",
    "a.b = 2\na__b = 3\na_b = 5\na.b_2 = 7\na__b_2 = 11\na_b_ = 13\na = a.b*a__b*a_b + a__b_2*a.b_2\n"
    "print(a*a_b_)\nbackward(a)\na.b.data = 4\ndel a_b\n",
    "é.é = 2\n_u00e9.é = 3\né.__class__ = é.é*_u00e9.é\nheap.nodes = 5\nv_.w = heap.nodes*2\n"
    "t1.x = v_.w + 1\nfor v_x in range(2):\n    t1 = t1.x*v_x\n    v_.x = t1 + v_.w\n"
    "retain(é.é)\nrelease(é.é)\n",
    "# ownership: manual\nl0.n.w = 2\nl0.n = tanh(l0.n.w*3)\nrelease(l0.n)\nprint(l0.n.w)\nprint(l0.n)\n",
    f"{'x' * 300}a = 1\n{'x' * 300}b = {'x' * 300}a * 2\n",
    "x = 1e400\ny = -1e400\nz = x + y\nw = x*0\nprint(1e400 - 1e400)\nprint(-1e400)\n",
    "x = -0.0\ny = 1/x\nz = 0**-1\nw = (-8)**0.5\nv = log(0)\nu = exp(1000)\nbackward(w)\nt = 1e-320\n",
    "x = 123456789012345678901234567890\ny = 1_000\nz = 0x10\nw = 1e308*10\nv = 2**-1074\n",
    "w = 0.5\nfor i in range(20000):\n    w.data = w.data*0.999 + uniform(-1, 1)\n",
    "# ownership: manual\nx = 1\nfor i in range(20000):\n    y = x*2\n    release(y)\nprint(x)\n",
    "for i in range(0):\n    x = 1\nfor j in range(-2, 2):\n    for k in range(j, 2):\n        y = j*k\n",
    "for i in range(3):\n    pass\nfor j in range(2): a = j; b = a*2\ndel a, b\n",
    "for i in range(2):\n    for j in range(i):\n        late = 1\n    early = 2\nlate += early\n",
    "x = 1\nfor i in range(2):\n    y = x*2\n    del x\n",
    "for i in range(2):\n    x = 1\ndel x\ny = 1 + x\n",
    "x = (1 +\n     2)*3\ny = (x  # one\n     # two */\n     * x)\nbackward(\n  y)\n",
    "print(2**0.5 + 0.1*3)\nx = 2\nx.data += x.grad\nx **= 3\nx /= 2\nx -= 1\nprint(-x)\nx\n-x\n3\n",
    "x = 2\nx = x\nx = x*x\ny = x\nx += x\nretain(x)\nrelease(x)\nrelease(x)\n",
    "# ownership: manual\nx = 2\nrelease(x)\nzero_grad(x,\n  x)\n",
    "# ownership: manual\nx = 2\nrelease(x)\nprint(3 *\n  x.data)\n",
    "# ownership: manual\nx = 2\ny = x\nrelease(x)\ny\nz = y\nbackward(-(\n  z))\n",
    "# seed: 7\nx = uniform(0, 1) - uniform(0, 1)/uniform(1, 2)**uniform(0, 1)\n"
    "y = uniform(x.data, uniform(2, 3))\n",
    "x = 1\n" + "x = x + 1\n" * 500 + "backward(x)\n",
    "x = 2\ny = " + "(" * 90 + "x" + ")*x" * 90 + "\nbackward(y)\nprint(" + "-" * 90 + "x)\n",
    "x = 2\nprint(" + " + ".join(["x"] * 90) + ")\n",
    "# ownership: manual\nx = 2\nx = x\nfor i in range(2):\n    x = x\n    y = x\n    y = y\nprint(x*y)\n",
]  # fmt: skip
