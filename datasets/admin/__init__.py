"""The admin of the dataset: the queue of drawings, their contributors, decisions and dataset versions."""

from datasets.admin.contributors import ContributorAdmin
from datasets.admin.decisions import DecisionAdmin
from datasets.admin.drawings import DrawingAdmin
from datasets.admin.versions import DatasetVersionAdmin

__all__ = ["ContributorAdmin", "DatasetVersionAdmin", "DecisionAdmin", "DrawingAdmin"]
