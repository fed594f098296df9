"""`ekm`: thin; finds the command, words the errors, returns the exit code."""

import argparse
import os
import signal
import sys
from typing import NoReturn

from harness.commands import Command
from harness.completion import answer
from harness.errors import HarnessError, UnknownName
from harness.registry import find, names

_ABOUT = "Rehearse what happens to encrypted recordings when KMS throttles or the key is gone."
_EXAMPLES = """examples:
  ekm list                                    what can be rehearsed
  ekm run throttle_storm                      the main job, against the embedded KMS
  ekm run key_disabled --kms localstack       the same drill against LocalStack
  ekm key link alias/recordings               a customer's key, tried before it is trusted
  ekm kms serve --quota 500                   a KMS for any SDK, on http://127.0.0.1:4599
  ekm heal                                    mend what a killed run left broken

exit codes: 0 held, 1 an expectation failed, 2 bad input, 3 the run is invalid, 130 interrupted"""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, and exits 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def main(argv: list[str] | None = None) -> int:
    """Run `ekm` with these arguments (default: the process's). Returns the exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    os.environ.setdefault("LOCUST_SKIP_MONKEY_PATCH", "1")
    try:
        _refuse_unknown(arguments)
        typed = parser()
        answer(typed)
        parsed = typed.parse_args(arguments)
        return int(parsed.execute(parsed))
    except HarnessError as error:
        print(f"ekm: {error}", file=sys.stderr)  # noqa: T201  # the one line an error gets
        return error.exit_code
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # once is enough, also while this ends
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def parser() -> argparse.ArgumentParser:
    """What there is to type, with every command's own arguments."""
    every = _Parser(
        "ekm",
        description=_ABOUT,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = every.add_subparsers(metavar="COMMAND", required=True)
    for name in names("commands"):
        command: Command = find("commands", name)()
        added = commands.add_parser(
            name,
            help=command.summary,
            description=command.summary + ".",
            epilog=command.examples,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        command.add_arguments(added)
        if added.get_default("execute") is None:
            added.set_defaults(execute=command.execute)
    return every


def _refuse_unknown(arguments: list[str]) -> None:
    if arguments and not arguments[0].startswith("-") and arguments[0] not in names("commands"):
        raise UnknownName("command", arguments[0], names("commands"))


if __name__ == "__main__":
    sys.exit(main())
