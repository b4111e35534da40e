"""The models the cel engine carries, and the one way to run a model: onnxruntime on one CPU thread.

The carried files lie in `models/`; where each comes from stands in NOTICE. A file is checked against its sha256 before
it is run, so that a damaged or altered one is an error and not a strange portrait.
"""

import ctypes
import hashlib
import io
import sys
from functools import cache
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from avatanime.errors import ModelError

FOLDER = Path(__file__).with_name("models")

SHA256 = {
    "drawn.npy": "10792a992f832ec99563465f5323ec68af71acea59d1e876ed12cfff035b2fbd",
    "encoder.onnx": "3bec4f2efd42434a3eab5f97a13b560bec484f591fd89d708a91b064dfdaef9b",
    "age_gender.onnx": "65dc63e4082a134ebe0a9d4725e69a485c7833e02d315e71e0593b873c707cac",
    "face_detection_full_range.onnx": "6073c42739048941848a967373435c2322c1f44958745ac9000e4586719fb98b",
    "face_detection_short_range.onnx": "87223682c95c28efe6fad3e25a2c3951bde6c2393c2c08478d4cef6eab092896",
    "face_landmark.onnx": "7db0586cb930096124c698cae851c159bd02fe37de023c55a7ac721b6c40a21a",
    "iris_landmark.onnx": "32100af2484bb7bf74b46c2d19bda7b9b892311f637dc6f6eb0e5853a1a5f333",
    "parser.onnx": "a1f93eabfc613d7b3d18c7b51852700e8e5c263beb76c4e4f91189ea589e9547",
    "selfie_segmentation.onnx": "e391bd9bd2332ce0471c4fedc4dd80972f3941811ac1e8cd261d2a5182424acc",
    "tones.onnx": "82cf0f1b10781884954a54ec65d36d0743319d28bd7e9f1668ff7190e06516ec",
    "traits.npy": "40abeb76284f3ab793c9f4c140cdd03a88cc0112f450758c5431534dba89b067",
}
"""Every model the package carries: file name and hash."""
_KEPT = ((-1, 64), (-3, 4))
"""How much free memory glibc's heap keeps (M_TRIM_THRESHOLD), and blocks from which size on lie beside it, each to be
given back (M_MMAP_THRESHOLD); in megabytes: https://man7.org/linux/man-pages/man3/mallopt.3.html."""
ALWAYS = (
    *("face_detection_short_range", "selfie_segmentation", "face_landmark", "iris_landmark", "age_gender"),
    *("encoder", "parser", "tones"),
)
"""The networks that every portrait takes; faces are seldom so small that the other detector looks for them."""


class Net:
    """A loaded network. Call it with a float32 array; it answers all its outputs by name."""

    def __init__(self, source: bytes, name: str) -> None:
        _share_memory()
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # one portrait, one core: same sums every run
        options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
        options.add_session_config_entry("session.use_env_allocators", "1")
        options.log_severity_level = 3
        try:
            self._session = ort.InferenceSession(source, options, providers=["CPUExecutionProvider"])
        except Exception as e:  # onnxruntime raises its own kinds, and plain RuntimeError
            raise ModelError(f"{name} cannot be loaded: {e}") from e
        self._input = self._session.get_inputs()[0].name
        self._outputs = [output.name for output in self._session.get_outputs()]
        self.input_shape: tuple[int | str | None, ...] = tuple(self._session.get_inputs()[0].shape)
        self.output_shapes = {output.name: tuple(output.shape) for output in self._session.get_outputs()}

    def __call__(self, x: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        """Run it once."""
        return dict(zip(self._outputs, self._session.run(self._outputs, {self._input: x}), strict=True))


@cache
def _share_memory() -> None:
    """Let all networks work in one arena, as large as the largest needs: buffers of 15 MB taken from the heap and given
    back at every portrait would leave holes that others break up, and a worker would grow to 400 MB.

    And let the heap keep what a portrait takes: some thousand pages that the kernel would have to clear again.
    """
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    if (mallopt := getattr(libc, "mallopt", None)) is not None:  # glibc's alone
        for option, megabytes in _KEPT:
            mallopt(option, megabytes << 20)
    memory = ort.OrtMemoryInfo("Cpu", ort.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, ort.OrtMemType.DEFAULT)
    as_requested = 1  # kSameAsRequested: https://onnxruntime.ai/docs/get-started/with-c.html, not powers of two
    ort.create_and_register_allocator(memory, ort.OrtArenaCfg({"arena_extend_strategy": as_requested}))


def sha256(source: bytes) -> str:
    """The hash of a model file's bytes, in hex."""
    return hashlib.sha256(source).hexdigest()


@cache
def net(name: str) -> Net:
    """A carried network, loaded at its first use and kept. Raises ModelError if its file is missing or altered."""
    return Net(_read(f"{name}.onnx"), f"{name}.onnx")


def carried(name: str) -> NDArray[np.float32]:
    """A carried array of coefficients. Raises ModelError if its file is missing or altered."""
    return np.asarray(np.load(io.BytesIO(_read(name)), allow_pickle=False), np.float32)


def _read(name: str) -> bytes:
    path = FOLDER / name
    try:
        source = path.read_bytes()
    except OSError as e:
        raise ModelError(f"The model {name} cannot be read ({e.strerror}): install avatanime again.") from e
    if sha256(source) != SHA256[name]:
        raise ModelError(f"The model {name} is not the one avatanime came with: install avatanime again.")
    return source
