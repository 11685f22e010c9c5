"""The manifest: a line `position content_hash label split` a drawing, tabs between; its SHA-256 is the version's."""

from typing import BinaryIO

from datasets.exporters import Source

NAME = "manifest"
EXTENSION = "tsv"
CONTENT_TYPE = "text/tab-separated-values; charset=utf-8"


def write(source: Source, file: BinaryIO) -> None:
    for piece in source.manifest():
        file.write(piece)
