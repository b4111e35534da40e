import numpy as np
import pytest

from engine.cel.paint import tailoring
from engine.cel.paint.attire import Attire, Outfit
from engine.cel.paint.collars import Collar

NAVY, WHITE, RED, SKIN, BLACK = (22, 4, -16), (92, 0, 1), (45, 55, 30), (70, 14, 20), (10, 0, 0)
ALL = np.ones((120, 160), bool)
UNIT = 70.0
NOTHING = Outfit(np.zeros((0, 3), np.float32), np.zeros(0, np.float32), np.zeros(0, np.float32))
Y, X = (np.mgrid[0:120, 0:160].astype(np.float32) - [[[-10.0]], [[80.0]]]) / np.float32(UNIT)
"""Face widths below the chin and beside it."""


def cloth(colour):
    return np.zeros((120, 160, 3)) + colour


def near(seen, colour):
    return np.linalg.norm(seen - np.float32(colour)) < 6


def tailored(worn, colours, x, y, on_photo=NAVY):
    collar = Collar(np.float32([0.2, 0.3, 0, 0.05, 9]), 0.0, 0.1)
    outfit = Outfit(np.float32(colours), np.float32(x), np.float32(y))
    return tailoring.tailored(worn, outfit, np.float32(cloth(on_photo)), ALL, np.float32(SKIN), collar, X, Y, UNIT)


def test_a_suit_has_the_colours_of_its_pieces_wherever_they_lie():
    x, y = (part.ravel() for part in np.meshgrid(np.linspace(-1, 1, 81), np.linspace(0.05, 1.5, 60)))
    colours = np.where(np.abs(x - 0.1)[:, None] < (0.3 * (1 - y / 1.35))[:, None], WHITE, NAVY)
    colours[(np.abs(x - 0.1) < 0.06) & (y > 0.2)] = RED
    garment, pieces = tailored(Attire.FORMAL, colours, x, y)
    assert near(garment.colour, NAVY)
    assert {tuple(np.round(piece.colour)) for piece in pieces} == {NAVY, WHITE, RED}
    _, pieces = tailored(Attire.SUIT, colours, x, y)
    assert not any(near(piece.colour, RED) for piece in pieces)


def test_a_shirt_is_of_one_cloth_and_what_is_not_seen_of_a_suit_is_common():
    _, pieces = tailored(Attire.SHIRT, [RED] * 400, np.zeros(400), np.ones(400), RED)
    assert all(near(piece.colour, RED) for piece in pieces)
    garment, pieces = tailored(Attire.FORMAL, np.zeros((0, 3)), [], [])
    assert near(garment.colour, NAVY)
    lightness = sorted({float(piece.colour[0]) for piece in pieces})
    assert lightness[0] < 30
    assert lightness[-1] > 85


def test_a_suit_has_no_pattern():
    photo = cloth(NAVY).astype(np.float32)
    photo[(np.floor(X * 16) + np.floor(Y * 16)) % 2 > 0] = WHITE
    collar = Collar(np.float32([0.26, 0.34, 0, 0, 9]), 0.0, 0.0)
    assert not tailoring.tailored(Attire.SUIT, NOTHING, photo, ALL, np.float32(SKIN), collar, X, Y, UNIT)[0].parts


def test_a_shirt_may_have_a_pattern():
    photo = cloth(NAVY).astype(np.float32)
    photo[(np.floor(X * 16) + np.floor(Y * 16)) % 2 > 0] = WHITE
    collar = Collar(np.float32([0.26, 0.34, 0, 0, 9]), 0.0, 0.0)
    found, pieces = tailoring.tailored(Attire.SHIRT, NOTHING, photo, ALL, np.float32(SKIN), collar, X, Y, UNIT)
    assert any(np.array_equal(piece.colour, found.colour) for piece in pieces)
    assert found.parts
    assert not any(part.seam for part in found.parts)


def test_a_bow_takes_the_place_of_a_tie():
    x, y = (part.ravel() for part in np.meshgrid(np.linspace(-0.6, 0.6, 61), np.linspace(0, 1, 51)))
    colours = np.where((np.abs(x) < 0.35 - 0.25 * y)[:, None], WHITE, NAVY)
    long = np.where(((np.abs(x - 0.1) < 0.06) & (y > 0.2))[:, None], BLACK, colours)
    bow = np.where(((np.abs(x) < 0.2) & (y > 0.2) & (y < 0.4))[:, None], BLACK, colours)

    def knots(seen):
        pieces = tailored(Attire.FORMAL, seen, x, y)[1]
        return [piece for piece in pieces if near(piece.colour, BLACK)]

    assert max(piece.outline[:, 1].max() for piece in knots(long)) > 1
    assert max(piece.outline[:, 1].max() for piece in knots(bow)) < 0.8
    assert max(np.ptp(piece.outline[:, 0]) for piece in knots(bow)) > 0.2


@pytest.mark.parametrize(("shirt", "inner"), [(RED, RED), (SKIN, (50, 2, -8)), (NAVY, NAVY), (BLACK, BLACK)])
def test_an_open_jacket_shows_the_t_shirt_that_is_seen_or_a_grey_one(shirt, inner):
    """Black ones are worn together; the chest of a T-shirt's wearer is not bare."""
    x, y = (part.ravel() for part in np.meshgrid(np.linspace(-1, 1, 81), np.linspace(0.05, 1.5, 60)))
    within = np.abs(x - 0.1) < 0.36 - 0.15 * y
    seen = cloth(NAVY)
    seen[np.abs(X - 0.1) < 0.36 - 0.15 * Y] = shirt
    collar = Collar(np.float32([0.2, 0.3, 1, 0.05, 9]), 0.0, 0.1)
    outfit = Outfit(np.float32(np.where(within[:, None], shirt, NAVY)), np.float32(x), np.float32(y))
    garment, pieces = tailoring.tailored(
        Attire.OPEN, outfit, np.float32(seen), ALL, np.float32(SKIN), collar, X, Y, UNIT
    )
    assert near(garment.colour, NAVY)
    assert near(pieces[0].colour, inner)
    assert near(pieces[-1].colour, NAVY)


@pytest.mark.parametrize(("jacket", "inner"), [(RED, 28), (BLACK, 50)])
def test_a_jacket_of_one_colour_with_all_that_is_seen_is_worn_over_a_tone_of_it(jacket, inner):
    collar = Collar(np.float32([0.2, 0.3, 1, 0.05, 9]), 0.0, 0.1)
    bare = np.full((1, 3), SKIN, np.float32)
    outfit = Outfit(bare, np.zeros(1, np.float32), np.ones(1, np.float32))
    _, pieces = tailoring.tailored(
        Attire.OPEN, outfit, np.float32(cloth(jacket)), ALL, np.float32(SKIN), collar, X, Y, UNIT
    )
    assert float(pieces[0].colour[0]) == inner


def test_what_is_worn_below_a_jacket_may_be_seen_further_down():
    x, y = (part.ravel() for part in np.meshgrid(np.linspace(-1, 1, 81), np.linspace(0.05, 2.2, 90)))
    low = (np.abs(x) < 0.25) & (y > 1.4)
    outfit = Outfit(
        np.float32(np.where(low[:, None], WHITE, BLACK))[low | (np.abs(x) > 0.3)],
        *(np.float32(part[low | (np.abs(x) > 0.3)]) for part in (x, y)),
    )
    collar = Collar(np.float32([0.2, 0.3, 1, 0.05, 9]), 0.0, 0.0)
    _, pieces = tailoring.tailored(
        Attire.OPEN, outfit, np.float32(cloth(BLACK)), ALL, np.float32(SKIN), collar, X, Y, UNIT
    )
    assert float(pieces[0].colour[0]) > 80


def test_a_jumper_over_a_shirt_has_that_shirts_collar_and_no_buttons():
    x, y = (part.ravel() for part in np.meshgrid(np.linspace(-1, 1, 81), np.linspace(0.06, 1.5, 60)))
    leaf = (np.abs(x - 0.1) < 0.4) & (y < 0.33)
    garment, pieces = tailored(Attire.SHIRT, np.where(leaf[:, None], WHITE, NAVY), x, y)
    assert near(garment.colour, NAVY)
    assert len(pieces) == 2
    assert all(near(piece.colour, WHITE) for piece in pieces)
