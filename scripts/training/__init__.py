"""How the cel engine's own networks are taught: `python -m scripts.training.parser`, `... .tones` and `... .traits`.

The first two take a folder of photographs labelled by hand:

    photo/NAME.png        square, with one main face
    mask/NAME.png         the same size, 8-bit: `engine.cel.parse.Label` of every pixel
    colour/NAME.json      {"skin": "#rrggbb", "hair": "#rrggbb" or null}: lit skin and hair in neutral daylight

Names that agree up to their last hyphen belong together (one person) and are never split between learning and testing.
They need the extra `diffusion` (for torch) and `onnx`; what the third takes stands there.
"""
