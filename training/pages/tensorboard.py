"""The figures of a run as TensorBoard reads them: a zip of event files, made from the row whenever somebody wants it.

An event file is a sequence of records (length, checksum, content, checksum), each a protocol buffer `Event`. The few
fields that figures need are written here, so that a web process can do it, which has no TensorFlow. Sources:
tensorflow/core/lib/io/record_writer.h, tensorflow/core/util/event.proto, tensorflow/core/framework/summary.proto.
"""

import io
import struct
import zipfile
from collections.abc import Iterator
from datetime import datetime

from training.learning.epochs import EpochFigures
from training.models import TrainingRun

FILE = "events.out.tfevents.{second}.digitsite"
TAGS = {
    "train": {"epoch_loss": "loss", "epoch_accuracy": "accuracy", "epoch_learning_rate": "learning_rate"},
    "validation": {"epoch_loss": "validation_loss", "epoch_accuracy": "validation_accuracy"},
}
CASTAGNOLI = 0x82F63B78  # the polynomial of CRC-32C, reversed


def archive(run: TrainingRun) -> bytes:
    """Return a zip with one event file of training and one of validation; unpacked, `tensorboard --logdir` shows it."""
    began = run.started_at or run.created_at
    history = [EpochFigures.from_json(figures) for figures in run.history]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, tags in TAGS.items():
            path = f"{run.network}-run-{run.pk}/{name}/{FILE.format(second=int(began.timestamp()))}"
            packed.writestr(path, b"".join(map(record, _events(history, tags, began))))
    return file.getvalue()


def record(content: bytes) -> bytes:
    """Return content as a record of an event file."""
    length = struct.pack("<Q", len(content))
    return length + struct.pack("<I", _masked(length)) + content + struct.pack("<I", _masked(content))


def _events(history: list[EpochFigures], tags: dict[str, str], began: datetime) -> Iterator[bytes]:
    """Yield the version of the file, then an event for each epoch, at the time when it ended, pauses left out."""
    moment = began.timestamp()
    yield _double(1, moment) + _bytes(3, b"brain.Event:2")
    for figures in history:
        moment += figures.seconds
        values = b"".join(
            _bytes(1, _bytes(1, tag.encode()) + _float(2, getattr(figures, name))) for tag, name in tags.items()
        )
        yield _double(1, moment) + _integer(2, figures.epoch) + _bytes(5, values)


def _key(field: int, kind: int) -> bytes:
    return _varint(field << 3 | kind)


def _integer(field: int, value: int) -> bytes:
    return _key(field, 0) + _varint(value)


def _double(field: int, value: float) -> bytes:
    return _key(field, 1) + struct.pack("<d", value)


def _bytes(field: int, value: bytes) -> bytes:
    return _key(field, 2) + _varint(len(value)) + value


def _float(field: int, value: float) -> bytes:
    return _key(field, 5) + struct.pack("<f", value)


def _varint(value: int) -> bytes:
    groups = bytearray()
    while value > 0x7F:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*groups, value])


def _masked(content: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in content:
        crc = CRC_OF_BYTE[(crc ^ byte) & 0xFF] ^ crc >> 8
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def _crc_of_byte(byte: int) -> int:
    for _bit in range(8):
        byte = byte >> 1 ^ CASTAGNOLI * (byte & 1)
    return byte


CRC_OF_BYTE = [_crc_of_byte(byte) for byte in range(256)]
