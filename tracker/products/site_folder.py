"""The folder of a site: its files, and `index.json`, which says what each of them should be."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path, PurePosixPath
from typing import Any

from tracker.files import write_whole

INDEX = "index.json"
SCHEMA = 1
"""The version of the layout of `index.json`."""


def open_index(folder: Path) -> dict[str, Any]:
    """
    Read the index of a site: `parts` (name → `fingerprint` and `files`: path → `bytes` and `sha256`) and what is told.

    Raises
    ------
    ValueError
        If the folder holds something that is no site.
    """
    path = folder / INDEX
    if not path.is_file():
        standing = next(one for one in (folder, *folder.resolve().parents) if one.exists())
        if not standing.is_dir():
            raise ValueError(f"{folder}: {standing} is a file; name a folder")
        if standing == folder and any(folder.iterdir()):
            raise ValueError(f"{folder} holds other files and no {INDEX} of a site; name an empty folder")
        return {"schema": SCHEMA, "parts": {}}
    try:
        index = json.loads(path.read_text(encoding="utf-8"))
        parts = {str(part): _checked(one) for part, one in index["parts"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ValueError(f"{path} is not the index of a site; name another folder, or remove the file") from None
    return {**index, "parts": parts}


def _checked(part: dict[str, Any]) -> dict[str, Any]:
    """Take what is known of a part; a path that leads out of the folder is none of its files."""
    files = {
        path: {"bytes": int(one["bytes"]), "sha256": str(one["sha256"])}
        for path, one in part["files"].items()
        if not PurePosixPath(path).is_absolute() and ".." not in PurePosixPath(path).parts
    }
    return {"fingerprint": str(part["fingerprint"]), "files": files}


def write_index(folder: Path, index: dict[str, Any]) -> None:
    """Write the index, whole."""
    write_whole(folder / INDEX, json.dumps(index, ensure_ascii=False, indent=1, allow_nan=False) + "\n")


def is_broken(folder: Path, files: dict[str, Any]) -> bool:
    """Tell whether a file is missing or not as it was written."""
    return any(_sha256_of(folder / path) != one["sha256"] for path, one in files.items())


def put(folder: Path, index: dict[str, Any], part: str, fingerprint: str, contents: dict[str, str | bytes]) -> None:
    """Write the files of a part, take away those that it no longer has, and note both in the index."""
    before = index["parts"].get(part, {"files": {}})["files"]
    files: dict[str, Any] = {}
    for path, content in contents.items():
        put_file(folder, files, path, content)
    remove(folder, {path: one for path, one in before.items() if path not in files})
    index["parts"][part] = {"fingerprint": fingerprint, "files": files}
    write_index(folder, index)


def put_file(folder: Path, files: dict[str, Any], path: str, content: str | bytes) -> None:
    """Write a file, unless it is so already, and note what it is."""
    data = content.encode() if isinstance(content, str) else content
    files[path] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    if _sha256_of(folder / path) != files[path]["sha256"]:
        write_whole(folder / path, data)


def remove(folder: Path, files: dict[str, Any]) -> None:
    """Take files away that are still as they were written, and the folders that this leaves empty."""
    for path, one in files.items():
        file = folder / path
        if _sha256_of(file) != one["sha256"]:
            continue
        file.unlink()
        for above in PurePosixPath(path).parents[:-1]:
            if any((folder / above).iterdir()):
                break
            (folder / above).rmdir()


def _sha256_of(file: Path) -> str:
    """Hash a file; "" where there is none."""
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""
