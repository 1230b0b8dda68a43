"""The machine: CPU time of processes with their children, and what it is."""

import os
import platform
import time
from collections.abc import Callable
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def cpu_s(pid: int) -> float:
    """Return the CPU seconds that a process and its descendants have spent, those that ended included."""
    children: dict[int, list[int]] = {}
    spent: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                told = (entry / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            except OSError:  # it ended meanwhile
                continue
            children.setdefault(int(told[1]), []).append(int(entry.name))
            spent[int(entry.name)] = sum(int(ticks) for ticks in told[11:15]) / _TICKS_PER_S
    total, left = 0.0, [pid]
    while left:
        one = left.pop()
        total += spent.get(one, 0.0)
        left += children.get(one, [])
    return total


def machine() -> str:
    """Say in a line on what was measured."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    load = os.getloadavg()[0]
    memory_gib = pages * size / 2**30
    return (
        f"{os.cpu_count()} cores ({model}), {memory_gib:.0f} GiB, Linux {platform.release().split('-')[0]},"
        f" Python {platform.python_version()}; load before the run {load:.1f}"
    )


def until(true: Callable[[], bool], what: str, within_s: float, every_s: float = 0.02) -> None:
    """Return when something has become true.

    Raises:
        AssertionError: it did not in time.
    """
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, f"not within {within_s:.0f} s: {what}"
        time.sleep(every_s)
