"""Everything that changes the dataset. Views, admin actions, commands and tasks call these and decide nothing.

They are called by these names. What only reads, and the types and limits that go with a change, are imported from the
modules that define them.
"""

from datasets.services.building import build_export, progress_of
from datasets.services.deletion import delete_for_good
from datasets.services.exporting import build_again, copy_export, export_now, look_after_exports, request_export
from datasets.services.importing import ImportReport, import_drawings
from datasets.services.leasing import free_for, give_back, held_by_others, take
from datasets.services.moderation import (
    approve,
    block_contributor,
    block_contributors,
    reject,
    relabel,
    unblock_contributor,
)
from datasets.services.opinions import Opinion, record_opinions
from datasets.services.privacy import delete_all_drawings, erase_address_hashes
from datasets.services.reporting import clear_reports, report_drawing
from datasets.services.reviewing import decide_on_one, take_back
from datasets.services.submission import Submission, delete_drawing, submit_drawing
from datasets.services.sweeping import clear_out
from datasets.services.undoing import undo
from datasets.services.versions import freeze_version
from datasets.services.voting import skip_and_report, vote

__all__ = [
    "ImportReport",
    "Opinion",
    "Submission",
    "approve",
    "block_contributor",
    "block_contributors",
    "build_again",
    "build_export",
    "clear_out",
    "clear_reports",
    "copy_export",
    "decide_on_one",
    "delete_all_drawings",
    "delete_drawing",
    "delete_for_good",
    "erase_address_hashes",
    "export_now",
    "free_for",
    "freeze_version",
    "give_back",
    "held_by_others",
    "import_drawings",
    "look_after_exports",
    "progress_of",
    "record_opinions",
    "reject",
    "relabel",
    "report_drawing",
    "request_export",
    "skip_and_report",
    "submit_drawing",
    "take",
    "take_back",
    "unblock_contributor",
    "undo",
    "vote",
]
