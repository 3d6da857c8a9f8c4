"""The first minute: what is on screen before anything was typed, and the walk that `n` invites to."""

from __future__ import annotations

from screens import MakeApp, last_rows, screen_rows, screen_text


async def test_the_first_screen(make_app: MakeApp) -> None:
    """The neuron, just before its backward, with the tree in focus and something to press at once."""
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.focused is app.playground.graph
        rows = screen_rows(app)
        assert " ".join(rows[0].split()) == (
            "microcrad [1 Playground] 2 Train 3 Lessons neuron.mc auto example"
        )
        assert "─ Program ─" in rows[1]
        assert rows[1].split("Graph")[1].replace("─", " ").split() == ["op", "data", "grad", "refs"]
        program = [row.split("│")[0].split() for row in rows[2:9]]
        assert program[0] == ["1", "#", "one", "neuron"]
        assert program[5] == ["»", "6", "o", "=", "tanh(n)"]
        tree = [row.split("│")[1].split() for row in rows[2:8]]
        assert tree == [
            ["»▾", "o", "tanh", "0.7616", "0", "1"],
            ["▾", "n", "+", "1", "0", "2"],
            ["▾", "x*w", "*", "-6", "0", "1"],
            ["x", "leaf", "2", "0", "2"],
            ["w", "leaf", "-3", "0", "2"],
            ["b", "leaf", "7", "0", "2"],
        ]
        text = screen_text(app)
        assert "─ Inspector: o ─" in text
        assert "o = tanh(n) = tanh(1) = 0.7616" in text
        assert "n starts the gradient at the result" in text
        assert last_rows(app).startswith(
            "event 3/9 math   next: backward(o)   up to date   6 live  0 leaked\nn Next"
        )
        assert "? Help" in rows[-1]


async def test_n_sends_the_first_gradient_and_p_takes_it_back(make_app: MakeApp) -> None:
    """The seed: o.grad becomes 1, and 0 again."""
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("n")
        assert "do/do = 1" in screen_text(app)
        assert screen_rows(app)[2].split("│")[1].split() == ["«▾", "o", "tanh", "0.7616", "1", "1"]
        assert screen_rows(app)[8].startswith("« 7 backward(o)")
        await pilot.press("p")
        assert screen_rows(app)[2].split("│")[1].split() == ["»▾", "o", "tanh", "0.7616", "0", "1"]
        assert "event 3/9 math" in last_rows(app)


async def test_the_whole_walk_and_back(make_app: MakeApp) -> None:
    """Every event once, each with a sentence of its own; the ends say that they are the ends."""
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        there, sentences = [], set()
        for happened in range(4, 10):
            await pilot.press("n")
            assert f"event {happened}/9 math" in last_rows(app)
            there.append(screen_rows(app)[1:-3])
            sentences.add(screen_rows(app)[-3])
        assert len(sentences) == 6
        assert "end" in last_rows(app)
        await pilot.press("n")
        assert "Last event. Press b: start of backward." in screen_text(app)
        for happened in range(8, 3, -1):
            await pilot.press("p")
            assert f"event {happened}/9 math" in last_rows(app)
            assert screen_rows(app)[1:-3] == there[happened - 4]
        for _ in range(4):
            await pilot.press("p")
        assert "event 0/9 math   next: compute" in last_rows(app)
        await pilot.press("p")
        assert "First event." in screen_text(app)
        await pilot.press("b")
        assert "event 3/9 math   next: backward(o)" in last_rows(app)
