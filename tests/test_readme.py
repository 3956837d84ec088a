"""What the README and the changelog say is true of the program."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

import tracker as tr
from tracker.cli import cli

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
TEXT = README.read_text(encoding="utf-8") if README.exists() else ""
FENCE = re.compile(r"^(?P<indent> *)```(?P<lang>[^\n`]*)\n(?P<body>.*?)^(?P=indent)```", re.MULTILINE | re.DOTALL)
BLOCKS = [(found["lang"].strip(), found["body"]) for found in FENCE.finditer(TEXT)]
PYTHON = [body for lang, body in BLOCKS if lang.split(" ")[0] in ("python", "py")]
SHELLS = {"", "sh", "bash", "shell", "console", "text"}


def commands_named():
    """List the `tracker …` lines of shell blocks and of code in the text."""
    lines = [line for lang, body in BLOCKS if lang in SHELLS for line in body.replace("\\\n", " ").splitlines()]
    lines += re.findall(r"`(tracker [^`\n]*)`", FENCE.sub("", TEXT))
    found = []
    for line in lines:
        command = re.search(r"^\s*(?:\$ )?(?:python3? -m )?(?:\S*/bin/)?(tracker\s+[^#|;&>]+)", line)
        if command:
            found.append(command[1].strip())
    return sorted(set(found))


def words_of(line):
    """Take a command line apart, without what stands for something else or may be left out."""
    return shlex.split(re.sub(r"[…\[\]]", " ", line).replace("\\|", "|"))[1:]


def the_command(words):
    """Walk from the group to the command that words name; give it and the words that are left."""
    command = cli
    while words and isinstance(command, click.Group) and not words[0].startswith("-"):
        found = command.get_command(click.Context(command), words[0])
        assert found, f"there is no command {words[0]}"
        command, words = found, words[1:]
    return command, words


def test_there_is_a_readme():
    assert TEXT.startswith("# ")


@pytest.mark.parametrize("number", range(len(PYTHON)))
def test_python_blocks_run(number, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    monkeypatch.delenv("TRACKER_ARCHIVE", raising=False)
    namespace = {"__name__": "readme"}
    for body in PYTHON[: number + 1] if "import tracker" not in PYTHON[number] else [PYTHON[number]]:
        exec(compile(body, f"README.md, python block {number + 1}", "exec"), namespace)


@pytest.mark.parametrize("line", commands_named())
def test_commands_and_their_options_exist(line):
    command, words = the_command(words_of(line))
    options = {option for parameter in command.params for option in parameter.opts} | {"--help", "-h"}
    named = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}
    assert named <= options, f"tracker {command.name} has no {', '.join(sorted(named - options))}"


def test_links_within_the_project_lead_somewhere():
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)", TEXT) + re.findall(r"<img[^>]+src=\"([^\"]+)\"", TEXT)
    within = [target for target in targets if not re.match(r"[a-z]+:", target)]
    assert [target for target in within if not (ROOT / target).exists()] == []


def test_the_changelog_has_the_version():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## .*\b{re.escape(tr.__version__)}\b", changelog, re.MULTILINE)


def test_the_project_file_takes_its_version_from_the_package():
    import tomllib

    file = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert file["project"]["dynamic"] == ["version"]
    assert f'"{tr.__version__}"' in (ROOT / file["tool"]["hatch"]["version"]["path"]).read_text(encoding="utf-8")
