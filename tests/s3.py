"""An S3-compatible storage on a port of this machine, for the tests: moto's server."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import boto3
from moto.server import ThreadedMotoServer

from digitsite import processes

BUCKET = "digitsite"
KEY = "testing"


@dataclass(frozen=True)
class Bucket:
    endpoint: str

    def environment(self) -> dict[str, str]:
        """Return the variables that point a process to the bucket."""
        return {
            "ARTIFACTS_S3_BUCKET": BUCKET,
            "ARTIFACTS_S3_ENDPOINT": self.endpoint,
            "ARTIFACTS_S3_REGION": "us-east-1",
            "ARTIFACTS_S3_ACCESS_KEY": KEY,
            "ARTIFACTS_S3_SECRET_KEY": KEY,
        }

    def setting(self) -> dict[str, object]:
        """Return the entry of STORAGES for this process."""
        options = {"bucket_name": BUCKET, "endpoint_url": self.endpoint, "region_name": "us-east-1"}
        keys = {"access_key": KEY, "secret_key": KEY}
        return {"BACKEND": "digitsite.s3.ArtifactStorage", "OPTIONS": {**options, **keys}}

    def names(self) -> list[str]:
        """Return the names of all files in it."""
        return [found["Key"] for found in self._client().list_objects_v2(Bucket=BUCKET).get("Contents", [])]

    def _client(self):
        options = {"region_name": "us-east-1", "aws_access_key_id": KEY, "aws_secret_access_key": KEY}
        return boto3.client("s3", endpoint_url=self.endpoint, **options)


@contextmanager
def running_storage() -> Iterator[Bucket]:
    """Run a storage with one empty bucket."""
    port = processes.free_port()
    server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
    server.start()
    bucket = Bucket(f"http://127.0.0.1:{port}")
    try:
        bucket._client().create_bucket(Bucket=BUCKET)
        yield bucket
    finally:
        server.stop()
