import shutil
from pathlib import Path

import numpy as np
import pytest
from standins import antelope

from avatanime.errors import ModelError
from engine.instantid import faces
from engine.instantid.faces import FaceReader


@pytest.fixture(scope="module")
def reader(models: Path) -> FaceReader:
    return FaceReader(models, gpu=False)


def test_finds_the_face_and_what_it_is_like(reader: FaceReader) -> None:
    face = reader.read(antelope.picture(400, (150, 220)))
    assert face is not None
    assert face.embedding.shape == (512,)
    assert face.keypoints.shape == (5, 2)
    left, top, right, bottom = face.box
    assert left < 150 < right
    assert top < 220 < bottom
    assert np.abs(face.keypoints.mean(0) - (150, 220)).max() < 40
    assert face.woman is not None
    assert np.linalg.norm(face.embedding) > 2  # raw, not normalised


def test_no_face_is_a_value(reader: FaceReader) -> None:
    assert reader.read(antelope.picture(400, None)) is None


def test_of_several_the_largest_counts_and_it_alone_is_embedded(
    reader: FaceReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    recognition, embedded = reader._app.models["recognition"], []
    monkeypatch.setattr(recognition, "get", lambda *args, get=recognition.get: (embedded.append(args), get(*args))[1])
    both = antelope.picture(400, (90, 90))
    both[250:390, 230:390] = 255
    face = reader.read(both)
    assert face is not None
    assert face.box.mean() > 200
    assert len(embedded) == 1


def test_different_faces_differ(reader: FaceReader) -> None:
    one = reader.read(antelope.picture(400, (150, 220)))
    other = reader.read(antelope.picture(400, (230, 180), brightness=240))
    assert one is not None
    assert other is not None
    assert np.abs(one.embedding - other.embedding).max() > 0.01


def test_channels_are_not_swapped(reader: FaceReader, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(reader._app, "get", lambda picture, **_: seen.append(picture) or [])
    reader.read(np.full((8, 8, 3), (250, 100, 5), np.uint8))
    assert tuple(seen[0][0, 0]) == (5, 100, 250)  # insightface takes BGR


def test_the_folder_that_unzipping_nests_is_found(models: Path, tmp_path: Path) -> None:
    shutil.copytree(models / "antelopev2", tmp_path / "antelopev2/antelopev2")
    assert faces.find_pack(tmp_path) == tmp_path / "antelopev2/antelopev2"
    assert FaceReader(tmp_path, gpu=False).read(antelope.picture()) is not None


def test_insightfaces_own_folder_serves_too(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faces, "OWN_FOLDER", models / "antelopev2")
    assert faces.find_pack(tmp_path) == models / "antelopev2"


def test_without_genderage_nothing_is_claimed(tmp_path: Path) -> None:
    antelope.build(tmp_path / "antelopev2", genderage=False)
    face = FaceReader(tmp_path, gpu=False).read(antelope.picture())
    assert face is not None
    assert face.woman is None


def test_without_models_it_says_how_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"avatanime models pull instantid.*research"):
        FaceReader(tmp_path, gpu=False)


def test_a_damaged_model_is_named(tmp_path: Path) -> None:
    pack = antelope.build(tmp_path / "antelopev2")
    (pack / "glintr100.onnx").write_bytes(b"not a model")
    with pytest.raises(ModelError, match=r"face models in .* cannot be loaded"):
        FaceReader(tmp_path, gpu=False)


def test_an_incomplete_pack_is_named(tmp_path: Path) -> None:
    pack = antelope.build(tmp_path / "antelopev2")
    (pack / "glintr100.onnx").unlink()
    with pytest.raises(ModelError, match="no model for recognition"):
        FaceReader(tmp_path, gpu=False)


@pytest.mark.parametrize("shape", [(1, 1), (3, 1000), (48, 48), (1024, 700)])
def test_pictures_of_any_shape_are_looked_at(reader: FaceReader, shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (*shape, 3), dtype=np.uint8)
    assert reader.read(noise) is None or shape == (48, 48)  # and nothing is raised
