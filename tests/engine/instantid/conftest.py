"""Everything in this folder runs the InstantID engine on tiny models, on the CPU."""

import importlib.util
from pathlib import Path

import pytest

HERE = Path(__file__).parent
INSTALLED = all(importlib.util.find_spec(name) for name in ("torch", "diffusers", "insightface"))
THIRD_PARTY = (
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning:diffusers",
    "ignore:`estimate` is deprecated:FutureWarning:insightface",
)
collect_ignore_glob = [] if INSTALLED else ["test_[!e]*.py"]  # test_extra.py says why


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.diffusion)
            item.add_marker(pytest.mark.filterwarnings(*THIRD_PARTY))


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    """Tiny networks are quickest without company."""
    if INSTALLED:
        import torch

        torch.set_num_threads(1)


@pytest.fixture(scope="session")
def golden() -> Path:
    """The checkpoint with the published pipeline's own results."""
    return HERE.parents[1] / "data" / "instantid-tiny"


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole folder of models, as `avatanime models pull instantid` leaves it, but tiny."""
    from standins import antelope, blip, checkpoint

    folder = checkpoint.build(tmp_path_factory.mktemp("models"), seed=1)
    antelope.build(folder / "antelopev2")
    blip.build(folder / "blip")
    checkpoint.lora(folder)
    checkpoint.faceid(folder)
    return folder


@pytest.fixture(autouse=True)
def _no_other_models(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test sees models that this machine happens to have."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    if INSTALLED:
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
        monkeypatch.setattr("engine.instantid.faces.OWN_FOLDER", tmp_path / "insightface")
