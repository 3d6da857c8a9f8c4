"""Programs to export, what microcrad says they do, and what C says once they are compiled together."""

from __future__ import annotations

import contextlib
import io
import math
import os
import re
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from programs import _Writer, end_of, run

from microcrad.export import python_program
from microcrad.export.c import c_function
from microcrad.export.c_source import runtime
from microcrad.language.statements import Program
from microcrad.run.interpreter import Interpreter
from microcrad.timeline.log import Kind

STRICT = ("-std=c99", "-Wall", "-Wextra", "-Werror", "-ffp-contract=off")
SANITIZED = ("-O1", "-DREAL_FREE", "-fsanitize=address,undefined", "-fno-sanitize-recover=undefined")
MAIN = r"""
#define _XOPEN_SOURCE 700
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
/* Runs every program in a process of its own. */
extern int (*const programs[])(void);
extern const int n_programs;
extern int line;
#ifdef COUNTED
static long unfreed;
void *__real_malloc(size_t size);
void __real_free(void *block);
void *__wrap_malloc(size_t size) { unfreed++; return __real_malloc(size); }
void __wrap_free(void *block) { unfreed -= block != NULL; __real_free(block); }
#endif
void __asan_on_error(void);
void __asan_on_error(void) { fflush(stdout); fprintf(stderr, "asan %d\n", line); }
int main(void)
{
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    dup2(1, 2);
    for (int i = 0; i < n_programs; i++) {
        fflush(stdout);
        pid_t child = fork();
        if (!child) {
            int code = programs[i]();
#ifdef COUNTED
            printf("unfreed %ld\n", unfreed);
#endif
            exit(code);
        }
        int status;
        waitpid(child, &status, 0);
        printf("\n== %d\n", WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status));
    }
    return 0;
}
"""

Name = tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """How a program goes: everything that can be told from outside. Numbers as text, so that nan is nan."""

    stop: tuple[str, int] | None
    """The kind and the line of its stop, or None if it came to its end."""
    printed: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()
    live: int = -1


class Case:
    """One program and how it goes in microcrad."""

    def __init__(self, text: str, interpreter: Interpreter | None = None) -> None:
        self.text = text
        self.interpreter = interpreter or run(text)

    @property
    def program(self) -> Program:
        return self.interpreter.program

    @cached_property
    def outcome(self) -> Outcome:
        log = self.interpreter.log
        printed = tuple(
            canonical(f"print {log.event(index).text}".replace("  (grad ", " grad ").removesuffix(")"))
            if log.subjects[index] >= 0
            else canonical(f"print {log.event(index).text}")
            for index, kind in enumerate(log.kinds)
            if kind == Kind.PRINT
        )
        if self.interpreter.errors:
            return Outcome(self.stop, printed)
        at = end_of(self.interpreter)
        rows = {name: at.row(node) for name, node in at.names.items()}
        names = frozenset(
            canonical(f"{name} {row.data} {row.grad} {row.refs}") if row.live else f"{name} freed"
            for name, row in rows.items()
        )
        return Outcome(None, printed, names, len(at.leaks))

    @property
    def stop(self) -> tuple[str, int]:
        """What the C program says where the run stopped."""
        (error,) = self.interpreter.errors
        stopped = self.interpreter.memory_stop
        if stopped is not None:
            return stopped.kind, stopped.place.line
        kinds = {"was not retained": "not retained", "has no value": "no value"}
        return next(kind for words, kind in kinds.items() if words in error.message), error.line

    @cached_property
    def kinds(self) -> set[str]:
        """The classes of programs that this one belongs to."""
        log = self.interpreter.log
        said = [log.event(index).text for index, kind in enumerate(log.kinds) if kind == Kind.WARNING]
        kinds = {"over-released"} if any(text.startswith("over-release") for text in said) else set()
        if self.outcome.stop is None:
            kinds.add("leaking" if self.outcome.live else "clean")
            return kinds
        kinds.add(self.outcome.stop[0])
        # Where the program itself releases a freed node, that statement has done nothing before it stops.
        before = log.kinds[-2] if log.starts[-1] < len(log) - 1 else None
        if self.outcome.stop[0] == "double free" and before in (Kind.FREE, Kind.RELEASE):
            kinds.add("cascade")
        return kinds


def canonical(line: str) -> str:
    """A printed line with its numbers written one way."""

    def number(found: re.Match[str]) -> str:
        x = float(found[0])
        return "nan" if math.isnan(x) else x.hex()

    head, equals, tail = line.rpartition(" = ")
    if not equals:
        head, _, tail = line.partition(" ")
    return f"{head}: " + re.sub(r"-?(?:nan|inf|[0-9][0-9.]*(?:e[-+]?[0-9]+)?)", number, tail)


class Writer(_Writer):
    """Random programs that use every function and every kind of Number as well."""

    def number(self) -> str:
        if self.chance(0.12):
            return f"uniform({super().number()}, {super().number()})"
        if self.chance(0.12):
            return f"({super().number()} {self.random.choice(['+', '-', '*', '/', '**'])} {super().number()})"
        return super().number()

    def value(self, depth: int) -> str:
        if depth and self.chance(0.12):
            return f"{self.random.choice(['sigmoid', 'sqrt'])}({self.value(depth - 1)})"
        if depth and self.chance(0.08):
            return f"({self.value(depth - 1)})**({self.value(depth - 1)})"
        return super().value(depth)

    def statement(self, indent: str) -> None:
        if self.names and self.chance(0.03):
            self.lines.append(f"{indent}print({self.number()})")
        elif self.names and self.chance(0.04):  # A statement on two lines stops where its part stands.
            name = self.name()
            self.lines.append(f"{indent}{self.name()} = ({name} *\n{indent}    {self.name()})")
        elif self.names and self.manual and self.chance(0.07):
            self.lines.append(f"{indent}release({self.name()})")
        else:
            super().statement(indent)


def random_export(seed: int, ownership: str) -> str:
    """A random program, the same one for the same seed."""
    writer = Writer(seed, ownership)
    pick = writer.random
    if ownership == "manual" and seed % 2 == 0:  # Short, with releases of which some rob slots.
        lines = ["a = 2", "b = relu(a)", "c = b * uniform(0, 1)", "d = b + c"][: pick.randint(2, 4)]
        writer.names += "abcd"[: len(lines)]
        writer.lines += lines
        if pick.random() < 0.5:  # Frees an operand by all its references, which its users do not know.
            victim = pick.choice(writer.names[:-1])
            uses = sum(victim in line.partition("=")[2] for line in lines)
            writer.lines += [f"release({victim})"] * (1 + uses)
        for _ in range(pick.randint(1, 4)):
            writer.lines += [f"release({writer.name()})"] * pick.choice([1, 1, 2, 3])
    else:
        for _ in range(pick.randint(4, 14)):
            writer.statement("")
    return "\n".join([f"# ownership: {ownership}", f"# seed: {seed}", *writer.lines])


def compiled(folder: Path, name: str, sources: Iterable[str], *flags: str) -> Path:
    """Compile C sources together; a warning is a failure."""
    files = []
    for number, source in enumerate(sources):
        files.append(folder / f"{name}-{number}.c")
        files[-1].write_text(source, encoding="utf-8")
    done = subprocess.run(
        ["cc", *STRICT, *flags, *map(str, files), "-o", str(folder / name), "-lm"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[:5000]
    return folder / name


def batch(cases: Iterable[Case], change: Callable[[str], str] = str) -> str:
    """Many programs in one C file: the runtime, a function for each, and a table of them."""
    functions = [
        "\n".join(
            line.text for line in c_function(case.program, case.program.ownership, f"static int p{i}(void)")
        )
        for i, case in enumerate(cases)
    ]
    table = ", ".join(f"p{i}" for i in range(len(functions)))
    end = [
        f"extern int (*const programs[])(void);\nint (*const programs[])(void) = {{{table}}};",
        f"extern const int n_programs;\nconst int n_programs = {len(functions)};",
    ]
    return change("\n".join([runtime(), *functions, *end, ""]))


def outcomes(binary: Path) -> list[Outcome]:
    """Run a compiled batch: how each of its programs went."""
    return [_outcome(text, code) for text, code in transcripts(binary)]


def transcripts(binary: Path) -> list[tuple[str, int]]:
    """Run a compiled batch: what each of its programs printed, and its exit code (a signal is negative)."""
    options = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0:symbolize=0", "UBSAN_OPTIONS": "symbolize=0"}
    done = subprocess.run(["sh", "-c", f"ulimit -s 8192; {binary}"], capture_output=True, env=options)
    parts = done.stdout.decode().split("\n== ")
    codes = [int(part.partition("\n")[0]) for part in parts[1:]]
    texts = [parts[0], *(part.partition("\n")[2] for part in parts[1:-1])]
    return list(zip(texts, codes, strict=True))


def _outcome(text: str, code: int) -> Outcome:
    printed, names, live, unfreed = [], set(), -1, None
    stop: tuple[str, int] | None = None
    for line in text.splitlines():
        found = re.fullmatch("(use after free|double free|no value|not retained|asan) ([0-9]+)", line)
        if found:
            stop = found[1], int(found[2])
            break
        assert "runtime error" not in line, text
        if line.startswith("print "):
            printed.append(canonical(line))
        elif re.fullmatch("(live|unfreed) [0-9]+", line):
            if line[0] == "l":
                live = int(line.split()[1])
            else:
                unfreed = int(line.split()[1])
        elif line:
            names.add(line if line.endswith(" freed") else canonical(line))
    if stop is not None:
        assert code != 0, text
        return Outcome(stop, tuple(printed))
    assert code == 0, (code, text)
    assert unfreed in (None, live), text
    return Outcome(None, tuple(printed), frozenset(names), live)


def printed(case: Case) -> tuple[str, type[BaseException] | None]:
    """What a script prints, and what it raises if it stops."""
    script = python_program(case.program, case.program.ownership)
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out):
            exec(compile(script, "<script>", "exec"), {"__name__": "__main__"})
    except Exception as error:
        return out.getvalue(), type(error)
    return out.getvalue(), None
