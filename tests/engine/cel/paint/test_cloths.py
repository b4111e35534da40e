import numpy as np

from engine.cel.paint import cloths

SKIN, TURQUOISE, GREY = (80, 14, 16), (64, -35, -6), (60, 1, -2)
NOTHING = np.zeros((0, 3), np.float32)


def seen(*parts):
    """So many places of each colour."""
    return np.vstack([np.resize(np.float32(colour), (many, 3)) for colour, many in parts])


def test_bright_cloth_is_worn_where_most_of_what_seems_to_be_is_skin():
    found = cloths.plain(seen((SKIN, 300), (TURQUOISE, 60)), NOTHING, np.float32(SKIN))
    assert np.allclose(found, TURQUOISE, atol=1)


def test_grey_scraps_and_next_to_nothing_are_no_cloth_beside_skin():
    for scrap, many in ((GREY, 60), (TURQUOISE, 20)):
        found = cloths.plain(seen((SKIN, 300), (scrap, many)), NOTHING, np.float32(SKIN))
        assert np.allclose(found, SKIN, atol=1)


def test_cloth_far_lighter_than_skin_is_white_in_a_dark_photo_and_no_other_is():
    dark, fair = np.float32((34, 16, 15)), np.float32((78, 15, 21))
    white = cloths.whitened(np.float32((66, 1, -6)), dark, fair)
    assert white[0] > 90
    assert abs(white[2]) < 3
    for kept, skin in (((56, -2, -14), dark), ((66, 1, -6), np.float32((75, 16, 20))), ((40, 0, 0), dark)):
        assert np.allclose(cloths.whitened(np.float32(kept), skin, fair), kept)
    assert np.allclose(cloths.whitened(np.float32((66, 1, -6)), dark, np.float32((36, 18, 22))), (66, 1, -6))
