"""Names in every exported form: in any alphabet, of any number of parts, they arrive as they were written."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from keyword import iskeyword

import pytest
from exported import MAIN, Case, batch, compiled, outcomes, printed
from graph_readers import DOT_NODE, MERMAID_NODE, as_graphviz_reads, as_mermaid_reads
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from programs import end_of
from samples import share
from svg_reader import Drawn

from microcrad.export import FORMATS, MomentFormat, from_json
from microcrad.language.parser import parse

WORDS = st.one_of(
    st.sampled_from(
        ["n0", "v_x", "end", "class_", "style", "int", "NULL", "变量", "straße", "שלום", "_", "é", "ªµ"]
    ),
    st.from_regex(r"[^\W\d]\w{0,11}", fullmatch=True),
).filter(
    # Python reads a name in its NFKC form, so that others would rightly come back changed.
    lambda word: word.isidentifier() and unicodedata.is_normalized("NFKC", word) and not iskeyword(word)
)


def program(names: list[str]) -> str:
    """A program that gives every name a node, and prints it."""
    lines = [f"{name} = {place}.5\nprint({name})" for place, name in enumerate(names)]
    return "\n".join([*lines, f"backward({names[0]}*{names[-1]})"])


NAMES = st.lists(
    st.lists(WORDS, min_size=1, max_size=3).map(".".join), min_size=1, max_size=8, unique=True
).filter(lambda names: not parse(program(names)).errors)


def in_dot(text: str) -> list[str]:
    """The first lines of all boxes."""
    found = filter(None, map(DOT_NODE.fullmatch, text.split("\n")))
    return [as_graphviz_reads(each[2]).split("\n")[0] for each in found]


def in_mermaid(text: str) -> list[str]:
    """The first lines of all boxes."""
    found = filter(None, map(MERMAID_NODE.fullmatch, text.split("\n")))
    return [as_mermaid_reads(each[2]).split("\n")[0] for each in found]


def in_svg(text: str) -> list[str]:
    """The heads of all boxes."""
    drawn = Drawn.read(text)
    return [drawn.label(each) for each in sorted(drawn.boxes)]


def in_json(text: str) -> list[str]:
    """The first names of all nodes."""
    return [each.label for each in from_json(text).nodes]


READERS: dict[str, Callable[[str], list[str]]] = {
    "dot": in_dot, "mermaid": in_mermaid, "svg": in_svg, "json": in_json,
}  # fmt: skip


def test_there_is_a_reader_for_every_form_of_the_graph() -> None:
    assert set(READERS) == {name for name, row in FORMATS.items() if isinstance(row, MomentFormat)}


@pytest.mark.parametrize("form", list(READERS))
@given(names=NAMES)
def test_every_name_is_in_the_graph_as_it_was_written(form: str, names: list[str]) -> None:
    row = FORMATS[form]
    assert isinstance(row, MomentFormat)
    at = end_of(Case(program(names)).interpreter)
    found = READERS[form](row.write(at))
    assert found[: len(names)] == names
    assert len(found) == len(names) + 1, "the product is a node too"


@given(NAMES)
def test_every_name_is_printed_by_python_as_it_was_written(names: list[str]) -> None:
    said, raised = printed(Case(program(names)))
    assert raised is None
    lines = said.split("\n")
    shown = [line.removesuffix(" grad 0") for line in lines[: len(names)]]  # A plain number has none.
    assert shown == [f"print {name} = {place}.5" for place, name in enumerate(names)]
    assert [line.split(" ")[0] for line in lines[len(names) : -2]] == names


@settings(max_examples=share(4), phases=[Phase.generate])  # To shrink would be to compile for minutes.
@given(texts=st.lists(NAMES.map(program), min_size=20, max_size=40))
def test_every_name_is_printed_by_c_as_it_was_written(
    texts: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    cases = [Case(text) for text in texts]
    built = compiled(tmp_path_factory.mktemp("names"), "names", [batch(cases), MAIN], "-O0")
    for case, found in zip(cases, outcomes(built), strict=True):
        assert found == case.outcome
        assert {line.split(" ")[0].rstrip(":") for line in found.names} == set(end_of(case.interpreter).names)
