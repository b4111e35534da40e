import numpy as np
import pytest

from engine.cel.look import Look, Tones, colour
from engine.cel.paint import schemes
from engine.cel.styles import STYLES

SEEDS = range(20)


def person(hair=(30, 8, 10), skin=(80, 10, 16)):
    def tones(base):
        return Tones(colour(*base), colour(*base), colour(*base))

    ink = colour(10, 5, 5)
    return Look(colour(*skin), tones(skin), tones(hair), None, ink, ink, grey=False)


def picked(scene, seen=None, look=None, female=1.0):
    tone = None if seen is None else colour(*seen)
    return [
        schemes.pick(scene, tone, look or person(), female, np.random.Generator(np.random.PCG64(seed)))
        for seed in SEEDS
    ]


in_each_scene = pytest.mark.parametrize("scene", schemes.SCHEMES)


def test_every_scene_has_schemes_that_go_over_into_something_lighter():
    assert set(schemes.SCHEMES) == {style.background for style in STYLES.values()}
    for every in schemes.SCHEMES.values():
        assert len(set(map(repr, every))) == len(every) >= 4
        assert all(one.below[0] > one.above[0] + 5 for one in every)


@in_each_scene
def test_a_seed_keeps_its_scheme_and_seeds_differ(scene):
    assert picked(scene) == picked(scene)
    assert len(set(map(repr, picked(scene)))) > 1


@in_each_scene
def test_its_hue_is_near_what_is_colourful_behind_a_person(scene):
    for seen in ((50, 5, -40), (60, 30, -20)):
        mean = np.mean([one.middle for one in picked(scene, seen)], 0)
        others = np.mean([one.middle for one in schemes.SCHEMES[scene]], 0)
        assert np.dot(mean[1:] - others[1:], seen[1:]) > 0


@in_each_scene
def test_dull_walls_have_no_say_and_brown_ones_little(scene):
    assert picked(scene, (60, 2, 5)) == picked(scene)
    one = schemes.SCHEMES[scene][0]
    brown, violet = (abs(schemes._alike(one, colour(50, 0, b))) for b in (25, -25))
    assert 0 < brown < 0.5 * violet


@in_each_scene
@pytest.mark.parametrize("part", ["hair", "skin"])
def test_hair_and_skin_stand_out(scene, part):
    """Nobody is seen before what has just the colour of one's hair or skin, if chance does not insist."""
    others = {"hair": (10, 0, 0), "skin": (10, 0, 0)}
    for one in schemes.SCHEMES[scene]:
        like, unlike = (
            sum(scheme is one for scheme in picked(scene, look=person(**given)))
            for given in ({**others, part: tuple(one.middle)}, others)
        )
        assert like < unlike or unlike == 0


@in_each_scene
def test_men_are_seldom_seen_before_pink(scene):
    his, hers = ([one.rosy for one in picked(scene, female=female)] for female in (0.0, 1.0))
    assert np.mean(his) < np.mean(hers)
