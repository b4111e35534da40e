"""Whose face it is: insightface's antelopev2 pack, run by onnxruntime.

The pack's files are `scrfd_10g_bnkps.onnx` (detection with five keypoints), `glintr100.onnx` (recognition) and
`genderage.onnx` (optional). They are licensed for non-commercial research only.
"""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime
from insightface.app import FaceAnalysis
from numpy.typing import NDArray

from avatanime.errors import ModelError
from engine import Pixels
from engine.instantid import parts

# insightface 2.1 aligns faces through a function of scikit-image that goes away in 2.2
warnings.filterwarnings("ignore", "`estimate` is deprecated", FutureWarning, "insightface")

TASKS = ("detection", "recognition", "genderage")
LONGEST = 32
"""Pictures longer than so many times their width show no face, and would vanish when made small for the detector."""
OWN_FOLDER = Path("~/.insightface/models/antelopev2")
"""Where insightface itself keeps the pack."""


@dataclass(frozen=True, slots=True)
class Face:
    """The largest face of a picture.

    `embedding` (512,) raw, as InstantID takes it; `keypoints` (5, 2): eyes, nose and corners of the mouth, x and y in
    pixels; `box` left, top, right, bottom; `woman` None where the pack has no model to tell.
    """

    embedding: NDArray[np.float32]
    keypoints: NDArray[np.float32]
    box: NDArray[np.float32]
    woman: bool | None


class FaceReader:
    """Finds and embeds faces. `gpu` asks for CUDA where onnxruntime has it."""

    def __init__(self, folder: Path, *, gpu: bool) -> None:
        """Raises ModelError if the pack is not in `folder`, or damaged."""
        wanted = ["CUDAExecutionProvider", "CPUExecutionProvider"] if gpu else ["CPUExecutionProvider"]
        providers = [p for p in wanted if p in onnxruntime.get_available_providers()]
        pack = find_pack(folder)
        if gpu and hasattr(onnxruntime, "preload_dlls"):
            onnxruntime.preload_dlls()  # it finds the CUDA libraries that came with torch
        try:
            self._app: Any = FaceAnalysis(name=str(pack), allowed_modules=list(TASKS), providers=providers)
            self._app.prepare(ctx_id=0)
        except Exception as e:  # onnxruntime and onnx raise types of their own for a damaged file
            raise ModelError(f"The face models in {pack} cannot be loaded: {e}") from e
        missing = [task for task in TASKS[:2] if task not in self._app.models]
        if missing:
            raise ModelError(f"{pack} has no model for {' and '.join(missing)}: it is not the whole antelopev2 pack.")

    def read(self, picture: Pixels) -> Face | None:
        """The largest face of a picture; None where there is none."""
        if max(picture.shape[:2]) > LONGEST * min(picture.shape[:2]):
            return None
        found = self._app.get(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), max_num=1, det_metric="max")
        if not found:
            return None
        (face,) = found
        woman = None if face.sex is None else face.sex == "F"
        embedding, keypoints, box = (np.asarray(x, np.float32) for x in (face.embedding, face.kps, face.bbox))
        return Face(embedding, keypoints, box, woman)


def find_pack(folder: Path) -> Path:
    """The folder with the pack's files, which unzipping may have nested in one of the same name. Raises ModelError."""
    pack = folder / parts.ANTELOPE.folder
    for place in (pack, pack / pack.name, OWN_FOLDER.expanduser(), OWN_FOLDER.expanduser() / pack.name):
        if any(place.glob("*.onnx")):
            return place
    raise ModelError(
        f"There are no face models in {pack}. Run `avatanime models pull instantid` "
        f"(licence: {parts.ANTELOPE.licence})."
    )
