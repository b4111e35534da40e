import numpy as np
import pytest

from engine.cel.parse import Label
from scripts.training import photographs
from scripts.training.disguises import bearded, hatted


@pytest.fixture(scope="module")
def read(labelled):
    return photographs.read(labelled)


def chances(count):
    return [np.random.default_rng(seed) for seed in range(count)]


def test_a_folder_is_read_with_its_labels(read):
    assert [one.name for one in read] == ["astronaut-1", "astronaut-2"]
    for one in read:
        assert one.rgb.shape == (400, 400, 3)
        assert {Label.SKIN, Label.HAIR, Label.CLOTHES} <= {Label(value) for value in np.unique(one.mask)}
        assert one.male < 0.5


def test_one_person_is_never_on_both_sides(read):
    learned, tested = photographs.split(read, 0, 2)
    assert {len(learned), len(tested)} == {0, 2}
    assert photographs.split(read, 0, 1) == (read, [])


def test_upright_squares_are_where_they_should_be(read):
    one = read[0]
    there = photographs.matrix(one.frame)
    face = photographs.upright((one.mask == Label.SKIN).astype(np.float32), there)
    assert face[128 + 9 : 128 + 27, 120:136].mean() > 0.9
    moved = [photographs.matrix(one.frame, chance) for chance in chances(3)]
    assert all(np.abs(m - there).max() > 0.01 for m in moved)


def test_other_light_and_colours_are_pictures_and_repeatable(read):
    one = read[0]
    for change in (
        lambda chance: photographs.other_light(one.rgb, chance),
        lambda chance: photographs.other_colours(one.rgb, one.mask, chance),
        lambda chance: photographs.other_background(one.rgb, one.mask, read[1].rgb, chance),
    ):
        for first, second in zip(chances(6), chances(6), strict=True):
            changed = change(first)
            assert changed.shape == one.rgb.shape
            assert changed.dtype == np.uint8
            assert (changed == change(second)).all()


def test_a_beard_lies_below_the_eyes_and_is_labelled(read):
    one = read[0]
    _, v = one.frame.maps(400)
    for chance in chances(12):
        rgb, mask = bearded(one, one.rgb, one.mask, chance)
        grown = mask == Label.BEARD
        assert grown.sum() > 100
        assert v[grown].min() > 0.05
        above = v < -0.1  # what little the edge of the beard is softened by stays below
        assert (rgb[above] == one.rgb[above]).all()
        assert np.abs(rgb[grown].astype(int) - one.rgb[grown]).mean() > 10


def test_what_is_worn_is_labelled_and_leaves_the_face_free(read):
    one = read[0]
    u, v = one.frame.maps(400)
    middle = (np.abs(u) < 0.2) & (v > 0.05) & (v < 0.5)
    for chance in chances(24):
        rgb, mask = hatted(one, one.rgb, one.mask, chance)
        worn = mask == Label.HEADWEAR
        assert worn.sum() > 300
        assert not worn[middle].any()
        assert (rgb[middle] == one.rgb[middle]).all()
