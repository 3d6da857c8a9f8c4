"""The playground: the panes around one session, and the keys that drive it.

Panes are shown a frozen `Moment` and post messages about what the person did; only this widget talks to the
session.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.message import Message
from textual.timer import Timer
from textual.widgets import TextArea

from microcrad.errors import ProgramError
from microcrad.run.faults import FAULTS
from microcrad.run.interpreter import TYPING
from microcrad.session.file import SavedSession, restore, saved
from microcrad.session.session import Session
from microcrad.text.near import did_you_mean
from microcrad.text.notices import in_words
from microcrad.timeline.sentences import sentence
from tui.actions import FUNCTION_KEYS, PLAYGROUND, bindings
from tui.playground.c_pane import CPane
from tui.playground.editor import Editor, told
from tui.playground.events import Events
from tui.playground.heap_pane import HeapPane
from tui.playground.inspector import Inspector
from tui.playground.tree import NodeTree, columns
from tui.playground.walking import Walking
from tui.widgets.bars import Banner, Saying, Status
from tui.widgets.command import key_in
from tui.widgets.dialogs import Ask, Choose
from tui.widgets.glyphs import Glyphs
from tui.widgets.work import Work

if TYPE_CHECKING:
    from tui.playground.diagram.diagram_pane import DiagramPane

__all__ = ["Playground"]

ERROR_SECONDS = 0.6
"""How long a line may be half typed before it counts as an error."""


class Playground(Walking):
    """One session on screen."""

    BINDINGS = [*bindings(tuple(action for action in PLAYGROUND if action.keys)), *bindings(FUNCTION_KEYS)]
    HELP = "Type a program, see its graph, and step backpropagation through it."

    class TextChanged(Message):
        """The program's text is another one now."""

    class Shown(Message):
        """The panes show where the session stands now."""

    def __init__(self, session: Session, glyphs: Glyphs, *, id: str) -> None:
        super().__init__(glyphs, id=id)
        self.session = session
        self.work = Work(self, "run")
        self._error_timer: Timer | None = None
        self._errors: tuple[ProgramError, ...] = ()
        """The errors that are shown: those of the text once it has rested."""
        self._rested = True
        """Whether the keys have rested since the text was changed."""
        self._hint = ""
        self._found_last = ""

    def on_mount(self) -> None:
        self.editor.load_text(self.session.text)
        self.hint(self._invitation())
        self.fit_panes()
        self._errors = self.session.errors
        self.show_panes()

    # --- showing ---

    def show_panes(self) -> None:
        """Show where the session stands, in every pane at once."""
        moment = self.session.moment
        self.editor.show(moment, self._errors)
        if self.in_diagram:
            self.diagram.show(moment)
        else:
            self.graph.show(moment)
        fault = moment.fault
        name, wrong = ("", "") if fault is None else (fault.name, fault.what_is_wrong)
        if self.query_one(Banner).show(name, wrong, self.glyphs):
            self.fit_panes()
        if self.in_c:
            self.query_one(CPane).show(moment)
        self.query_one(Inspector).show(moment, alone=self.has_class("single"))
        for pane in (self.query_one(Events), self.query_one(HeapPane)):
            pane.show(moment)
        self.query_one(Status).show(moment, working=self._working)
        title = "Inspector"
        if moment.selected is not None:
            title += f": {moment.snapshot.label(moment.selected)}"
        self.title("inspector").label = title
        self.title("program").label = "C" if self.in_c else "Program"
        self.title("graph").label = f"Diagram: {self.diagram.zoom_name}" if self.in_diagram else "Graph"
        self.title("graph").columns = () if self.in_diagram else columns(moment)
        self.title("graph").refresh()
        self.title("timeline").label = f"Timeline {moment.view}"
        self.query_one(Saying).say(self._saying())
        self.post_message(self.Shown())

    def _saying(self) -> str:
        """One sentence: what could not be done, what is wrong, what just happened, or what to press."""
        session = self.session
        if session.notice:
            return f"{session.notice} {in_words(session.advice, key_in(PLAYGROUND))}".strip()
        if self._errors:
            return f"line {self._errors[0].line}: {told(self._errors[0])}"
        if self._hint:
            return self._hint
        event = session.current_event
        if event is None:
            return "Nothing has happened yet. Press n for the first event."
        said = sentence(session.snapshot, session.log.event(event))
        comparison = session.moment.comparison
        wrong = comparison.first_wrong if comparison is not None else None
        if wrong is not None and wrong.position == session.position:
            return f"{said}. First wrong: {wrong.sentence}"
        return said

    def _invitation(self) -> str:
        """What to press first."""
        log = self.session.log
        if log.seeds:
            return "Press n to send the gradient back one edge. Press e to change the program."
        leaked = len(self.session.snapshot.leaks)
        if leaked:
            nodes = "node is" if leaked == 1 else "nodes are"
            return f"{leaked} {nodes} leaked. Choose one: the inspector says what is missing."
        if log.node_count:
            return "Press < and then n to see how it was computed. Press e to change the program."
        return "Press e to write a program, or : for examples."

    def add_to_hint(self, text: str) -> None:
        """Say something besides what to press first, as long as that is said."""
        if self._hint == self._invitation():
            self.say(f"{self._hint} {text}")

    def hint(self, text: str) -> None:
        """Say something until the next move."""
        self._hint = text

    # --- typing ---

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Run what is typed; say what is wrong once the keys have rested."""
        event.stop()
        if self.editor.text == self.session.text:
            return
        self.pause()
        self._errors, self._rested = (), False
        self._hint = ""
        self.session.notice = ""
        self._run(self.session.running(self.editor.text, limits=TYPING))
        if self._error_timer is not None:
            self._error_timer.stop()
        self._error_timer = self.set_timer(ERROR_SECONDS, self._show_errors)
        self.post_message(self.TextChanged())

    def _show_errors(self) -> None:
        self._errors, self._rested = self.session.errors, True
        self.show_panes()

    def _run(self, steps: Iterator[int], *, asked: bool = False) -> None:
        """Run a program in slices; `asked` if not by typing."""
        job = (f"running: {events:,} events   esc stops" for events in steps)
        self._begin(job, lambda: self._ran(asked), "Stopped. The graph is that of the last run.")

    def _ran(self, asked: bool) -> None:
        if asked or self._rested:  # The keys may have rested before the run came to its end.
            self._errors = self.session.errors
        self.show_panes()

    def action_run(self) -> None:
        """Run the program to its end."""
        self._hint = ""
        self._run(self.session.running(), asked=True)

    def stop_run(self) -> bool:
        """Stop a run that is going on; False if none is."""
        if not self.work.cancel():
            return False
        self._working = ""
        self.session.notice = self._left
        self.show_panes()
        return True

    def open(self, text: str, saying: str = "", place: SavedSession | None = None) -> None:
        """Start on another program, or go on as and where a saved session was."""
        self.pause()
        if place is None:
            self.session.open(text, limits=TYPING)
            self.editor.load_text(text)
        else:
            self._restore(place)
        self._errors = self.session.errors
        self.hint(saying or self._invitation())
        self.show_panes()
        self.post_message(self.TextChanged())

    @property
    def rests(self) -> bool:
        """Whether nothing is half done: no key was pressed in the program just now, and no run goes on."""
        return self._rested and not self.work.going

    def saved(self, name: str) -> SavedSession:
        """The session as it stands, with what only the panes know."""
        folded = tuple(sorted(self.graph.folded))
        return saved(self.session, name, folded=folded, cursor=self.editor.cursor_location)

    def go_back_to(self, place: SavedSession) -> None:
        """Be as and where a session was, as undo asks."""
        self.stop_run()
        self.pause()
        self._restore(place)
        self._errors, self._rested = self.session.errors, True
        self.hint("")
        self.show_panes()

    def _restore(self, place: SavedSession) -> None:
        restore(self.session, place, limits=TYPING)
        self.editor.load_text(self.session.text)
        self.editor.move_cursor(place.cursor)
        self.graph.show(self.session.moment)
        self.graph.folded = set(place.folded)

    def show_session(self, session: Session, saying: str = "") -> None:
        """Go over to another session, which stands where it was left."""
        self.stop_run()
        self.pause()
        self.session = session
        self.editor.load_text(session.text)
        self._errors, self._rested = session.errors, True
        self.hint(saying)
        self.show_panes()

    # --- what the panes report ---

    def on_node_tree_chosen(self, message: NodeTree.Chosen) -> None:
        """Select a node everywhere."""
        self._select(message.node)

    def on_diagram_pane_chosen(self, message: DiagramPane.Chosen) -> None:
        """Select a node everywhere."""
        self._select(message.node)

    def on_diagram_pane_refused(self, message: DiagramPane.Refused) -> None:
        """Say why something in the diagram cannot be done."""
        self.session.notice = message.why
        self.query_one(Saying).say(self._saying())

    def on_diagram_pane_zoomed(self) -> None:
        """Name the zoom in the title."""
        self.title("graph").label = f"Diagram: {self.diagram.zoom_name}"

    def on_cpane_chosen(self, message: CPane.Chosen) -> None:
        """Select what a line of the program made."""
        self.session.select_line(message.line)
        self.show_panes()

    def on_heap_pane_chosen(self, message: HeapPane.Chosen) -> None:
        """Select a node everywhere."""
        self._select(message.node)

    def _select(self, node: int) -> None:
        self.session.notice = ""
        self.session.select(node)
        self.show_panes()

    def on_editor_cursor_moved(self, message: Editor.CursorMoved) -> None:
        """Select what the cursor's line made."""
        if self.session.up_to_date:
            self.session.select_line(message.line)
            self.show_panes()

    def on_editor_left(self) -> None:
        """Stop a run that is going on, or go from the editor to the graph."""
        if not self.stop_run():
            self.focus_pane("graph")

    async def on_editor_asked(self, message: Editor.Asked) -> None:
        """Do what a function key in the editor stands for."""
        await self.run_action(message.action)

    # --- the rest ---

    def action_edit(self) -> None:
        """Put the cursor on the line that made the selected node."""
        moment = self.session.moment
        if self._errors:
            error = self._errors[0]
            self.editor.move_cursor((error.line - 1, error.column - 1))
        elif moment.up_to_date and moment.selected is not None:
            span = moment.snapshot.span(moment.selected)
            line = self.editor.document.get_line(span.line - 1)
            self.editor.move_cursor((span.line - 1, len(line)))
        if self.in_c:
            self.action_c()
        self.hint("Typing in the program. esc or tab leaves it.")
        self.focus_pane("program")
        self.query_one(Saying).say(self._saying())

    def action_c(self) -> None:
        """Show C in the place of the program, or the program again."""
        in_front = self._active in ("program", "c")
        self.in_c = not self.in_c
        self.set_class(self.in_c, "in-c")
        self.show_panes()
        if in_front:
            self.focus_pane("c" if self.in_c else "program")

    def action_diagram(self) -> None:
        """Show the graph as a diagram in the place of the tree, or the tree again."""
        in_front = self._active in ("graph", "diagram")
        self.in_diagram = not self.in_diagram
        self.set_class(self.in_diagram, "in-diagram")
        self.show_panes()
        if in_front:
            self.focus_pane("graph")

    def action_faults(self) -> None:
        """Switch the fault off, or ask which one to switch on."""
        if self.session.fault is not None:
            self._switch_fault(None)
            return
        options = [(fault.name, f"{fault.name}: {fault.title}", fault.why) for fault in FAULTS.values()]
        self.app.push_screen(Choose("Wrong on purpose: which fault?", options), self._fault_chosen)

    def _fault_chosen(self, name: str | None) -> None:
        if name is not None:
            self._switch_fault(name)

    def _switch_fault(self, name: str | None) -> None:
        self.pause()
        self.hint("The engine is right again." if name is None else FAULTS[name].why)
        self._run(self.session.switching_fault(name, limits=TYPING), asked=True)
        self.post_message(self.TextChanged())

    def action_inspector(self) -> None:
        """Show the inspector in a line or in full."""
        inspector = self.query_one(Inspector)
        inspector.in_full = not inspector.in_full
        inspector.set_class(inspector.in_full, "full")
        self.show_panes()
        self.fit_panes()

    def action_next_place(self) -> None:
        """Go to the next place of a shared node."""
        self.session.notice = ""
        if self.in_diagram:
            self.session.notice = "In the diagram every node stands in one place. d shows the tree."
            self.show_panes()
        elif not self.graph.next_place():
            self.session.notice = "This node stands in one place only."
            self.show_panes()

    def action_ownership(self) -> None:
        """Run under the other ownership rules."""
        self.pause()
        self.session.switch_ownership(limits=TYPING)
        self._errors = self.session.errors
        rules = {
            "manual": "Manual: C's rules. Names own nothing; only retain and release count.",
            "auto": "Auto: names hold references, and temporaries go at the end of their line.",
        }
        self.hint(rules[self.session.run.ownership])
        self.show_panes()
        self.post_message(self.TextChanged())

    def say(self, text: str) -> None:
        """Say something until the next move, at once, whatever else there is to say."""
        self._hint = text
        self.session.notice = ""
        self.query_one(Saying).say(text)

    def action_find(self) -> None:
        """Ask for a name or expression and select a node that has it."""
        self.app.push_screen(Ask("Find a node by name or expression", self._found_last), self._find)

    def _find(self, text: str | None) -> None:
        if not text:
            return
        session = self.session
        self._found_last, self._hint, session.notice = text, "", ""
        found = session.find(text)
        if found:
            # Asked for again, the same text goes on to the next node that has it.
            place = found.index(session.selected) + 1 if session.selected in found else 0
            session.select(found[place % len(found)])
            if len(found) > 1:
                self._hint = (
                    f"{place % len(found) + 1} of {len(found)} nodes with '{text}'. / finds the next."
                )
        else:
            session.notice = f"No node named '{text}'.{did_you_mean(text, session.snapshot.names, alike=0.4)}"
        self.focus_pane("graph")
        self.show_panes()
