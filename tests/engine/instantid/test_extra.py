import importlib

import pytest

from engine.instantid import NEEDS

INSTALLED = all(importlib.util.find_spec(name) for name in NEEDS)


@pytest.mark.skipif(not INSTALLED, reason="these tests need the `diffusion` extra: pip install 'avatanime[diffusion]'")
@pytest.mark.parametrize("name", NEEDS)
def test_what_the_engine_needs_is_installed(name: str) -> None:
    assert importlib.import_module(name)
