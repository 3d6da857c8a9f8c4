"""The log of a run, and what can be read off it at any moment: nodes, sentences, groups, paths and leaks."""
