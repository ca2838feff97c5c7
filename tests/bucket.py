"""A bucket on this machine, as a service of S3 gives it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import fsspec
from moto.server import ThreadedMotoServer

SECRET = "canary-secret-of-the-bucket"
URL = "s3://warehouse/jalur/landing"


@contextmanager
def served() -> Iterator[dict[str, str]]:
    """Serve an empty bucket; gives the environment in which it is found."""
    # It tells of each request.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    environment = {
        "AWS_ACCESS_KEY_ID": "AKIACANARY",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
    }
    # File systems are kept per process, with the environment that they were made in.
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    try:
        with mock.patch.dict("os.environ", environment):
            fsspec.filesystem("s3").mkdir("warehouse")
            yield environment
    finally:
        fsspec.get_filesystem_class("s3").clear_instance_cache()
        server.stop()
