"""What the portal's management commands have in common: examples in --help, errors of one line each."""

import sys
from argparse import RawDescriptionHelpFormatter
from typing import Any, ClassVar, NoReturn

from django.core.management.base import BaseCommand, CommandParser


class PortalCommand(BaseCommand):
    """A command whose --help ends with `epilog` as it is written, and that exits with 0 or 1."""

    epilog: ClassVar[str] = ""
    parser_options: ClassVar[dict[str, Any]] = {}

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        kwargs |= {"epilog": self.epilog, "formatter_class": RawDescriptionHelpFormatter, **self.parser_options}
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        if getattr(self, "_called_from_command_line", False):

            def error(message: str) -> NoReturn:
                sys.exit(f"{parser.prog}: {message} (--help tells more)")

            parser.error = error  # type: ignore[method-assign]
        return parser
