import numpy as np

from engine.cel.paint.clusters import nearest, palette


def test_palette_finds_the_colours_there_are():
    pixels = np.concatenate(
        [np.tile(np.float32([[30, 40, 20]]), (500, 1)), np.tile(np.float32([[80, -20, 10]]), (300, 1))]
    )
    found = palette(pixels, 6, 11.0)
    assert len(found) == 2
    assert sorted(np.rint(found[:, 0]).tolist()) == [30, 80]


def test_palette_is_the_same_every_time():
    pixels = np.random.default_rng(3).normal(50, 20, (900, 3)).astype(np.float32)
    assert (palette(pixels, 6, 11.0) == palette(pixels, 6, 11.0)).all()


def test_the_commonest_comes_first():
    pixels = np.repeat(np.float32([[20, 0, 0], [80, 0, 0]]), [100, 900], axis=0)
    assert palette(pixels, 2, 5.0)[0, 0] == 80


def test_each_pixel_goes_to_its_colour():
    centres = np.float32([[20, 0, 0], [60, 40, 0], [60, -40, 0]])
    pixels = np.float32([[[25, 3, 1], [55, 30, 4]], [[58, -44, 2], [20, 0, 0]]])
    assert nearest(pixels, centres).tolist() == [[0, 1], [2, 0]]
