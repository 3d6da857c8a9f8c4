"""What several screens use: bars, dialogs, lines of text, glyphs, colours, wrapping."""
