"""Fixtures of the end-to-end tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.browsers import BROWSERS
from harness.proxies import ROOT, Proxy
from harness.stage import Stage

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything below this folder is end to end, and may take its time."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.timeout(300))


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One origin for all tests."""
    built = Stage.build(tmp_path_factory.mktemp("stage"))
    yield built
    built.close()


@pytest.fixture(scope="module")
def proxy(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """mitmdump with the addon and its default settings, for the tests of one file."""
    with stage.proxy(tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture(params=BROWSERS)
def browser_name(request: pytest.FixtureRequest) -> str:
    """Each browser in turn. Both must be there: a browser that is not tested is not supported."""
    name = str(request.param)
    if not BROWSERS[name].installed():
        pytest.fail(f"{name} is not installed; `make test` installs what the tests need")
    return name


@pytest.fixture(scope="session")
def artifacts() -> Path:
    """Where pictures of test runs are kept."""
    folder = ROOT / "artifacts"
    folder.mkdir(exist_ok=True)
    return folder
