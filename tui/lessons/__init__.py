"""Lessons on screen: the list, the lesson beside the playground or training, and quick questions."""
