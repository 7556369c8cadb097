"""The benchmark's modules find each other by name, as they do when bench.py runs."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
