"""Static files under hashed names, the imports inside ES modules included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Hash and compress static files; rewrite `import` paths, which Django leaves alone by default."""

    support_js_module_import_aggregation = True
    manifest_strict = False
