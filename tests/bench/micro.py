"""Small figures beside the table: a kernel's start, a call between rooms, memory."""

import asyncio
import json
import shutil
import sys
import time
from pathlib import Path
from subprocess import DEVNULL

import nbformat
from exercise import ASSIGNMENT, NOUN, cell, notebook_of
from jupyter_client.manager import AsyncKernelManager
from meter import measure
from students import STUDENTS
from table import Spread
from variants import BUILD, ENVIRONMENT, Nbgrader, make_course

FOLDER = BUILD / "bench" / "figures"
IMPORTS = ("numpy", "torch")
REPEATS = 7

GIVEN = """\
import json
import time

import numpy as np
import torch"""

COPY = """\
def copy(a):
    return a.copy() if isinstance(a, np.ndarray) else a.clone()"""

# Medians in milliseconds; the 10 MB are copied once by the student's function.
TIMING = """\
def median_ms(argument, times):
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        copy(argument)
        seconds.append(time.perf_counter() - start)
    return 1000 * float(np.median(seconds))


assert (copy(np.ones(8)) == 1).all()
median_ms(np.ones(8), 200)
print(json.dumps({
    "call with 8 floats, ms": median_ms(np.ones(8), 2000),
    "call with a tensor of 8, ms": median_ms(torch.ones(8), 2000),
    "10 MB array there and back, ms": median_ms(np.ones(10**7 // 8), 30),
    "10 MB tensor there and back, ms": median_ms(torch.ones(10**7 // 4), 30),
}))"""


def figures(variants: list) -> dict[str, dict]:
    """Measure everything, for the graders that run in nbgrader."""
    found = {"kernel": starts()}
    for variant in variants:
        if isinstance(variant, Nbgrader) and variant.name != "tuned":
            found[variant.name] = calls(variant) | memory(variant)
    return found


def starts() -> dict[str, str]:
    """Time kernels from the request to the first reply, imports included."""
    return {
        "cold, with imports, s": str(asyncio.run(_cold_starts())),
        **{
            f"warm, {name}, s": str(asyncio.run(_warm_starts(spares)))
            for name, spares in {"spare ready": 1, "no spare": 0}.items()
        },
    }


async def _cold_starts():
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        manager = AsyncKernelManager()
        await manager.start_kernel(stdout=DEVNULL, stderr=DEVNULL)
        client = manager.client()
        client.start_channels()
        await client.wait_for_ready()
        await _import(client)
        seconds.append(time.perf_counter() - start)
        client.stop_channels()
        await manager.shutdown_kernel(now=True)
    return Spread.of(seconds)


async def _warm_starts(spares):
    from autograder.zygote import Zygote

    seconds = []
    with Zygote.start(IMPORTS, spares=spares) as zygote:
        await _end(await zygote.pair())  # the first waits for the imports
        for _ in range(REPEATS):
            await asyncio.sleep(1)  # a spare is made while a submission runs
            start = time.perf_counter()
            rooms = await zygote.pair()
            await asyncio.gather(*(_import(room.kc) for room in rooms))
            seconds.append(time.perf_counter() - start)
            await _end(rooms)
    return Spread.of(seconds)


async def _import(client):
    reply = await client.execute(f"import {', '.join(IMPORTS)}", reply=True, timeout=60)
    if reply["content"]["status"] != "ok":
        raise RuntimeError(f"imports failed in a kernel: {reply['content']}")


async def _end(rooms):
    for room in rooms:
        await room.stop()


def calls(variant: Nbgrader) -> dict[str, float]:
    """Time calls of a student's function in a graded cell."""
    document = notebook_of(
        [
            cell(GIVEN, "given", locked=True),
            cell(
                f"### BEGIN SOLUTION\n{COPY}\n### END SOLUTION", "copy", solution=True
            ),
            cell(TIMING, "copy_test", locked=True, points=1),
        ]
    )
    folder = FOLDER / f"calls-{variant.name}"
    make_course(folder, document, {"ada": {"copy": COPY}})
    variant.configure(folder)
    log = folder / "log.txt"
    measure(variant.commands(folder), folder, ENVIRONMENT, log)
    graded = nbformat.read(
        folder / "autograded" / "ada" / ASSIGNMENT / f"{NOUN}.ipynb", as_version=4
    )
    printed = [o.text for o in graded.cells[-1].outputs if o.output_type == "stream"]
    if len(printed) != 1:
        sys.exit(f"error: no figures came from {folder}: {graded.cells[-1].outputs}")
    return {name: round(ms, 4) for name, ms in json.loads(printed[0]).items()}


def memory(variant: Nbgrader) -> dict[str, list]:
    """Look at the size of each kernel while two submissions are graded."""
    folder: Path = FOLDER / f"memory-{variant.name}"
    shutil.rmtree(folder, ignore_errors=True)
    variant.prepare(folder, STUDENTS[:2])
    log = folder / "log.txt"
    usage = measure(
        variant.commands(folder), folder, ENVIRONMENT, log, memory=True, every=0.1
    )
    seen = usage.processes
    parents = {process.parent for process in seen.values()}
    sizes = {"kernels": [], "what started them": []}
    for (number, _), process in seen.items():
        kind = "what started them" if number in parents else "kernels"
        if "nbgrader" not in process.command and process.private_mib > 10:
            sizes[kind].append((round(process.pss_mib), round(process.private_mib)))
    return {
        f"{kind}, peak MiB (share, private)": sorted(found, reverse=True)
        for kind, found in sizes.items()
        if found
    }
