"""Which parser labels pictures on this machine."""

from engine.cel import multiclass_parser
from engine.cel.learned_parser import LearnedParser
from engine.cel.parse import Parser


def parser() -> Parser:
    """The best parser there is. Raises ModelError if a downloaded model is not what was pulled."""
    return multiclass_parser.pulled() or LearnedParser()
