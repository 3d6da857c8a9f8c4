"""Exported C against our own runs: the same numbers, live counts, stops. Without a C compiler this fails."""

from __future__ import annotations

import collections
import math
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
from exported import MAIN, SANITIZED, STRICT, Case, Outcome, batch, compiled, outcomes, random_export
from hypothesis import given
from hypothesis import strategies as st
from programs import HOSTILE
from samples import always, seeds, share

from microcrad.errors import ProgramError
from microcrad.examples import examples
from microcrad.export import CSource, c_program
from microcrad.export.c_expressions import c_number
from microcrad.export.c_source import runtime
from microcrad.export.c_text import Identifiers
from microcrad.language.parser import parse
from microcrad.timeline.log import Kind

COUNTED = ("-O0", "-DCOUNTED", "-Wl,--wrap=malloc,--wrap=free")
BUILDS = {"counted": COUNTED, "optimised": ("-O2",), "sanitized": SANITIZED}


def expected(case: Case, build: str) -> Outcome:
    """What a build says of a program. The sanitized one knows neither names nor the kinds of stops."""
    outcome = case.outcome
    if build != "sanitized":
        return outcome
    stop = outcome.stop
    if stop and stop[0].endswith("free"):
        stop = "asan", stop[1]
    return replace(outcome, stop=stop, names=frozenset())


def agree(cases: list[Case], folder: Path, build: str) -> None:
    """Compile programs together, run each, and compare."""
    source = batch(cases)
    for case, found in zip(
        cases, outcomes(compiled(folder, build, [source, MAIN], *BUILDS[build])), strict=True
    ):
        assert found == expected(case, build), f"\n{case.text}"


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    """In few samples there are too few to hold some of each kind."""
    texts = [random_export(seed, "auto") for seed in seeds(150)]
    return [Case(text) for text in [*texts, *(random_export(seed, "manual") for seed in seeds(620))]]


@pytest.mark.slow
def test_there_are_enough_random_programs_of_each_kind(cases: list[Case]) -> None:
    kinds = collections.Counter(kind for case in cases for kind in case.kinds)
    wanted = ("clean", "leaking", "over-released", "use after free", "double free", "cascade")
    assert {kind for kind in wanted if kinds[kind] < 50} == set(), kinds
    for word in (
        "**(",
        "/",
        "uniform",
        "sigmoid",
        "sqrt",
        "for ",
        ".grad =",
        "print(",
        "del ",
        "zero_grad(",
        "l0.n0.w",
    ):
        assert sum(word in case.text for case in cases) >= 20, word
    assert min(kinds["no value"], kinds["not retained"]) >= 3
    warned = [case for case in cases if Kind.WARNING in case.interpreter.log.kinds]
    assert sum(case.outcome.stop is None for case in warned) >= 20


@pytest.mark.parametrize("every", [2, pytest.param(1, marks=pytest.mark.slow)])
def test_random_programs_agree(cases: list[Case], tmp_path: Path, every: int) -> None:
    """At -O0 with malloc and free counted, at -O2, and with memory really freed under AddressSanitizer."""
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda build: agree(cases[::every], tmp_path, build), BUILDS))


MUTANTS = {
    "no slot retain": (r"v->prev\[slot\]->ref_count\+\+;", ";"),
    "= for +=": (r"->grad \+= local", "->grad = local"),
    "no cascade": (r"v = dying \? dying->prev\[dying->slot\+\+\] : NULL;", "v = NULL;"),
    "no release of temporaries": (r"(?m)^ *value_release\((t[0-9]+)\);$", r"(void)\1;"),
}


@pytest.mark.parametrize("mutant", always(2, MUTANTS))
def test_a_mutant_is_found_out(mutant: str, cases: list[Case], tmp_path: Path) -> None:
    chosen = cases[:: len(cases) // 64 + 1]
    old, new = MUTANTS[mutant]
    source = batch(chosen, lambda text: re.sub(old, new, text))
    assert source != batch(chosen)
    found = outcomes(compiled(tmp_path, "mutant", [source, MAIN], "-O0"))
    assert [case.outcome for case in chosen] != found


@given(st.lists(st.from_regex(r"[ab_é]{1,3}(\.[ab_2é]{1,3}){0,2}", fullmatch=True), unique=True, max_size=12))
def test_no_two_names_are_spelled_alike(names: list[str]) -> None:
    """Whatever their dots and letters become, and however long they are."""
    identifiers = Identifiers()
    names += [f"{'long.' * 20}{name}" for name in names]
    spelled = [identifiers(prefix, name) for name in names for prefix in ("v_", "i_")]
    assert len(set(spelled)) == len(spelled)
    assert all(re.fullmatch("[A-Za-z_][A-Za-z0-9_]{0,62}", each) for each in spelled)


@pytest.fixture(scope="module")
def hostile() -> list[Case]:
    texts = [*HOSTILE, *(example.text for example in examples())]
    return [Case(text) for text in texts[:: 100 // share(100) // 2 or 1]]


@pytest.mark.slow
@pytest.mark.parametrize(
    "build",
    ["counted", *(pytest.param(build, marks=pytest.mark.slow) for build in ("sanitized", "optimised"))],
)
def test_programs_that_try_to_break_out_agree(build: str, hostile: list[Case], tmp_path: Path) -> None:
    agree(hostile, tmp_path, build)


def test_each_hostile_program_compiles_by_itself(hostile: list[Case], tmp_path: Path) -> None:
    for number, case in enumerate(hostile):
        text = c_program(case.program, case.program.ownership).text
        assert "??" not in text
        (tmp_path / f"{number}.c").write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["cc", *STRICT, "-Wpedantic", "-fsyntax-only", *(f"{n}.c" for n in range(len(hostile)))],
        cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[:5000]


def test_an_export_runs_by_itself(tmp_path: Path) -> None:
    program = parse("x = 3\ny = x*x\nz = y + x\nbackward(z)\nprint(z*2)")
    binary = compiled(tmp_path, "z", [c_program(program, "auto").text], "-Wpedantic")
    done = subprocess.run([binary], capture_output=True, text=True)
    lines = ["print z*2 = 24 grad 0", "x 3 7 4", "y 9 1 2", "z 12 1 1", "live 0", ""]
    assert (done.returncode, done.stdout, done.stderr) == (0, "\n".join(lines), "")


# --- the runtime ---

CHAIN = r"""
int main(void)
{
    Value *x = value_create(0.5), *top = value_retain(x);
    for (int i = 0; i < 100000; i++) {
        Value *next = i % 2 ? value_add(x, top) : value_mul(top, x);
        value_release(top);
        top = next;
    }
    int most = live_count;
    value_backward(top);
    value_backward(top);
    value_release(top);
    printf("%d %d %d\n", most, live_count, x->ref_count);
    value_release(x);
    return program_end();
}
"""


@pytest.mark.parametrize("flags", always(1, [(SANITIZED,), (("-O0",),), (("-O2",),)]))
def test_a_chain_of_100_000_nodes_needs_no_stack(flags: tuple[str, ...], tmp_path: Path) -> None:
    binary = compiled(tmp_path, "chain", [runtime() + CHAIN], *flags)
    done = subprocess.run(["sh", "-c", f"ulimit -s 1024; {binary}"], capture_output=True, text=True)
    assert done.stdout == "100001 1 1\nlive 0\n", done.stderr


def test_the_runtime_in_the_repository_is_what_the_table_generates() -> None:
    """If this fails: the table has changed. Write what `runtime()` gives into microcrad/export/runtime.c."""
    assert files("microcrad.export").joinpath("runtime.c").read_text(encoding="utf-8") == runtime()


@pytest.mark.needs("clang")
def test_clang_warns_of_nothing_either(cases: list[Case], hostile: list[Case], tmp_path: Path) -> None:
    """What `cc` is on some systems knows other warnings."""
    source = tmp_path / "all.c"
    source.write_text(batch([*hostile, *cases[:50]]), encoding="utf-8")
    command = ["clang", *STRICT, "-fsyntax-only", str(source)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("flags", [(), ("-O2",), ("-DREAL_FREE", "-O2")])
def test_the_runtime_compiles_alone(flags: tuple[str, ...], tmp_path: Path) -> None:
    path = str(files("microcrad.export").joinpath("runtime.c"))
    command = ["cc", *STRICT, "-Wpedantic", *flags, "-c", path, "-o", str(tmp_path / "runtime.o")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


# --- the way back from C to the program ---


def exported(case: Case) -> CSource:
    return c_program(case.program, case.program.ownership)


def test_every_line_of_c_knows_its_line(cases: list[Case], hostile: list[Case]) -> None:
    for case in [*cases[:77], *hostile]:
        source, program = exported(case), case.text.split("\n")
        c = source.text.split("\n")
        assert c[-1] == ""
        assert len(source.lines) == len(source.spans) == len(c) - 1
        assert not any(source.lines[: source.first])
        for text, line, spans in zip(c[:-1], source.lines, source.spans, strict=True):
            assert all(span.line == line or line in range(span.line, span.end_line + 1) for span in spans)
            if found := re.fullmatch(r" *line = ([0-9]+);", text):
                assert int(found[1]) == line
            if (text := text.strip()).startswith("/*") and line:
                written = collections.Counter(re.sub(r"\W", "", program[line - 1]))
                assert not written - collections.Counter(re.sub(r"\W", "", text)), (
                    text
                )  # It may add of which call it is.


def test_every_event_has_its_lines_of_c(cases: list[Case], hostile: list[Case]) -> None:
    for case in [*cases[:77], *hostile]:
        source, log = exported(case), case.interpreter.log
        for span in {log.span(event) for event in range(len(log)) if log.kinds[event] != Kind.END}:
            found = source.at(span)
            assert found, (case.text, span)
            assert all(span.line <= source.lines[number - 1] <= span.end_line for number in found)


def test_an_event_leads_to_the_very_call() -> None:
    case = Case("x = 3\ny = x*x + 2\nbackward(y)")
    source, log = exported(case), case.interpreter.log
    c = source.text.splitlines()
    calls = {
        (log.kinds[event], number): [c[line - 1].strip() for line in source.at(log.span(event))]
        for number, event in enumerate(range(len(log)))
    }
    computes = [lines for (kind, _), lines in calls.items() if kind == Kind.COMPUTE]
    assert computes == [["Value *t1 = value_mul(v_x, v_x);"], ["v_y = value_add(t1, t2);"]]
    (seed,) = [lines for (kind, _), lines in calls.items() if kind == Kind.SEED]
    assert seed == ["value_backward(v_y);"]
    assert [c[line - 1].strip() for line in source.lines_for(2)] == [
        "/* y = x*x + 2 */", "Value *t1 = value_mul(v_x, v_x);", "Value *t2 = value_create(2.0);",
        "v_y = value_add(t1, t2);", "value_release(t2);", "value_release(t1);",
    ]  # fmt: skip


# --- what is refused ---


def test_a_program_with_errors_is_not_exported() -> None:
    with pytest.raises(ProgramError, match="has no value yet"):
        c_program(parse("x = q"), "auto")


@pytest.mark.slow
@pytest.mark.parametrize(
    "body", always(1, ["for j in range(0):\n        x = uniform(0, 1)", "x = uniform(0, 1)"])
)
def test_more_draws_than_a_table_can_hold_are_refused(body: str) -> None:
    with pytest.raises(ProgramError, match="too many for a table") as caught:
        c_program(parse(f"for i in range(1000000000):\n    {body}"), "auto")
    assert caught.value.line <= 2


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0.1, "0.1"), (5.1, "5.1"), (2.0, "2.0"), (-0.0, "-0.0"), (1e22, "1e+22"),
        (0.1 + 0.2, "0.30000000000000004"),
        (math.inf, "HUGE_VAL"), (-math.inf, "-HUGE_VAL"), (math.nan, "NAN"),
    ],
)  # fmt: skip
def test_a_number_is_written_as_short_as_it_can_be_read_back(number: float, written: str) -> None:
    assert c_number(number) == written
    if math.isfinite(number):
        assert float(written) == number
