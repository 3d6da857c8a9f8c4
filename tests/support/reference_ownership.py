"""The rules of ownership once more, written independently of the engine: a small model to compare with.

It runs a program on bare records whose counts it keeps by hand, as a C program would. Its nodes are numbered
in the order of their creation, as the log's are.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable


class StopError(Exception):
    """Where the model stops: what was wrong, and on which line."""

    def __init__(self, kind: str, line: int) -> None:
        super().__init__(kind, line)
        self.kind = kind
        self.line = line


class Node:
    """One record: what a C struct would hold."""

    def __init__(self, data: float, rule: str, slots: tuple[Node, ...], k: float) -> None:
        self.data, self.rule, self.slots, self.k = data, rule, slots, k
        self.grad, self.count, self.freed = 0.0, 1, False


def guarded(function: Callable[..., float], *arguments: float) -> float:
    """What C's library would give where Python's raises."""
    try:
        return function(*arguments)
    except OverflowError:
        return math.inf if function is math.exp or arguments[0] > 0 or arguments[1] % 2 == 0 else -math.inf
    except ValueError:
        if function is math.log:
            return -math.inf if arguments[0] == 0 else math.nan
        if arguments[0] != 0:
            return math.nan
        return math.copysign(math.inf, arguments[0]) if arguments[1] % 2 == 1 else math.inf


def over(x: float, y: float) -> float:
    """Division as C divides."""
    if y != 0:
        return x / y
    return math.nan if x == 0 or math.isnan(x) else math.copysign(math.inf, x) * math.copysign(1.0, y)


FORWARD: dict[str, Callable[..., float]] = {
    "add": lambda x, y, k: x + y,
    "mul": lambda x, y, k: x * y,
    "pow": lambda x, k: guarded(math.pow, x, k),
    "exp": lambda x, k: guarded(math.exp, x),
    "log": lambda x, k: guarded(math.log, x),
    "tanh": lambda x, k: math.tanh(x),
    "relu": lambda x, k: 0.0 if x < 0 else x,
}


def slopes(node: Node) -> tuple[float, ...]:
    """The derivative of a record with respect to each of its slots."""
    x = node.slots[0].data
    match node.rule:
        case "add":
            return 1.0, 1.0
        case "mul":
            return node.slots[1].data, x
        case "pow":
            return (0.0 if node.k == 0 else node.k * guarded(math.pow, x, node.k - 1),)
        case "exp":
            return (node.data,)
        case "log":
            return (over(1.0, x),)
        case "tanh":
            return (1.0 - node.data * node.data,)
    return (1.0 if node.data > 0 else 0.0,)


class Dotted(ast.NodeTransformer):
    """Makes every dotted name one name."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if node.attr in ("data", "grad"):
            return ast.Attribute(self.visit(node.value), node.attr)
        return ast.Name(ast.unparse(node))


class Model:
    """Runs one program. `nodes` are all records ever made, `names` what the names mean at the end."""

    def __init__(self, text: str, ownership: str) -> None:
        self.tree: ast.Module = Dotted().visit(ast.parse(text))
        self.auto = ownership == "auto"
        self.nodes: list[Node] = []
        self.names: dict[str, Node] = {}
        self.counters: dict[str, int] = {}
        self.retained: list[Node] = []
        self.pending: list[Node] = []
        """Made by the statement that is running, and not named."""
        self.line = 0

    def run(self) -> tuple[str, int]:
        """How the program ends: `("end", 0)`, or the kind and the line of its error."""
        try:
            self.block(self.tree.body)
        except StopError as stop:
            return stop.kind, stop.line
        return "end", 0

    def survivors(self) -> set[int]:
        """The numbers of the nodes that would be live once all names are let go, if names own anything."""
        if self.auto:
            for node in self.names.values():
                self.drop(node)
        return {number for number, node in enumerate(self.nodes) if not node.freed}

    # --- memory ---

    def make(self, rule: str, *slots: Node, data: float = 0.0, k: float = 0.0) -> Node:
        for slot in slots:
            self.check(slot)
        if slots:
            data = FORWARD[rule](*(slot.data for slot in slots), k)
        for slot in slots:
            slot.count += 1
        self.nodes.append(Node(data, rule, slots, k))
        return self.nodes[-1]

    def check(self, node: Node, kind: str = "use") -> Node:
        if node.freed:
            raise StopError(kind, self.line)
        return node

    def drop(self, node: Node) -> None:
        """Give one reference back, slot 0 and all below it before slot 1."""
        todo = [node]
        while todo:
            node = self.check(todo.pop(), "double")
            node.count -= 1
            if node.count == 0:
                node.freed = True
                todo += reversed(node.slots)

    # --- arithmetic ---

    def is_number(self, tree: ast.expr) -> bool:
        if isinstance(tree, ast.BinOp):
            return self.is_number(tree.left) and self.is_number(tree.right)
        if isinstance(tree, ast.UnaryOp):
            return self.is_number(tree.operand)
        return isinstance(tree, ast.Constant | ast.Attribute) or (
            isinstance(tree, ast.Name) and tree.id in self.counters
        )

    def number(self, tree: ast.expr) -> float:
        match tree:
            case ast.Constant(value=value):
                return float(value)  # type: ignore[arg-type]
            case ast.Name(id=name):
                return float(self.counters[name])
            case ast.Attribute(value=ast.Name(id=name), attr=field):
                return float(getattr(self.check(self.look_up(name)), field))
            case ast.UnaryOp(operand=operand):
                return -self.number(operand)
            case ast.BinOp(left=left, op=operator, right=right):
                x, y = self.number(left), self.number(right)
                match operator:
                    case ast.Add():
                        return x + y
                    case ast.Sub():
                        return x - y
                    case ast.Mult():
                        return x * y
                    case ast.Div():
                        return over(x, y)
                return guarded(math.pow, x, y)
        raise AssertionError(ast.dump(tree))

    def look_up(self, name: str) -> Node:
        if name not in self.names:
            raise StopError("unbound", self.line)
        return self.names[name]

    def negative(self, node: Node) -> Node:
        self.check(node)
        minus_one = self.make("leaf", data=-1.0)
        result = self.make("mul", node, minus_one)
        self.drop(minus_one)
        return result

    def value(self, tree: ast.expr) -> Node:
        if isinstance(tree, ast.Name) and tree.id not in self.counters:
            return self.look_up(tree.id)
        lifted = self.is_number(tree)
        self.pending.append(self.make("leaf", data=self.number(tree)) if lifted else self.result(tree))
        return self.pending[-1]

    def result(self, tree: ast.expr) -> Node:
        match tree:
            case ast.UnaryOp(operand=operand):
                return self.negative(self.value(operand))
            case ast.Call(func=ast.Name(id=rule), args=[operand]):
                return self.make(rule, self.value(operand))
            case ast.BinOp(left=left, op=ast.Pow(), right=exponent):
                return self.make("pow", self.value(left), k=self.number(exponent))
            case ast.BinOp(left=left, op=operator, right=right):
                one, other = self.value(left), self.value(right)
                self.check(one), self.check(other)
                if isinstance(operator, ast.Add | ast.Mult):
                    return self.make("add" if isinstance(operator, ast.Add) else "mul", one, other)
                subtract = isinstance(operator, ast.Sub)
                inner = self.negative(other) if subtract else self.make("pow", other, k=-1.0)
                outer = self.make("add" if subtract else "mul", one, inner)
                self.drop(inner)
                return outer
        raise AssertionError(ast.dump(tree))

    def differentiate(self, root: Node) -> None:
        order: list[Node] = []
        seen: set[int] = set()

        def visit(node: Node) -> None:
            if id(self.check(node)) not in seen:
                seen.add(id(node))
                for slot in node.slots:
                    visit(slot)
                order.append(node)

        visit(root)
        root.grad = 1.0
        for node in reversed(order):
            upstream = node.grad
            for slot, local in zip(node.slots, slopes(node) if node.slots else (), strict=True):
                slot.grad += local * upstream

    # --- statements ---

    def block(self, statements: list[ast.stmt]) -> None:
        for statement in statements:
            if isinstance(statement, ast.For):
                assert isinstance(statement.target, ast.Name)
                assert isinstance(statement.iter, ast.Call)
                for turn in range(*(int(self.number(bound)) for bound in statement.iter.args)):
                    self.counters[statement.target.id] = turn
                    self.block(statement.body)
                self.counters.pop(statement.target.id, None)
                continue
            self.line = statement.lineno
            self.statement(statement)
            while self.pending:
                temporary = self.pending.pop()
                if self.auto:
                    self.drop(temporary)

    def statement(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=tree):
                self.assign(name, self.value(tree))
            case ast.AugAssign(target=ast.Name(id=name), op=operator, value=tree):
                self.assign(name, self.value(ast.BinOp(ast.Name(name), operator, tree)))
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(id=name), attr=field)], value=tree):
                x = self.number(tree)
                setattr(self.check(self.look_up(name)), field, x)
            case ast.Delete(targets=[ast.Name(id=name)]):
                node = self.look_up(name)
                del self.names[name]
                if self.auto:
                    self.drop(node)
            case ast.Expr(value=ast.Call(func=ast.Name(id=command), args=arguments)) if (
                command not in FORWARD
            ):
                self.command(command, arguments)
            case ast.Expr(value=tree):
                self.value(tree)

    def assign(self, name: str, node: Node) -> None:
        """The name takes over a new node's first reference; it retains any other, if names own at all."""
        if self.pending and self.pending[-1] is node:
            self.pending.pop()
        elif self.auto:
            self.check(node).count += 1
        old, self.names[name] = self.names.get(name), node
        if self.auto and old is not None:
            self.drop(old)

    def command(self, command: str, arguments: list[ast.expr]) -> None:
        nodes = [self.value(argument) for argument in arguments]
        match command:
            case "backward":
                self.differentiate(nodes[0])
            case "print":
                self.check(nodes[0])
            case "zero_grad":
                for node in nodes if arguments else [node for node in self.nodes if not node.freed]:
                    self.check(node).grad = 0.0
            case "retain":
                self.check(nodes[0]).count += 1
                self.retained.append(nodes[0])
            case "release":
                if self.auto and nodes[0] not in self.retained:
                    raise StopError("refused", self.line)
                if nodes[0] in self.retained:
                    self.retained.remove(nodes[0])
                self.drop(nodes[0])
