"""A lesson of which some steps are done in the playground and some in training."""

from __future__ import annotations

__all__ = ["BOTH"]

BOTH = """\
+++
format = 1
id = "both"
title = "A lesson in both modes"
setup = { program = "x = 3\\ny = x*x" }
+++
About `x`.

## Add {#add}
Add a node `z`.

```toml step
check = [{ is = "node", node = "z", at = "end" }]
miss = [{ fails = 1, attempt = { append = "q = 1" } }]
solution = [{ append = "z = x + y" }, { go = "end" }]
```

## Train {#train}
Take a step.

```toml step
mode = "train"
setup = { train = { data = "xor", hidden = "2", seed = "1" } }
check = [{ is = "steps", at_least = 1 }]
miss = [{ fails = 1, attempt = { set = { rate = "0.2" } } }]
solution = { steps = 1 }
```

## Again {#again}
Add a node `w`.

```toml step
check = [{ is = "node", node = "w", at = "end" }, { is = "node", node = "z", at = "end" }]
miss = [{ fails = 1, attempt = { append = "q = 1" } }, { fails = 2, attempt = { program = "w = 1" } }]
solution = [{ append = "w = z*2" }, { go = "end" }]
```

## On {#on}
Take three steps more.

```toml step
mode = "train"
check = [{ is = "steps", at_least = 4 }]
miss = [{ fails = 1, attempt = { steps = 1 } }]
solution = { steps = 3 }
```
"""
