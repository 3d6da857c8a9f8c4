"""The playground: the panes around one session.

Panes are handed a frozen `Moment`, once for each change, and post messages about what the person did. What
keys do stands in `playground_commands`; each longer duty has an object of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Container
from textual.events import DescendantFocus
from textual.message import Message
from textual.widgets import TextArea

from microcrad.language.parser import unix_lines
from microcrad.run.interpreter import TYPING
from microcrad.session.file import SavedSession
from microcrad.session.session import Session
from tui.playground.checker import Checker
from tui.playground.contributors import Contributors
from tui.playground.editor import Editor
from tui.playground.events import Events
from tui.playground.finder import Finder
from tui.playground.fronts import Fronts
from tui.playground.heap_pane import HeapPane
from tui.playground.inspector import Inspector
from tui.playground.no_effect import NoEffect
from tui.playground.nudger import Nudger
from tui.playground.panes import PlaygroundRoom, compose
from tui.playground.player import Player
from tui.playground.playground_commands import FUNCTION_KEYS, PLAYGROUND
from tui.playground.read_pane import ReadPane
from tui.playground.rule_switch import RuleSwitch
from tui.playground.runner import Runner
from tui.playground.stop_setter import StopSetter
from tui.playground.tree import NodeTree
from tui.playground.what_to_say import Words, invitation
from tui.playground.whereabouts import Whereabouts
from tui.widgets.bars import Status
from tui.widgets.command import bindings, run_command
from tui.widgets.glyphs import Glyphs
from tui.widgets.pane_ring import PaneRing

if TYPE_CHECKING:
    from tui.playground.c_pane import CPane
    from tui.playground.diagram.diagram_pane import DiagramPane

__all__ = ["Playground"]


class Playground(Container):
    """One session on screen: program, graph, timeline, heap and inspector."""

    TABLE = (*PLAYGROUND, *FUNCTION_KEYS)
    BINDINGS = bindings(TABLE)
    action_command = run_command
    HELP = "Type a program, see its graph, and step backpropagation through it."

    class TextChanged(Message):
        """The program's text is another one now."""

    class Shown(Message):
        """The panes show where the session stands now."""

    def __init__(self, session: Session, glyphs: Glyphs, *, id: str) -> None:
        super().__init__(id=id)
        self.glyphs = glyphs
        self.session = session
        self.fronts: Fronts = Fronts(self)
        self._room = PlaygroundRoom(self, self.fronts)
        self.panes: PaneRing = self._room.ring
        self.words = Words()
        self.runner: Runner = Runner(self)
        self.player: Player = Player(self)
        self.checker: Checker = Checker(self)
        self.finder: Finder = Finder(self)
        self.contributors: Contributors = Contributors(self)
        self.rules: RuleSwitch = RuleSwitch(self)
        self.stops: StopSetter = StopSetter(self)
        self.nudger: Nudger = Nudger(self)
        self.whereabouts: Whereabouts = Whereabouts(self)

    def compose(self) -> ComposeResult:
        self._room.mark()
        yield from compose(self.glyphs)

    def on_mount(self) -> None:
        self.editor.load_text(self.session.text)
        self.words.hint = invitation(self.session.moment)
        self.runner.errors = self.session.errors
        self._room.fit()
        self.show_panes()

    # --- the panes ---

    @property
    def editor(self) -> Editor:
        """The program pane."""
        return self.query_one(Editor)

    @property
    def graph(self) -> NodeTree:
        """The graph pane."""
        return self.query_one(NodeTree)

    @property
    def diagram(self) -> DiagramPane:
        """The diagram, made when it is first asked for."""
        return self.fronts.diagram

    def on_resize(self) -> None:
        """Fit the panes to the new size."""
        beside = self.fronts.beside
        self._room.fit()
        if self.fronts.beside is not beside:
            self.fronts.show_graph()

    def on_divider_sized(self) -> None:
        """Share the height anew, and let the rules meet: a longer sentence below changes both."""
        self._room.share(self.session.moment)
        self._room.join_rules()

    def focused(self, event: DescendantFocus) -> None:
        """Light the title of the pane that has the focus; name keys that work there, or beside all panes."""
        self.panes.focused(event)
        self.fronts.focused(event.widget.id)
        if self.words.turn(self.session.moment, event.widget):
            self._speak()
            self.fronts.say_anew()
        self.whereabouts.in_text = self.whereabouts.in_text or event.widget is self.editor

    def focus_pane(self, pane: str) -> None:
        """Bring a pane to the front and give it the focus; the diagram where it stands for the graph."""
        self.panes.focus_pane(self.fronts.pane(pane) if pane == "graph" else pane)

    # --- showing ---

    def show_panes(self) -> None:
        """Show where the session stands, in every pane at once."""
        moment = self.session.moment
        self.editor.show(moment, self.runner.errors)
        self.fronts.show_graph()
        self._room.show_fault(moment)
        if self.fronts.in_c:
            self.fronts.c.show(moment)
        self.query_one(Inspector).show(moment)
        self.query_one(Events).show(moment)
        self.query_one(HeapPane).show(moment)
        if self.fronts.in_output:
            self.fronts.output.show(moment)
        self.query_one(Status).show(moment)
        self.panes.title("inspector").label = ": ".join(filter(None, ("Inspector", moment.selected_label)))
        self.panes.title("timeline").label = f"Timeline {moment.view}"
        self._speak()
        self.post_message(self.Shown())

    def show_errors(self) -> None:
        """Show what is wrong with a text now that it rests."""
        self.editor.show(self.session.moment, self.runner.errors)
        self._speak()
        self.post_message(self.Shown())

    def _speak(self) -> None:
        moment, noted = self.session.moment, self.editor.shown_error
        self._room.say(self.words.sentence(moment, self.runner.errors, noted), moment)

    def say(self, text: str) -> None:
        """Say something until the next move, at once, whatever else there is to say."""
        self.words.hint = text
        self.session.notice = ""
        self._room.say(text, self.session.moment)

    def notice(self, text: str) -> None:
        """Say what could not be done."""
        self.session.notice = text
        self.show_panes()

    def add_to_hint(self, text: str) -> None:
        """Say something besides what to press first, as long as that is said."""
        if self.words.hint == invitation(self.session.moment, typing=self.words.typing):
            self.say(f"{self.words.hint}\n{text}")

    def asked_first(self) -> bool:
        """Whether what is wanted would show what may not be told yet; then that is said."""
        refusal = self.session.telling.refusal
        if refusal:
            self.notice(refusal)
        return bool(refusal)

    # --- programs ---

    @property
    def rests(self) -> bool:
        """Whether nothing is half done: no key was pressed in the program just now, and no run goes on."""
        return self.runner.rested and not self.runner.work.going

    def stop_run(self) -> bool:
        """Stop a run that is going on; False if none is."""
        return self.runner.stop()

    def open(self, text: str, saying: str = "", place: SavedSession | None = None) -> None:
        """Start on another program, or go on as and where a saved session was."""
        self.runner.drop()
        self.player.pause()
        self.runner.read_first(text, lambda: self._open(text, saying, place), again=True)

    def _open(self, text: str, saying: str, place: SavedSession | None) -> None:
        if place is None:
            self.session.open(text, limits=TYPING)
            self.editor.load_text(text)
            self.whereabouts.typed = False
        else:
            self.whereabouts.restore(place)
        self.runner.errors = self.session.errors
        self.words.hint = saying or invitation(self.session.moment, typing=self.words.typing)
        self.show_panes()
        if place is not None:
            self.whereabouts.arrange(place)
        self.post_message(self.TextChanged())

    def go_back_to(self, place: SavedSession, *, same_program: bool = False) -> None:
        """Be as and where a session was, as undo asks; of the same program the last good graph stays."""
        self.stop_run()
        self.player.pause()
        before = self.editor.text
        self.whereabouts.restore(place, keep_run=same_program)
        if same_program:
            self.whereabouts.changed(before)
        self._settle("")

    def show_session(self, session: Session, saying: str = "") -> None:
        """Go over to another session, which stands where it was left."""
        self.stop_run()
        self.player.pause()
        self.session = session
        self.editor.load_text(session.text)
        self._settle(saying)

    def _settle(self, saying: str) -> None:
        self.runner.settle()
        self.words.hint = saying
        self.show_panes()

    # --- what the panes report ---

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Run what is typed."""
        event.stop()
        if self.editor.text != self.session.text:
            self.player.pause()
            self.words.hint, self.session.notice = "", ""
            self.whereabouts.went_on(chosen=False)
            self.runner.type(self.editor.text)
            self.post_message(self.TextChanged())

    def on_read_pane_moved(self, message: ReadPane.Moved) -> None:
        """Walk as the timeline or the output asks."""
        self.player.walk(message.id)

    def on_read_pane_picked(self, message: ReadPane.Picked | HeapPane.Picked) -> None:
        """Go to an event the person pointed at."""
        self.player.go(message.position)

    on_heap_pane_picked = on_read_pane_picked

    def on_node_tree_chosen(
        self, message: NodeTree.Chosen | DiagramPane.Chosen | HeapPane.Chosen | Inspector.Chosen
    ) -> None:
        """Select a node everywhere."""
        self.session.notice = ""
        self.whereabouts.went_on(chosen=True)
        self.session.select(message.node)
        self.show_panes()

    on_diagram_pane_chosen = on_heap_pane_chosen = on_inspector_chosen = on_node_tree_chosen

    def on_no_effect(self, message: NoEffect) -> None:
        """Say why something in the graph cannot be done."""
        self.notice(message.why)

    def on_diagram_pane_zoomed(self) -> None:
        """Name the zoom in the title."""
        self.fronts.name_diagram()

    def on_cpane_chosen(self, message: CPane.Chosen) -> None:
        """Select what a line of the program made."""
        self.whereabouts.went_on(chosen=True)
        self.session.select_line(message.line)
        self.show_panes()

    def on_editor_cursor_moved(self, message: Editor.CursorMoved) -> None:
        """Select what the cursor's line made, or speak of the error whose note has come there."""
        self.whereabouts.went_on(chosen=False)
        self._speak()
        if self.session.up_to_date:
            self.session.select_line(message.line)
            self.show_panes()

    def on_editor_left(self) -> None:
        """Go from the editor to the graph, also while what was typed still runs: there esc stops that."""
        self.focus_pane("graph")

    async def on_editor_asked(self, message: Editor.Asked) -> None:
        """Do what a function key in the editor stands for."""
        await self.action_command(message.command)

    def on_editor_said(self, message: Editor.Said) -> None:
        """Say what the editor has to say."""
        self.notice(message.words)

    async def on_editor_undone(self, message: Editor.Undone) -> None:
        """Leave it to the app, which knows of more than this text."""
        await self.app.run_action(f"command({'redo' if message.again else 'undo'!r})")

    # --- the rest ---

    def take_typed(self) -> None:
        """Have the text as it was typed, also where no run has come to it."""
        self.session.text = unix_lines(self.editor.text)

    def paste(self, text: str) -> None:
        """Put a text into the program, at the cursor, and the cursor behind it."""
        if self.fronts.in_c:
            self.fronts.turn_to_c()
        self.focus_pane("program")
        self.editor.paste(text)

    def edit(self) -> None:
        """Go on in the program: where one typed, or on the line of a node that was chosen since."""
        self.whereabouts.to_edit()
        if self.fronts.in_c:
            self.fronts.turn_to_c()
        self.session.notice = ""
        self.words.go_typing()
        self.focus_pane("program")
        self._speak()

    def turn_inspector(self) -> None:
        """Show the inspector in a line or in full."""
        self.query_one(Inspector).turn()
        self._room.fit()

    def next_place(self) -> None:
        """Go to the next place of a shared node."""
        self.session.notice = ""
        if self.fronts.in_diagram and not self.fronts.beside:
            self.notice("In the diagram every node stands in one place. d shows the tree.")
        elif not self.graph.next_place():
            self.notice("This node stands in one place only.")
