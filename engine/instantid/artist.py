"""Everything loaded, and the way from photos to portraits through it."""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from avatanime.errors import EngineError
from engine import Left, Outcome, Pixels, Portrait, Reason
from engine.cel import drawn as drawn_already
from engine.cel.perceive import perceive, working_picture
from engine.instantid import compile as compilers
from engine.instantid import parts
from engine.instantid.captioners import Blip, Captioner, NoCaptioner, service
from engine.instantid.checkpoint import quiet
from engine.instantid.faces import Face, FaceReader
from engine.instantid.identitynet import EMBEDDING, draw_keypoints
from engine.instantid.options import Options, Plan
from engine.instantid.prompts import NEGATIVE, Subject
from engine.instantid.recipes import Recipe
from engine.instantid.sampler import Conditions
from engine.instantid.weights import load, locate
from engine.photo import Photo


@dataclass(frozen=True, slots=True)
class Sitter:
    """A person to be portrayed: `keypoints` in fractions of the square that is drawn."""

    photo: Photo
    face: Face
    keypoints: NDArray[np.float32]
    prompt: str


class Artist:
    """Loads all models on construction (raises ModelError or EngineError) and draws batches."""

    def __init__(self, plan: Plan) -> None:
        options, recipes = plan.options, list(dict.fromkeys(plan.recipes.values()))
        self.device = choose_device(options.device)
        self.dtype = torch.float32 if self.device.type == "cpu" else torch.float16
        self.stage_ms: dict[str, float] = {}
        self._prompter = plan.prompter
        quiet()
        self._reader = FaceReader(options.folder, gpu=self.device.type == "cuda")
        self._captioner = make_captioner(options, self.device, self.dtype)
        self.weights = load(options.folder, recipes, self.device, self.dtype)
        self._padded = compilers.prepare(
            self.weights,
            options.compile,
            int8=options.int8,
            folder=options.folder / "compiled",
            trial=lambda: self._rehearse(recipes, options.batch),
        )

    @property
    def memory_mb(self) -> float:
        """Memory of the device that torch holds at most so far, in MiB; on a CPU, of the networks alone."""
        if self.device.type == "cuda":
            return torch.cuda.max_memory_allocated(self.device) / 2**20
        networks = compilers.roots(self.weights)
        return float(sum(p.numel() * p.element_size() for net in networks for p in net.parameters())) / 2**20

    def portray(self, photos: Sequence[Photo], recipe: Recipe) -> list[Outcome]:
        """One outcome a photo, in order, all drawn at once."""
        self.stage_ms = {}
        found = self._study(photos)
        sitters = [one for one in found if isinstance(one, Sitter)]
        drawn = iter(self._draw(sitters, recipe) if sitters else ())
        each = {stage: ms / len(photos) for stage, ms in self.stage_ms.items()}
        return [
            Portrait(next(drawn), style=self._prompter.style_of(one.photo.seed), stage_ms=each)
            if isinstance(one, Sitter)
            else one
            for one in found
        ]

    def _study(self, photos: Sequence[Photo]) -> list[Sitter | Left]:
        """Find the faces, look at what else is in the pictures, write the prompts."""
        with self._stage("faces"):
            looks = [self._look(photo) for photo in photos]
        seen = [(photo, look) for photo, look in zip(photos, looks, strict=True) if isinstance(look, Face)]
        with self._stage("caption"):
            captions = iter(self._captioner.describe([photo.pixels for photo, _ in seen]) if seen else ())
        return [
            self._sitter(photo, look, next(captions)) if isinstance(look, Face) else Left(look)
            for photo, look in zip(photos, looks, strict=True)
        ]

    def _look(self, photo: Photo) -> Face | Reason:
        """The face to draw, or why there is nothing to draw: what is drawn already stays as it is, as with cel."""
        reason = drawn_already.left(perceive(working_picture(photo.pixels)))
        return reason or self._reader.read(photo.pixels) or Reason.NO_FACE

    def _sitter(self, photo: Photo, face: Face, caption: str) -> Sitter:
        prompt = self._prompter.write(Subject(face.woman, caption), photo.seed)
        return Sitter(photo, face, frame(photo.pixels, face), prompt)

    def _draw(self, sitters: Sequence[Sitter], recipe: Recipe) -> NDArray[np.uint8]:
        """RGB pictures, (sitters, size, size, 3). Compiled or recorded networks get batches of sizes they know."""
        count = compilers.padded(len(sitters)) if self._padded else len(sitters)
        extra = [sitters[-1]] * (count - len(sitters))
        return self._paint([*sitters, *extra], recipe)[: len(sitters)]

    @torch.no_grad()
    def _paint(self, sitters: Sequence[Sitter], recipe: Recipe) -> NDArray[np.uint8]:
        sampler = self.weights.sampler(recipe)
        with self._stage("text"):
            text = self.weights.text.encode_all([sitter.prompt for sitter in sitters])
            negative = self.weights.text.encode(NEGATIVE)
        with self._stage("denoise"):
            embeddings = torch.from_numpy(np.stack([sitter.face.embedding for sitter in sitters]))
            points = [draw_keypoints(sitter.keypoints * recipe.size, recipe.size) for sitter in sitters]
            conditions = Conditions(
                text,
                negative,
                sampler.adapter.tokens(embeddings.to(self.device, self.dtype)),
                torch.from_numpy(np.stack(points)).permute(0, 3, 1, 2) / 255,
                [sitter.photo.seed for sitter in sitters],
            )
            latents = sampler.denoise(recipe, conditions)
        with self._stage("decode"):
            pictures: NDArray[np.uint8] = self.weights.decoders[recipe.decoder](latents)
        return pictures

    def _rehearse(self, recipes: Iterable[Recipe], batch: int) -> None:
        """Draw nobody in every shape that may come up."""
        photo = Photo(np.zeros((64, 64, 3), np.uint8), "0" * 64)
        nobody = Face(np.zeros(EMBEDDING, np.float32), np.zeros((5, 2), np.float32), np.zeros(4, np.float32), None)
        sitter = Sitter(photo, nobody, nobody.keypoints, "")
        for recipe in recipes:
            for count in compilers.sizes(batch):
                self._paint([sitter] * count, recipe)

    @contextmanager
    def _stage(self, name: str) -> Iterator[None]:
        """Add the time spent inside to this stage, in milliseconds."""
        began = time.perf_counter()
        yield
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)
        self.stage_ms[name] = self.stage_ms.get(name, 0.0) + (time.perf_counter() - began) * 1000


def choose_device(name: str) -> torch.device:
    """The device an option names; "auto" is the best there is. Raises EngineError if it is not there."""
    here = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        name = next(kind for kind, available in here.items() if available)
    if not here[name]:
        raise EngineError(f"anime_device={name}: torch {torch.__version__} sees no such device. Try anime_device=auto.")
    return torch.device(name)


def make_captioner(options: Options, device: torch.device, dtype: torch.dtype) -> Captioner:
    """The captioner an option names. Raises ModelError or EngineError."""
    match options.captioner:
        case "none":
            return NoCaptioner()
        case "blip":
            return Blip(locate(options.folder, parts.BLIP), device, dtype)
        case name:
            return service(name, options.captioner_model, options.captioner_timeout)


def frame(pixels: Pixels, face: Face) -> NDArray[np.float32]:
    """Keypoints in fractions of the square that is drawn: the largest in the picture, with the face in it."""
    height, width = pixels.shape[:2]
    side = min(height, width)
    centre = face.box.reshape(2, 2).mean(0)
    corner = np.clip(centre - side / 2, 0, (width - side, height - side))
    return np.asarray((face.keypoints - corner) / side, np.float32)
