"""Whether a forked process can compute: some libraries break when they are forked.

One that starts OpenMP threads or touches a GPU while it is imported leaves forks that
hang at their first parallel loop. Better to know before a class is graded.
"""

import os
import signal
import sys
import warnings


def check_fork(seconds: int = 20) -> str | None:
    """Fork this process and compute in the fork what notebooks compute.

    Parameters
    ----------
    seconds : int
        The fork is ended after that time.

    Returns
    -------
    str or None
        What is wrong; None when all is well.
    """
    told, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(seconds)
            _compute()
        except BaseException as error:
            os.write(tell, f"{type(error).__name__}: {error}".encode()[:4000])
        finally:
            os._exit(0)
    os.close(tell)
    with os.fdopen(told, "rb") as pipe:
        said = pipe.read().decode(errors="replace")
    _, status = os.waitpid(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    if said:
        return f"a forked process cannot compute: {said}"
    if code == -signal.SIGALRM:
        return (
            f"a forked process hangs in a parallel computation (gave up after {seconds}"
            " s): a preloaded library ran threads while it was imported"
        )
    if code:
        return f"a forked process crashes when it computes, status {code}"
    return None


def _compute() -> None:
    if "numpy" in sys.modules:
        numpy = sys.modules["numpy"]
        matrix = numpy.ones((300, 300))
        numpy.linalg.svd(matrix @ matrix)
    if "torch" in sys.modules:
        _train(sys.modules["torch"])


def _train(torch) -> None:
    """Take one step of training on two threads."""
    torch.set_num_threads(2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = torch.nn.Conv2d(3, 16, 3)
        optimizer = torch.optim.Adam(model.parameters())
        model(torch.ones(8, 3, 64, 64)).square().mean().backward()
        optimizer.step()
