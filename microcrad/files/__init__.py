"""Files: the one door to those that a person names, and the care that is taken of those that are kept."""
