"""How the app feels, in numbers: first paint, key latency on a large graph, re-runs and timeline steps.

    python benchmarks/app.py
    python benchmarks/app.py --cpu    # seconds of the processor, on a machine that does something else too

Ratios and percentiles are printed next to their targets; nothing is asserted. First paint is that of a
subprocess, beside a minimal Textual app's in the same run.
"""

from __future__ import annotations

import asyncio
import math
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from rich.console import RenderableType
from textual.events import Key
from textual.pilot import Pilot
from textual.screen import Screen

from microcrad.language.lower.lowering import Lowerer
from microcrad.language.parser import parse, parse_next
from microcrad.session.moves import make_move
from microcrad.session.session import Session
from microcrad.slices import finish
from microcrad.train.training import Training
from tui.app import PlaygroundApp
from tui.commands.train import GO_SECONDS
from tui.launch import settle
from tui.state_file import Kept, StateKeeper
from tui.train.setup import Setup
from tui.widgets.work import Work

ROUNDS = 7
CLOCK = time.process_time if "--cpu" in sys.argv else time.perf_counter
"""In seconds of the processor nobody waits for a timer: frames are drawn at most sixty times a second."""

MINIMAL = """
import time
from textual.app import App
from textual.widgets import Footer, Header, Static
class Minimal(App):
    BINDINGS = [("q", "quit", "Quit")]
    def compose(self):
        yield Header()
        yield Static("hello")
        yield Footer()
    def on_mount(self):
        self.call_after_refresh(self.painted)
    def painted(self):
        self.exit(time.process_time())
print(Minimal().run(headless=True, size=(120, 36)))
"""
OURS = """
import gc, os, tempfile, time
gc.disable()  # As `launch` does, which loads Textual only then.
os.environ["MICROCRAD_STATE"] = os.path.join(tempfile.mkdtemp(), "state.toml")
from textual.app import App
def run(app, run=App.run):
    mount = type(app).on_mount
    def on_mount(self):
        # Before what the app itself puts off until there is a frame.
        self.call_after_refresh(lambda: self.exit(time.process_time()))
        mount(self)
    type(app).on_mount = on_mount
    print(run(app, headless=True, size=(120, 36)))
App.run = run
from tui.launch import launch
launch()
"""


def first_paint() -> None:
    """Start each app in a process of its own, in turns: the seconds of the processor to its first frame."""
    times: dict[str, list[float]] = {"minimal": [], "microcrad": []}
    for _ in range(ROUNDS):
        for name, source in (("minimal", MINIMAL), ("microcrad", OURS)):
            done = subprocess.run([sys.executable, "-c", source], check=True, capture_output=True, text=True)
            times[name].append(float(done.stdout))
    minimal, ours = (statistics.median(times[name]) for name in ("minimal", "microcrad"))
    print(f"first paint: {ours * 1e3:.0f} ms, minimal app {minimal * 1e3:.0f} ms")
    print(f"  {ours / minimal:.2f}x (target 1.4x)")


def large_program(nodes: int) -> str:
    """A program that builds about that many nodes and differentiates them."""
    return f"x = 2\ny = x\nfor i in range({nodes // 3}):\n  y = y * 0.999 + x\nbackward(y)\n"


def long_program(lines: int) -> str:
    """A program of that many lines, each using the ones before."""
    body = [f"v{i} = tanh(v{i - 1} * 0.5 + v{max(i - 3, 0)})" for i in range(1, lines - 1)]
    return "\n".join(["v0 = 0.5", *body, f"backward(v{lines - 2})"])


def network_program(*sizes: int) -> str:
    """A network of that many inputs, neurons and outputs, with dotted names, one sample and its loss."""
    before = [f"x{i}" for i in range(sizes[0])]
    lines = [f"{name} = {i / len(before)}" for i, name in enumerate(before)]
    for layer, size in enumerate(sizes[1:]):
        names = [f"l{layer}.n{n}" for n in range(size)]
        for n, name in enumerate(names):
            lines += [f"{name}.w{i} = {math.sin(i + n) / len(before)!r}" for i in range(len(before))]
            sums = " + ".join(f"{name}.w{i}*{operand}" for i, operand in enumerate(before))
            lines.append(f"{name} = tanh({sums})")
        before = names
    return "\n".join([*lines, f"loss = ({' + '.join(before)} - 1)**2", "backward(loss)", ""])


def surface_program(lines: int) -> str:
    """A program of that many lines with functions, lists and loops over them."""
    head = [
        "def neuron(w, x, b):", "    return tanh(dot(w, x) + b)", "def square(a, b=2):", "    return a**b",
        "w = [0.1, -0.2, 0.3]", "x = [1, 2, 3]", "y0 = neuron(w, x, 0.5)",
    ]  # fmt: skip
    body = []
    for i in range(1, (lines - len(head) - 1) // 4 + 1):
        body += [
            f"v{i} = [a*0.5 + b for a, b in zip(w, x)]",
            f"y{i} = neuron(v{i}, [y{i - 1}, x[{i % 3}], 1], 0.1)",
            f"for e in v{i}:", f"    y{i} = y{i} + square(e*0.1)",
        ]  # fmt: skip
    return "\n".join([*head, *body, f"backward(y{i})", ""])


def surface_network(*sizes: int) -> str:
    """A network as the language has it, one sample and its loss."""
    inputs = ", ".join(str(i / sizes[0]) for i in range(sizes[0]))
    return (
        f"net = MLP({sizes[0]}, {list(sizes[1:])}, activation='tanh')\nx = [{inputs}]\nout = net(x)\n"
        "loss = sum([(a - 1)**2 for a in out])\nbackward(loss)\n"
    )


WORD = 'net = GPT(seed=1)\nloss = net.loss("emma")\nbackward(loss)\n'
"""The loss of a word, as the language has it."""


def timed(action: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    started = CLOCK()
    action()
    return CLOCK() - started


class Watched(PlaygroundApp):
    """The app, noting when each frame has gone to the terminal."""

    started = 0.0
    """When it was made and began to run."""
    painted = 0.0
    frames = 0

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        super()._display(screen, renderable)
        self.painted = CLOCK()
        self.frames += 1


@asynccontextmanager
async def running(program: str, *, rows: int = 36) -> AsyncIterator[tuple[Watched, Pilot[None]]]:
    """The app at a program, in a state of its own."""
    with tempfile.TemporaryDirectory() as folder:
        app = Watched(Kept(program, "program.mc"), StateKeeper(Path(folder) / "state.toml"), then=settle)
        app.started = CLOCK()
        async with app.run_test(size=(120, rows)) as pilot:
            yield app, pilot


@asynccontextmanager
async def in_training() -> AsyncIterator[tuple[Watched, Pilot[None], Training]]:
    """The app in Train, and what it trains."""
    async with running("x = 2\n", rows=40) as (app, pilot):
        await pilot.press("2")
        await pilot.pause(0.5)
        assert app.stage.train is not None
        yield app, pilot, app.stage.train.training


def median_and_worst(seconds: Iterable[float]) -> tuple[float, float]:
    """The median, and the 95th percentile, in milliseconds."""
    times = sorted(seconds)
    return statistics.median(times) * 1e3, times[math.ceil(len(times) * 0.95) - 1] * 1e3


async def keys(what: str, program: str) -> None:
    """Press keys with a large graph open: from the key's event to the last frame it causes."""
    async with running(program) as (app, pilot):
        await pilot.pause()
        seconds = CLOCK() - app.started
        log = app.desks.own.session.log
        print(f"{what}: {log.node_count:,} nodes, {len(log):,} events")
        print(f"  {'opens':<15} {seconds:.2f} s (target 2 s)")
        for name, presses in (
            ("down", ["down"] * 40),
            ("page down", ["pagedown"] * 20),
            ("end, home", ["end", "home"] * 10),
            ("next event", ["n"] * 40),
            ("previous event", ["p"] * 40),
            ("next line", ["full_stop"] * 4),
            ("start, end", ["less_than_sign", "greater_than_sign"] * 10),
            ("fold, unfold", ["g", *["enter"] * 10]),
        ):
            await press(app, name, presses)


async def press(app: Watched, name: str, presses: list[str]) -> None:
    """Press keys, each once the one before has been answered, and say how long they took."""
    times = []
    for key in presses:
        started = CLOCK()
        app.post_message(Key(key, key if len(key) == 1 else None))
        await asyncio.sleep(0.2)  # A pause of the pilot's sends a message to every widget.
        if app.painted > started:  # A key that leads nowhere changes nothing.
            times.append(app.painted - started)
    if not times:
        print(f"  {name:<15} leads nowhere")
        return
    median, worst = median_and_worst(times)
    print(f"  {name:<15} median {median:5.1f} ms   95th {worst:5.1f} ms (target 50 ms)")


async def diagram(what: str, program: str, *, opened: bool = False) -> None:
    """Draw a graph as a diagram, its groups opened if asked for: laying it out, and keys once it is there."""
    async with running(program) as (app, pilot):
        await pilot.pause()
        pane = app.playground.diagram
        folds = pane.drawing.folds
        paths = finish(folds.finding_paths(app.desks.own.session.snapshot)) if opened else []
        folds.opened = {path[:depth]: True for path in paths for depth in range(1, len(path) + 1)}
        gap, started = 0.0, CLOCK()
        app.post_message(Key("d", "d"))
        while pane.drawing.picture is None:
            before = CLOCK()
            await asyncio.sleep(0)
            gap = max(gap, CLOCK() - before)
        spent = CLOCK() - started
        shown = pane.drawing.picture.shown
        print(f"diagram, {what}: {len(shown.parts):,} boxes, {len(shown.edges):,} edges")
        print(f"  {'laid out':<15} {spent:.2f} s, longest gap {gap * 1e3:.0f} ms (target 50 ms)")
        await pilot.pause(0.3)
        operand, user = ("up", "down") if pane.drawing.picture.way.down else ("left", "right")
        for name, presses in (
            ("pan", ["shift+left"] * 20 + ["shift+down"] * 5 + ["shift+right"] * 15),
            ("along edges", [operand] * 20 + [user] * 20),
            ("next event", ["n"] * 40),
            ("previous event", ["p"] * 40),
            ("ends", ["home", "end"] * 10),
        ):
            await press(app, name, presses)


def read_and_lowered(what: str, program: str) -> None:
    """Parse a program whole, and as it is typed: where only its last line is another one."""
    lowerer, lines = Lowerer(), [f"{program}z = {i}\n" for i in range(ROUNDS + 2)]
    for line in lines[:2]:
        parse_next(line, None, lowerer)
    whole = statistics.median(timed(partial(parse, line)) for line in lines[2:])
    typed = statistics.median(timed(partial(parse_next, line, None, lowerer)) for line in lines[2:])
    print(f"reading, {what}: {whole * 1e3:.1f} ms, its last line typed {typed * 1e3:.1f} ms")


async def typing(what: str, program: str, *, line: int | None = None) -> None:
    """Type into a program, above a line or at its end: seconds of the processor from the key to the moment of
    the new run, on screen."""
    async with running(program) as (app, pilot):
        await pilot.pause(0.5)
        await pilot.press("e", "ctrl+end")
        if line is not None:
            app.playground.editor.move_cursor((line - 1, 0))
        await pilot.pause(0.5)
        times = []
        for key in "z = 1\nzz = z*2\nzzz = zz + 1\n":
            pressed, before = CLOCK(), time.process_time()
            app.post_message(Key({"\n": "enter", " ": "space"}.get(key, key), key))
            session, editor = app.playground.session, app.playground.editor
            while (
                session.program.text != editor.text
                or app.painted < pressed
                or app.playground.runner.work.going
            ):
                await asyncio.sleep(0.001)
            await pilot.pause(0.05)
            times.append(time.process_time() - before)
        median, worst = median_and_worst(times)
        print(f"typing, {what}: median {median:.1f} ms, 95th {worst:.1f} ms of CPU (target 100 ms)")


async def training() -> None:
    """Train at 120x40: frames a second that reach the terminal, and keys answered meanwhile."""
    async with in_training() as (app, pilot, model):
        for data, steps, pace in (
            ("moons", 100, "100 steps, slow enough to watch"),
            ("moons", 1_000_000, "as fast as it can"),
            ("names", 1_000_000, "a GPT, as fast as it can"),
        ):
            model.set("data", data)
            model.set("steps", str(steps))
            model.rewind()
            await pilot.press("space")
            await asyncio.sleep(0.3)
            frames, before, started = app.frames, model.step, time.perf_counter()
            await asyncio.sleep(2.0)
            spent = time.perf_counter() - started
            rate, taken = (app.frames - frames) / spent, (model.step - before) / spent
            print(f"training {data}, {pace}: {rate:.1f} frames a second (target 20), {taken:.0f} steps")
            median, worst = median_and_worst([await _answered(app, key) for key in ("down", "up") * 15])
            print(f"  keys meanwhile  median {median:5.1f} ms   95th {worst:5.1f} ms (target 50 ms)")
            if not model.running:
                print("  (the run had ended before the last key)")
            model.pause()
            await pilot.pause(0.2)


async def share(data: str) -> None:
    """As fast as it can: the app's steps a second as a share of the command's loop, in turns in one run."""
    shares = []
    async with in_training() as (_, pilot, model):
        model.set("data", data)
        model.set("steps", "1000000")
        model.rewind()
        await pilot.press(*["plus"] * 4)
        by_command = Training(model.configuration, model.trainer.prepared)
        by_command.run()
        for turn in range(ROUNDS):
            command = _steps_alone(by_command)
            await pilot.press("space")
            await asyncio.sleep(0.5 if turn else 1.5)  # Until what is compiled is there.
            clocks, step = (time.perf_counter(), time.process_time()), model.step
            await asyncio.sleep(_TURN_SECONDS)
            on_screen = _rates(model.step - step, clocks)
            await pilot.press("space")
            await pilot.pause(0.2)
            if turn:
                shares.append([ours / alone for ours, alone in zip(on_screen, command, strict=True)])
        names = {by_command.trainer.engine, model.trainer.engine}
    wall, cpu = (statistics.median(each) for each in zip(*shares, strict=True))
    print(f"training {data}, {' and '.join(names)}: {wall:.0%} of the command's steps a second (target 60 %)")
    print(f"  {cpu:.0%} of its steps a second of the processor")


_TURN_SECONDS = 1.5


def _steps_alone(training: Training) -> tuple[float, float]:
    """The steps that the command's loop takes, a second and a second of the processor."""
    clocks, step = (time.perf_counter(), time.process_time()), training.step
    for _ in training.going_on(GO_SECONDS, lambda: sys.maxsize):
        if time.perf_counter() - clocks[0] > _TURN_SECONDS:
            break
    return _rates(training.step - step, clocks)


def _rates(steps: int, clocks: tuple[float, float]) -> tuple[float, float]:
    """So many steps a second since then, and a second of the processor."""
    return steps / (time.perf_counter() - clocks[0]), steps / (time.process_time() - clocks[1])


async def _answered(app: Watched, key: str) -> float:
    """Seconds from a key's event, at any moment of a frame, to the frame that shows what it did."""
    assert app.stage.train is not None
    setup = app.stage.train.query_one(Setup)
    cursor, came = setup.cursor, 0.0

    def typed() -> None:
        """As the thread does that reads the terminal."""
        nonlocal came
        time.sleep(random.uniform(0.0, 0.1))
        came = CLOCK()
        Work.hurry()
        app.post_message(Key(key, None))

    await asyncio.to_thread(typed)
    while setup.cursor == cursor:
        await asyncio.sleep(0.0005)
    dealt = CLOCK()
    while app.painted < dealt:
        await asyncio.sleep(0.0005)
    return app.painted - came


def session() -> None:
    """Re-running a 200-line program, and stepping through 5,000 events, without a screen."""
    program = long_program(200)
    current = Session(program)
    runs = [timed(partial(current.set_text, f"{program}\n# {i}")) for i in range(ROUNDS)]
    median = statistics.median(runs) * 1e3
    print(f"re-run of 200 lines, {current.log.node_count} nodes: {median:.1f} ms (target 100 ms)")
    program = surface_program(200)
    current.open(program)
    runs = [timed(partial(current.set_text, f"{program}\n# {i}")) for i in range(ROUNDS)]
    median = statistics.median(runs) * 1e3
    nodes = current.log.node_count
    print(f"the same with functions and lists, {nodes} nodes: {median:.1f} ms (target 100 ms)")
    steps = Session(large_program(1_500))
    steps.go(0)
    ahead = [timed(partial(make_move, steps, "next")) for _ in range(500)]
    rows = [timed(lambda: [steps.snapshot.row(node) for node in range(30)]) for _ in range(50)]
    back = [timed(partial(make_move, steps, "previous")) for _ in range(500)]
    print(f"stepping through {len(steps.log):,} events (target 20 ms a step)")
    print(f"  at most {max(ahead) * 1e3:.2f} ms forwards, {max(back) * 1e3:.2f} ms back")
    print(f"  30 rows of a snapshot: {statistics.median(rows) * 1e3:.2f} ms")


if __name__ == "__main__":
    session()
    for what, program in (
        ("200 lines", long_program(200)),
        ("200 lines with functions and lists", surface_program(200)),
        ("40 lines with functions and lists", surface_program(40)),
        ("a loop of 1,000 turns", large_program(3_000)),
    ):
        read_and_lowered(what, program)
        asyncio.run(typing(f"{what}, at the end", program))
        asyncio.run(typing(f"{what}, in the middle", program, line=program.count("\n") // 2 + 1))
    asyncio.run(keys("loop", large_program(10_000)))
    asyncio.run(keys("network 2-16-16-1", network_program(2, 16, 16, 1)))
    asyncio.run(keys("network 64-32-10", network_program(64, 32, 10)))
    asyncio.run(keys("MLP 784-20-10", surface_network(784, 20, 10)))
    asyncio.run(keys("a GPT's emma", WORD))
    asyncio.run(diagram("loop", large_program(10_000)))
    asyncio.run(diagram("loop, all open", large_program(10_000), opened=True))
    asyncio.run(diagram("network 64-32-10", network_program(64, 32, 10)))
    asyncio.run(diagram("a GPT's emma", WORD))
    asyncio.run(diagram("network 64-32-10, all open", network_program(64, 32, 10), opened=True))
    asyncio.run(training())
    asyncio.run(share("moons"))
    asyncio.run(share("digits"))
    first_paint()
