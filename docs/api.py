"""Writes docs/api.md, the library's reference, from the docstrings in its sources: `make reference`.

The sources are read, not imported: they have the order in which things stand, and what is said of a field
below it, which a running program has forgotten.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
MODULES = (
    "engine",
    "heap",
    "collector",
    "errors",
    "gradcheck",
    "nn",
    "loss",
    "gpt",
    "optim",
    "state",
    "data",
    "tape",
    "session",
    "export",
)
"""What the page is about, in the order in which one learns it."""
WIDTH = 100

HEAD = """\
# The library, name by name

What a program may import, from the docstrings of the sources; `make reference` writes this page. How it all
works together is in [how-it-works.md](how-it-works.md), the language in [reference.md](reference.md). The
most used names are in `microcrad` itself: `from microcrad import Value, Heap, scope, gradcheck`, and the
errors.
"""

Definition = ast.FunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign


@dataclass(frozen=True)
class Entry:
    """One name of a module."""

    name: str
    node: Definition
    module: str
    """Where it is defined."""
    text: str
    """Its docstring, empty if it has none."""

    def segment(self, node: ast.AST) -> str:
        """A piece of the entry as the source has it, on one line."""
        return " ".join(segment(self.module, node).split())


# --- from sources to entries ---------------------------------------------------------------------------


@cache
def source(module: str) -> str:
    """The text of a module, or of a package's `__init__`."""
    path = ROOT / module.replace(".", "/")
    return (path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_text(encoding="utf-8")


@cache
def rows(module: str) -> list[bytes]:
    """The lines of a module, in the bytes that the places of a syntax tree count."""
    return source(module).encode().split(b"\n")


def segment(module: str, node: ast.AST) -> str:
    """A piece of a module as it is written: Python's own splits the whole source for each piece."""
    first, last = node.lineno - 1, node.end_lineno - 1  # type: ignore[attr-defined]
    taken = rows(module)[first : last + 1]
    taken[-1] = taken[-1][: node.end_col_offset]  # type: ignore[attr-defined]
    taken[0] = taken[0][node.col_offset :]  # type: ignore[attr-defined]
    return b"\n".join(taken).decode()


@cache
def tree(module: str) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(source(module))


def sections() -> Iterator[str]:
    """The modules of the page: a package that re-exports nothing is its modules, each for itself."""
    for name in MODULES:
        module = f"microcrad.{name}"
        if exported(module):
            yield module
        else:
            files = sorted((ROOT / "microcrad" / name).glob("[!_]*.py"))
            yield from (f"{module}.{file.stem}" for file in files)


def exported(module: str) -> list[str]:
    """The module's `__all__`; empty if it has none."""
    for statement in tree(module).body:
        if isinstance(statement, ast.Assign) and names(statement) == ["__all__"]:
            return list(ast.literal_eval(statement.value))
    return []


def names(statement: ast.stmt) -> list[str]:
    """The names that a statement of a module or class gives a meaning."""
    match statement:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
            return [name]
        case ast.AnnAssign(target=ast.Attribute(attr=name)):  # self.name, in an __init__
            return [name]
        case ast.ImportFrom(names=aliases):
            return [alias.asname or alias.name for alias in aliases]
    return []


def entries(module: str) -> list[Entry]:
    """What a module exports, in the order in which it stands there, or in the module it comes from."""
    wanted = exported(module)
    return [entry for entry in everything(module) if entry.name in wanted]


@cache
def everything(module: str) -> list[Entry]:
    """What is defined in a module, or imported into it from another of ours."""
    found: list[Entry] = []
    for statement, entry in documented(tree(module).body, module):
        if isinstance(statement, ast.ImportFrom) and (statement.module or "").startswith("microcrad."):
            found += (each for each in everything(statement.module or "") if each.name in names(statement))
        elif entry is not None:
            found.append(entry)
    return found


def documented(body: list[ast.stmt], module: str) -> Iterator[tuple[ast.stmt, Entry | None]]:
    """The statements, each with the entry it makes: a field's docstring is the string that follows it."""
    for statement, after in zip(body, [*body[1:], ast.Pass()], strict=True):
        entry = None
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            entry = Entry(statement.name, statement, module, ast.get_docstring(statement) or "")
        elif isinstance(statement, ast.Assign | ast.AnnAssign) and names(statement):
            text = ""
            if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                text = textwrap.dedent(" " * after.col_offset + str(after.value.value)).strip()
            entry = Entry(names(statement)[0], statement, module, text)
        yield statement, entry


def body(node: Definition, module: str) -> list[ast.stmt]:
    """What stands in a class, after what stands in the private classes that it is a kind of."""
    if not isinstance(node, ast.ClassDef):
        return []
    bases = [base.id for base in node.bases if isinstance(base, ast.Name) and base.id.startswith("_")]
    private = [each for each in tree(module).body if isinstance(each, ast.ClassDef) and each.name in bases]
    return [*(statement for each in private for statement in each.body), *node.body]


def members(entry: Entry) -> list[Entry]:
    """The public fields, properties and methods of a class, and the special methods that say what they do."""
    found: dict[str, Entry] = {}
    for _, each in documented(body(entry.node, entry.module), entry.module):
        if each is not None and isinstance(each.node, ast.FunctionDef) and each.name == "__init__":
            fields = [field for _, field in documented(each.node.body, entry.module) if field and field.text]
            found |= {field.name: field for field in fields if shown(field)}
        elif each is not None and shown(each):
            found.setdefault(each.name, each)  # A property's setter says nothing new.
    return list(found.values())


def shown(entry: Entry) -> bool:
    """Whether a member belongs on the page."""
    special = entry.name.startswith("__") and isinstance(entry.node, ast.FunctionDef) and entry.text
    return bool(special) or not entry.name.startswith("_")


# --- from entries to text ------------------------------------------------------------------------------


def markdown() -> str:
    """The whole page."""
    parts = [HEAD, "| module | what it is |\n|---|---|"]
    for module in sections():
        first = (ast.get_docstring(tree(module)) or "").split("\n\n")[0].replace("\n", " ")
        anchor = module.replace(".", "")
        parts[1] += f"\n| [`{module}`](#{anchor}) | {first} |"
    for module in sections():
        parts += [f"## {module}", ast.get_docstring(tree(module)) or ""]
        for entry in entries(module):
            parts += [f"### {entry.name}", *written(entry)]
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


def written(entry: Entry) -> Iterator[str]:
    """One name as paragraphs: how it is used, what it means and, of a class, what it has."""
    node = entry.node
    if not isinstance(node, ast.ClassDef):
        yield code(signature(entry))
        yield entry.text
        return
    start = next(
        (each for each in node.body if isinstance(each, ast.FunctionDef) and each.name == "__init__"), None
    )
    if start is not None:
        yield code(f"{entry.name}({arguments(start, entry)})")
    elif is_record(node):
        yield code(f"{entry.name}({', '.join(fields(entry))})")
    yield entry.text
    if start is not None:
        yield ast.get_docstring(start) or ""
    names = [base.id for base in node.bases if isinstance(base, ast.Name)]
    bases = [f"`{name}`" for name in names if name[0] != "_" and name != "Record"]
    if bases:
        yield f"A kind of {' and '.join(bases)}."
    yield "\n".join(map(member, members(entry)))


def member(entry: Entry) -> str:
    """A field or method as one item of a list."""
    text = textwrap.indent(entry.text, "  ")
    return f"- **`{signature(entry)}`**\n{text}".rstrip()


def signature(entry: Entry) -> str:
    """How a name is used: with its arguments and result, or with its type or value."""
    node = entry.node
    if isinstance(node, ast.FunctionDef):
        result = "" if node.returns is None else entry.segment(node.returns)
        if any(ast.unparse(each) in ("property", "cached_property") for each in node.decorator_list):
            return f"{entry.name}: {result}"
        kind = "classmethod " if "classmethod" in map(ast.unparse, node.decorator_list) else ""
        return f"{kind}{entry.name}({arguments(node, entry)}) -> {result}"
    if isinstance(node, ast.AnnAssign):
        return f"{entry.name}: {entry.segment(node.annotation)}"
    value = entry.segment(node.value) if isinstance(node, ast.Assign) else ""
    return f"{entry.name} = {value}" if len(value) <= 60 else entry.name


def arguments(function: ast.FunctionDef, entry: Entry) -> str:
    """What a function takes, without the object whose method it may be."""
    given = function.args
    missing = [None] * (len(given.args) - len(given.defaults))
    pairs = list(zip(given.args, [*missing, *given.defaults], strict=True))
    if pairs and pairs[0][0].arg in ("self", "cls"):
        pairs = pairs[1:]
    parts = [argument(name, default, entry) for name, default in pairs]
    if given.vararg is not None:
        parts.append(f"*{entry.segment(given.vararg)}")
    elif given.kwonlyargs:
        parts.append("*")
    named = zip(given.kwonlyargs, given.kw_defaults, strict=True)
    parts += [argument(name, default, entry) for name, default in named]
    return ", ".join([*parts, *([f"**{entry.segment(given.kwarg)}"] if given.kwarg else [])])


def is_record(node: ast.ClassDef) -> bool:
    """Whether a class is its fields: a dataclass, or a tuple whose items have names."""
    made_by = [*node.decorator_list, *node.bases]
    return any(word in ast.unparse(each) for each in made_by for word in ("dataclass", "Record"))


def fields(entry: Entry) -> Iterator[str]:
    """What a record is made of: its fields, but for those that it works out itself."""
    for statement in body(entry.node, entry.module):
        if isinstance(statement, ast.AnnAssign) and "ClassVar" not in entry.segment(statement.annotation):
            value = "" if statement.value is None else entry.segment(statement.value)
            if "init=False" not in value:
                text = f"{names(statement)[0]}: {entry.segment(statement.annotation)}"
                yield text + (" = ..." if value.startswith("field(") else f" = {value}" if value else "")


def argument(name: ast.arg, default: ast.expr | None, entry: Entry) -> str:
    """One argument with its type and what it is unless told otherwise."""
    return entry.segment(name) + ("" if default is None else f" = {entry.segment(default)}")


def code(text: str) -> str:
    """A block of code, its long lines folded between arguments."""
    parts = textwrap.wrap(
        text.replace(" ", "\N{NO-BREAK SPACE}").replace(",\N{NO-BREAK SPACE}", ", "),
        WIDTH, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
    return "\n".join(("```py", *parts, "```")).replace("\N{NO-BREAK SPACE}", " ")


if __name__ == "__main__":
    Path(__file__).with_suffix(".md").write_text(markdown(), encoding="utf-8")
