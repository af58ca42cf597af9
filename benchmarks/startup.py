"""How long ``sitegen --help`` takes, as a ratio to ``import click`` alone: medians of interleaved runs.

The ratio says what is ours, whatever the machine; it fails above 2.5.
"""

import subprocess
import sys
import time
from statistics import median

RUNS = 15
BOUND = 2.5
COMMANDS = {
    "python -c 'import click'": [sys.executable, "-c", "import click"],
    "sitegen --help": [sys.executable, "-m", "sitegen", "--help"],
}


def seconds(command: list[str]) -> float:
    """How long *command* takes as a whole process."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Measure, print, judge."""
    taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(RUNS + 1):
        for name, command in COMMANDS.items():
            taken[name].append(seconds(command))
    medians = {name: median(times[1:]) for name, times in taken.items()}  # the first run only warms the disk
    for name, middle in medians.items():
        print(f"{name:<30}{middle * 1000:6.0f} ms")
    click, sitegen = medians.values()
    print(f"{'ratio':<30}{sitegen / click:6.2f}    (at most {BOUND})")
    sys.exit(sitegen / click > BOUND)


if __name__ == "__main__":
    main()
