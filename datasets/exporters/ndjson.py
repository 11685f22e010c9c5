"""NDJSON, gzipped: a drawing a line, its strokes as in the raw files of Quick, Draw!, and what is known about it.

`drawing` is a list of strokes [[x, ...], [y, ...], [t, ...]]: canvas units, y down, and milliseconds since the first
point; without t where nobody knows it. `pen` and `erase` have an entry a stroke. A drawing that came as a picture has
no strokes but `pixels`, its 28x28 in base64; so has one with something erased or drawn beyond the edge of its canvas,
because no moderator has seen that. A photograph is not published, nor when a drawing was given. `prompt` is what the
page had asked for: a digit, or the name of a shape such as "star".
"""

import base64
import gzip
import json
from typing import Any, BinaryIO

from datasets.exporters import Record, Source

NAME = "ndjson"
EXTENSION = "ndjson.gz"
CONTENT_TYPE = "application/gzip"


def write(source: Source, file: BinaryIO) -> None:
    with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0, compresslevel=5) as packed:
        for record in source.records():
            packed.write(json.dumps(as_json(record), separators=(",", ":")).encode() + b"\n")


def as_json(record: Record) -> dict[str, Any]:
    """Return the record as it is published."""
    return {
        "key_id": record.id,
        "word": record.label,
        "recognized": record.recognized,
        **_content(record),
        "position": record.position,
        "split": record.split,
        "claimed_label": record.claimed_label,
        "final_label": record.label,
        "prompt": record.prompt,
        "contributor": record.contributor,
        "votes": record.votes,
        "device": record.device,
        "source": record.source,
        "source_key": record.source_key,
        "licence": record.licence,
        "same_hand": record.same_hand,
        "ambiguous": record.ambiguous,
    }


def _content(record: Record) -> dict[str, Any]:
    if record.strokes is None:
        return {"drawing": [], "pixels": base64.b64encode(record.pixels).decode()}
    strokes = record.strokes["strokes"]
    return {
        "drawing": [[list(axis) for axis in zip(*stroke["points"], strict=True)] for stroke in strokes],
        "pen": [stroke["pen"] for stroke in strokes],
        "erase": [stroke["erase"] for stroke in strokes],
        "width": record.strokes["width"],
        "height": record.strokes["height"],
    }
