"""What the engine in the visitor's browser consists of, and where it gets it."""

from django.contrib.staticfiles import finders
from django.templatetags.static import static

FILES = {
    "worker": "js/engine/worker.js",
    "litert": "vendor/litert/litert.js",
    "runtime": "vendor/litert/runtime.js",
    "wasm": "vendor/litert/runtime.wasm",
}


def urls() -> dict[str, str] | None:
    """Return the addresses for the page's scripts; None where npm could not be used when the site was installed."""
    if not all(finders.find(path) for path in FILES.values()):
        return None
    try:
        return {name: static(path) for name, path in FILES.items()}
    except ValueError:  # they came after the static files were collected: the next start brings them
        return None
