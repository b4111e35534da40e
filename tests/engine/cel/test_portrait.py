import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest

from engine.cel import portrait
from engine.cel.features.iris import Hue
from engine.cel.hanging import Hanging
from engine.cel.parse import Label, Regions
from engine.cel.portrait import completed
from engine.cel.styles import STYLES
from engine.cel.traits import Traits


def test_what_lies_beyond_the_photo_gets_the_colours_within(sitter):
    known = (sitter.v > -0.6).astype(np.float32)
    photo = np.full((200, 200, 3), (20, 0, 0), np.float32)
    photo[known > 0] = (60, 10, -30)
    out = completed(photo, [np.ones((200, 200), np.float32)], known)
    assert np.abs(out - (60, 10, -30)).max() < 1


@pytest.fixture
def portray(sitter):
    def of(regions=None):
        parser = sitter.parser if regions is None else dataclasses.replace(sitter.parser, regions=regions)
        return portrait.draw(sitter.photo, sitter.sight, parser, STYLES["modern"], 1, False, portrait.Clock())

    return of


def test_light_eyes_come_with_fair_skin_and_hair(sitter, portray, monkeypatch):
    tanned = dataclasses.replace(sitter.complexion, skin=np.float32([64, 13, 22]), hair=np.float32([36, 6, 15]))
    monkeypatch.setattr(portrait.complexion, "read", lambda *seen: tanned)
    seen, measure = portrait.features.read, portrait.palette.measure
    skin, hair = [], []

    def measured(photo, person, *more):
        skin.append(float(person.skin[0]))
        hair.append(float(person.hair[0]))
        return measure(photo, person, *more)

    monkeypatch.setattr(portrait.palette, "measure", measured)
    for hue in (Hue.BROWN, Hue.BLUE):
        monkeypatch.setattr(
            portrait.features, "read", lambda *face, hue=hue: dataclasses.replace(seen(*face), iris=hue)
        )
        portray()
    assert skin[0] == 64
    assert skin[1] > 66
    assert hair[0] == 36
    assert hair[1] > 39


def test_a_mans_face_is_lit_from_a_side(sitter, portray, monkeypatch):
    """Flat it would be a boy's."""
    asked = []
    monkeypatch.setattr(portrait.skin, "light", lambda *seen: asked.append(seen[-1]) or 0.5)
    seen = portrait.features.read
    for woman in (0.0, 1.0):
        monkeypatch.setattr(
            portrait.features,
            "read",
            lambda *face, woman=woman: dataclasses.replace(
                (told := seen(*face)), person=dataclasses.replace(told.person, woman=woman, child=0.0)
            ),
        )
        portray()
    assert asked == [portrait._SIDE_LIGHT, 0.0]


def test_no_feature_floats_beside_the_head(sitter, portray, monkeypatch):
    """A profile's nose may lie where the parser saw none of the head."""
    given = []
    monkeypatch.setattr(portrait.features, "draw", lambda *drawn: given.append(drawn))
    portray()
    *_, covers, _ = given[0]
    for plane in (covers.face, covers.brows):
        assert plane[:20, :20].min() == 1  # in the air
        face = given[0][2]
        x, y = np.rint(face.points[4]).astype(int)
        assert plane[y, x] == 0


def test_a_head_is_painted_and_inked_no_higher_than_its_hair_is_drawn(sitter, portray, monkeypatch):
    crowned, ink, given = portrait.crowned, portrait.ink.draw, []
    monkeypatch.setattr(portrait, "crowned", lambda *of: given.append(crowned(*of)) or given[0])
    monkeypatch.setattr(portrait.ink, "draw", lambda picture, *of: given.append(of[0]) or ink(picture, *of))
    portray()
    assert len(given) == 2
    assert given[0] is given[1]


@pytest.mark.parametrize(
    ("told", "female", "cuts"),
    [
        (Traits(short=0.5, long=-0.5), 0.1, [True]),
        (Traits(short=0.8, long=-0.8), 0.9, [False]),
        (Traits(short=0.1, long=-0.1), 0.1, []),
    ],
)
def test_how_close_short_hair_is_cut_off(sitter, monkeypatch, told, female, cuts):
    asked = []
    monkeypatch.setattr(Regions, "shorn", lambda self, closely=False: asked.append(closely) or self)
    portrait._parsed(sitter.photo, sitter.sight, sitter.parser, told, female)
    assert asked == cuts


@pytest.mark.parametrize(
    ("hat", "brim", "tied", "asked"),
    [(0.4, 0.5, 0.0, [(True, True)]), (0.4, -0.9, 0.0, [(True, False)]), (0.0, 0.5, 0.0, []), (0.4, 0.5, 0.9, [])],
)
def test_a_hat_is_looked_for_where_a_glance_tells_of_one_but_not_over_tied_hair(
    sitter, monkeypatch, hat, brim, tied, asked
):
    found, told = [], Traits(short=0.5, long=-0.5, hat=hat, brim=brim, tied=tied)
    monkeypatch.setattr(Regions, "hatted", lambda self, *how: found.append(how) or self)
    portrait._parsed(sitter.photo, sitter.sight, sitter.parser, told, 0.1)
    assert found == asked


def test_a_beard_leaves_bare_what_the_mouth_is_drawn_on(portray, monkeypatch):
    outline, given, parted = np.zeros((4, 2)), [], portrait.layers
    beard = np.ones((200, 200), np.float32)
    monkeypatch.setattr(portrait, "layers", lambda *seen: dataclasses.replace(parted(*seen), half_beard=beard))
    monkeypatch.setattr(portrait.features.mouth, "bare", lambda *_: outline)
    monkeypatch.setattr(portrait.beard, "paint", lambda picture, *rest: given.append(rest[-1]) or (picture, True))
    portray()
    assert given[0] is outline


def test_features_are_drawn_in_the_light_that_falls_on_the_skin(portray, monkeypatch):
    given = []
    monkeypatch.setattr(portrait.skin, "light", lambda *_: -0.77)
    monkeypatch.setattr(portrait.features, "draw", lambda *seen: given.append(seen[-1]))
    portray()
    assert given == [-0.77]


@pytest.mark.parametrize("plane", ["half_background", "half_hair", "half_clothes"])
def test_what_was_not_seen_is_seen_in_the_colours_of_what_it_is(portray, monkeypatch, plane):
    gone, given, parted = np.s_[150:170, :20], [], portrait.layers

    def trimmed(*seen):
        parts = parted(*seen)
        for name in ("half_background", "half_hair", "half_skin", "half_clothes", "half_seen"):
            getattr(parts, name)[gone] = float(name == plane)
        return parts

    def photographed(pixels):
        lab = convert(pixels)
        lab[gone] = (50, 60, 40)
        return lab

    def painted(seen, *rest):
        given.append(seen)
        return paint(seen, *rest)

    convert, paint = portrait._lab, portrait.background.paint
    monkeypatch.setattr(portrait, "layers", trimmed)
    monkeypatch.setattr(portrait, "_lab", photographed)
    monkeypatch.setattr(portrait.background, "paint", painted)
    portray()
    assert given[0][gone][..., 1].max() < 40


def test_what_is_drawn_is_a_head_whose_hair_is_flush(portray, monkeypatch):
    given, flush, parted = [], portrait.heads.flush, portrait.layers
    monkeypatch.setattr(portrait.heads, "flush", lambda *seen: given.append(flush(*seen)) or given[-1])
    monkeypatch.setattr(portrait, "layers", lambda labels, *rest: given.append(labels) or parted(labels, *rest))
    portray()
    assert np.array_equal(given[0], given[1])


def test_hair_that_was_added_tells_of_no_dye(portray, monkeypatch):
    asked, parted = [], portrait.layers
    everywhere = np.ones((200, 200), np.float32)
    monkeypatch.setattr(portrait, "layers", lambda *given: dataclasses.replace(parted(*given), half_hair=everywhere))
    monkeypatch.setattr(portrait.dye, "read", lambda _, hair, *rest: asked.append(hair))
    portray()
    assert 0.02 < asked[0].mean() < 0.6


def test_what_a_body_is_added_before_is_ground_to_dye(portray, monkeypatch):
    asked, parted = [], portrait.layers
    nowhere = np.zeros((200, 200), np.float32)
    monkeypatch.setattr(portrait, "layers", lambda *given: dataclasses.replace(parted(*given), half_background=nowhere))
    monkeypatch.setattr(portrait.dye, "read", lambda _, hair, ground, *rest: asked.append(ground))
    portray()
    assert 0.1 < asked[0].mean() < 0.9


@pytest.mark.parametrize(("told", "bald"), [(-0.5, False), (0.5, True)])
def test_what_is_guessed_beyond_the_photo_depends_on_who_is_bald(portray, monkeypatch, told, bald):
    asked, near = [], portrait.closeup

    def cut(*seen):
        view, face = near(*seen)
        view = SimpleNamespace(side=view.side, picture=view.picture, there=lambda x, y: (x, y - portrait.SIDE / 3))
        return view, face

    monkeypatch.setattr(portrait, "closeup", cut)
    monkeypatch.setattr(portrait.traits, "read", lambda *_: Traits(bald=told))
    monkeypatch.setattr(portrait.heads, "guessed", lambda labels, *rest: asked.append(rest[-2]) or labels)
    portray()
    assert asked == [bald]


@pytest.mark.parametrize(
    ("seen", "hangs", "crushed", "kind"),
    [
        (0.1, Hanging(1.0, False), False, "knot"),
        (None, Hanging(1.0, False), False, "tail"),
        (None, Hanging(0.0, True), False, "tail"),
        (None, Hanging(0.0, False), False, "low"),
        (None, Hanging(0.0, False), True, "low"),
        (None, Hanging(1.0, False), True, "low"),
    ],
)
def test_hair_has_a_knot_where_one_is_seen_and_else_a_tail_if_one_may_hang(
    portray, monkeypatch, seen, hangs, crushed, kind
):
    """A knot in the nape, if there is no room for that or none is seen; hair goes on to either from over the ear."""
    drawn, rooms, caps, told, near = [], [], [], Traits(tied=0.9), portrait.closeup
    monkeypatch.setattr(portrait, "closeup", lambda *face: rooms.append(face[-1]) or near(*face))
    monkeypatch.setattr(portrait.traits, "read", lambda *_: told)
    monkeypatch.setattr(portrait.heads, "knot", lambda regions, glance: seen if glance is told else "asked of nobody")
    monkeypatch.setattr(portrait.heads, "capped", lambda labels, *rest: caps.append(rest[3]) or labels)
    monkeypatch.setattr(portrait.hanging, "hanging", lambda _: hangs)
    monkeypatch.setattr(portrait.tail, "crushed", lambda *_: crushed)
    for room, name, what in (
        ("tail", "paint", "tail"),
        ("knot", "paint", "knot"),
        ("knot", "low", "low"),
        ("nape", "paint", "nape"),
    ):
        monkeypatch.setattr(
            getattr(portrait.behind, room), name, lambda picture, *_, what=what: drawn.append(what) or picture
        )
    portray()
    assert drawn == ([kind] if kind == "knot" else ["nape", kind])
    assert rooms == caps == [kind == "knot"]


@pytest.mark.parametrize("tied", [False, True])
def test_the_hair_of_the_nape_is_seen_beneath_a_bob(portray, monkeypatch, tied):
    drawn, seen, cut = [], portrait.layers, object()
    monkeypatch.setattr(portrait.traits, "read", lambda *_: Traits(tied=0.9 if tied else -1.0))
    monkeypatch.setattr(portrait, "layers", lambda *given: dataclasses.replace(seen(*given), bob=cut))
    monkeypatch.setattr(
        portrait, "lay_out", lambda parts, *more, lay=portrait.lay_out: lay(dataclasses.replace(parts, bob=None), *more)
    )
    monkeypatch.setattr(portrait.bells, "nape", lambda picture, bob, *_: drawn.append(bob) or picture)
    portray()
    assert drawn == ([] if tied else [cut])


def test_hair_in_bunches_hangs_on_both_sides(portray, monkeypatch):
    drawn = []
    monkeypatch.setattr(portrait.traits, "read", lambda *_: Traits(tied=0.5, long=-0.4))
    monkeypatch.setattr(portrait.heads, "bunched", lambda *_: True)
    monkeypatch.setattr(portrait.tail, "paint", lambda picture, *how: drawn.append((how[0], how[-1])) or picture)
    portray()
    assert drawn == [(-1.0, True), (1.0, True)]


def test_hair_that_may_be_tied_and_of_which_nothing_hangs_has_no_knot_in_the_nape(portray, monkeypatch):
    drawn = []
    monkeypatch.setattr(portrait.traits, "read", lambda *_: Traits(tied=0.2))
    monkeypatch.setattr(portrait.hanging, "hanging", lambda _: Hanging(0.0, False))
    monkeypatch.setattr(portrait.behind.knot, "low", lambda picture, *_: drawn.append("low") or picture)
    portray()
    assert not drawn


@pytest.mark.parametrize(
    ("told", "female", "yaw", "worn", "may"),
    [
        (Traits(hat=0.9), 0.9, 0.0, 0.0, True),
        (Traits(hat=0.5), 0.9, 0.0, 0.0, False),
        (Traits(hat=0.9, brim=0.5), 0.9, 0.0, 0.0, False),
        (Traits(hat=0.9), 0.1, 0.0, 0.0, False),
        (Traits(hat=0.9), 0.9, 0.4, 0.0, False),
        (Traits(hat=0.9), 0.9, 0.0, 1.0, False),
    ],
)
def test_a_woman_may_wear_a_band_who_wears_something_that_is_no_hat(sitter, told, female, yaw, worn, may):
    face = dataclasses.replace(sitter.face, female=female, frame=dataclasses.replace(sitter.face.frame, yaw=yaw))
    labels = np.zeros((200, 200, len(Label)), np.float32)
    labels[:30, :, Label.HEADWEAR] = worn
    assert portrait._banded(told, face, labels) == may


@pytest.mark.parametrize("found", [True, False])
def test_a_band_is_drawn_where_one_is_found(portray, monkeypatch, found):
    line, drawn = np.array([[100.0, 60.0], [200.0, 40.0], [300.0, 60.0]]), []
    worn = portrait.band.Band(line, 12.0, np.float32([20, 0, 0]), np.float32([70, 0, 20]))
    monkeypatch.setattr(portrait, "_banded", lambda *_: True)
    monkeypatch.setattr(portrait.band, "find", lambda *_: worn if found else None)
    monkeypatch.setattr(portrait.band, "paint", lambda picture, band, *_: drawn.append(band) or picture)
    portray()
    assert drawn == [worn][:found]


@pytest.mark.parametrize(("told", "close"), [(Traits(short=0.5), True), (Traits(tied=0.9), True), (Traits(), False)])
def test_hair_that_is_short_or_surely_tied_lies_closer_to_the_head(portray, monkeypatch, told, close):
    asked = []
    monkeypatch.setattr(portrait.traits, "read", lambda *_: told)
    monkeypatch.setattr(portrait.heads, "capped", lambda labels, u, v, short, *_: asked.append(short) or labels)
    portray()
    assert asked == [close]


@pytest.mark.parametrize(
    ("told", "female", "flat"),
    [
        (Traits(short=0.5, tousled=-0.9), 0.1, True),
        (Traits(short=0.5, tousled=-0.9), 0.9, False),
        (Traits(short=0.5, tousled=-0.5), 0.1, False),
        (Traits(short=0.5, tousled=-0.9, cropped=0.5), 0.1, False),
    ],
)
def test_a_mans_neat_hair_lies_flat(portray, monkeypatch, told, female, flat):
    """What is cropped has a form of its own."""
    asked = []
    monkeypatch.setattr(portrait.traits, "read", lambda *_: told)
    monkeypatch.setattr(Traits, "female", lambda *_: female)
    monkeypatch.setattr(portrait.heads, "capped", lambda labels, *rest: asked.append(rest[-1]) or labels)
    portray()
    assert (asked[0] is not None) == flat


@pytest.mark.parametrize(("told", "female", "ends"), [(0.9, 0.9, True), (0.7, 0.9, False), (0.9, 0.1, False)])
def test_a_womans_hair_ends_at_the_ears_that_is_surely_tied(portray, monkeypatch, told, female, ends):
    """Whether it is a knot is told by all of it."""
    asked = []
    monkeypatch.setattr(portrait.traits, "read", lambda *_: Traits(tied=told))
    monkeypatch.setattr(Traits, "female", lambda *_: female)
    monkeypatch.setattr(portrait.heads, "knot", lambda *_: asked.append("knot"))
    monkeypatch.setattr(Regions, "pinned", lambda self: asked.append("pinned") or self)
    portray()
    assert asked == ["knot", "pinned"][: 1 + ends]


@pytest.mark.parametrize(
    ("female", "yaw", "told", "asked"),
    [
        (0.0, 0.0, Traits(short=1.0, bald=-0.5), True),
        (1.0, 0.0, Traits(short=1.0, bald=-0.5), False),
        (0.0, 0.3, Traits(short=1.0, bald=-0.5), False),
        (0.0, 0.0, Traits(short=1.0, bald=0.5), False),
        (0.0, 0.0, Traits(short=0.0, long=0.0, bald=-0.5), False),
    ],
)
def test_whose_hair_is_alike_on_both_sides(sitter, monkeypatch, female, yaw, told, asked):
    """A man's, short, of a head seen straight from the front, once its colour is told from what was seen of it."""
    order = []
    read = portrait.complexion.read
    monkeypatch.setattr(portrait.traits, "read", lambda *_: told)
    monkeypatch.setattr(portrait.complexion, "read", lambda *seen: order.append("colour") or read(*seen))
    monkeypatch.setattr(Regions, "evened", lambda self: order.append("evened") or self)
    face = dataclasses.replace(sitter.face, female=female, frame=dataclasses.replace(sitter.face.frame, yaw=yaw))
    sight = dataclasses.replace(sitter.sight, face=face)
    portrait.draw(sitter.photo, sight, sitter.parser, STYLES["modern"], 1, False, portrait.Clock())
    assert order[:2] == ["colour", "evened"][: 1 + asked]
    assert ("evened" in order) == asked


@pytest.mark.parametrize("told", [0.1, 0.9])
def test_somebody_is_drawn_as_a_glance_tells_them_from_the_others(sitter, portray, monkeypatch, told):
    asked, drawn = [], []

    def female(_, face):
        asked.append(face)
        return told

    def laid_out(parts, way, face, woman, *rest):
        drawn.append(woman)
        return lay_out(parts, way, face, woman, *rest)

    lay_out = portrait.lay_out
    monkeypatch.setattr(Traits, "female", female)
    monkeypatch.setattr(portrait, "lay_out", laid_out)
    portray()
    assert asked == [sitter.sight.face.female]
    assert drawn == [told]


@pytest.mark.parametrize(
    ("told", "bare"),
    [
        ({"tied": 0.9, "short": -0.5, "long": 0.5}, True),
        ({"tied": 0.9, "curly": 0.9, "short": -0.5, "long": 0.5}, False),
        ({"tied": 0.9, "hat": 0.5}, False),
        ({"short": 1.0}, True),
        ({"short": 0.0, "long": 0.5}, False),
    ],
)
def test_whose_ears_are_bare(portray, monkeypatch, told, bare):
    seen = []
    read = portrait.traits.read
    monkeypatch.setattr(portrait.traits, "read", lambda *given: dataclasses.replace(read(*given), **told))
    monkeypatch.setattr(Traits, "female", lambda *_: 0.1)
    monkeypatch.setattr(portrait.ink, "ears", lambda *given: seen.append(given[-2]))
    portray()
    assert seen == [bare]


@pytest.mark.parametrize(("bare", "female", "left"), [(True, 0.9, False), (True, 0.1, True), (False, 0.9, True)])
def test_a_top_is_drawn_over_skin_where_a_womans_clothes_look_bare(portray, monkeypatch, bare, female, left):
    dressed = []
    monkeypatch.setattr(Traits, "female", lambda *_: female)
    monkeypatch.setattr(portrait.clothes, "paint", lambda picture, *_: (picture, bare))
    monkeypatch.setattr(portrait.skin, "paint", lambda picture, parts, *_: dressed.append(parts) or picture)
    portray()
    assert bool((dressed[0].half_clothes > 0.5).any()) == left


@pytest.mark.parametrize(("age", "mature"), [(30.0, False), (60.0, True)])
def test_locks_are_laid_out_for_the_age(sitter, portray, monkeypatch, age, mature):
    given, lay_out = [], portrait.lay_out
    monkeypatch.setattr(portrait, "lay_out", lambda *of: given.append(of[-1]) or lay_out(*of))
    face = dataclasses.replace(sitter.sight.face, age=age)
    sight = dataclasses.replace(sitter.sight, face=face)
    portrait.draw(sitter.photo, sight, sitter.parser, STYLES["modern"], 1, False, portrait.Clock())
    assert given == [mature]
