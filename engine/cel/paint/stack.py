"""The planes of a stack of labels (5, 200, 200): which of them shows where one is greatest."""

BACKGROUND, SKIN, HAIR, CLOTHES, WORN = range(5)
