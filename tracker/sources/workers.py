"""Many files, each read in its turn: on all cores where that pays, with the same answers in the same order.

Each worker reads runs of neighbouring files, so that it finds again what the file before had in common with this one. A
worker is a fork of this process: it starts at once, and knows what was imported. Forking is safe here because a worker
only computes (JSON, GEOS, PROJ): it prints nothing, and waits for no lock that a thread of this process may have held.
Where the system cannot fork safely, or will not, the files are read in this process.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import warnings
from collections import deque
from collections.abc import Generator, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from tracker.errors import SourceError
from tracker.ground.recall import Recent
from tracker.sources.base import Source
from tracker.sources.reading import Snapshot, read_snapshots
from tracker.tables.validity import vouch

Answer = list[Snapshot] | SourceError
_Future = Future[list[Answer | Exception]] | None

_FEWEST, _MOST = 8, 24
"""Neighbouring files that a worker reads in one go; after a gap, less of what comes is known from before."""


def read_each(source: Source, files: Sequence[Path], *, workers: int | None = None) -> Generator[Answer, None, None]:
    """
    Read files one after the other.

    Parameters
    ----------
    source
        The source of the files.
    files
        The files; those that follow each other in time should do so here, for speed.
    workers
        Processes to read in; by default as many as there are cores, and this one alone for few files. What comes out
        does not depend on it.

    Returns
    -------
    generator
        What each file holds, or what is wrong with it, in the order of the files. Workers begin at once, before whoever
        asks starts threads of his own; they end when the last answer was taken, or the generator is closed.
    """
    workers = _most_workers(source) if workers is None else workers
    size = min(max(-(-len(files) // workers), _FEWEST), _MOST)
    runs = [files[start : start + size] for start in range(0, len(files), size)]
    workers = min(workers, len(runs))
    pool = _forked(workers, source) if workers > 1 else None
    if pool is None:
        return _read_here(source, files)
    waiting = deque((run, _submitted(pool, run)) for run in runs[: 2 * workers])
    return _read_there(source, pool, waiting, deque(runs[2 * workers :]))


def _read_there(
    source: Source, pool: ProcessPoolExecutor, waiting: deque[tuple[Sequence[Path], _Future]], later: deque[Any]
) -> Generator[Answer, None, None]:
    """Take the answers of workers in turn; so that they do not pile up, only a few runs are handed out in advance."""
    try:
        while waiting:
            yield from _answers(source, *waiting.popleft())
            if later:
                run = later.popleft()
                waiting.append((run, _submitted(pool, run)))
    finally:
        pool.shutdown(cancel_futures=True)


def _most_workers(source: Source) -> int:
    """Count the processes that may read: one for sources whose files are read by libraries that a fork may upset."""
    forks = sys.platform == "linux" and not multiprocessing.current_process().daemon
    return len(os.sched_getaffinity(0)) if forks and source.read_feature else 1


def _read_here(source: Source, files: Sequence[Path]) -> Generator[Answer, None, None]:
    """Read files in this process."""
    recent = Recent()
    for file in files:
        try:
            answer: Answer = read_snapshots(source, file, recent)
        except SourceError as error:
            answer = error
        yield answer


def _forked(workers: int, source: Source) -> ProcessPoolExecutor | None:
    """Prepare workers; None where the system has none."""
    try:
        context = multiprocessing.get_context("fork")
        return ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(source,))
    except (OSError, ImportError, ValueError):
        return None


def _submitted(pool: ProcessPoolExecutor, run: Sequence[Path]) -> _Future:
    """Hand a run to the workers; None where they are not there (any more)."""
    try:
        with warnings.catch_warnings():  # of Python 3.12: forks and threads do not mix, but see above
            warnings.simplefilter("ignore", DeprecationWarning)
            return pool.submit(_read_run, run)
    except (OSError, RuntimeError):
        return None


def _answers(source: Source, run: Sequence[Path], future: _Future) -> Generator[Answer, None, None]:
    """Take the answers of a worker; read the run in this process where it has none."""
    try:
        answers = future.result() if future else None
    except BrokenExecutor:
        answers = None
    if answers is None:
        yield from _read_here(source, run)
        return
    for answer in answers:
        if isinstance(answer, list):
            vouch(np.array([shape for one in answer for shape in (one.ground.occupied, one.ground.contested)]))
        elif not isinstance(answer, SourceError):
            raise answer
        yield answer


# ---- in a worker

_source: Source
_recent: Recent


def _begin(source: Source) -> None:
    """Begin to work; an interruption is for the process that waits for the answers."""
    global _source, _recent
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _source, _recent = source, Recent()


def _end_with_parent() -> None:
    """Wait until the process that asked is gone, were it killed: nobody would tell a worker."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _read_run(run: Sequence[Path]) -> list[Answer | Exception]:
    """Read a run of files, up to one that fails in an unforeseen way."""
    answers: list[Answer | Exception] = []
    for file in run:
        try:
            answers.append(read_snapshots(_source, file, _recent))
        except SourceError as error:
            answers.append(error)
        except Exception as error:  # noqa: BLE001 (raised again in its turn)
            return [*answers, error]
    return answers
