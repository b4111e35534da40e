import numpy as np

from engine.cel.paint import goatees, whiskers


def test_a_goatee_tapers_to_the_chin(sitter):
    face = sitter.warped
    chin = face.points[list(whiskers._CHIN)]
    slim = goatees.tapered(chin, face)
    middle = face.points[17] @ face.right
    down = (chin - face.points[17]) @ face.down / face.u
    share = np.abs(slim @ face.right - middle) / np.maximum(np.abs(chin @ face.right - middle), 1e-6)
    aside = np.abs(chin @ face.right - middle) > 0.05 * face.u
    assert np.corrcoef(down[aside], share[aside])[0, 1] < -0.8
    assert np.allclose(slim @ face.down, chin @ face.down)


def test_jaws_tell_a_beard_from_a_goatee(sitter):
    face = sitter.warped
    round_mouth = (np.hypot(sitter.u, sitter.v - 0.6) < 0.2).astype(np.float32)
    full = ((sitter.v > 0.35) & (np.abs(sitter.u) < 0.6)).astype(np.float32)
    assert goatees.alone(round_mouth, face)
    assert not goatees.alone(full, face)


def test_a_goatee_is_slim_right_below_the_mouth(sitter):
    """As broad as there it is an egg about the mouth."""
    face = sitter.warped
    long = (face.points[152] - face.points[17]) @ face.down
    beside = face.points[17] + face.right * (0.15 * face.u) + face.down * (np.array([[-0.4], [0.1]]) * long)
    corner, below = (goatees.tapered(beside, face) - face.points[17]) @ face.right / (0.15 * face.u)
    assert below < 0.7 < corner
