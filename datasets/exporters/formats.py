"""The formats that a version can be had in, by the name in addresses and commands."""

from datasets.exporters import Exporter, idx, manifest, ndjson, npz, png

FORMATS: dict[str, Exporter] = {module.NAME: module for module in (idx, npz, ndjson, png, manifest)}
