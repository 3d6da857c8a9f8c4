"""Who owns what, compared with an independent model on random programs."""

from __future__ import annotations

import collections

import pytest
from programs import end_of, random_program, run
from reference_ownership import Model
from samples import seeds, share

from microcrad.run.interpreter import Interpreter

KINDS = {
    "is released again": "double",
    "is used": "use",
    "was not retained": "refused",
    "has no value": "unbound",
}


def outcome(interpreter: Interpreter) -> tuple[str, int]:
    """How a run ended, in the model's words."""
    if not interpreter.errors:
        return "end", 0
    (error,) = interpreter.errors
    return next(kind for words, kind in KINDS.items() if words in error.message), error.line


def compare(text: str, ownership: str) -> tuple[str, int]:
    """Run a program both ways and compare everything they can tell."""
    ours, model = run(text), Model(text, ownership)
    ending = model.run()
    assert outcome(ours) == ending, text
    at = end_of(ours)
    for number, node in enumerate(model.nodes):
        row = at.row(number)
        assert row.live == (not node.freed), (text, number)
        if row.live:
            found = row.refs, repr(row.data), repr(row.grad)
            assert found == (node.count, repr(node.data), repr(node.grad)), (text, number)
    named = {name: model.nodes.index(node) for name, node in model.names.items()}
    assert at.names == named, text
    assert at.heap.allocated == len(model.nodes), text
    if ending[0] == "end":
        assert at.leaks == model.survivors(), text
    return ending


@pytest.mark.parametrize("ownership", ["auto", "manual"])
def test_random_programs_agree_with_the_model(ownership: str) -> None:
    """Counts, numbers, names, live nodes, leaks, and the kind and line of every stop."""
    endings = collections.Counter(
        compare(random_program(seed, ownership), ownership)[0] for seed in seeds(400)
    )
    expected = {"end", "unbound", "refused"} if ownership == "auto" else {"end", "unbound", "use", "double"}
    assert set(endings) == expected
    assert endings["end"] > share(100)
    assert min(endings.values()) >= share(5)
