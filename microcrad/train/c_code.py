"""Trained networks as C: one file that needs only a C compiler, and gives the numbers microcrad gives."""

from __future__ import annotations

from collections.abc import Iterable

from microcrad.errors import SettingError
from microcrad.export.c_expressions import c_number
from microcrad.export.c_text import c_comment, c_string
from microcrad.text.visible import visible
from microcrad.train.saved import Saved, SavedText

__all__ = ["c_model"]

_FILE = """\
{about}
{how}

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {{ INPUTS = {inputs}, SEEN = {seen}, OUTPUTS = {outputs}, WIDEST = {widest} }};

static const char *const input_names[INPUTS] = {{{names}}};
static const double means[SEEN] = {{{means}}};
static const double deviations[SEEN] = {{{deviations}}};

/* A layer: for each neuron a row, its bias and then its weights. */
{layers}

typedef double activation(double x);
{activations}

static void layer(
    const double *neurons, int count, int reads, const double *row, double *made, activation *does)
{{
    for (int i = 0; i < count; i++, neurons += reads + 1) {{
        double total = neurons[0];
        for (int k = 0; k < reads; k++)
            total += neurons[k + 1] * row[k];
        made[i] = does(total);
    }}
}}

/* The numbers of the last layer for one sample as it comes. */
static void outputs(const double *x, double *out)
{{
    double rows[2][WIDEST];
    const double seen[SEEN] = {{{features}}};
    for (int i = 0; i < SEEN; i++)
        rows[0][i] = (seen[i] - means[i]) / deviations[i];
{calls}
}}

{predict}

int main(int argc, char **argv)
{{
    double x[INPUTS];
    int good = argc == INPUTS + 1;
    for (int i = 0; good && i < INPUTS; i++) {{
        char *end;
        x[i] = strtod(argv[i + 1], &end);
        good = end != argv[i + 1] && *end == '\\0' && isfinite(x[i]);
    }}
    if (!good) {{
        fputs("Give a number for each of:", stderr);
        for (int i = 0; i < INPUTS; i++)
            fprintf(stderr, "%s %s", i ? "," : "", input_names[i]);
        fputs("\\n", stderr);
        return 1;
    }}
    {said}
    return 0;
}}
"""

_ACTIVATIONS = {
    "linear": "static double linear(double x) { return x; }",
    "relu": "static double relu(double x) { return x < 0.0 ? 0.0 : x; }",
    "leaky_relu": "static double leaky_relu(double x) { return x < 0.0 ? 0.01 * x : x; }",
    "sigmoid": "static double sigmoid(double x) { return x > -709.0 ? 1.0 / (1.0 + exp(-x)) : 0.0; }",
}
"""tanh is C's own."""

_CLASS = """\
static const char *const classes[{count}] = {{{classes}}};

/* The class of one sample, by its place in classes. */
static int predict(const double *x)
{{
    double out[OUTPUTS];
    outputs(x, out);
{decided}
}}"""
_OF_TWO = "    return out[0] > 0.0;"
_OF_SEVERAL = """\
    int most = 0;
    for (int i = 1; i < OUTPUTS; i++)
        most = out[i] > out[most] ? i : most;
    return most;"""

_NUMBER = """\
/* The number that is predicted for one sample. */
static double predict(const double *x)
{{
    double out[OUTPUTS];
    outputs(x, out);
    return out[0] * {deviation} + {mean};
}}"""


def c_model(trained: Saved | SavedText) -> str:
    """A C99 file with the function `predict`; its sums run in the engine's order, so numbers are the same.

    Raises `SettingError` for a model that reads words.
    """
    if isinstance(trained, SavedText):
        raise SettingError("a model of words is not written as C: choose python or pytorch.")
    reading, layers = trained.reading, trained.model.layers
    scale = reading.scale
    names = [f"x[{place}]" for place in range(len(reading.inputs))]
    seen = [each.formula(names, "sin", "{0} * {0}") for each in scale.features] or names
    sizes = [len(seen), *(len(layer.neurons) for layer in layers)]
    does = [layer.neurons[0].activation for layer in layers]
    rows = [
        [_numbers([neuron.b.data, *(weight.data for weight in neuron.w)]) for neuron in layer.neurons]
        for layer in layers
    ]
    last = len(layers) - 1
    calls = [
        f"    layer(&layer{i}[0][0], {sizes[i + 1]}, {sizes[i]}, rows[{i % 2}], "
        f"{'out' if i == last else f'rows[{(i + 1) % 2}]'}, {does[i]});"
        for i in range(len(layers))
    ]
    name = "".join(letter for letter in visible(reading.data) if letter.isprintable())
    return _FILE.format(
        about=c_comment(f"A network trained by microcrad on {name}: {'-'.join(map(str, sizes))}."),
        how=c_comment("Needs nothing but C: cc -std=c99 -O2 network.c -o network -lm"),
        inputs=len(names),
        seen=sizes[0],
        outputs=sizes[-1],
        widest=max(sizes),
        names=", ".join(c_string(visible(each)) for each in reading.inputs),
        means=_numbers(scale.inputs.means.tolist()),
        deviations=_numbers(scale.inputs.deviations.tolist()),
        layers="\n".join(
            f"static const double layer{i}[{len(each)}][{sizes[i] + 1}] = {{\n    "
            + ",\n    ".join(f"{{{row}}}" for row in each)
            + "\n};"
            for i, each in enumerate(rows)
        ),
        activations="".join(f"\n{_ACTIVATIONS[each]}" for each in sorted(set(does) & _ACTIVATIONS.keys())),
        features=", ".join(seen),
        calls="\n".join(calls),
        predict=_predict(trained, sizes[-1]),
        said="puts(classes[predict(x)]);" if reading.classes else 'printf("%.17g\\n", predict(x));',
    )


def _predict(trained: Saved, outputs: int) -> str:
    reading = trained.reading
    if not reading.classes:
        mean, deviation = reading.scale.label_mean, reading.scale.label_deviation
        return _NUMBER.format(mean=c_number(mean), deviation=c_number(deviation))
    return _CLASS.format(
        count=len(reading.classes),
        classes=", ".join(c_string(visible(each)) for each in reading.classes),
        decided=_OF_TWO if outputs == 1 else _OF_SEVERAL,
    )


def _numbers(numbers: Iterable[float]) -> str:
    return ", ".join(map(c_number, numbers))
