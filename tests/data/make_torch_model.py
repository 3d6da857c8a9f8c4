"""Makes torch_model.json: what exported networks give when PyTorch 2.13.0 runs them.

PyTorch is no dependency. Run this where it is installed, with microcrad: `python make_torch_model.py >
torch_model.json`. Numbers are doubles, written exactly.
"""
# mypy: ignore-errors

import json
import runpy
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import torch

from microcrad.train import saved
from microcrad.train.configuration import Configuration, recipe
from microcrad.train.model_code import pytorch_model
from microcrad.train.trainer import Trainer

models = []
for configuration in (
    Configuration(points=20, hidden=(3, 2), activation="sigmoid relu"),
    replace(recipe("iris"), hidden=(4,)),
    replace(recipe("sine"), hidden=(3,), normalise=True),
    replace(
        recipe("blobs"),
        points=30,
        hidden=(3,),
        activation="leaky_relu",
        normalise=True,
        features=("y", "x**2", "x*y", "sin(x)"),
    ),
):
    trainer = Trainer(configuration)
    for _ in range(20):
        trainer.step()
    network = saved.saved(trainer)
    points = trainer.samples.points[:5]
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "model.py"
        script.write_text(pytorch_model(network))
        outputs = runpy.run_path(str(script))["Model"]()(torch.tensor(points))
    models.append(
        {
            "network": json.loads(saved.to_json(network)),
            "module": pytorch_model(network),
            "points": points.tolist(),
            "outputs": outputs.tolist(),
        }
    )
json.dump(models, sys.stdout, indent=1)
