"""The tables of training: jobs, versions, and the pointer that says which version is live."""

from training.models.publications import Publication, PublishEvent
from training.models.runs import AugmentationShard, RunLine, TrainingRun
from training.models.schedules import Schedule
from training.models.versions import ModelVersion, Network, VersionState

__all__ = [
    "AugmentationShard",
    "ModelVersion",
    "Network",
    "Publication",
    "PublishEvent",
    "RunLine",
    "Schedule",
    "TrainingRun",
    "VersionState",
]
