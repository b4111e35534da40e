"""A pack with the files, inputs and outputs of insightface's antelopev2, which sees a face in a bright spot."""

from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper


def build(folder: Path, *, genderage: bool = True, keen: bool = False) -> Path:
    """Write the pack's files into `folder`; a `keen` one sees a face in every picture."""
    folder.mkdir(parents=True, exist_ok=True)
    _detector(folder / "scrfd_10g_bnkps.onnx", keen=keen)
    _recognition(folder / "glintr100.onnx")
    if genderage:
        _genderage(folder / "genderage.onnx")
    return folder


def picture(size: int = 400, spot: tuple[int, int] | None = (200, 200), brightness: int = 255) -> NDArray[np.uint8]:
    """A dark picture, with a face (a bright square of 100 pixels, with some features) around `spot` (x, y)."""
    pixels = np.full((size, size, 3), 20, np.uint8)
    if spot:
        x, y = spot
        pixels[max(0, y - 50) : y + 50, max(0, x - 50) : x + 50] = brightness
        pixels[y - 20 : y - 10, x - 25 : x - 10] = (60, 120, 200)
    return pixels


def _save(
    path: Path,
    nodes: list[onnx.NodeProto],
    inputs: str,
    shape: list[object],
    outputs: dict[str, list[object]],
    constants: dict[str, NDArray[np.float32]],
) -> None:
    graph = helper.make_graph(
        nodes,
        "standin",
        [helper.make_tensor_value_info(inputs, TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, dims) for name, dims in outputs.items()],
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    onnx.save(model, path)


def _detector(path: Path, *, keen: bool) -> None:
    """SCRFD's nine outputs: score, box and keypoints for strides 8, 16 and 32 with two anchors each."""
    nodes, outputs = [], {}
    constants = {
        "flat": np.array([-1, 1], np.int64),
        "high": np.array([0.9], np.float32),
        "zero": np.zeros(1, np.float32),
    }
    fixed = {"bbox": [2.0, 2.5, 2.0, 2.5], "kps": [-0.8, -0.6, 0.8, -0.6, 0, 0, -0.6, 0.9, 0.6, 0.9]}
    for kind in ("score", "bbox", "kps"):
        for stride in (8, 16, 32):
            tag = f"{kind}{stride}"
            nodes += [
                helper.make_node(
                    "AveragePool", ["input.1"], [f"{tag}.pool"], kernel_shape=[stride] * 2, strides=[stride] * 2
                ),
                helper.make_node("ReduceMean", [f"{tag}.pool"], [f"{tag}.grey"], axes=[1], keepdims=0),
                helper.make_node("Reshape", [f"{tag}.grey", "flat"], [f"{tag}.column"]),
                helper.make_node("Concat", [f"{tag}.column"] * 2, [f"{tag}.anchors"], axis=1),
                helper.make_node("Reshape", [f"{tag}.anchors", "flat"], [f"{tag}.rows"]),
                helper.make_node(
                    "Mul", [f"{tag}.rows", "high" if kind == "score" and stride == 16 else "zero"], [f"{tag}.scaled"]
                ),
            ]
            sure = 0.7 if keen and stride == 32 else 0.0
            constants[f"{tag}.fixed"] = np.array([fixed.get(kind, [sure])], np.float32)
            nodes.append(helper.make_node("Add", [f"{tag}.scaled", f"{tag}.fixed"], [tag]))
            outputs[tag] = [None, constants[f"{tag}.fixed"].shape[1]]
    _save(path, nodes, "input.1", [1, 3, "height", "width"], outputs, constants)


def _recognition(path: Path) -> None:
    weights = np.random.default_rng(0).normal(size=(48, 512)).astype(np.float32)
    nodes = [
        helper.make_node("AveragePool", ["input.1"], ["pool"], kernel_shape=[28, 28], strides=[28, 28]),
        helper.make_node("Flatten", ["pool"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], ["embedding"]),
    ]
    _save(path, nodes, "input.1", ["n", 3, 112, 112], {"embedding": ["n", 512]}, {"weights": weights})


def _genderage(path: Path) -> None:
    """Logits of woman and man, and the age: a woman where the picture is bright in the middle."""
    weights = np.array([[1.0, 0, 0], [0, 0, 0], [0, 0, 0]], np.float32)
    nodes = [
        helper.make_node("GlobalAveragePool", ["data"], ["pool"]),
        helper.make_node("Flatten", ["pool"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], ["scaled"]),
        helper.make_node("Add", ["scaled", "offset"], ["fc1"]),
    ]
    constants = {"weights": weights, "offset": np.array([[0, 0, 0.3]], np.float32)}
    _save(path, nodes, "data", ["n", 3, 96, 96], {"fc1": ["n", 3]}, constants)
