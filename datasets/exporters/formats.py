"""The formats that a version can be had in, by the name in addresses and commands."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from datasets.exporters import Exporter, idx, manifest, ndjson, npz, png

FORMATS: dict[str, Exporter] = {module.NAME: module for module in (idx, npz, ndjson, png, manifest)}
NAMES: dict[str, str | Promise] = {
    "idx": "IDX",
    "npz": "NPZ",
    "ndjson": "NDJSON",
    "png": "PNG",
    "manifest": _("Manifest"),
}
