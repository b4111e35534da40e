"""Fold paddings of an ONNX network into the convolutions that follow: `python -m scripts.fold_paddings IN OUT`.

Exporters pad in steps of their own. Such a step copies all that it pads, is a barrier to the optimiser, and works in
fractions even among whole numbers; a convolution pads as it reads. The answers stay the same to the bit. Needs `onnx`.
"""

import sys

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from onnx.reference import ReferenceEvaluator

ROUNDING = ("QuantizeLinear", "DequantizeLinear")
"""Steps between a padding and its convolution, in a network of whole numbers."""
COUNTING = ("Constant", "ConstantOfShape", "Concat", "Reshape", "Slice", "Transpose", "Cast")
"""What torch works out how far to pad with."""


def fold(model: onnx.ModelProto) -> onnx.ModelProto:
    """The network, changed in place, without paddings that a convolution alone reads."""
    graph, known = model.graph, _constants(model.graph)
    for padding in [node for node in graph.node if node.op_type == "Pad"]:
        convolution = _reader(graph, padding.output[0])
        before, after = np.split(known[padding.input[1]], 2)
        if convolution is None or before[:2].any() or after[:2].any():
            continue
        own = {attribute.name: attribute for attribute in convolution.attribute}.get("pads")
        pads = np.concatenate([before[2:], after[2:]])
        if own is None:
            convolution.attribute.append(helper.make_attribute("pads", pads.tolist()))
        else:
            own.ints[:] = (pads + own.ints).tolist()
        convolution.input[0] = padding.input[0]
    _prune(graph)
    return model


def _constants(graph: onnx.GraphProto) -> dict[str, NDArray[np.generic]]:
    """Every tensor that is the same for all pictures."""
    known = {"": np.empty(0)} | {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type in COUNTING and all(name in known for name in node.input):
            (known[node.output[0]],) = ReferenceEvaluator(node).run(None, {name: known[name] for name in node.input})
    return known


def _reader(graph: onnx.GraphProto, name: str) -> onnx.NodeProto | None:
    """The one convolution that reads a tensor, rounded or not, if nothing else does."""
    readers = [node for node in graph.node if name in node.input]
    if len(readers) == 1 and readers[0].op_type in ROUNDING:
        return _reader(graph, readers[0].output[0])
    return readers[0] if [node.op_type for node in readers] == ["Conv"] else None


def _prune(graph: onnx.GraphProto) -> None:
    """Remove what no output is made of."""
    wanted = {output.name for output in graph.output}
    for node in reversed(list(graph.node)):
        if wanted & set(node.output):
            wanted |= set(node.input)
        else:
            graph.node.remove(node)
    for tensor in [tensor for tensor in graph.initializer if tensor.name not in wanted]:
        graph.initializer.remove(tensor)


if __name__ == "__main__":
    onnx.save(fold(onnx.load(sys.argv[1])), sys.argv[2])
