"""Run one benchmark by its name. Its data are loaded by a process of their own, whose memory does not count."""

import argparse
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import django

NAMES = ("compute", "web", "appraisal", "reports")


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/bench")
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--load", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if not chosen.load:
        load = [sys.executable, "-m", "script.benchmarks", chosen.name, "--load"]
        subprocess.run(load, check=True)
    django.setup()
    # Models can be imported only now.
    from script.benchmarks.figures import table, write_json

    if chosen.load:
        import_module(f"script.benchmarks.{chosen.name}_data").load()
        return 0
    figures = import_module(f"script.benchmarks.{chosen.name}").measure()
    print(table(figures))
    if chosen.json:
        write_json(figures, chosen.json)
    return 0 if all(each.is_kept for each in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
