import numpy as np

from engine.cel.paint import stitches
from engine.cel.paint.folds import COLLAR
from engine.cel.paint.necklines import rim


def test_a_collars_seam_follows_a_neckline_and_ends_beside_the_neck(sitter):
    skin = (sitter.v < 0.9).astype(np.float32)
    page = np.full((400, 400, 3), 60, np.float32)
    stitches.collar(page, skin, sitter.u, sitter.warped, 2.0)
    inked = (page[..., 0] < 50)[1::2, 1::2]
    assert inked[(np.abs(sitter.u) < 0.3) & (sitter.v > 0.9) & (sitter.v < 1.05)].any()
    assert not inked[(np.abs(sitter.u) > 0.66) | (sitter.v < 0.9)].any()


def test_a_ribbed_collar_has_ribs_across_it_and_none_beside_it(sitter):
    cut, rows = np.float32([0.25, 0.4, 1.0, 0.0, 9.0]), slice(0, 200)
    page = np.full((400, 400, 3), 60, np.float32)
    stitches.ribbed(page, cut, rows, sitter.warped, 2.0)
    chin, unit = sitter.warped.points[152], sitter.warped.u

    def along(off):
        line = np.rint(chin + rim(cut, off)[8:-8] * unit).astype(int)
        line = line[(line >= 0).all(1) & (line < 400).all(1)]
        return np.concatenate([page[y, x - 1 : x + 2, 0] for x, y in line])

    assert along(COLLAR / 2).min() < 56 < along(COLLAR / 2).max()
    assert along(COLLAR * 1.6).min() > 59
