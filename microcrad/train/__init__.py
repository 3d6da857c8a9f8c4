"""Training: a network, its data and the loop around them, every number of it open to be looked at."""
