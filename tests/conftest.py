"""For all tests: the user's own state is out of reach."""

import os
import shutil
import tempfile

import pytest

_HOMES: list[str] = []


def pytest_configure() -> None:
    """Give whatever does not name a home one that is thrown away."""
    _HOMES.append(tempfile.mkdtemp(prefix="avatanime-tests-"))
    os.environ["AVATANIME_HOME"] = _HOMES[-1]


def pytest_unconfigure() -> None:
    """Throw it away."""
    while _HOMES:
        shutil.rmtree(_HOMES.pop(), ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Quick tests first: the end-to-end tests run last."""
    items.sort(key=lambda item: item.get_closest_marker("e2e") is not None)
