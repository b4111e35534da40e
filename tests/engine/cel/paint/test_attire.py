import numpy as np
import pytest

from engine.cel.look import colour
from engine.cel.paint import attire
from engine.cel.paint.attire import Attire, Outfit
from engine.cel.traits import Traits

NAVY, WHITE, RED, SKIN = colour(22, 4, -16), colour(92, 0, 1), colour(45, 55, 30), colour(70, 14, 20)
CUT = np.float32([0.2, 0.3, 0, 0.05, 9])


@pytest.mark.parametrize(
    ("traits", "worn"),
    [
        (Traits(), Attire.ROUND),
        (Traits(pointed=0.1), Attire.POINTED),
        (Traits(jacket=0.4), Attire.OPEN),
        (Traits(bare=0.4, pointed=0.1), Attire.PLAIN),
        (Traits(jacket=0.4, bare=-0.2), Attire.PLAIN),
        (Traits(jacket=0.1), Attire.PLAIN),
        (Traits(collar=0.6), Attire.SHIRT),
        (Traits(suit=0.8, collar=0.6), Attire.SUIT),
        (Traits(suit=0.8, tie=0.5), Attire.FORMAL),
        (Traits(tie=0.5, collar=0.6), Attire.TIE),
        (Traits(tie=0.5, suit=0.05, collar=-0.5, jacket=0.3), Attire.FORMAL),
    ],
)
def test_traits_tell_what_is_worn(traits, worn):
    assert attire.told(traits) is worn


@pytest.mark.parametrize("worn", [worn for worn in Attire if worn.collared])
def test_pieces_are_the_same_on_both_sides_and_below_the_chin(worn):
    places = {
        (round(float(x), 4), round(float(y), 4))
        for piece in attire.pieces(worn, CUT, WHITE, NAVY, RED, front=WHITE)
        for x, y in piece.outline
    }
    assert places == {(-x if x else x, y) for x, y in places}
    assert min(y for _, y in places) > -0.4


def test_only_what_is_worn_is_sewn():
    def colours(worn, front=NAVY):
        return {float(piece.colour[0]) for piece in attire.pieces(worn, CUT, WHITE, NAVY, RED, 0.0, front)}

    assert colours(Attire.SHIRT) == colours(Attire.SUIT) == {22.0, 92.0}
    assert colours(Attire.SHIRT, None) == {92.0}
    assert colours(Attire.FORMAL) == {22.0, 92.0, 45.0}
    assert not attire.seams(Attire.TIE, CUT)
    assert len(attire.seams(Attire.SUIT, CUT)) == 2


def test_a_collar_begins_at_the_neckline():
    wings = attire.pieces(Attire.SHIRT, CUT, WHITE, NAVY, RED)[-2:]
    for wing in wings:
        assert np.abs(wing.outline - (0, CUT[0])).sum(1).min() < 0.04
        assert np.abs(np.abs(wing.outline[:, 0]) - CUT[1]).min() < 0.01


def test_pieces_are_placed_about_the_chin():
    placed = attire.placed(np.array([[0.0, 0.0], [0.5, 1.0]]), CUT, np.array([200.0, 250.0]), 100.0)
    assert np.allclose(placed, [[205, 250], [255, 350]])


def test_a_tie_is_neither_shirt_nor_skin():
    y = np.linspace(0.1, 1.2, 120).astype(np.float32)
    x = np.tile([0.05, 0.07], 60).astype(np.float32)

    def told(*colours):
        return attire.tie(Outfit(np.resize(np.array(colours), (120, 3)), x, y), 0.05, WHITE, SKIN)

    assert np.array_equal(told(RED), RED)
    assert np.array_equal(told(WHITE, SKIN, RED), RED)
    assert told(WHITE, SKIN)[0] < 40


@pytest.mark.parametrize("aside", [-0.1, 0.0, 0.1])
def test_a_tie_is_found_beside_where_a_turned_head_has_it(aside):
    """Else it has the jacket's colour as soon as the neckline moves by a step."""
    x, y = (part.ravel().astype(np.float32) for part in np.meshgrid(np.linspace(-0.3, 0.3, 31), np.linspace(0, 1, 31)))
    seen = np.where((np.abs(x + 0.05) < 0.07)[:, None], RED, NAVY).astype(np.float32)
    assert np.array_equal(attire.tie(Outfit(seen, x, y), aside, WHITE, SKIN, NAVY), RED)


def test_a_tie_that_has_the_jackets_colour_keeps_it():
    x, y = (part.ravel().astype(np.float32) for part in np.meshgrid(np.linspace(-0.3, 0.3, 31), np.linspace(0, 1, 31)))
    seen = np.broadcast_to(NAVY, (len(x), 3)).copy()
    seen[:6] = RED
    assert np.array_equal(attire.tie(Outfit(seen, x, y), 0.0, WHITE, SKIN, NAVY), NAVY)


def test_a_shirt_with_a_tie_is_what_is_lightest_within_the_jacket():
    x, y = (part.ravel().astype(np.float32) for part in np.meshgrid(np.linspace(-0.3, 0.3, 31), np.linspace(0, 1, 31)))
    seen = np.where((np.arange(len(x)) % 2)[:, None], WHITE, NAVY).astype(np.float32)
    assert np.array_equal(attire.shirt(Outfit(seen, x, y), 0.0, SKIN, tied=True), WHITE)
    skin = np.broadcast_to(SKIN, seen.shape)
    assert attire.shirt(Outfit(skin, x, y), 0.0, SKIN, tied=False)[0] > 85  # an open neck tells nothing of a shirt


def test_a_jacket_has_the_colour_that_a_portrait_shows_beside_its_shirt():
    """Of a photo that shows little of it, most places are the shirt's."""

    def beside(colour, many):
        x, y = np.full(many, 0.6, np.float32), np.full(many, 0.5, np.float32)
        return Outfit(np.resize(np.float32(colour), (many, 3)), x, y)

    seen = attire.jacket(beside(WHITE, 40), beside((15, 2, -8), 400), 0.0)
    assert (seen[:, 0] < 20).sum() >= (seen[:, 0] > 80).sum()
    assert len(attire.jacket(beside(WHITE, 40), beside(WHITE, 0), 0.0)) == 40
    assert not len(attire.jacket(beside(WHITE, 40), beside(WHITE, 40), 0.6))


@pytest.mark.parametrize(("seen", "light"), [((66, 1, -3), True), ((66, 4, 10), False), ((48, 0, -2), False)])
def test_a_shirt_within_a_jacket_that_is_pale_and_grey_is_a_white_one_in_the_shade(seen, light):
    found = attire.linen(colour(*seen))
    assert (found[0] > 85) == light
    assert found[1:] == pytest.approx(seen[1:])


@pytest.mark.parametrize(("seen", "white"), [((74, 4, 10), True), ((74, 10, 4), False), ((74, 4, 20), False)])
def test_a_pale_yellowish_shirt_within_a_jacket_is_a_white_one_in_warm_light(seen, white):
    found = attire.linen(colour(*seen))
    assert (found[0] > 85) == white
    assert (float(np.hypot(*found[1:])) < 7) == white


@pytest.mark.parametrize(("worn", "cloth"), [(Attire.SHIRT, NAVY), (Attire.SUIT, WHITE), (Attire.TIE, None)])
def test_shirts_without_a_tie_have_buttons_that_are_seen(worn, cloth):
    sewn = attire.pieces(worn, CUT, WHITE, NAVY, RED, front=cloth)
    buttons = [piece for piece in sewn if np.ptp(piece.outline, 0).max() < 0.05]
    assert len(buttons) == (0 if cloth is None else 3)
    for button in buttons:
        assert abs(button.outline[:, 0].mean()) < 1e-6
        assert button.outline[:, 1].min() > CUT[0]
        assert np.array_equal(button.colour, cloth)
        assert abs(button.lift) > 10
        assert 10 < button.colour[0] + button.lift < 95
