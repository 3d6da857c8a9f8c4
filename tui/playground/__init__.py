"""The Playground mode: its screen, its panes, and what walks and checks the run that they show."""
