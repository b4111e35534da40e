"""The sitter in a wig, combed, and its locks."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from engine.cel.paint.cuts import UNTOLD
from engine.cel.paint.flow import Flow, flow
from engine.cel.paint.layers import Layers, layers
from engine.cel.paint.locks import Locks, locks
from engine.cel.parse import Label


@pytest.fixture(scope="session")
def wig(sitter) -> Callable[..., Layers]:
    """The sitter's layers with straight hair: a fringe down to one height, curtains down to another."""

    def of(fringe: float = -0.22, ends: float = 0.9) -> Layers:
        labels = np.zeros((200, 200, len(Label)), np.float32)
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
        plain = np.full((200, 200), 30, np.float32)
        return flow(plain, worn.half_hair, worn.half_skin, sitter.warped, sitter.u, sitter.v)

    return of


@pytest.fixture(scope="session")
def worn(wig) -> Layers:
    return wig()


@pytest.fixture(scope="session")
def laid_out(sitter, combed) -> Callable[[Layers], Locks]:
    def of(worn: Layers, seed: int = 3, woman: float = 1.0, mature: bool = False, **told_of: float) -> Locks:
        told = replace(UNTOLD, **{"tousled": -1.0, "cropped": 0.0, **told_of})
        return locks(worn, combed(worn), sitter.warped, woman, sitter.u, sitter.v, seed, told, mature=mature)

    return of
