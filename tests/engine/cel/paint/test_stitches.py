import numpy as np

from engine.cel.paint import stitches


def test_a_collars_seam_follows_a_neckline_and_ends_beside_the_neck(sitter):
    skin = (sitter.v < 0.9).astype(np.float32)
    page = np.full((400, 400, 3), 60, np.float32)
    stitches.collar(page, skin, sitter.u, sitter.warped, 2.0)
    inked = (page[..., 0] < 50)[1::2, 1::2]
    assert inked[(np.abs(sitter.u) < 0.3) & (sitter.v > 0.9) & (sitter.v < 1.05)].any()
    assert not inked[(np.abs(sitter.u) > 0.66) | (sitter.v < 0.9)].any()
