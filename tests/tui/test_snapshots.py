"""Pictures of the main layouts. After a change of looks that is meant: pytest --snapshot-update."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from screens import EXAMPLES, NEURON, MakeApp, until
from textual.pilot import Pilot

Compare = Callable[..., bool]

WIDE, SMALL = (120, 36), (80, 24)
WRONG = "weight = 2\nx = 3\ny = wieght*x\nbackward(y)\n"


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pictures do not depend on where the tests run."""
    for name in ("NO_COLOR", "MICROCRAD_GLYPHS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")


def test_the_first_screen(snap_compare: Compare, make_app: MakeApp) -> None:
    """At 80x24, dark."""
    assert snap_compare(make_app(), terminal_size=SMALL)


def test_all_panes_in_the_middle_of_backward(snap_compare: Compare, make_app: MakeApp) -> None:
    """At 120x36, dark."""
    assert snap_compare(make_app(), terminal_size=WIDE, press=["n", "n"])


@pytest.mark.parametrize(("theme", "size"), [("microcrad-light", SMALL), ("microcrad-high-contrast", WIDE)])
def test_other_themes(snap_compare: Compare, make_app: MakeApp, theme: str, size: tuple[int, int]) -> None:
    """The same walk in other colours."""
    app = make_app()
    app.theme = theme
    assert snap_compare(app, terminal_size=size, press=["n", "n"])


def test_without_colour(snap_compare: Compare, make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR: what is selected and what is current can still be seen."""
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(make_app(NEURON), terminal_size=SMALL, press=["n", "n"])


def test_an_error_below_its_line(snap_compare: Compare, make_app: MakeApp) -> None:
    """With the cursor in the line."""
    assert snap_compare(make_app(WRONG, "wrong.mc"), terminal_size=SMALL, press=["e"])


def test_a_shared_node_in_backward(snap_compare: Compare, make_app: MakeApp) -> None:
    """The second of its contributions has arrived; the inspector is in full."""

    async def walk(pilot: Pilot[None]) -> None:
        await pilot.press("n", "n", "n", "n", "i")
        await pilot.pause()

    assert snap_compare(make_app(EXAMPLES["shared"], "shared.mc"), terminal_size=SMALL, run_before=walk)


@pytest.mark.parametrize(
    "size", [pytest.param(WIDE, id="beside"), pytest.param(SMALL, id="below", marks=pytest.mark.slow)]
)
def test_a_lesson_after_a_wrong_answer(
    snap_compare: Compare,
    make_app: MakeApp,
    size: tuple[int, int],
) -> None:
    """Beside the panes, and below them where there is no room; the number asked for is a question mark."""
    app = make_app()

    async def answer(pilot: Pilot[None]) -> None:
        lesson = app.library.catalogue.find("accumulate")
        assert lesson is not None
        app.walk.start(lesson)
        await until(
            pilot, lambda: app.place.in_front and app.focused is not None and app.focused.id == "answer"
        )
        await pilot.pause()  # The text is opened once more when the lesson has been drawn.
        await pilot.press("6", "enter", "f4")
        await until(pilot, lambda: app.focused is app.playground.graph)
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=answer)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("data", "theme", "size"),
    [pytest.param("moons", "dark", SMALL, marks=pytest.mark.slow), ("blobs", "light", WIDE)],
)
def test_training(
    snap_compare: Compare, make_app: MakeApp, data: str, theme: str, size: tuple[int, int]
) -> None:
    """After some steps, with a sample marked and a curve kept."""
    app = make_app(NEURON)
    app.theme = f"microcrad-{theme}"
    app.keeper.keep(app.desks.own.program, {"data": data})

    async def train(pilot: Pilot[None]) -> None:
        await pilot.press("2")
        await pilot.pause()
        await pilot.press(*["s"] * 12, "c", "r", *["s"] * 6, "tab", "right")
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=train)
