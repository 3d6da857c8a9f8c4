"""The playground without a screen: text goes in, frozen moments come out; undo, reports, saved sessions."""
