"""Taking a lesson: one step after the other, in a session or in training."""
