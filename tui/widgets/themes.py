"""The three themes, and the colour variables that every pane draws with.

Each variable belongs to one idea, which also has a glyph in `tui.widgets.glyphs`: colour is never the only
sign. What belongs to no idea, such as keys, titles, the focus and scroll bars, has no hue.
"""

from __future__ import annotations

from textual.theme import Theme

__all__ = ["THEMES", "VARIABLES"]


def _theme(name: str, dark: bool, base: dict[str, str], ideas: dict[str, str]) -> Theme:
    return Theme(
        name=name,
        dark=dark,
        primary=base["foreground"],
        secondary=base["foreground"],
        accent=base["foreground"],
        warning=ideas["grad"],
        error=ideas["error-text"],
        success=ideas["shared"],
        foreground=base["foreground"],
        background=base["background"],
        surface=base["surface"],
        panel=base["panel"],
        variables={
            **ideas,
            "rule": base["rule"],
            "select": base["panel"],
            "error-block": "#af0000",
            "fault": "#8700af",
            "on-block": "#ffffff",
            "block-cursor-background": base["panel"],  # As what is selected in a pane.
            "block-cursor-foreground": base["foreground"],
            "block-cursor-text-style": "bold underline",
            "block-cursor-blurred-background": base["panel"],
            "footer-key-foreground": base["foreground"],
            "footer-background": base["surface"],
            "footer-foreground": base["foreground"],
            "footer-description-foreground": base["foreground"],
            "border": base["rule"],
            "border-blurred": base["rule"],
            "input-cursor-background": base["foreground"],
            "input-cursor-foreground": base["background"],
            "input-selection-background": base["selection"],
        },
    )


_FIELD_ON_DARK = {
    "field-minus": "#1c3a94", "field-zero": "#121212", "field-plus": "#ad5a1e",
    "field-third": "#1a7a68", "field-fourth": "#6d7378", "field-point": "#ffffff",
}  # fmt: skip
"""The plane of a decision boundary, and the samples on it."""

DARK = _theme(
    "microcrad-dark", True,
    {"foreground": "#eeeeee", "background": "#121212", "surface": "#1c1c1c", "panel": "#303030",
     "rule": "#9f9f9f", "selection": "#3a3a5a"},
    {"data": "#99ccff", "grad": "#eebb00", "owner": "#bb88ff", "shared": "#77ffbb", "freed": "#9f9f9f",
     "leaked": "#ff88cc", "error-text": "#ee8877", "current": "#ffd75f", "on-current": "#121212",
     "quiet": "#b2b2b2", **_FIELD_ON_DARK},
)  # fmt: skip
LIGHT = _theme(
    "microcrad-light", False,
    {"foreground": "#1c1c1c", "background": "#ffffff", "surface": "#ffffff", "panel": "#eeeeee",
     "rule": "#666666", "selection": "#c8d4ff"},
    {"data": "#0022ff", "grad": "#8a5a00", "owner": "#440088", "shared": "#005540", "freed": "#666666",
     "leaked": "#c000a0", "error-text": "#7a0000", "current": "#ffd700", "on-current": "#1c1c1c",
     "quiet": "#585858", "field-minus": "#6f9cf0", "field-zero": "#ffffff", "field-plus": "#ffc890",
     "field-third": "#4fb89a", "field-fourth": "#b4b8bd", "field-point": "#000000"},
)  # fmt: skip
HIGH = _theme(
    "microcrad-high-contrast", True,
    {"foreground": "#ffffff", "background": "#000000", "surface": "#000000", "panel": "#303030",
     "rule": "#ffffff", "selection": "#444488"},
    {"data": "#99ccff", "grad": "#ffcc55", "owner": "#bb88ff", "shared": "#77ffbb", "freed": "#c6c6c6",
     "leaked": "#dd88bb", "error-text": "#ee8877", "current": "#ffff00", "on-current": "#000000",
     "quiet": "#e4e4e4", **_FIELD_ON_DARK},
)  # fmt: skip

THEMES = {"dark": DARK, "light": LIGHT, "high": HIGH}
"""By the words that `--theme` takes."""

VARIABLES = DARK.variables
"""What a theme that is not ours falls back on."""
