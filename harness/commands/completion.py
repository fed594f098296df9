"""`ekm completion`: the script that makes a shell complete `ekm` on Tab."""

import argparse
import importlib

__all__ = ["Completion"]


class Completion:
    """Prints the script; where it goes is the shell's custom."""

    summary = "print the script that lets a shell complete ekm on Tab"
    examples = """examples:
  eval "$(ekm completion bash)"                                         in this shell
  ekm completion bash > ~/.local/share/bash-completion/completions/ekm  in every next one
  ekm completion zsh > ~/.zfunc/_ekm                                    ~/.zfunc in fpath
  ekm completion fish > ~/.config/fish/completions/ekm.fish"""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("shell", choices=("bash", "zsh", "fish"))

    def execute(self, arguments: argparse.Namespace) -> int:
        argcomplete = importlib.import_module("argcomplete")
        print(argcomplete.shellcode(["ekm"], shell=arguments.shell))  # noqa: T201
        return 0
