"""Loops: over plain numbers they stay loops; over lists, and where a turn must know its number, unrolled."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from microcrad.language import core_expressions as ex
from microcrad.language import statements as st
from microcrad.language.lower.draft import Draft, Mark, NeedsNumber, TurnsDiffer
from microcrad.language.lower.plain_numbers import TakenFor
from microcrad.language.lower.scopes import Function, Items, NamedNet, Unclear
from microcrad.language.lower.spans import dotted
from microcrad.language.source_places import Piece, Span

__all__ = ["MAX_COUNT", "MAX_LOOPS", "MAX_UNROLLED", "Loops"]

MAX_LOOPS = 10
MAX_COUNT = 1_000_000_000
MAX_UNROLLED = 30_000
"""How many statements a loop may be unrolled into."""


_Bound = list[tuple[str, object]]
"""The variables of a loop, with what they are in one turn."""


class _Unrolled:
    """A loop that is being unrolled."""

    def __init__(self, node: ast.For, start: int, piece: int) -> None:
        """`start` is how many statements stand before it, `piece` the piece that it stands in."""
        self.node, self.start, self.piece = node, start, piece
        self.turns = 0
        """How many turns are done."""


class Loops:
    """Lowers loops."""

    def __init__(self, draft: Draft) -> None:
        self._of = draft
        self._spans = draft.spans
        self._unrolled: set[ast.For] = set()
        """The loops that are known to need their number."""
        self._outermost: _Unrolled | None = None
        """The outermost loop that is being unrolled."""
        self._taken: set[TakenFor] = set()
        """What the last turn took names for."""

    def assume(self, variable: str, node: ast.For) -> None:
        """Read the body of a loop whose own line has an error."""
        variables = [variable, *(each.id for each in ast.walk(node.target) if isinstance(each, ast.Name))]
        with self._inside(variables):
            self._of.scope.bindings.update(dict.fromkeys(variables, Unclear()))
            self._of.body.of(node.body)

    def loop(self, node: ast.For) -> None:
        """Any loop."""
        names = self._of.scope.names
        if node.orelse:
            raise self._spans.stop(node.orelse[0], "A loop has no `else`.", "Put this line after the loop.")
        if len(names.loops) >= MAX_LOOPS:
            raise self._spans.stop(node, f"Loops nest at most {MAX_LOOPS} deep.", "Use fewer loops.")
        variables = self._of.elements.names(node.target)
        for variable in variables:
            self._let_go(variable, self._head(node))
            self._of.body.refuse(node.target, names.not_a_variable(variable))
            names.counted[variable] = node.lineno
        bounds = self._counts(node)
        if bounds is None:
            self._over_a_list(node, variables)
        else:
            self._over_counts(node, variables[0], *bounds)

    def _let_go(self, name: str, span: Span) -> None:
        """Have a name that means a node or a list mean nothing, as it is to be the variable of a loop."""
        of, scope = self._of, self._of.scope
        bound = scope.bindings.get(name)
        if isinstance(bound, (Function, NamedNet)) or name in scope.names.loops:
            return
        if isinstance(bound, Items):
            of.list_names.let_go(name, span)
        elif isinstance(bound, str):
            of.out.append(st.Leave((bound,), span))
            of.plain.forget(bound)
            scope.owned.pop(bound, None)
        scope.bindings.pop(name, None)
        scope.names.assigned.pop(name, None)  # Where a turn was read twice, it may have been given before.

    def _head(self, node: ast.For) -> Span:
        span = self._spans.span(node)
        width = len(self._spans.lines[span.line - 1].rstrip()) + 1
        return Span(span.line, span.column, span.line, width, span.piece)

    @contextmanager
    def _inside(self, variables: list[str]) -> Iterator[None]:
        """In a loop its variables are taken, and what the line around has named goes on."""
        of = self._of
        loops = of.scope.names.loops
        count, held, mine = len(loops), of.held, of.temporaries
        loops += variables
        of.held, of.temporaries = [*held, *mine], []
        try:
            with of.scope.within(variables):
                yield
        finally:
            del loops[count:]
            of.held, of.temporaries = held, mine

    # --- loops over counts ---

    def _counts(self, node: ast.For) -> tuple[int | str, int | str] | None:
        """The bounds of a loop over a count; None if it goes over something else."""
        match node.iter:
            case ast.Call(func=ast.Name(id="range"), args=arguments, keywords=keywords):
                if keywords or not 1 <= len(arguments) <= 3 or not isinstance(node.target, ast.Name):
                    raise self._spans.stop(
                        node.iter, "A loop counts over range(n) or range(a, b).", "Write range(10)."
                    )
                if len(arguments) == 3:
                    return None
                ends = [self._bound(end) for end in arguments]
                return (0, ends[0]) if len(ends) == 1 else (ends[0], ends[1])
        return None

    def _bound(self, node: ast.expr) -> int | str:
        """One end of a range: a whole number, or the variable of a loop around that stays one."""
        if isinstance(node, ast.Name):
            found = self._of.scope.lookup(node.id)
            if isinstance(found, ex.LoopVariable):
                return found.name
            named = ex.Name(found, self._spans.span(node)) if isinstance(found, str) else None
            if named is not None and self._of.values.known(named) is None:
                raise self._from_data(node)
        elif isinstance(node, ast.Attribute) or (isinstance(node, ast.Constant) and not _whole(node.value)):
            raise self._from_data(node)
        count = self._of.elements.whole(node)
        if count > MAX_COUNT:
            raise self._spans.stop(node, f"range counts to at most {MAX_COUNT:,}.", "Use a smaller number.")
        return count

    def _from_data(self, node: ast.expr) -> Exception:
        return self._spans.stop(
            node, "range takes whole numbers and loop variables: control flow never depends on data.",
            "Write range(10).",
        )  # fmt: skip

    def _number(self, bound: int | str) -> int:
        """A bound as a number; a loop around that gives it is unrolled too."""
        if isinstance(bound, str):
            raise NeedsNumber(bound)
        return bound

    def _over_counts(self, node: ast.For, variable: str, start: int | str, stop: int | str) -> None:
        """Lower a loop over a count: as one, as several where turns differ, or else unrolled."""
        end = self._counted(node, variable, start, stop)
        while end is not None and end != stop:
            start, end = end, self._counted(node, variable, end, stop)
        if end is None:
            counts = range(self._number(start), self._number(stop))
            self._unroll(node, [variable], ([(variable, ex.Literal(float(count)))] for count in counts))

    def _counted(
        self, node: ast.For, variable: str, start: int | str, stop: int | str, *, again: bool = False
    ) -> int | str | None:
        """Lower as many turns as stay one loop, and give their end; None, with nothing done, if none do."""
        of = self._of
        core = of.scope.prefix + variable
        if node in self._unrolled:
            return None
        turns = range(start, stop) if isinstance(start, int) and isinstance(stop, int) else range(0)
        of.turns[core] = turns
        mark = of.mark()
        bindings = mark.bindings[0][1]
        shapes = {name: list_.shape() for name, list_ in bindings.items() if isinstance(list_, Items)}
        try:
            body = self._turn(node, variable, core)
        except NeedsNumber as need:
            of.reset(mark)
            if need.variable != core:
                raise
            if isinstance(need, TurnsDiffer):
                return self._counted(node, variable, start, need.turn)
        else:
            moved = {of.saved[name] for name in of.saved.keys() - mark.saved.keys()}
            if moved and not again:
                of.reset(mark)  # What is meant by these names gets names of its own before the first turn.
                of.borrowed.keep_from(moved, len(of.out), self._head(node))
                return self._counted(node, variable, start, stop, again=True)
            refused = len(of.errors) > mark.errors
            if refused or (
                not moved and (len(turns) == 1 or self._settled(mark, shapes, node, variable, core, body))
            ):
                of.out.append(st.For(core, start, stop, body, self._head(node)))
                of.plain.may_be_known(mark.plain)
                return stop
            of.reset(mark)
        self._unrolled.add(node)
        return None

    def _turn(self, node: ast.For, variable: str, core: str) -> tuple[st.Statement, ...]:
        """A turn of a loop that stays one."""
        of, before = self._of, self._of.plain.taken
        of.plain.taken = self._taken = set()
        try:
            with self._inside([variable]):
                of.scope.bindings[variable] = ex.LoopVariable(core)
                return of.body.of(node.body)
        finally:
            self._taken = of.plain.taken
            of.plain.taken = before | self._taken

    def _settled(
        self, mark: Mark, shapes: dict[str, object], node: ast.For, variable: str, core: str,
        body: tuple[st.Statement, ...],
    ) -> bool:  # fmt: skip
        """Whether the next turn does just the same, and so do all after it.

        `shapes` are what the lists among the names were made of before it.
        """
        of = self._of
        now = of.scope.bindings
        before = mark.bindings[0][1]
        if not of.plain.same_again(self._taken, mark.plain, mark.owned):
            return False
        if any(items.parts != parts or items.said != said for items, parts, said in mark.lists):
            return False
        for name, bound in before.items():
            after = now.get(name)
            if isinstance(bound, Items) and isinstance(after, Items):
                if after.shape() != shapes[name]:
                    return False
            elif after is not bound and after != bound:
                return False
        if all(isinstance(bound, str) for name, bound in now.items() if name not in before):
            return True
        of.lets, of.counts = mark.lets, dict(mark.counts)
        del of.spans.pieces[mark.pieces :]
        try:
            return self._turn(node, variable, core) == body
        except (NeedsNumber, RecursionError):  # It does something else, or is too long to be compared.
            return False

    # --- unrolled loops ---

    def _over_a_list(self, node: ast.For, variables: list[str]) -> None:
        """A loop over a list, a zip or an enumerate."""
        of = self._of
        going: list[Items] = []
        turns = of.elements.turns(node.iter, going)

        def bound() -> Iterator[_Bound]:
            for turn in turns:
                of.elements.bind(node.target, turn)
                yield [(name, of.scope.bindings[name]) for name in variables]

        with of.scope.going_over(going):
            self._unroll(node, variables, bound())

    def _turn_ends(self, variables: list[str], head: Span) -> None:
        """What a turn's variables have named goes on by other names where it goes on."""
        of, start = self._of, len(self._of.out)
        for variable in variables:
            if isinstance(of.scope.bindings.get(variable), Items):
                of.list_names.let_go(variable, head)
                del of.scope.bindings[variable]
        of.borrowed.keep(start, head)

    def _unroll(self, node: ast.For, variables: list[str], turns: Iterable[_Bound]) -> None:
        """Lower a loop's body once for each turn."""
        of, head = self._of, self._head(node)
        errors = len(of.errors)
        before = self._outermost
        outermost = self._outermost = before or _Unrolled(node, len(of.out), self._spans.piece)
        with self._inside(variables):
            for count, turn in enumerate(turns):
                if before is None:
                    outermost.turns = count
                self._few_lines(outermost, count)
                for name, part in turn:
                    of.scope.bindings[name] = part  # type: ignore[assignment]
                of.borrowed.end(head)  # What the turn before was about.
                said = [f"{name} = {_said(part, of.scope.prefix)}" for name, part in turn]
                group = f"for {', '.join(said).replace(' = ', '=')} (line {head.line})"
                around = self._spans.enter(Piece(group, "", ", ".join(said), head))
                try:
                    of.body.into(node.body)
                finally:
                    self._spans.piece = around
                if len(of.errors) > errors:
                    break  # The other turns have the same.
                self._turn_ends(variables, head)
        self._outermost = before
        of.end_statement(head)

    def _few_lines(self, outermost: _Unrolled, count: int) -> None:
        """Stop, at the outermost loop that is unrolled, once there are too many lines of it."""
        lines = len(self._of.out)
        if max(count, lines) <= MAX_UNROLLED:
            return
        whole = (
            max(count, 2 * (lines - outermost.start)) > MAX_UNROLLED
        )  # Or others have made the most of it.
        self._spans.piece = outermost.piece
        counted = isinstance(outermost.node.iter, ast.Call) and dotted(outermost.node.iter.func) == "range"
        fewer = (
            f"Repeat it at most {outermost.turns} times"
            if whole and outermost.turns
            else "Repeat it fewer times"
        )
        raise self._spans.stop(
            outermost.node,
            f"{'This loop' if whole else 'The program'} would be more than {MAX_UNROLLED:,} lines"
            f"{'' if whole else ' with this loop'}: each turn is written out.",
            f"{fewer}, or {'let no list grow in it' if counted else 'use shorter lists'}.",
        )


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _said(part: object, prefix: str) -> str:
    """What a loop's variable is, in a word."""
    if isinstance(part, str):
        return part.removeprefix(prefix)
    if isinstance(part, ex.Literal):
        return f"{part.value:g}"
    return (part.said.removeprefix(prefix) if isinstance(part, Items) else "") or "..."
