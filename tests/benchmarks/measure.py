"""How the benchmark measures: seconds and ratios in one run of one process, growth as a slope, memory in a child."""

from __future__ import annotations

import gc
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

__all__ = ["best_of", "command_seconds", "peak_megabytes", "slope"]


def best_of(times: int, **functions: Callable[[], Any]) -> dict[str, float]:
    """
    Time functions in turns, so that a slow moment of the machine hits all of them, and keep the best of each.

    Returns
    -------
    dict
        Name → seconds.
    """
    seconds = dict.fromkeys(functions, np.inf)
    for _ in range(times):
        for name, function in functions.items():
            gc.collect()
            start = time.perf_counter()
            function()
            seconds[name] = min(seconds[name], time.perf_counter() - start)
    return seconds


def slope(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """
    Fit the slope of a line on a log-log plot: 1 where twice the days take twice the time.

    Examples
    --------
    >>> round(slope([50, 100, 200], [1.0, 4.0, 16.0]), 6)
    2.0
    """
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def command_seconds(times: int, commands: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Time whole commands of tracker, from the start of the process to its end, in turns; keep the best of each."""
    functions = {
        name: lambda arguments=arguments: subprocess.run(
            [sys.executable, "-m", "tracker", *arguments], check=True, capture_output=True
        )
        for name, arguments in commands.items()
    }
    return best_of(times, **functions)


def peak_megabytes(code: str, *arguments: str) -> float:
    """Run Python code in a process of its own and read the most memory that it held at once, in megabytes."""
    done = subprocess.run(
        [sys.executable, "-c", code + _TELL_PEAK, *arguments], check=True, capture_output=True, text=True
    )
    kilobytes = float(done.stdout.split()[-1])
    return kilobytes / (1024 * 1024 if sys.platform == "darwin" else 1024)


# Linux hands ru_maxrss down from the process that starts another; VmHWM is that of the new one alone.
_TELL_PEAK = """
import re, resource
try:
    with open("/proc/self/status") as status:
        print(re.search(r"VmHWM:\\s*(\\d+)", status.read())[1])
except OSError:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
