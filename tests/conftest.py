"""Settings of all tests."""

import os

# Small linear algebra: a second thread costs more than it gains, and with a test on
# each core the threads of all kernels would fight for them. Kernels inherit this.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# Experiments of lessons show their spread over seeds to readers; one run tells whether
# they work. `make thorough` runs, and budgets, all of them.
if not os.environ.get("THOROUGH"):
    os.environ.setdefault("COURSE_SEEDS", "1")
