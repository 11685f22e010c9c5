"""Serve the files of exports: whole or in part, with their checksum as ETag, from wherever they are stored."""

import logging
import re
from collections.abc import Iterator

from django.core.files.base import File
from django.core.files.storage import storages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control

from datasets.errors import Unavailable
from datasets.models import DatasetExport
from datasets.services import build_again

logger = logging.getLogger(__name__)

PIECE = 1 << 16  # bytes
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.ASCII)


def download(request: HttpRequest, export: DatasetExport) -> HttpResponseBase:
    """Return the file of an export that is ready, or the part of it that the request asks for."""
    etag = f'"{export.sha256}"'
    response = get_conditional_response(request, etag=etag) or _content(request, export, etag)
    response["ETag"] = etag
    # The same address may have a new revision tomorrow: keep it, but ask each time.
    patch_cache_control(response, public=True, no_cache=True)
    return response


def _content(request: HttpRequest, export: DatasetExport, etag: str) -> HttpResponseBase:
    size = export.size or 0
    part = _wanted(request, etag, size)
    if part is not None and part.start >= size:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    file = _opened(export)
    if part is None:
        response: HttpResponseBase = FileResponse(
            file, as_attachment=True, filename=export.filename, content_type=export.content_type
        )
        response["Content-Length"] = str(size)
    else:
        response = StreamingHttpResponse(_part(file, part), status=206, content_type=export.content_type)
        response["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
        response["Content-Length"] = str(len(part))
        response["Content-Disposition"] = f'attachment; filename="{export.filename}"'
    response["Accept-Ranges"] = "bytes"
    return response


def _opened(export: DatasetExport) -> File:
    """Return the file; raises Unavailable where it cannot be had now. One that is lost is built anew."""
    try:
        return storages["artifacts"].open(export.path)
    except FileNotFoundError:
        logger.exception("The file of %s is lost", export)
        build_again(export)
        raise Unavailable("export_lost", "The file is being built anew. Ask again in a minute.") from None
    except OSError:
        logger.exception("The file of %s cannot be read", export)
        raise Unavailable("storage_away", "The files are out of reach. Ask again in a minute.") from None


def _wanted(request: HttpRequest, etag: str, size: int) -> range | None:
    """Return the bytes that are asked for; None: all of them, also where the request says it in a way we do not read.

    A client that has the beginning of another file says so by `If-Range`, and gets this one whole.
    """
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None or asked[0] == "bytes=-" or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = asked[1], asked[2]
    if not first:
        return range(max(0, size - int(last)), size)
    stop = min(size, int(last) + 1) if last else size
    return range(int(first), stop) if stop > int(first) or int(first) >= size else None


def _part(file: File, part: range) -> Iterator[bytes]:
    with file:
        file.seek(part.start)
        left = len(part)
        while left and (piece := file.read(min(PIECE, left))):
            left -= len(piece)
            yield piece
