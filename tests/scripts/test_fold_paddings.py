import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper, numpy_helper

from scripts.fold_paddings import fold


def network(width: list[int], rounded: bool) -> onnx.ModelProto:
    """Pads pictures by that width, then convolves them."""
    weight = np.random.default_rng(0).normal(size=(4, 2 + width[1] + width[5], 3, 3)).astype(np.float32)
    constants = {"width": np.array(width), "weight": weight, "scale": np.float32(0.01), "zero": np.uint8(3)}
    padded = "rounded" if rounded else "padded"
    nodes = [
        helper.make_node("Pad", ["picture", "width"], ["padded"]),
        helper.make_node("QuantizeLinear", ["padded", "scale", "zero"], ["whole"]),
        helper.make_node("DequantizeLinear", ["whole", "scale", "zero"], ["rounded"]),
        helper.make_node("Conv", [padded, "weight"], ["out"], pads=[0, 1, 0, 1], strides=[2, 2]),
    ]
    graph = helper.make_graph(
        nodes if rounded else [nodes[0], nodes[3]],
        "network",
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, [1, 2, 9, 9])],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def answer(model: onnx.ModelProto) -> np.ndarray:
    picture = np.random.default_rng(1).integers(0, 200, (1, 2, 9, 9)).astype(np.float32) / 100
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"picture": picture})[0]


@pytest.mark.parametrize("rounded", [False, True])
def test_a_padding_becomes_the_convolutions_and_the_answer_stays(rounded: bool) -> None:
    model = network([0, 0, 0, 1, 0, 0, 2, 1], rounded)
    before = answer(model)
    assert not [node for node in fold(model).graph.node if node.op_type == "Pad"]
    np.testing.assert_allclose(answer(model), before, atol=1e-5)


def test_what_pads_with_planes_stays() -> None:
    model = network([0, 0, 1, 1, 0, 1, 1, 1], False)
    before = answer(model)
    assert "Pad" in [node.op_type for node in fold(model).graph.node]
    np.testing.assert_array_equal(answer(model), before)
