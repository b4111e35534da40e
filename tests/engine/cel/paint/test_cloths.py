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
