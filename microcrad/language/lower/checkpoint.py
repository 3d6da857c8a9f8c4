"""How far a program was lowered, between two of its statements, so that what follows can be lowered anew."""

from __future__ import annotations

from microcrad.language.lower.draft import Draft
from microcrad.language.lower.scopes import Function, NamedGPT

__all__ = ["Checkpoint"]


class Checkpoint:
    """All of a draft that lines further down may change, as it was between two statements of the program."""

    def __init__(self, of: Draft) -> None:
        self._mark = mark = of.mark()
        self._names = of.scope.names.copy()
        self._modules = set(of.callables.modules)
        self._passed_over, self._drawn, self._seed = len(of.passed_over), of.drawn, of.seed
        self._called_by_number, self._answered = of.called_by_number, of.plain.answered
        self._own = [(items, set(items.own)) for items, _, _ in mark.lists]
        bound = of.scope.bindings.values()
        self._broken = [(each, each.broken) for each in bound if isinstance(each, Function)]
        self.whole = not any(isinstance(each, NamedGPT) for each in bound)
        """Whether it holds everything: the matrices of a GPT are too large to be noted."""

    def restore(self, of: Draft) -> None:
        """Have the draft be as it was."""
        of.reset(self._mark)
        of.scope.names = self._names.copy()
        of.callables.modules = set(self._modules)
        del of.passed_over[self._passed_over :]
        of.drawn, of.seed = self._drawn, self._seed
        of.called_by_number = self._called_by_number
        of.plain.forget_answers(self._answered)
        for items, own in self._own:
            items.own = set(own)
        for function, broken in self._broken:
            function.broken = broken
