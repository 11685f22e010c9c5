"""Everything that changes the dataset. Views, admin actions, commands and tasks call these and decide nothing."""

from datasets.services.importing import ImportReport, import_drawings
from datasets.services.versions import freeze_version

__all__ = ["ImportReport", "freeze_version", "import_drawings"]
