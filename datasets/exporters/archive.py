"""A zip archive of a million small files in little memory.

`zipfile` keeps an object for every file until the end, 700 MB for a million. Here the directory that stands at the end
of an archive is written to a temporary file as the archive grows. Files are stored as they are: PNG is packed already.
The layout is that of PKWARE's APPNOTE 6.3.3, with the records of Zip64 where the old ones are too small.
"""

import shutil
import struct
import tempfile
import zlib
from typing import BinaryIO, Self

VERSION, VERSION_ZIP64 = 20, 45
UTF8 = 0x0800  # flag: names are in UTF-8
DATE = (1 << 5) | 1  # 1 January 1980, as MS-DOS wrote it
LARGEST_16, LARGEST_32 = 0xFFFF, 0xFFFFFFFF
IN_MEMORY = 1 << 20  # bytes of the directory


class Archive:
    """An archive that is being written; its directory follows when the `with` block ends well."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._directory = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  closed by __exit__
        self._count = 0
        self._at = 0  # bytes written so far

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *details: object) -> None:
        with self._directory:
            if kind is None:
                self._finish()

    def add(self, name: str, content: bytes) -> None:
        """Append a file of at most 4 GiB."""
        encoded = name.encode()
        common = struct.pack(
            "<HHHHIIIHH", UTF8, 0, 0, DATE, zlib.crc32(content), len(content), len(content), len(encoded), 0
        )
        self._directory.write(_entry(encoded, common, self._at))
        self._write(b"PK\x03\x04" + struct.pack("<H", VERSION) + common + encoded)
        self._write(content)
        self._count += 1

    def _write(self, content: bytes) -> None:
        self._file.write(content)
        self._at += len(content)

    def _finish(self) -> None:
        start, size = self._at, self._directory.tell()
        self._directory.seek(0)
        shutil.copyfileobj(self._directory, self._file)
        self._at += size
        if self._count >= LARGEST_16 or start >= LARGEST_32 or size >= LARGEST_32:
            self._write(_end_zip64(self._count, size, start, self._at))
        count, size, start = min(self._count, LARGEST_16), min(size, LARGEST_32), min(start, LARGEST_32)
        self._write(b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, size, start, 0))


def _entry(name: bytes, common: bytes, offset: int) -> bytes:
    """Return a file's entry in the directory."""
    large = offset >= LARGEST_32
    extra = struct.pack("<HHQ", 1, 8, offset) if large else b""
    needed = VERSION_ZIP64 if large else VERSION
    fixed = struct.pack("<HH", VERSION_ZIP64, needed) + common[:-2]
    rest = struct.pack("<HHHHII", len(extra), 0, 0, 0, 0, LARGEST_32 if large else offset)
    return b"PK\x01\x02" + fixed + rest + name + extra


def _end_zip64(count: int, size: int, start: int, here: int) -> bytes:
    record = struct.pack("<QHHIIQQQQ", 44, VERSION_ZIP64, VERSION_ZIP64, 0, 0, count, count, size, start)
    return b"PK\x06\x06" + record + b"PK\x06\x07" + struct.pack("<IQI", 0, here, 1)
