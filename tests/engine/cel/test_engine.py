import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import addon.bench
from avatanime.errors import EngineError
from engine import EngineSettings, Left, Portrait, Reason, Tier, create
from engine.cel import NAMES, CelEngine
from engine.photo import Photo, read


@pytest.fixture(scope="module")
def engine():
    engine = CelEngine(EngineSettings(style="modern"))
    yield engine
    engine.close()


def photo(pixels, digest="ab" * 32):
    return Photo(pixels, digest)


def test_making_one_and_its_recipe_load_nothing():
    code = (
        "import sys; from engine import *; e = create('cel', EngineSettings());"
        "e.recipe(Tier.DRAFT), e.describe();"
        "print(sorted({'cv2', 'onnxruntime'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_recipes_differ_where_the_drawing_does():
    recipes = {create("cel", EngineSettings(style=s)).recipe(t) for s in NAMES for t in (Tier.DRAFT, Tier.QUALITY)}
    assert len(recipes) == 2 * len(NAMES)
    engine = create("cel", EngineSettings())
    assert engine.recipe(Tier.STANDARD) == engine.recipe(Tier.QUALITY)


def test_unknown_styles_are_refused():
    with pytest.raises(EngineError, match="choose auto, modern"):
        CelEngine(EngineSettings(style="cubist"))


def test_describes_itself(engine):
    description = engine.describe()
    assert description.name == "cel"
    assert not description.in_process
    assert not description.shares_tiers


def test_a_face_becomes_a_portrait(engine, close_up):
    (outcome,) = engine.portray([photo(close_up)], Tier.QUALITY)
    assert isinstance(outcome, Portrait)
    assert outcome.pixels.shape == (400, 400, 3)
    assert outcome.pixels.dtype == np.uint8
    assert outcome.style == "modern"
    assert {"perceive", "parse", "hair", "ink", "features"} <= set(outcome.stage_ms)


def test_small_pictures_get_more_ink(engine, close_up):
    fine, bold = (engine.portray([photo(close_up)], tier)[0].pixels for tier in (Tier.QUALITY, Tier.DRAFT))
    assert (bold.max(-1) < 70).sum() > 1.01 * (fine.max(-1) < 70).sum()


def test_styles_differ_plainly(close_up):
    drawn = {
        name: create("cel", EngineSettings(style=name)).portray([photo(close_up)], Tier.QUALITY)[0].pixels.astype(int)
        for name in NAMES
        if name != "auto"
    }
    names = list(drawn)
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            assert np.abs(drawn[one] - drawn[other]).mean() > 8, (one, other)


def test_auto_is_one_of_the_styles_by_digest(close_up):
    engine = create("cel", EngineSettings())
    styles = {engine.portray([photo(close_up, f"{i:02x}" * 32)], Tier.DRAFT)[0].style for i in range(4)}
    assert len(styles) > 1


def test_no_face_is_a_value(engine, close_up):
    shoulders = np.ascontiguousarray(np.tile(close_up[330:400], (5, 1, 1)))
    (outcome,) = engine.portray([photo(shoulders)], Tier.QUALITY)
    assert isinstance(outcome, Left)
    assert engine.portray([photo(np.full((300, 300, 3), 128, np.uint8))], Tier.QUALITY) == [Left(Reason.LOGO)]


def test_black_and_white_is_printed_in_two_inks(engine, close_up):
    """Violet and cream: every shade is told by its lightness alone."""
    grey = np.repeat(close_up.mean(-1, keepdims=True).round().astype(np.uint8), 3, -1)
    (outcome,) = engine.portray([photo(grey)], Tier.QUALITY)
    shades = {}
    for r, g, b in np.unique(outcome.pixels.reshape(-1, 3), axis=0).tolist():
        shades.setdefault(g, []).append((r, b))
        assert b >= r or r > 215
    assert all(np.ptp(inks, axis=0).max() <= 3 for inks in shades.values())


def test_two_processes_draw_the_same(close_up, tmp_path):
    np.save(tmp_path / "face.npy", close_up)
    code = (
        "import sys, hashlib, numpy as np; from engine import *; from engine.photo import Photo;"
        "p = Photo(np.load(sys.argv[1]), 'cd' * 32);"
        "print(hashlib.sha256(create('cel', EngineSettings()).portray([p], Tier.QUALITY)[0].pixels).hexdigest())"
    )
    run = [sys.executable, "-c", code, str(tmp_path / "face.npy")]
    hashes = {subprocess.run(run, capture_output=True, text=True, check=True).stdout for _ in range(2)}
    assert len(hashes) == 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_picture_has_an_outcome(engine, close_up, data):
    """Cut, turned, stretched, darkened, noisy or blank: a portrait or a reason, never an exception."""
    import cv2

    width, height = (data.draw(st.sampled_from([1, 2, 17, 48, 160, 400, 900])) for _ in range(2))
    turn, zoom = data.draw(st.floats(-180, 180)), data.draw(st.floats(0.2, 4))
    shift = data.draw(st.tuples(st.floats(-200, 200), st.floats(-200, 200)))
    gain, noise = data.draw(st.floats(0, 2)), data.draw(st.integers(0, 120))
    matrix = cv2.getRotationMatrix2D((200, 200), turn, zoom)
    matrix[:, 2] += shift
    seen = cv2.warpAffine(close_up, matrix, (400, 400)).astype(np.float32) * gain
    seen += np.random.default_rng(noise).normal(0, noise / 3, seen.shape)
    seen = cv2.resize(np.clip(seen, 0, 255).astype(np.uint8), (width, height), interpolation=cv2.INTER_AREA)
    (outcome,) = engine.portray([photo(seen)], Tier.QUALITY)
    if isinstance(outcome, Portrait):
        assert outcome.pixels.shape == (400, 400, 3)
    else:
        assert outcome.reason in Reason


def test_where_arrays_lie_in_memory_changes_nothing(close_up):
    """Some filters' last bits depend on alignment; none of those may be used."""
    portraits = set()
    for shift in range(4):
        held = np.empty(3 * 400 * 400 + 64, np.uint8)
        moved = held[shift * 13 : shift * 13 + close_up.size].reshape(close_up.shape)
        moved[:] = close_up
        clutter = [np.empty(17 + 4099 * shift * k, np.uint8) for k in range(5)]
        (outcome,) = CelEngine(EngineSettings(style="modern")).portray([photo(moved)], Tier.QUALITY)
        portraits.add(outcome.pixels.tobytes())
        del clutter
    assert len(portraits) == 1


def test_a_garment_has_its_colour_from_all_of_the_photo(engine):
    """The astronaut's suit is orange, though little of it is seen beside her black collar."""
    picture = read(Path(addon.bench.__file__).with_name("astronaut.jpg").read_bytes())
    (drawn,) = engine.portray([picture], Tier.STANDARD)
    red, green, blue = np.median(drawn.pixels[370:, 120:280].reshape(-1, 3), 0)
    assert red > 1.6 * max(green, blue)
