#!/usr/bin/env python3
"""Run a management command of the portal."""

import os
import sys


def main() -> None:
    # No secret key means that nobody set this machine up for production: work as a developer does.
    if not os.environ.get("SECRET_KEY"):
        os.environ.setdefault("DEBUG", "on")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parportal.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError as error:
        sys.exit(f"Django is not installed here ({error}). Run script/setup, then .venv/bin/python manage.py.")
    try:
        execute_from_command_line(sys.argv)
    except SystemExit as stop:
        # Commands promise 0 or 1; argparse would say 2.
        sys.exit(1 if stop.code == 2 else stop.code)


if __name__ == "__main__":
    main()
