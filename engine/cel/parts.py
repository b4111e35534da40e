"""The model files the cel engine can do without, and draws better with."""

from engine.cel.pulled import PARSER_FILE
from engine.models import Part

PARSER = Part("parser", "senty-au/selfie_multiclass_256x256-ONNX", (PARSER_FILE,), "Apache-2.0", 0.017)
"""MediaPipe's multiclass selfie segmenter as ONNX. The hub states the file's sha256, which is checked and recorded when
it is pulled, and checked again whenever it is loaded."""

PARTS: tuple[Part, ...] = (PARSER,)
