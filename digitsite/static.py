"""Static files under hashed names, the imports inside ES modules included."""

from collections.abc import Iterable, Iterator
from typing import Any

import brotli
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

BROTLI_QUALITY = 9  # the highest, 11, saves a tenth more and takes five times as long: seconds of the first start


class QuickCompressor(Compressor):
    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        compressed: bytes = brotli.compress(data, quality=BROTLI_QUALITY)
        return compressed


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Hash and compress static files; rewrite `import` paths, which Django leaves alone by default."""

    support_js_module_import_aggregation = True
    manifest_strict = False
    max_post_process_passes = 12  # as deep as modules may import one another; Django stops at 5

    def create_compressor(self, **options: Any) -> Compressor:
        return QuickCompressor(**options)

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Compress what pages ask for, the files under hashed names; with the others it would take twice as long."""
        compressed: Iterator[tuple[str, str]] = super().compress_files(set(paths) & set(self.hashed_files.values()))
        return compressed
