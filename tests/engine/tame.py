"""An engine that does what a picture's first pixel says, and the worker that serves it (run this file)."""

import os
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from avatanime.errors import EngineError, ModelError
from engine import Description, EngineSettings, Left, Outcome, Portrait, Reason, Tier, worker
from engine.photo import Photo

DRAW, SLEEP, HANG, DIE, REFUSE, BUG, NO_FACE, DRAWN, CHATTER, SPIN, GATE = range(11)


class TameEngine:
    """Options: `log` (a file that gets a line an event), `cold` (the error `warm` raises) and what it describes."""

    def __init__(self, settings: EngineSettings) -> None:
        self.options = settings.options

    def log(self, line: str) -> None:
        if "log" in self.options:
            with Path(str(self.options["log"])).open("a") as file:
                file.write(line + "\n")

    def logged(self, line: str) -> bool:
        return line in Path(str(self.options["log"])).read_text().splitlines()

    def warm(self) -> None:
        self.log(f"warm {os.getpid()}")
        match self.options.get("cold"):
            case "model":
                raise ModelError("The model file face.onnx is missing: run `avatanime models pull tame`.")
            case "bug":
                raise RuntimeError("a bug")
            case "once" if not self.logged("was cold"):
                self.log("was cold")
                raise ModelError("The model file face.onnx is being copied.")
            case "dies":
                os.write(2, b"Illegal instruction\n")
                os._exit(9)

    def portray(self, photos: Sequence[Photo], tier: Tier) -> list[Outcome]:
        self.log(f"batch {len(photos)}")
        return [self.one(photo, tier) for photo in photos]

    def one(self, photo: Photo, tier: Tier) -> Outcome:
        command, argument = int(photo.pixels[0, 0, 0]), int(photo.pixels[0, 0, 1])
        self.log(f"draw {argument} {tier.value}")
        match command:
            case 1:
                time.sleep(argument / 100)
            case 2:
                time.sleep(3600)
            case 3:
                os._exit(7)
            case 4:
                raise EngineError("The canvas is wet.")
            case 5:
                raise ValueError("a bug")
            case 6:
                return Left(Reason.NO_FACE)
            case 7:
                return Left(Reason.DRAWN)
            case 8:
                print("a library that chatters")
                os.write(1, b"and one that is written in C\n")
            case 9:
                while True:
                    pass
            case 10:
                while not self.logged("open"):
                    time.sleep(0.01)
        return Portrait(np.full((40, 40, 3), argument, np.uint8), style="tame", stage_ms={"one": 1.0})

    def recipe(self, tier: Tier) -> str:
        return f"tame-1-{tier.value}"

    def describe(self) -> Description:
        in_process = bool(self.options.get("in_process", False))
        most = int(self.options.get("most_workers", 0))
        return Description("tame", "1", "cpu", 1.0, in_process=in_process, shares_tiers=False, most_workers=most)

    def close(self) -> None:
        self.log("close")


def create(name: str, settings: EngineSettings) -> TameEngine:
    return TameEngine(settings)


if __name__ == "__main__":
    worker.main(create)
