"""The sitter in a wig, and its locks."""

from collections.abc import Callable

import numpy as np
import pytest

from engine.cel.paint import tresses
from engine.cel.paint.flow import Flow, flow
from engine.cel.paint.layers import Layers, layers
from engine.cel.parse import Label


@pytest.fixture(scope="session")
def wig(sitter) -> Callable[..., Layers]:
    """The sitter's layers with straight hair: a fringe down to one height, curtains down to another."""

    def of(fringe: float = -0.22, ends: float = 0.9) -> Layers:
        labels = np.zeros((200, 200, 5), np.float32)
        skin = sitter.layers.half_skin
        hair = (np.abs(sitter.u) < 0.75) & (sitter.v > -0.75) & (sitter.v < ends)
        hair &= ~((np.abs(sitter.u) < 0.42) & (sitter.v > fringe))
        labels[..., Label.HAIR] = hair
        labels[..., Label.SKIN] = skin * ~hair
        labels[..., Label.BACKGROUND] = 1 - labels.sum(-1)
        return layers(labels, sitter.warped)

    return of


@pytest.fixture(scope="session")
def combed(sitter) -> Callable[[Layers], Flow]:
    def of(worn: Layers) -> Flow:
        return flow(np.full((200, 200), 30, np.float32), worn.half_hair, sitter.warped, sitter.u, sitter.v)

    return of


@pytest.fixture(scope="session")
def worn(wig) -> Layers:
    return wig()


@pytest.fixture(scope="session")
def designed(sitter, worn, combed) -> tresses.Locks:
    return tresses.design(worn, combed(worn), sitter.warped, 3)
