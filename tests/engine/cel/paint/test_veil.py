import numpy as np

from engine.cel.paint.veil import CLEAR, veil


def picture(shadows, lights=(80, 4, 8)):
    """Shadows on a tenth of it."""
    return np.float32([shadows] * 100 + [lights] * 900)


def test_a_filters_tint_is_taken_off_the_shadows():
    found = veil(picture((30, 12, -20)))
    black, grey, white = found.lifted(np.float32([(30, 12, -20), (50, 6, -10), (85, 2, -4)]))
    assert np.hypot(*black[1:]) < 4
    assert np.hypot(*grey[1:]) < 4
    assert np.allclose(white, (85, 2, -4))


def test_no_colour_turns_to_its_contrary():
    found = veil(picture((30, 12, -20)))
    brown, pale = np.float32((30, 12, 20)), np.float32((30, 1, -2))
    assert np.allclose(found.lifted(brown), brown, atol=0.1)
    assert found.lifted(pale)[2] < 0.1


def test_shadows_of_brown_things_and_blue_ones_in_bright_pictures_are_no_tint():
    assert veil(picture((20, 12, 15))) is CLEAR
    assert veil(picture((20, 2, -3))) is CLEAR
    assert veil(picture((60, 10, -30))) is CLEAR
    assert veil(np.zeros((0, 3), np.float32)) is CLEAR
    colours = np.float32([(30, 12, -20)])
    assert np.array_equal(CLEAR.lifted(colours), colours)
