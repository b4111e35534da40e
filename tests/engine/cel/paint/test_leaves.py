import numpy as np

from engine.cel.look import colour
from engine.cel.paint import leaves
from engine.cel.paint.attire import Outfit

BLUE, GREY, WHITE, BLACK, SKIN = colour(22, 11, -27), colour(24, 0, 0), colour(95, 0, 0), colour(8, 0, 0), (70, 14, 20)
X, Y = (part.ravel().astype(np.float32) for part in np.meshgrid(np.linspace(-1, 1, 81), np.linspace(0.06, 1.4, 60)))
COLLAR = (np.abs(X) < 0.4) & (Y < 0.33)


def seen(where, of, ground=BLUE):
    colours = np.where(np.asarray(where)[:, None], of, ground).astype(np.float32)
    return leaves.seen(Outfit(colours, X, Y), 0.0, np.float32(SKIN))


def test_a_collar_of_another_cloth_than_the_body_is_told():
    found = seen(COLLAR, GREY)
    assert found is not None
    assert np.allclose(found.colour, GREY, atol=1)
    assert not found.front
    assert found.striped is None


def test_the_front_of_a_rugby_shirt_is_as_its_collar_and_its_body_is_striped():
    body = np.where((Y % 0.2 < 0.1)[:, None], BLACK, colour(54, 6, -37))
    found = seen(COLLAR | (np.abs(X) < 0.08), WHITE, body)
    assert found is not None
    assert found.front
    assert found.striped is not None


def test_a_shirt_of_one_cloth_has_no_other_collar_even_in_the_shade_or_in_rags():
    assert seen(COLLAR, BLUE) is None
    assert seen(COLLAR, colour(16, 8, -20)) is None
    assert seen(COLLAR & (X > 0.1), GREY) is None
    assert leaves.seen(Outfit(np.zeros((0, 3), np.float32), X[:0], X[:0]), 0.0, np.float32(SKIN)) is None


def test_a_ribbed_collar_has_its_own_colour_if_it_is_plainly_another():
    yellow, green, skin = colour(67, -4, 68), colour(38, -28, 23), np.float32(SKIN)

    def of(*tones):
        return leaves.ribbed(np.concatenate([np.full((20, 3), tone, np.float32) for tone in tones]), yellow, skin)

    assert np.allclose(of(green, green, yellow), green, atol=1)
    for shown in ((yellow,), (colour(50, -4, 50),), (skin,), (BLACK,), (green, yellow, skin)):
        assert of(*shown) is None
    assert leaves.ribbed(np.full((4, 3), green, np.float32), yellow, skin) is None
