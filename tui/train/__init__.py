"""The Train mode: a network, its data and every number of the loop, on one screen.

Nothing here is imported before the mode is first shown: NumPy would delay the first frame.
"""
