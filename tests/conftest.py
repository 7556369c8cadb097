"""Settings of all tests."""

import os

# Small linear algebra: a second thread costs more than it gains, and with a test on
# each core the threads of all kernels would fight for them. Kernels inherit this.
os.environ.setdefault("OMP_NUM_THREADS", "1")
