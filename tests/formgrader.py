"""A real Jupyter server with nbgrader's Formgrader."""

import os
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager


@contextmanager
def formgrader(course, port):
    """Serve a course with Formgrader; yields its address."""
    arguments = [
        *("server", "--no-browser", "--allow-root", f"--ServerApp.root_dir={course}"),
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=",
        "--ServerApp.jpserver_extensions="
        "{'nbgrader.server_extensions.formgrader': True}",
    ]
    with (course / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyter", *arguments],
            cwd=course,
            stdout=log,
            stderr=log,
            env=os.environ | {"JUPYTER_CONFIG_DIR": str(course / "no settings")},
        )
        address = f"http://127.0.0.1:{port}"
        try:
            for _ in range(100):
                try:
                    urllib.request.urlopen(address + "/api", timeout=1).close()
                    break
                except OSError:
                    assert server.poll() is None, (course / "server.log").read_text()
                    time.sleep(0.2)
            yield address
        finally:
            server.terminate()
            server.wait(10)
