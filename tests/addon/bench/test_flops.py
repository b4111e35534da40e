import importlib.util
import json

import pytest
from typer.testing import CliRunner

from addon.bench import flops as module
from addon.cli.bench import app

pytestmark = [
    pytest.mark.diffusion,
    pytest.mark.skipif(
        not importlib.util.find_spec("torch"), reason="needs the `diffusion` extra: pip install 'avatanime[diffusion]'"
    ),
]


def test_a_row_adds_up_and_implies_times() -> None:
    row = module.row({"denoise": 9.5, "decode": 0.5}, [100.0, 0.5])
    assert row["tflop"] == 10
    assert row["seconds_at"] == {"100": 0.1, "0.5": 20.0}


def test_every_recipe_stands_beside_the_baselines(monkeypatch: pytest.MonkeyPatch) -> None:
    class Steps:
        """Counts steps in place of arithmetic, which the engine's own tests count."""

        def cost(self, recipe: object) -> dict[str, float]:
            return {"denoise": float(recipe.steps)}  # type: ignore[attr-defined]

    monkeypatch.setattr("engine.instantid.cost.FullSize", Steps)
    told = json.loads(CliRunner().invoke(app, ["flops", "--json", "--tflops", "4"]).stdout)["recipes"]
    assert {"first-version", "writeup", "draft", "standard", "quality", "hyper-1", "lightning-8"} <= set(told)
    assert told["first-version"]["of_writeup"] == 2.5
    assert told["draft"] == {"tflop": 2.0, "stages": {"denoise": 2.0}, "seconds_at": {"4": 0.5}, "of_writeup": 0.25}
    few = CliRunner().invoke(app, ["flops", "--json", "--recipe", "hyper-1"]).stdout
    assert set(json.loads(few)["recipes"]) == {"first-version", "writeup", "hyper-1"}
    assert "writeup" in CliRunner().invoke(app, ["flops"]).stdout
