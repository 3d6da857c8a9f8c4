"""What a program leaves or stops at: leaks, grads that were not cleared, freed memory, an error."""

from __future__ import annotations

import pytest
from found import findings, only
from programs import end_of, run

from microcrad.diagnosis.diagnosis import Trouble, diagnose
from microcrad.session.report import diagnosis_report
from microcrad.session.session import Session
from microcrad.timeline.log import Kind
from microcrad.timeline.telling import Telling

# --- what outlives the program ---------------------------------------------------------------------------


def test_what_is_leaked_is_found_once_the_program_has_ended() -> None:
    """The node whose release frees all of it, how many there are, and a repair that works."""
    text = "# ownership: manual\na = 2\nb = a*3\nrelease(a)\n"
    end = end_of(run(text))
    (found,) = diagnose(end)
    assert (found.kind, end.label(found.node)) == (Trouble.LEAK, "b")
    assert "1 reference is not given back. In all, 3 nodes are leaked." in found.sentence
    assert found.repair == "Write release(b) after line 3."
    assert diagnose(end.moved(end.position - 1)) == ()
    (left,) = diagnose(end_of(run(f"{text}release(b)\n")))
    assert left.text.startswith("3 is leaked: ")  # What nobody named is held by its maker alone.


# --- grads that were not cleared -----------------------------------------------------------------------

STEPS = "w = 3\nb = 1\nfor i in range({n}):\n  loss = w*w + b\n{before}  backward(loss)\n{after}{step}"
STEP = "  w.data = w.data - 0.1*w.grad\n"


def looped(n: int = 3, before: str = "", after: str = "", step: str = STEP) -> str:
    return STEPS.format(n=n, before=before, after=after, step=step)


def test_a_grad_that_was_not_cleared_is_told_with_its_numbers() -> None:
    found = only(looped(), Trouble.UNCLEARED)
    assert found.line == 5
    assert found.sentence == (
        "w.grad was still 6, from a backward before the step, when backward on line 5 added 4.8000: "
        "it holds the sum, 10.8."
    )
    log = end_of(run(looped())).log
    assert log.grad(found.node, found.event) == 6
    assert log.kinds[found.event] == Kind.EDGE
    assert log.grad(found.node, log.seeds[2]) == pytest.approx(6 + 2 * (3 - 0.6))
    both = "  b.data = b.data - 0.1*b.grad\n"
    assert "1 other is so as well." in only(looped(step=STEP + both), Trouble.UNCLEARED).sentence


@pytest.mark.parametrize(
    "text",
    [
        looped(1),
        looped(before="  zero_grad()\n"),
        looped(step=f"{STEP}  zero_grad()\n"),
        looped(step=f"{STEP}  w.grad = 0\n"),
        looped(step=""),  # Gradients of several samples are added up,
        looped(step="") + "w.data = w.data - 0.1*w.grad\n",  # and the step comes after all of them.
        "w = 3\nloss = w*w\nbackward(loss)\nw.data = 2\nbackward(loss)\n",  # The same graph again.
        "w = 3\nloss = w*w\nbackward(loss)\nw.data = 2\nloss = w*w\n",  # No other backward.
        "w = 3\nk = 0\nloss = w*k\nbackward(loss)\nw.data = 2\nloss = w*w\nbackward(loss)\n",  # 0 was left.
    ],
)
def test_a_sum_that_is_none_of_an_old_gradient_is_not_told(text: str) -> None:
    assert Trouble.UNCLEARED not in findings(text)


@pytest.mark.parametrize("fault", ["stale", "overwrite"])
def test_what_a_fault_leaves_is_not_the_programs(fault: str) -> None:
    found = diagnose(end_of(run(looped(before="  zero_grad()\n"), fault)))
    assert Trouble.UNCLEARED not in {each.kind for each in found}


# --- a touch of freed memory ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last", "kind", "repair"),
    [
        ("release(w)", "Double free", "Delete the release on line 3 or the one on line 4."),
        ("y = w*2", "Use after free", "Release w after line 4, not on line 3."),
    ],
)
def test_a_touch_of_freed_memory_is_the_first_thing_that_is_found(last: str, kind: str, repair: str) -> None:
    """With its node and line; where the run has not come to it yet, nothing is."""
    session = Session(f"# ownership: manual\nw = 3\nrelease(w)\n{last}\n")
    (found,) = session.findings
    assert (found.kind, found.line, found.repair) == (Trouble.MEMORY, 4, repair)
    assert found.sentence.startswith(f"{kind}: w is ")
    assert "freed on line 3 by release(w)" in found.sentence
    session.go_to_finding(0)
    assert (session.selected, session.moment.memory_stop) == (found.node, session.run.memory_stop)
    end = session.run.end
    assert diagnose(end.moved(end.position - 1), session.run.memory_stop) == ()


def test_what_may_not_be_told_of_a_touch_of_freed_memory_is_not() -> None:
    session = Session("# ownership: manual\nw = 3\nrelease(w)\nrelease(w)\n")
    session.veil(Telling(repairs=False))
    assert [found.repair for found in session.findings] == [""]
    session.veil(Telling(events=2))
    assert session.findings == ()


def test_an_error_that_stops_the_program_is_found_where_it_stops() -> None:
    """It is of no node, and nothing is said of it before the run has come to it."""
    session = Session("a = 1\ndel a\nb = a\n")
    (found,) = session.findings
    assert (found.kind, found.line, found.node) == (Trouble.STOPPED, 3, -1)
    assert found.text == (
        "The program stops on line 3: a has no value at this point. Assign a before this line runs."
    )
    assert found.event == len(session.log) - 1
    assert diagnose(session.run.end.moved(found.event), session.run.memory_stop, session.run.errors) == ()
    (told,) = diagnosis_report(session.run.end, session.findings)["findings"]  # type: ignore[misc]
    assert (told["node"], told["name"]) == (None, "")
