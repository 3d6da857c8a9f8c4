"""What all tests share."""

from hypothesis import settings

# The same examples at every run, and no clock: a test's outcome depends on the code alone.
settings.register_profile("microcrad", deadline=None, derandomize=True)
settings.load_profile("microcrad")
