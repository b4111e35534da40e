"""Convert MediaPipe's face models from TFLite to ONNX: `python scripts/tflite_to_onnx.py IN.tflite OUT.onnx [--embed]`.

Needs `onnx` and `ai-edge-litert` (neither is a dependency of the project). Knows just the operations these models are
made of. The ONNX models keep TFLite's interface (float32, NHWC) and compute in NCHW; half-precision weights stay half
precision in the file and are widened by onnxruntime when it loads. Afterwards both are run on the same noise, and the
script fails where they differ by more than one part in a thousand of the output's range. With `--embed` the model gets
one output more, `embedding`: mean and standard deviation over the picture of every channel of every residual block.

Operations: https://www.tensorflow.org/mlir/tfl_ops and https://onnx.ai/onnx/operators/
"""

import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
SAME, VALID = schema.Padding.SAME, schema.Padding.VALID
ACTIVATIONS = {schema.ActivationFunctionType.RELU: "Relu"}
BUILTINS = {code: name for name, code in vars(schema.BuiltinOperator).items() if isinstance(code, int)}
NCHW, NHWC = (0, 3, 1, 2), (0, 2, 3, 1)


def dense(stored: np.ndarray, tensor: Any) -> np.ndarray:
    """A tensor whose last dimension is stored as compressed sparse rows."""
    *outer, last = tensor.sparsity.dimMetadata
    if any(d.format != schema.DimensionType.DENSE for d in outer) or last.format == schema.DimensionType.DENSE:
        raise NotImplementedError("sparse in another dimension than the last")
    full = np.zeros((int(np.prod(tensor.shape[:-1])), tensor.shape[-1]), stored.dtype)
    rows = np.repeat(np.arange(len(full)), np.diff(last.arraySegments.values.astype(int)))
    full[rows, last.arrayIndices.values] = stored
    return full.reshape(tensor.shape)


class Converter:
    """One model on its way to ONNX. Tensors are named `t<index>`; those of rank four are kept as NCHW."""

    def __init__(self, source: bytes) -> None:
        self.model = schema.ModelT.InitFromPackedBuf(source, 0)
        self.graph = self.model.subgraphs[0]
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        self.constants = self._constants()

    def _constants(self) -> dict[int, np.ndarray]:
        """Every tensor that does not depend on the input, sparse ones made dense, as they are stored."""
        kinds = {0: np.float32, 1: np.float16, 2: np.int32}  # TensorType
        constants: dict[int, np.ndarray] = {}
        for i, tensor in enumerate(self.graph.tensors):
            data = self.model.buffers[tensor.buffer].data
            if data is not None and tensor.type in kinds:
                stored = np.frombuffer(bytes(data), kinds[tensor.type])
                constants[i] = dense(stored, tensor) if tensor.sparsity else stored.reshape(self.shape(i))
        for (
            op
        ) in self.graph.operators:  # sparse -> dense, half precision -> single: both are done or left to onnxruntime
            if self._name(op) in ("DENSIFY", "DEQUANTIZE"):
                constants[op.outputs[0]] = constants[op.inputs[0]]
        return constants

    def _name(self, op: Any) -> str:
        code = self.model.operatorCodes[op.opcodeIndex]
        builtin = max(code.builtinCode, code.deprecatedBuiltinCode)
        return code.customCode.decode() if code.customCode else BUILTINS[builtin]

    def shape(self, index: int) -> list[int]:
        """The shape TFLite gives this tensor (NHWC)."""
        return [int(n) for n in self.graph.tensors[index].shape]

    def add(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        """Append a node and return the name of its output."""
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def weight(self, name: str, value: np.ndarray) -> str:
        """Store a constant and return the name under which it is single precision."""
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        if value.dtype != np.float16:
            return name
        return self.add("Cast", [name], name + "f", to=TensorProto.FLOAT)

    def value(self, index: int) -> str:
        """A tensor as an operand of an elementwise operation."""
        if index not in self.constants:
            return f"t{index}"
        constant = self.constants[index]
        return self.weight(f"c{index}_{len(self.nodes)}", constant.transpose(NCHW) if constant.ndim == 4 else constant)

    def activated(self, op: Any, name: str) -> None:
        """Name the result of `op`, after its fused activation if it has one."""
        kind = getattr(op.builtinOptions, "fusedActivationFunction", 0) if op.builtinOptions else 0
        self.add(ACTIVATIONS[kind] if kind else "Identity", [name], f"t{op.outputs[0]}")

    def pads(self, op: Any, kernel: tuple[int, int]) -> list[int]:
        """TensorFlow's SAME padding, made explicit (the odd pixel goes to the end)."""
        if op.builtinOptions.padding == VALID:
            return [0, 0, 0, 0]
        stride = (op.builtinOptions.strideH, op.builtinOptions.strideW)
        sizes = self.shape(op.inputs[0])[1:3]
        total = [
            max((-(-size // step) - 1) * step + k - size, 0)
            for size, step, k in zip(sizes, stride, kernel, strict=True)
        ]
        return [total[0] // 2, total[1] // 2, total[0] - total[0] // 2, total[1] - total[1] // 2]

    def convolution(self, op: Any, *, depthwise: bool) -> None:
        """CONV_2D (weights OHWI) and DEPTHWISE_CONV_2D (weights 1HWC)."""
        x, w, bias = op.inputs
        kernel = self.constants[w].transpose((3, 0, 1, 2) if depthwise else NCHW)
        attributes = {
            "kernel_shape": kernel.shape[2:],
            "strides": [op.builtinOptions.strideH, op.builtinOptions.strideW],
            "pads": self.pads(op, kernel.shape[2:]),
            "group": kernel.shape[0] if depthwise else 1,
        }
        names = [
            self.value(x),
            self.weight(f"w{op.outputs[0]}", kernel),
            self.weight(f"b{op.outputs[0]}", self.constants[bias]),
        ]
        self.activated(op, self.add("Conv", names, f"r{op.outputs[0]}", **attributes))

    def transposed_convolution(self, op: Any) -> None:
        """MediaPipe's own operation: weights OHWI, options are the C struct {padding, stride width, stride height}."""
        x, w, bias = op.inputs
        _, stride_w, stride_h = struct.unpack("<3i", bytes(op.customOptions)[:12])
        kernel = self.constants[w].transpose(3, 0, 1, 2)
        if kernel.shape[2:] != (stride_h, stride_w):
            raise NotImplementedError("transposed convolution whose windows overlap")
        names = [
            self.value(x),
            self.weight(f"w{op.outputs[0]}", kernel),
            self.weight(f"b{op.outputs[0]}", self.constants[bias]),
        ]
        self.add("ConvTranspose", names, f"t{op.outputs[0]}", strides=[stride_h, stride_w])

    def pool(self, op: Any, kind: str) -> None:
        """MAX_POOL_2D and AVERAGE_POOL_2D."""
        kernel = (op.builtinOptions.filterHeight, op.builtinOptions.filterWidth)
        strides = [op.builtinOptions.strideH, op.builtinOptions.strideW]
        attributes = {"kernel_shape": kernel, "strides": strides, "pads": self.pads(op, kernel)}
        self.activated(op, self.add(kind, [self.value(op.inputs[0])], f"r{op.outputs[0]}", **attributes))

    def binary(self, op: Any, kind: str) -> None:
        """ADD and MUL."""
        self.activated(op, self.add(kind, [self.value(i) for i in op.inputs], f"r{op.outputs[0]}"))

    def pad(self, op: Any) -> None:
        """PAD with zeros, channels too."""
        amounts = self.constants[op.inputs[1]][list(NCHW)]
        pads = self.weight(f"p{op.outputs[0]}", amounts.T.ravel().astype(np.int64))
        self.add("Pad", [self.value(op.inputs[0]), pads], f"t{op.outputs[0]}")

    def reshape(self, op: Any) -> None:
        """RESHAPE: of the NHWC order."""
        x, out = op.inputs[0], op.outputs[0]
        source = self.value(x)
        if len(self.shape(x)) == 4:
            source = self.add("Transpose", [source], f"h{out}", perm=NHWC)
        if len(self.shape(out)) == 4:
            raise NotImplementedError("reshape to rank four")
        self.add("Reshape", [source, self.weight(f"s{out}", np.array(self.shape(out), np.int64))], f"t{out}")

    def concatenate(self, op: Any) -> None:
        """CONCATENATION."""
        axis = op.builtinOptions.axis % len(self.shape(op.outputs[0]))
        if len(self.shape(op.outputs[0])) == 4:
            axis = NCHW.index(axis)
        self.activated(op, self.add("Concat", [self.value(i) for i in op.inputs], f"r{op.outputs[0]}", axis=axis))

    def resize(self, op: Any) -> None:
        """RESIZE_BILINEAR."""
        out, options = op.outputs[0], op.builtinOptions
        n, h, w, c = self.shape(out)
        mode = "align_corners" if options.alignCorners else "half_pixel" if options.halfPixelCenters else "asymmetric"
        size = self.weight(f"s{out}", np.array([n, c, h, w], np.int64))
        names = [self.value(op.inputs[0]), "", "", size]
        self.add("Resize", names, f"t{out}", mode="linear", coordinate_transformation_mode=mode)

    def prelu(self, op: Any) -> None:
        """PRELU with slopes (1, 1, C), as slope * x + (1 - slope) * max(x, 0): two depthwise convolutions of one pixel.

        onnxruntime keeps its blocked layout through convolutions but not through PRelu; this more than halves the time.
        """
        x, out = self.value(op.inputs[0]), op.outputs[0]
        slope = self.constants[op.inputs[1]].astype(np.float32).reshape(-1, 1, 1, 1)
        parts = [
            self.add("Conv", [source, self.weight(f"{name}{out}", factor)], f"{name}{out}x", group=len(slope))
            for name, source, factor in (("s", x, slope), ("o", self.add("Relu", [x], f"p{out}"), 1 - slope))
        ]
        self.add("Add", parts, f"t{out}")

    def unary(self, op: Any, kind: str, **attributes: Any) -> None:
        """Operations of one operand."""
        self.add(kind, [self.value(op.inputs[0])], f"t{op.outputs[0]}", **attributes)

    def embed(self) -> onnx.ValueInfoProto:
        """Append the output `embedding`, (1, 2 * channels)."""
        statistics, channels = [], 0
        for op in self.graph.operators:
            if self._name(op) != "ADD":
                continue
            block = f"t{op.outputs[0]}"
            mean = self.add("ReduceMean", [block], f"{block}m", axes=[2, 3])
            centred = self.add("Sub", [block, mean], f"{block}c")
            variance = self.add(
                "ReduceMean", [self.add("Mul", [centred, centred], f"{block}q")], f"{block}v", axes=[2, 3]
            )
            statistics += [mean, self.add("Sqrt", [variance], f"{block}s")]
            channels += self.shape(op.outputs[0])[3]
        self.add("Flatten", [self.add("Concat", statistics, "statistics", axis=1)], "embedding")
        return helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [1, 2 * channels])

    def convert(self, *, embed: bool = False) -> onnx.ModelProto:
        """The ONNX model."""
        rules: dict[str, Callable[[Any], None]] = {
            "CONV_2D": lambda op: self.convolution(op, depthwise=False),
            "DEPTHWISE_CONV_2D": lambda op: self.convolution(op, depthwise=True),
            "Convolution2DTransposeBias": self.transposed_convolution,
            "MAX_POOL_2D": lambda op: self.pool(op, "MaxPool"),
            "AVERAGE_POOL_2D": lambda op: self.pool(op, "AveragePool"),
            "ADD": lambda op: self.binary(op, "Add"),
            "MUL": lambda op: self.binary(op, "Mul"),
            "PAD": self.pad,
            "RESHAPE": self.reshape,
            "CONCATENATION": self.concatenate,
            "RESIZE_BILINEAR": self.resize,
            "PRELU": self.prelu,
            "RELU": lambda op: self.unary(op, "Relu"),
            "LOGISTIC": lambda op: self.unary(op, "Sigmoid"),
            "HARD_SWISH": lambda op: self.unary(op, "HardSwish"),
            "DEPTH_TO_SPACE": lambda op: self.unary(op, "DepthToSpace", blocksize=op.builtinOptions.blockSize),
            "DEQUANTIZE": lambda op: None,
            "DENSIFY": lambda op: None,
        }
        inputs, outputs = [], []
        for i in self.graph.inputs:
            inputs.append(helper.make_tensor_value_info(f"in{i}", TensorProto.FLOAT, self.shape(i)))
            self.add("Transpose", [f"in{i}"], f"t{i}", perm=NCHW)
        for op in self.graph.operators:
            rules[self._name(op)](op)
        for i in self.graph.outputs:
            name = self.graph.tensors[i].name.decode()
            outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, self.shape(i)))
            if len(self.shape(i)) == 4:
                self.add("Transpose", [f"t{i}"], name, perm=NHWC)
            else:
                self.add("Identity", [f"t{i}"], name)
        if embed:
            outputs.append(self.embed())
        graph = helper.make_graph(self.nodes, "model", inputs, outputs, self.weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
        onnx.checker.check_model(model, full_check=True)
        return model


def difference(source: bytes, converted: bytes) -> float:
    """Largest difference of any output on noise, over that output's range."""
    tflite = Interpreter(model_content=source, num_threads=1)
    tflite.allocate_tensors()
    session = ort.InferenceSession(converted, providers=["CPUExecutionProvider"])
    entry = tflite.get_input_details()[0]
    x = np.random.default_rng(1).random(entry["shape"], np.float32)
    tflite.set_tensor(entry["index"], x)
    tflite.invoke()
    ours = session.run([d["name"] for d in tflite.get_output_details()], {session.get_inputs()[0].name: x})
    theirs = [tflite.get_tensor(d["index"]) for d in tflite.get_output_details()]
    return max(float(np.abs(a - b).max() / max(1.0, np.abs(b).max())) for a, b in zip(ours, theirs, strict=True))


def main() -> None:
    """Convert one file and compare."""
    source, target = Path(sys.argv[1]).read_bytes(), Path(sys.argv[2])
    converted = Converter(source).convert(embed="--embed" in sys.argv[3:]).SerializeToString(deterministic=True)
    worst = difference(source, converted)
    if worst > 1e-3:
        raise SystemExit(f"{target.name}: the outputs differ by {worst:.2e} of their range")
    target.write_bytes(converted)
    print(f"{target.name}: {len(converted):,} bytes, outputs differ by at most {worst:.1e} of their range")


if __name__ == "__main__":
    main()
