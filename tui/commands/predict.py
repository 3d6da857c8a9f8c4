"""The commands that use a saved network: `predict` and `sample`, and its export in other forms."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Mapping

import click

from microcrad import data
from microcrad.errors import DataError, FileError, MicrocradError, SettingError
from microcrad.gpt import GPT
from microcrad.text.visible import visible
from microcrad.train import saved, source
from microcrad.train.c_code import c_model
from microcrad.train.model_code import python_model, pytorch_model
from microcrad.train.settings import READING_ALIKE
from tui.commands import train_lines as words
from tui.commands.reading import Failed, Wrong
from tui.commands.setting_options import in_options, setting_options, unreadable, values
from tui.saying import say

__all__ = ["MODEL_FORMS", "predict", "sample", "written_model"]

MODEL_FORMS: dict[str, Callable[[saved.Saved | saved.SavedText], str]] = {
    "json": saved.to_json,
    "python": python_model,
    "pytorch": pytorch_model,
    "c": c_model,
}
"""The forms in which a saved network can be written."""

MOST = 10_000
"""The most words that are written at once."""
_SHOWN = 5
"""How many letters `predict --complete` says of those that may come next."""
_COLUMNS = 20
"""How wide the bar of a probability of 1 is."""


@click.command()
@click.argument("model")
@click.argument("file", required=False)
@click.option("--complete", metavar="TEXT", help="Of a model of words: say which letter comes next.")
@setting_options(READING_ALIKE)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for other programs.")
@click.option("--plain", is_flag=True, help="No alignment.")
def predict(
    model: str, file: str | None, complete: str | None, as_json: bool, plain: bool, **given: str | None
) -> int:
    """Say what a saved network makes of samples.

    MODEL is a file that `train --save` wrote. FILE is a CSV file with the same inputs, with or without the
    label, or a folder with IDX files. Columns are known by the names in the first line, in any order, and
    other columns are left out; without names they count by their order. Options say how it is to be read, as
    they do for `microcrad train`: what is missing is filled if it was in training, unless --gaps says
    otherwise. Where the label is known, what is wrong is marked. A model that was trained on words takes the
    beginning of one instead.

    \b
    microcrad predict iris.json flowers.csv
    microcrad predict names.json --complete em
    """
    if complete is not None:
        if file is not None:
            raise click.UsageError(
                "--complete takes no FILE. Leave one of them out.", click.get_current_context()
            )
        _check_no_table(given, "--complete")
        return _completed(model, complete, as_json=as_json, plain=plain)
    trained = _loaded(model)
    if isinstance(trained, saved.SavedText):
        raise Wrong(f"{model} is a model of words. Say how one begins, as with --complete em.")
    if file is None:
        raise click.UsageError("name a FILE with samples.", click.get_current_context())
    try:
        if os.path.isdir(file):
            _check_no_table(given, f"{file}, a folder,")
            inputs = _pictures(file)
        else:
            columns, label = trained.reading.columns, trained.reading.label
            columns = saved.columns_with_means(trained) if given["gaps"] == "mean" else columns
            inputs = data.read_inputs(file, columns, label, **values(given))
        said = saved.predict(trained, inputs.points)
    except (DataError, FileError) as error:
        raise unreadable(error) from None
    if as_json:
        rows = [
            {"sample": number, "prediction": each.said, "share": each.share, "sure": each.sure}
            for number, each in zip(inputs.samples, said, strict=True)
        ]
        found = {"model": trained.reading.data, "notes": in_options(inputs.notes), "predictions": rows}
        say([json.dumps(found, allow_nan=False)])
        return 0
    say(in_options(inputs.notes), error=True)
    say(words.predictions(said, inputs, plain=plain))
    return 0


def _pictures(folder: str) -> data.Inputs:
    samples = source.read_idx_folder(folder)
    labels = tuple(samples.classes[int(i)] for i in samples.labels)
    return data.Inputs(samples.points, labels, tuple(range(1, len(samples) + 1)), ())


def _check_no_table(given: Mapping[str, str | None], what: str) -> None:
    """Raises `Wrong` for an option that says how a table is read, where there is none."""
    for name, text in given.items():
        if text is not None:
            raise Wrong(f"--{name}: {what} has no such setting. Leave it out.")


@click.command()
@click.argument("model")
@click.option("--count", type=click.IntRange(1, MOST), default=10, help="How many words; 10 if not given.")
@click.option(
    "--seed", type=click.IntRange(0), default=0, help="Where chance starts: the same seed, the same words."
)
@click.option(
    "--temperature", type=float, default=0.5,
    help="How daring it is: at 1 it writes as it has learned, near 0 always the likeliest letter.",
)  # fmt: skip
@click.option("--beginning", default="", metavar="TEXT", help="What every word begins with.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for other programs.")
def sample(model: str, count: int, seed: int, temperature: float, beginning: str, as_json: bool) -> int:
    """Let a model that was trained on words write some of its own.

    MODEL is a file that `train --save` wrote, of a run on names or on a text file.

    \b
    microcrad train names --save names.json
    microcrad sample names.json --count 20 --seed 7 --temperature 0.5
    """
    gpt, draw = _of_words(model), random.Random(seed)
    try:
        written = [gpt.sample(temperature, beginning=beginning, generator=draw) for _ in range(count)]
    except ValueError as error:
        raise Wrong(f"{_capital(str(error))}.") from None
    if as_json:
        say([json.dumps({"model": model, "words": written})])
    else:
        say([visible(word) for word in written])
    return 0


def _completed(model: str, beginning: str, *, as_json: bool, plain: bool) -> int:
    """Say what a saved GPT expects to come after the beginning of a word; the exit code."""
    gpt = _of_words(model)
    try:
        shares = gpt.next(beginning)
    except ValueError as error:
        raise Wrong(f"--complete: {error}.") from None
    order = sorted(shares, key=lambda letter: -shares[letter])
    if as_json:
        rows = [{"letter": letter, "share": shares[letter]} for letter in order]
        say([json.dumps({"beginning": beginning, "next": rows})])
        return 0
    lines = []
    for letter in order[:_SHOWN]:
        said, share = visible(letter) or "end", f"{100 * shares[letter]:.3g} %"
        bar = "" if plain else "  " + "#" * round(_COLUMNS * shares[letter])
        lines.append(f"{said}: {share}" if plain else f"{said:<5}{share:>8}{bar}".rstrip())
    word = beginning
    while len(word) < gpt.positions - 1 and (letter := _likeliest(gpt, word)):
        word += letter
    say([*lines, *([] if plain else [""]), f"likeliest, letter by letter: {visible(word)}"])
    return 0


def _likeliest(gpt: GPT, word: str) -> str:
    shares = gpt.next(word)
    return max(shares, key=lambda letter: shares[letter])


def _of_words(model: str) -> GPT:
    """The GPT in a file. Raises `Failed` if it cannot be read, or holds another network."""
    found = _loaded(model)
    if not isinstance(found, saved.SavedText):
        raise Failed(
            f"{model} holds a network that was trained on {found.reading.data}, which has no words. Train "
            "one with: microcrad train names --save names.json"
        )
    return found.model


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _loaded(model: str) -> saved.Saved | saved.SavedText:
    """What a file that `train --save` wrote holds. Raises `Failed` if it cannot be read."""
    try:
        return saved.load(model)
    except MicrocradError as error:
        raise Failed(str(error)) from None


def written_model(model: str, form: str) -> str:
    """A file's network in another form. Raises `Wrong` if there is no such form, or not of such a model."""
    if form not in MODEL_FORMS:
        raise Wrong(f"--to: a network has no form {form}: choose from {', '.join(MODEL_FORMS)}.")
    try:
        return MODEL_FORMS[form](_loaded(model))
    except SettingError as error:
        raise Wrong(f"--to: {error}") from None
