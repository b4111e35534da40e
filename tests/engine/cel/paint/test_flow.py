import numpy as np
import pytest

from engine.cel.paint.flow import Flow, flow, noise

NONE = np.zeros((200, 200), np.float32)


def straight(x=0.0, y=1.0):
    return Flow.of(np.full((200, 200), x, np.float32), np.full((200, 200), y, np.float32), 1.0)


def test_smoothing_runs_along_the_flow_only():
    field = np.zeros((200, 200), np.float32)
    field[:, 100] = 1
    down = straight().along(field)
    across = straight(1.0, 0.0).along(field)
    assert np.allclose(down[100], field[100], atol=1e-3)
    assert across[100].max() < 0.1
    assert abs(across[100].sum() - 1) < 0.05


def test_noise_is_its_seeds():
    assert (noise(5, 3.0) == noise(5, 3.0)).all()
    assert (noise(5, 3.0) != noise(6, 3.0)).any()
    assert abs(float(noise(5, 3.0).std()) - 1) < 1e-3


def test_plain_hair_falls_from_the_crown(sitter):
    hair = np.zeros((200, 200), np.float32)
    hair[20:180, 20:180] = 1
    found = flow(np.full((200, 200), 30, np.float32), hair, NONE, sitter.warped, sitter.u, sitter.v)
    low = (sitter.v > 0.5) & (np.abs(sitter.u) < 0.5)
    along_down = found.x * sitter.warped.down[0] + found.y * sitter.warped.down[1]
    assert along_down[low].min() > 0.7
    assert np.allclose(np.hypot(found.x, found.y), 1, atol=1e-4)


def test_stripes_turn_the_flow(sitter):
    x, y = np.meshgrid(np.arange(200), np.arange(200))
    stripes = (30 + 12 * np.sin((x - y) * 0.9)).astype(np.float32)
    hair = np.ones((200, 200), np.float32)
    found = flow(stripes, hair, NONE, sitter.warped, sitter.u, sitter.v)
    inner = np.s_[60:140, 60:140]
    diagonal = np.abs(found.x[inner] + found.y[inner]) / np.sqrt(2)
    assert np.median(diagonal) > 0.95
    assert found.coherence > 0.8


@pytest.mark.parametrize(("contrast", "combed"), [(12.0, False), (0.5, True)])
def test_strands_run_anyhow_only_where_they_are_seen(sitter, contrast, combed):
    tangle = 30 + contrast * np.random.default_rng(1).standard_normal((200, 200)).astype(np.float32)
    hair = np.ones((200, 200), np.float32)
    found = flow(tangle, hair, NONE, sitter.warped, sitter.u, sitter.v)
    assert (found.coherence > 0.8) == combed
    assert (found.coherence < 0.5) != combed
