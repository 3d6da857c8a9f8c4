"""Networks: the library's own, whose parameters are names and whose calls are groups in groups.

A parameter is called `net.l0.n3.w1` or `net.l0.n3.b`. A call makes a group with a group for each layer and
each neuron in it, and is computed as `microcrad.nn` does it, node for node.
"""

from __future__ import annotations

import ast
import random
from itertools import pairwise
from typing import Any

from microcrad.gpt import GPT
from microcrad.language import core_expressions as ex
from microcrad.language import statements as st
from microcrad.language.lower.draft import Draft, Lowered
from microcrad.language.lower.scopes import GPTLayer, Items, NamedGPT, NamedNet, NetLayer, NetNeuron
from microcrad.language.lower.spans import StopReading
from microcrad.language.source_places import Piece, Span
from microcrad.nn import ACTIVATIONS, INITIALISATIONS, MLP

__all__ = ["MAX_PARAMETERS", "NETWORKS", "Networks"]

NETWORKS = ("MLP", "Layer", "Neuron", "GPT", "load")
"""What makes a network."""
MAX_PARAMETERS = 100_000
"""How many parameters a network of a program has at most: each is a node with a name."""


class Networks:
    """Lowers networks and what is done with them."""

    def __init__(self, draft: Draft) -> None:
        self._of = draft
        self._spans = draft.spans

    # --- making one ---

    def make(self, name: str, kind: str, node: ast.Call) -> None:
        """`name = MLP(2, [16, 16, 1])`, or another of `NETWORKS`."""
        if kind == "GPT":
            self._of.word_models.make(name, node)
            return
        given, sizes = self._given(kind, node), self._sizes(kind, node)
        if kind == "load":
            model = self._loaded(node)
            if isinstance(model, GPT):
                self._of.word_models.define(name, model, self._spans.span(node))
                return
            inputs = len(model.layers[0].neurons[0].w)
            sizes = [inputs, *(len(layer.neurons) for layer in model.layers)]
            activations = [layer.neurons[0].activation for layer in model.layers]
        else:
            activations = self._activations(kind, given, len(sizes) - 1, node)
            model = None
        if sum((a + 1) * b for a, b in pairwise(sizes)) > MAX_PARAMETERS:
            raise self._spans.stop(
                node, f"This network has more than {MAX_PARAMETERS:,} parameters.", "Use fewer neurons."
            )
        initialisation = self._word("initialisation", given, INITIALISATIONS, "uniform")
        seed = given.get("seed")
        if seed is not None:
            dice = random.Random(self._of.elements.whole(seed))
            model = MLP(sizes[0], sizes[1:], initialisation=initialisation, generator=dice)
        self._define(name, kind, sizes, activations, initialisation, model, self._spans.span(node))

    def _given(self, kind: str, node: ast.Call) -> dict[str, ast.expr]:
        known = {"MLP": ("seed", "activation", "initialisation"), "load": ()}
        allowed = known.get(kind, ("seed", "activation", "initialisation", "nonlin"))
        for word in node.keywords:
            if word.arg not in allowed:
                raise self._spans.stop(word.value, f"{kind} has no {word.arg or '**'}.", _FORMS[kind])
        return {word.arg or "": word.value for word in node.keywords}

    def _sizes(self, kind: str, node: ast.Call) -> list[int]:
        """How many inputs, and how many neurons in each layer."""
        counts = {"MLP": 2, "Layer": 2, "Neuron": 1, "load": 1}
        if len(node.args) != counts[kind]:
            raise self._spans.stop(node, f"{kind} is not called like this.", _FORMS[kind])
        if kind == "load":
            return []
        sizes = [self._of.elements.whole(node.args[0])]
        if kind == "MLP":
            found = [self._of.values.known(each) for each, _ in self._of.elements.each(node.args[1])]
            numbers = [int(each) for each in found if each and each.is_integer()]
            if not numbers or len(numbers) < len(found):
                raise self._spans.stop(node.args[1], "The layers are a list of whole numbers.", _FORMS[kind])
            sizes += numbers
        else:
            sizes.append(1 if kind == "Neuron" else self._of.elements.whole(node.args[1]))
        if min(sizes) < 1:
            raise self._spans.stop(node, "A layer has at least one neuron, and one input.", _FORMS[kind])
        return sizes

    def _word(self, what: str, given: dict[str, ast.expr], known: Any, otherwise: str) -> str:
        node = given.get(what)
        if node is None:
            return otherwise
        if isinstance(node, ast.Constant) and node.value in known:
            return str(node.value)
        raise self._spans.stop(node, f"This is no {what}.", f"Choose from {', '.join(known)}, in quotes.")

    def _activations(self, kind: str, given: dict[str, ast.expr], layers: int, node: ast.Call) -> list[str]:
        linear = given.get("nonlin")
        if linear is not None and isinstance(linear, ast.Constant) and linear.value is False:
            return ["linear"] * layers
        each = given.get("activation")
        if isinstance(each, ast.List) and kind == "MLP":
            words = [self._word("activation", {"activation": e}, ACTIVATIONS, "") for e in each.elts]
            if len(words) != layers:
                raise self._spans.stop(
                    each, f"There are {len(words)} activations for {layers} layers.", "Write one for each."
                )
            return words
        word = self._word("activation", given, ACTIVATIONS, "relu")
        return [word] * (layers - 1) + ["linear" if kind == "MLP" else word]

    def _loaded(self, node: ast.Call) -> MLP | GPT:
        """The network in a file, which was read before."""
        name = self._of.callables.text(node.args[0], "A file's name is a text.", 'Write load("net.json").')
        files = self._of.files
        if files is None:
            raise self._spans.stop(node, "No file can be loaded here.", "Write MLP(2, [16, 16, 1]).")
        found = files[name]
        if isinstance(found, str):
            raise self._spans.stop(node, found)
        return found

    def _define(
        self, name: str, kind: str, sizes: list[int], activations: list[str], initialisation: str,
        model: MLP | None, span: Span,
    ) -> None:  # fmt: skip
        """Give every parameter its name and its first number."""
        prefix = self._of.scope.prefix + name
        layers = []
        for depth, ((inputs, outputs), activation) in enumerate(
            zip(pairwise(sizes), activations, strict=True)
        ):
            bound = INITIALISATIONS[initialisation](inputs, outputs)
            drawn = ex.Uniform(ex.Literal(-bound), ex.Literal(bound))
            units = []
            for place in range(outputs):
                at = {"Neuron": name, "Layer": f"{name}.n{place}"}.get(kind, f"{name}.l{depth}.n{place}")
                names = [*(f"{at}.w{i}" for i in range(inputs)), f"{at}.b"]
                numbers: list[ex.Number] = [*[drawn] * inputs, ex.Literal(0.0)]
                if model is not None:
                    parameters = model.layers[depth].neurons[place].parameters()
                    numbers = [ex.Literal(each.data) for each in parameters]
                cores = [self._parameter(each, number, span) for each, number in
                         zip(names, numbers, strict=True)]  # fmt: skip
                units.append(NetNeuron(self._of.scope.prefix + at, cores[:-1], cores[-1], activation))
            layers.append(NetLayer(f"{prefix}.l{depth}", units))
        self._of.scope.names.assign(name, span.line)
        self._of.scope.bindings[name] = NamedNet(name, kind, layers)

    def _parameter(self, name: str, number: ex.Number, span: Span) -> str:
        core = self._of.body.name(name, span.line)
        self._of.out.append(st.Assign(core, ex.Lift(number, span), span))
        return core

    # --- using one ---

    def parameters(self, network: NamedNet) -> Items:
        """All parameters, in the library's order."""
        return Items(list(network.parameters()))

    def part(self, node: ast.expr) -> object:
        """What `net.layers[0].neurons[1].w` and its parts are; None for what belongs to no network."""
        steps: list[ast.Attribute | ast.Subscript] = []
        while isinstance(node, (ast.Attribute, ast.Subscript)):  # There may be thousands.
            steps.append(node)
            node = node.value
        found = self._of.scope.lookup(node.id) if isinstance(node, ast.Name) else None
        part: object = found if isinstance(found, NamedNet) else None
        for step in reversed(steps):
            if isinstance(step, ast.Attribute):
                part = self._attribute(part, step.attr)
            elif isinstance(part, list):
                part = part[self._of.elements.place(step, Items([""] * len(part)))]
            else:
                part = None
        return part

    def _attribute(self, whole: object, attr: str) -> object:
        match whole, attr:
            case NamedGPT(), "layers":
                return [GPTLayer(whole, f"layer{place}") for place in range(len(whole.model.layers))]
            case NamedGPT(), _:
                layers = self._attribute(whole, "layers")
                assert isinstance(layers, list)
                return whole.part(attr) or next((each for each in layers if each.name == attr), None)
            case GPTLayer(network=network, name=name), _:
                return network.part(f"{name}.{attr}")
            case NamedNet(kind="Neuron", layers=layers), "w" | "b":
                return self._attribute(layers[0].units[0], attr)
            case NamedNet(kind="Layer", layers=layers), "neurons":
                return layers[0].units
            case NamedNet(layers=layers), "layers":
                return layers
            case NetLayer(units=units), "neurons":
                return units
            case NetNeuron(weights=weights), "w":
                return Items(list(weights))
            case NetNeuron(bias=bias), "b":
                return bias
        return None

    def call(self, network: NamedNet, node: ast.Call, dest: str | None = None) -> Lowered:
        """The network applied to a list; the result is called `dest`, or like its group."""
        of = self._of
        if isinstance(network, NamedGPT):
            return of.word_models.call(network, node, dest)
        if len(node.args) != 1 or node.keywords or isinstance(node.args[0], ast.Starred):
            raise self._spans.stop(node, f"{network.name} takes one list.", f"Write {network.example()}.")
        inputs = of.elements.of(node.args[0])
        if any(isinstance(part, Items) for part in inputs.parts):
            raise self._spans.stop(
                node, f"{network.name} reads a list of numbers, and this one has lists in it.",
                f"Write [{network.name}(x) for x in {inputs.said or 'xs'}].",
            )  # fmt: skip
        wanted = network.inputs
        if len(inputs.parts) != wanted:
            raise self._spans.stop(
                node, f"{network.name} reads {wanted} numbers, and this list has {len(inputs.parts)}.",
                f"Write a list of {wanted}.",
            )  # fmt: skip
        group = of.group(network.name)
        core = of.scope.prefix + group
        whole = self._spans.enter(Piece(group, network.name, "", self._spans.span(node)))
        own: list[str] = []
        try:
            outputs = self._layers(network, inputs, core, dest or core, own, node)
            if own:
                of.out.append(st.Leave(tuple(reversed(own)), self._spans.span(node)))
        finally:
            self._spans.piece = whole
        if dest is None:
            of.temporaries += outputs
        span = self._spans.span(node)
        return ex.Name(outputs[0], span) if len(outputs) == 1 else Items(list(outputs))

    def _layers(
        self, network: NamedNet, inputs: Items, core: str, dest: str, own: list[str], node: ast.Call
    ) -> list[str]:
        """The names of the last layer's outputs; those of the layers before it are `own`."""
        values: list[Lowered] = [self._of.elements.lowered(part, node.args[0]) for part in inputs.parts]
        for depth, layer in enumerate(network.layers):
            last = depth == len(network.layers) - 1
            outer = self._spans.piece
            if network.kind == "MLP" or network.kind == "load":
                self._spans.enter(Piece(f"l{depth}", "", "", self._spans.span(node)))
            names = []
            for place, unit in enumerate(layer.units):
                name = f"{core}.l{depth}.n{place}"
                if last:
                    name = dest if len(layer.units) == 1 else f"{dest}[{place}]"
                else:
                    own.append(name)
                self._unit(unit, values, name, place, node, single=network.kind == "Neuron")
                names.append(name)
            self._spans.piece = outer
            span = self._spans.span(node)
            values = [ex.Name(name, span) for name in names]
        return names

    def _unit(
        self, unit: NetNeuron, values: list[Lowered], name: str, place: int, node: ast.Call, *, single: bool
    ) -> None:
        """One neuron: the bias, plus each weight times its input, and the activation of that."""
        outer = self._spans.piece
        if not single:
            self._spans.enter(Piece(f"n{place}", "", "", self._spans.span(node)))
        span = self._spans.span(node)
        total: ex.Expression = ex.Name(unit.bias, span)
        for weight, value in zip(unit.weights, values, strict=True):
            lifted = ex.Lift(value, span) if ex.is_number(value) else value
            assert not isinstance(lifted, Items)  # Which `call` has seen to.
            total = ex.Operate("+", total, ex.Operate("*", ex.Name(weight, span), lifted, span), span)
        if unit.activation != "linear":
            total = ex.Call(unit.activation, total, span)
        self._of.assign(name, total, span)
        self._spans.piece = outer

    def called(self, node: ast.Call) -> NamedNet | None:
        """The network that reads a word, if a call is a method of one: `net.loss("emma")`."""
        if isinstance(node.func, ast.Attribute) and node.func.attr not in ("parameters", "zero_grad"):
            owner = self.part(node.func.value)
            return owner if isinstance(owner, NamedGPT) else None
        return None

    def unnamed(self, node: ast.expr, kind: str, made: ast.Call) -> StopReading:
        """The error of a network in the middle of an expression, which is made by a call in it."""
        form, whole = self._spans.source(made), self._spans.source(node)
        hint = f"Give it a name on a line above: net = {form}"
        if made is not node:
            hint += f", and write {whole.replace(form, 'net', 1)} here"
        return self._spans.stop(node, f"{kind}(...) makes a network.", f"{hint}.")


_FORMS = {
    "MLP": "Write MLP(2, [16, 16, 1]).", "Layer": "Write Layer(3, 4).", "Neuron": "Write Neuron(3).",
    "load": 'Write load("net.json").', "GPT": "Write GPT().",
}  # fmt: skip
