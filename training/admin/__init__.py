"""Training in the admin: runs, versions, schedules."""

from training.admin.runs import TrainingRunAdmin
from training.admin.schedules import ScheduleAdmin
from training.admin.versions import ModelVersionAdmin, PublishEventAdmin

__all__ = ["ModelVersionAdmin", "PublishEventAdmin", "ScheduleAdmin", "TrainingRunAdmin"]
