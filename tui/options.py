"""How the options that several commands have are read."""

from __future__ import annotations

from collections.abc import Callable

import click

__all__ = ["whole"]


def whole(
    least: int, most: int | None = None
) -> Callable[[click.Context, click.Parameter, str | None], int | None]:
    """Reads an option that is a whole number, `least` to `most`; a usage error for anything else."""
    wanted = f"a whole number from {least}" + ("" if most is None else f" to {most}")

    def number(ctx: click.Context, param: click.Parameter, text: str | None) -> int | None:
        if text is None:
            return None
        value = int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1
        if value < least or (most is not None and value > most):
            raise click.BadParameter(f"expected {wanted}, found {text!r}.", ctx, param)
        return value

    return number
