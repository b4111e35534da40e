import numpy as np

from engine.cel.parse import Label, Regions


def test_over_the_square_heads_close_in_a_dome(sitter):
    """Where the network's square ends nobody's hair becomes a chimney."""
    labels = np.zeros((128, 128, len(Label)), np.float32)
    labels[..., Label.BACKGROUND] = 1
    labels[:60, 40:80] = np.eye(len(Label), dtype=np.float32)[Label.HAIR]
    regions = Regions(labels, sitter.face.frame)
    axes = sitter.face.frame.square(128)

    def hair(across, along):
        x, y = (np.float32([[part]]) for part in axes[:, :2] @ (across, along) + axes[:, 2])
        return float(regions.at(x, y)[0, 0, Label.HAIR])

    assert hair(60, 5) == 1
    assert hair(60, -4) == 1
    assert hair(60, -14) == 0
    assert hair(44, -4) == 1
    assert hair(41, -8) == 0
    assert hair(20, -4) == 0
