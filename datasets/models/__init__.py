"""The tables, by what they are about. Reads live on the querysets here, writes in `datasets.services`."""

from datasets.models.contributors import Contributor, Room, Split
from datasets.models.decisions import DecidedContributor, Decision, DecisionItem
from datasets.models.drawings import Drawing, DrawingContent, Verdict
from datasets.models.exports import DatasetExport
from datasets.models.reports import DrawingReport
from datasets.models.reviewing import Lease, ReviewPreference
from datasets.models.versions import DatasetItem, DatasetVersion
from datasets.models.votes import Vote

__all__ = [
    "Contributor",
    "DatasetExport",
    "DatasetItem",
    "DatasetVersion",
    "DecidedContributor",
    "Decision",
    "DecisionItem",
    "Drawing",
    "DrawingContent",
    "DrawingReport",
    "Lease",
    "ReviewPreference",
    "Room",
    "Split",
    "Verdict",
    "Vote",
]
