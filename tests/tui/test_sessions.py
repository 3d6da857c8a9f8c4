"""Whole sessions in files, and undo and redo over everything."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from screens import MakeApp, screen_text, until

from microcrad.examples import examples
from microcrad.session.file import from_json
from tui import programs
from tui.app import PlaygroundApp
from tui.files import open_file

SHARED = "x = 3\ny = x*x\nz = y + x\nbackward(z)\n"


async def test_a_session_is_saved_whole_and_opened_where_it_was(make_app: MakeApp) -> None:
    app = make_app(SHARED, "shared.mc")
    async with app.run_test(size=(120, 36)) as pilot:
        app.playground.rules.switch_fault("overwrite")
        await pilot.press("n", "n", "v", "n", "left")
        await pilot.pause()
        app.programs.save_as()
        await pilot.pause()
        await pilot.press("ctrl+u", *"mine.mcs", "enter")
        await until(pilot, lambda: Path("mine.mcs").exists())
        assert "Saved the whole session" in screen_text(app)
        session, folded = app.desks.own.session, set(app.playground.graph.folded)
        place = (session.position, session.view, session.selected, session.fault)
    assert from_json(Path("mine.mcs").read_text()).program == SHARED
    again = make_app("a = 1\n", "other.mc")
    async with again.run_test(size=(120, 36)) as pilot:
        again.programs.open()
        await pilot.pause()
        await pilot.press(*"mine.mcs", "enter")
        await until(pilot, lambda: again.desks.own.session.text == SHARED)
        session = again.desks.own.session
        assert (session.position, session.view, session.selected, session.fault) == place
        assert again.playground.graph.folded == folded
        assert again.playground.editor.text == SHARED
        assert "overwrite" in screen_text(again)
        assert again.desks.own.saved
        await pilot.press("e", *"*5", "ctrl+s")
        await until(pilot, lambda: "x*x*5" in from_json(Path("mine.mcs").read_text()).program)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"format": "microcrad session", "version": 99}', "saved by a newer microcrad"),
        ("{}", "is not a saved session"),
        (None, "There is no file"),
    ],
)
async def test_what_cannot_be_opened_is_said_and_nothing_is_lost(
    make_app: MakeApp, content: str | None, words: str
) -> None:
    if content is not None:
        Path("bad.mcs").write_text(content)
    app = make_app(SHARED, "shared.mc")
    async with app.run_test(size=(120, 36)) as pilot:
        app.programs.open()
        await pilot.pause()
        await pilot.press(*"bad.mcs", "enter")
        await until(pilot, lambda: words in " ".join(screen_text(app).split()))
        assert app.desks.own.session.text == SHARED
    assert content is None or Path("bad.mcs").read_text() == content


async def test_a_name_without_its_end_is_told_what_it_may_mean(make_app: MakeApp) -> None:
    """It is offered too, but who presses enter has not taken that."""
    Path("homework.mc").write_text("a = 2\n")
    app = make_app(SHARED, "shared.mc")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("ctrl+o", *"homework", "enter")
        words = "There is no file 'homework'. Did you mean homework.mc?"
        await until(pilot, lambda: words in " ".join(screen_text(app).replace("│", "").split()))


@pytest.mark.parametrize("leaving", ["esc", "example"])
async def test_a_file_that_takes_long_to_read_keeps_nobody_waiting_and_can_be_left(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, leaving: str
) -> None:
    goes_on, done = threading.Event(), threading.Event()

    def slow(path: Path) -> object:
        goes_on.wait()
        done.set()
        return open_file(path)

    monkeypatch.setattr(programs, "open_file", slow)
    Path("slow.mc").write_text("a = 7\n")
    app = make_app(SHARED, "shared.mc")
    async with app.run_test(size=(120, 36)) as pilot:
        app.programs.open()
        await pilot.pause()
        await pilot.press(*"slow.mc", "enter")
        await until(pilot, lambda: "Reading slow.mc. esc stops." in screen_text(app))
        position = app.desks.own.session.position
        await pilot.press("n")
        await until(pilot, lambda: app.desks.own.session.position > position)
        if leaving == "esc":
            await pilot.press("escape")
            await until(pilot, lambda: "Stopped. Nothing was opened." in screen_text(app))
        else:
            app.programs.open_example(examples()[0])
        text = app.desks.own.session.text
        goes_on.set()
        await until(pilot, done.is_set)
        while app.workers:
            await app.workers.wait_for_complete()
        assert app.desks.own.session.text == text != "a = 7\n"


async def test_undo_goes_back_over_typing_rules_and_other_programs(make_app: MakeApp) -> None:
    app = make_app(SHARED, "shared.mc")

    def situation() -> tuple[str, str, str | None, str]:
        session = app.desks.own.session
        return app.desks.own.program.name, session.text, session.fault, session.run.ownership

    async with app.run_test(size=(120, 36)) as pilot:
        trail = [situation()]

        async def done() -> None:
            await until(
                pilot,
                lambda: (
                    situation() != trail[-1]
                    and app.desks.own.undo.current.session.program == app.desks.own.session.text
                ),
            )
            await pilot.pause()
            app.desks.top.rest()  # What comes next is no part of the same stretch of typing.
            trail.append(situation())

        await pilot.press("e", "*")
        await until(pilot, lambda: "*\n" in app.desks.own.session.text)
        await pilot.press("5", "escape")
        await until(pilot, lambda: "*5\n" in app.desks.own.session.text)
        await done()
        app.playground.rules.switch_fault("merged")
        await done()
        await pilot.press("m")
        await done()
        app.programs.open_example(next(example for example in examples() if example.slug == "square"))
        await done()
        for expected in reversed(trail[:-1]):
            await pilot.press("ctrl+z")
            await until(pilot, lambda expected=expected: situation() == expected)
            assert app.playground.editor.text == expected[1]
        await pilot.press("ctrl+z")
        await until(pilot, lambda: "Nothing to undo." in screen_text(app))
        await pilot.press("e")  # In the editor it is the same undo.
        for expected in trail[1:]:
            await pilot.press("ctrl+y")
            await until(pilot, lambda expected=expected: situation() == expected)
        assert app.playground.editor.text == trail[-1][1]


async def test_typing_without_a_pause_does_not_put_keeping_off(make_app: MakeApp) -> None:
    app = make_app("", "untitled.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("e", "a")
        await until(pilot, lambda: app.keeping.waits)
        waiting = app.keeping._timer
        await pilot.press(*" = 2")
        assert app.keeping._timer is waiting or "a" in app.keeper.path.read_text()


async def test_keeping_does_not_need_the_panes(make_app: MakeApp) -> None:
    """They go first when the app ends, and the moment to keep may come then."""
    app = make_app("a = 2\n", "mine.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("e", "end", "5")
        await until(pilot, lambda: app.desks.own.session.text == "a = 25\n")
        await app.query("#modes").remove()
        app.keeping.now()
        assert "a = 25" in app.keeper.path.read_text()


async def test_a_session_can_be_run_without_the_app(make_app: MakeApp) -> None:
    from commands import microcrad

    app = make_app(SHARED, "shared.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        app.programs._write(Path("mine.mcs"))
        await pilot.pause()
    assert isinstance(app, PlaygroundApp)
    assert microcrad("run", "mine.mcs").stdout == microcrad("run", "-", stdin=SHARED).stdout


async def test_undo_to_a_text_with_errors_keeps_the_graph(make_app: MakeApp) -> None:
    """As typing that text did; and a program without an event to walk to does not say that it did not run."""
    app = make_app("x = 3\ny = x*x\n", "square.mc")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("e", "ctrl+end", *"z=y*", "escape")
        await until(pilot, lambda: app.playground.session.errors)
        await pilot.pause()
        app.desks.top.rest()
        await pilot.press("e", "2", "escape")
        await until(pilot, lambda: "z" in app.playground.session.snapshot.names)
        await pilot.press("ctrl+z")
        await until(pilot, lambda: app.playground.session.errors)
        assert "Nothing has run yet" not in screen_text(app)
        assert {"x", "y"} <= set(app.playground.session.snapshot.names)
        await pilot.press("e", "ctrl+home", "f7", "delete", *"x=2", "escape")
        await until(pilot, lambda: set(app.playground.session.snapshot.names) == {"x"})
        await until(pilot, lambda: "It ran, and computed nothing" in screen_text(app))
