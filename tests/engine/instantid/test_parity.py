import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from standins import checkpoint, reference

from engine.instantid import parity


def case(number: int, **changes: Any) -> dict[str, Any]:
    usual = {
        "case": number,
        "scheduler": "tcd",
        "steps": 3,
        "guidance_scale": 4.0,
        "eta": 0.0,
        "controlnet_conditioning_scale": 0.7,
        "ip_adapter_scale": 0.6,
        "control_guidance_end": 1.0,
    }
    return usual | changes


def test_draws_what_the_published_pipeline_drew(golden: Path) -> None:
    compared = list(parity.compare(golden))
    assert [what for what, difference, limit in compared if not difference <= limit] == []
    assert len(compared) == 3 + 2 + 11 * 4


def test_draws_what_diffusers_draws_of_another_checkpoint(tmp_path: Path) -> None:
    folder = checkpoint.build(tmp_path / "other", seed=11)
    cases = [
        case(0, eta=0.4),
        case(1, scheduler="ddim-trailing", guidance_scale=0.0),
        case(2, scheduler="euler", control_guidance_end=0.4),
        case(3, scheduler="euler-trailing", ip_adapter_scale=1.1),
    ]
    reference.golden(folder, cases, seed=5)
    compared = list(parity.compare(folder))
    assert [what for what, difference, limit in compared if not difference <= limit] == []
    assert len(compared) == 2 + len(cases) * 4


def test_says_where_it_differs(golden: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = shutil.copytree(golden, tmp_path / "altered")
    told = json.loads((folder / "golden.json").read_text())
    told["cases"] = told["cases"][5:6]
    (folder / "golden.json").write_text(json.dumps(told))
    assert parity.main([str(folder)]) == 0
    arrays = dict(np.load(folder / "golden.npz"))
    arrays["latents_5_1"] = arrays["latents_5_1"] + 0.002
    np.savez(folder / "golden.npz", **arrays)
    capsys.readouterr()
    assert parity.main([str(folder)]) == 1
    over = [line for line in capsys.readouterr().out.splitlines() if "ABOVE" in line]
    assert [line.split("case")[1] for line in over] == [" 5 face 1", " 5 face 1 in a batch"]


@pytest.mark.parametrize("arguments", [[], ["nowhere"], ["a", "b"]])
def test_without_golden_data_nothing_is_claimed(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert parity.main(arguments) == 2
    assert capsys.readouterr().err
