"""Hands on the keyboard: what a lesson's script does, done with keys alone, as a learner would do it."""

from __future__ import annotations

from screens import paste, screen_rows, until
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from lessons.catalogue import catalogue
from lessons.fields.scripts import Script, ScriptMove
from lessons.format.lesson import Lesson
from microcrad.session.moves import PLACES
from tui.app import PlaygroundApp
from tui.lessons.pane import LessonPane
from tui.playground.playground_commands import PLAYGROUND
from tui.train.setup import Setup
from tui.widgets.dialogs import Ask, Choose

__all__ = ["LESSONS", "do", "settled", "start", "to_field", "to_panes", "words"]

LESSONS = {lesson.id: lesson for lesson in catalogue().lessons}
_KEYS = {row.id: row.keys.split(",")[0] for row in PLAYGROUND}


def app_of(pilot: Pilot[None]) -> PlaygroundApp:
    """The app that is driven."""
    app = pilot.app
    assert isinstance(app, PlaygroundApp)
    return app


def within_lesson(app: PlaygroundApp) -> bool:
    """Whether the focus is in the lesson's pane."""
    return app.focused is not None and any(
        isinstance(each, LessonPane) for each in app.focused.ancestors_with_self
    )


def words(app: PlaygroundApp) -> str:
    """What the lesson says, in one line however it is wrapped."""
    left = app.place.pane.region.x if app.place.pane is not None else 0
    return " ".join(" ".join(row[left:] for row in screen_rows(app)).split())


async def to_panes(pilot: Pilot[None]) -> None:
    """Leave the lesson's text or field for the panes."""
    app = app_of(pilot)
    if within_lesson(app):
        await pilot.press("f4")
        await until(pilot, lambda: not within_lesson(app))


async def to_field(pilot: Pilot[None], name: str) -> None:
    """Go to a widget of the lesson, with F4 and tab."""
    app = app_of(pilot)
    if not within_lesson(app):
        await pilot.press("f4")
        await until(pilot, lambda: within_lesson(app))
    for _ in range(6):
        if app.focused is not None and app.focused.id == name:
            return
        await pilot.press("tab")
        await pilot.pause()
    raise AssertionError(f"tab never comes to {name}")


async def do(pilot: Pilot[None], script: Script) -> None:
    """Make the moves of a script."""
    for move in script:
        await _MOVES[move.name](pilot, move)
        await pilot.pause()


async def _choose(pilot: Pilot[None], name: str) -> None:
    """Take an option of a dialog by its name."""
    app = app_of(pilot)
    await until(pilot, lambda: isinstance(app.screen, Choose))
    options = app.screen.query_one(OptionList)
    while options.get_option_at_index(options.highlighted or 0).id != name:
        await pilot.press("down")
    await pilot.press("enter")
    await until(pilot, lambda: not isinstance(app.screen, Choose))


async def _type(pilot: Pilot[None], text: str) -> None:
    """Answer the line that a dialog asks for."""
    app = app_of(pilot)
    await until(pilot, lambda: isinstance(app.screen, Ask))
    app.screen.query_one(Input).value = ""
    await paste(pilot, text)
    await pilot.press("enter")
    await until(pilot, lambda: not isinstance(app.screen, Ask))


async def _program(pilot: Pilot[None], move: ScriptMove) -> None:
    await _edit(pilot, move.value.strip("\n") + "\n", whole=True)
    # Where another program launches.
    session = app_of(pilot).playground.session
    await pilot.press(
        *((_KEYS["first"], _KEYS["start_of_backward"]) if session.log.seeds else (_KEYS["last"],))
    )


async def _append(pilot: Pilot[None], move: ScriptMove) -> None:
    text = app_of(pilot).playground.session.text
    new_line = "" if not text or text.endswith("\n") else "\n"
    await _edit(pilot, new_line + move.value.strip("\n") + "\n", whole=False)
    await pilot.press(_KEYS["last"])


async def _edit(pilot: Pilot[None], text: str, *, whole: bool) -> None:
    app = app_of(pilot)
    await to_panes(pilot)
    await pilot.press("e")
    await until(pilot, lambda: app.focused is app.playground.editor)
    await pilot.press(*(("f7",) if whole else ("pagedown", "pagedown", "pagedown", "end")))
    await paste(pilot, text)
    await until(pilot, lambda: app.playground.session.up_to_date and app.playground.rests)
    await pilot.press("escape")
    await until(pilot, lambda: app.focused is not app.playground.editor)


async def _go(pilot: Pilot[None], move: ScriptMove) -> None:
    await to_panes(pilot)
    word, _, number = move.value.partition(" ")
    session = app_of(pilot).playground.session
    if word in PLACES:
        await pilot.press(_KEYS[PLACES[word].id])
    elif word == "backward":
        await pilot.press(_KEYS["first"])
        await _until_at(pilot, _KEYS["next"], session.log.seeds[int(number or 1) - 1])
    elif word == "line":
        await pilot.press(_KEYS["first"])
        while session.log.span(min(session.position, len(session.log) - 1)).line != int(number):
            await pilot.press(_KEYS["next_line"])
    else:
        view = session.view
        while session.view != "all":
            await pilot.press(_KEYS["view"])
        await pilot.press(_KEYS["first"])
        await _until_at(pilot, _KEYS["next"], int(number))
        while session.view != view:
            await pilot.press(_KEYS["view"])


async def _until_at(pilot: Pilot[None], key: str, position: int) -> None:
    session = app_of(pilot).playground.session
    while session.position < position:
        before = session.position
        await pilot.press(key)
        assert session.position > before, "the key leads nowhere"
    assert session.position == position


async def _select(pilot: Pilot[None], move: ScriptMove) -> None:
    await to_panes(pilot)
    await pilot.press("slash")
    await _type(pilot, move.value)


async def _fault(pilot: Pilot[None], move: ScriptMove) -> None:
    await to_panes(pilot)
    app = app_of(pilot)
    train = app.stage.train if app.stage.mode == "train" else None
    now = app.playground.session.fault if train is None else train.training.configuration.fault
    if now is not None:
        await pilot.press("f")
        await pilot.pause()
    if move.value != "none":
        await pilot.press("f")
        await _choose(pilot, move.value)
        await app.workers.wait_for_complete()


async def _ownership(pilot: Pilot[None], move: ScriptMove) -> None:
    await to_panes(pilot)
    if app_of(pilot).playground.session.run.ownership != move.value:
        await pilot.press("m")


async def _view(pilot: Pilot[None], move: ScriptMove) -> None:
    await to_panes(pilot)
    while app_of(pilot).playground.session.view != move.value:
        await pilot.press(_KEYS["view"])


async def _answer(pilot: Pilot[None], move: ScriptMove) -> None:
    await to_field(pilot, "answer")
    field = app_of(pilot).query_one("#answer", Input)
    await pilot.press(*["backspace"] * len(field.value))
    await pilot.press(*("minus" if character == "-" else character for character in str(move.value)), "enter")


async def _pick(pilot: Pilot[None], move: ScriptMove) -> None:
    await to_field(pilot, "choices")
    options = app_of(pilot).query_one("#choices", OptionList)
    await pilot.press("home")
    while options.get_option_at_index(options.highlighted or 0).id != move.value:
        await pilot.press("down")
    await pilot.press("enter")


async def _set(pilot: Pilot[None], move: ScriptMove) -> None:
    await to_panes(pilot)
    app = app_of(pilot)
    assert app.stage.train is not None
    setup = app.stage.train.query_one(Setup)
    while app.focused is not setup:
        await pilot.press("tab")
        await pilot.pause()
    for name, value in move.value.items():
        await pilot.press("home", *["down"] * [row.name for row in setup.rows].index(name), "enter")
        await _type(pilot, str(value))


async def _steps(pilot: Pilot[None], move: ScriptMove) -> None:
    await to_panes(pilot)
    train = app_of(pilot).stage.train
    assert train is not None
    aim = min(train.training.step + move.value, train.training.configuration.steps)
    if aim == train.training.configuration.steps:
        await pilot.press("space")
        await until(pilot, lambda: train.training.step == aim and not train.training.running)
    while train.training.step < aim and train.training.stop is None:
        await pilot.press("s")
        await pilot.pause()


async def _epoch(pilot: Pilot[None], move: ScriptMove) -> None:
    await to_panes(pilot)
    for _ in range(move.value):
        await pilot.press("S")
        await pilot.pause()


async def _rewind(pilot: Pilot[None], move: ScriptMove) -> None:
    await to_panes(pilot)
    await pilot.press("r")


_MOVES = {
    "program": _program, "append": _append, "go": _go, "select": _select, "fault": _fault,
    "ownership": _ownership, "view": _view, "answer": _answer, "choose": _pick, "set": _set, "steps": _steps,
    "epoch": _epoch, "rewind": _rewind,
}  # fmt: skip


async def start(pilot: Pilot[None], id_: str) -> Lesson:
    """Start a lesson from the list, as a person does."""
    app = pilot.app
    assert isinstance(app, PlaygroundApp)
    await pilot.press("3")
    await until(pilot, lambda: app.focused is not None and app.focused.id == "lesson-list")
    rows = app.query_one("#lesson-list", OptionList)
    await until(pilot, lambda: rows.highlighted is not None)
    chosen = [option.id for option in rows.options if not option.disabled]
    await pilot.press("home", *["down"] * chosen.index(id_), "enter")
    await until(
        pilot, lambda: app.place.in_front and app.place.pane is not None and app.place.pane.view is not None
    )
    await pilot.pause()
    return LESSONS[id_]


async def settled(pilot: Pilot[None]) -> None:
    """Wait until the lesson has looked where things stand."""
    app = pilot.app
    assert isinstance(app, PlaygroundApp)
    await pilot.pause()
    await until(pilot, lambda: not app.attempt.waits)
