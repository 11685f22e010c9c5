"""Training as a run does it, without a database: augment, fit, calibrate, export."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.quality.drawings import Drawings
from training import networks
from training.augmenting.configuration import RunConfig
from training.augmenting.shards import expand
from training.judging.litert import LiteRTNetwork
from training.learning.calibration import calibrate
from training.learning.export import export
from training.learning.fitting import fit
from training.models import Network
from training.pipeline import fit_settings

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Fitted:
    """What a run would ship, and what it took."""

    network: LiteRTNetwork
    parameters: int
    size: int  # bytes
    images: int  # that it was trained on, copies included
    seconds: float


def fitted(
    train: Drawings,
    validation: Drawings,
    config: RunConfig,
    *,
    architecture: str = "light",
    role: str = Network.DIGITS,
    start: "keras.Model | None" = None,
    images_per_epoch: int | None = None,
) -> Fitted:
    """Train a new network, or go on with `start`; `images_per_epoch` sets how long, however many drawings there are."""
    began = time.monotonic()
    drawings = train.selection(role)
    made = expand(drawings, config, 0, role)
    held_out = validation.selection(role)
    network = start or networks.build(architecture, 10, seed=config.seed)
    settings = fit_settings(config, images_per_epoch=images_per_epoch)
    fit(network, (made.images, made.classes), (held_out.images, held_out.classes), settings)
    if config.calibrate:
        calibrate(network, (held_out.images, held_out.classes))
    exported = export(network, held_out.images[:2000]).tflite_bytes
    seconds = time.monotonic() - began
    return Fitted(LiteRTNetwork(exported), network.count_params(), len(exported), len(made.images), seconds)
