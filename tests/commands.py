"""Commands run in this process, as a test asks for them."""

from __future__ import annotations

import json

from click.testing import CliRunner

from tracker.cli import cli


def run(*arguments, status=0):
    """Run a command in this process, and see that it ends as it should."""
    result = CliRunner().invoke(cli, [str(one) for one in arguments], catch_exceptions=False)
    assert result.exit_code == status, result.stderr
    assert "Traceback" not in result.stderr
    assert "unexpected" not in result.stderr
    return result


def rows_of(*arguments):
    """Run a command for its JSON: stdout holds nothing else, and never NaN."""

    def refuse(constant):
        raise AssertionError(f"{constant} in JSON")

    return json.loads(run(*arguments, "--format", "json").stdout, parse_constant=refuse)
