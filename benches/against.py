#!/usr/bin/env python3
"""How fast a survey is beside tools that only search, in one run: benches/against.py CHECKOUT [ROUNDS]

CHECKOUT is a large Rust workspace, such as openobserve's. A copy gets the sample application `pagewatch` as one more
member; everything in it must be found. Then the survey, ast-grep with one pattern and ripgrep with one word run in turn,
ROUNDS times (7), and medians are shown. Last, how the survey grows from 10,000 lines to five times the checkout.

Needs `cargo build --release` before, npm (for @ast-grep/cli) and ripgrep.
"""

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOL = Path(os.environ.get("CELLO_SCAFFOLD", ROOT / "target/release/cello-scaffold"))
SAMPLE = ROOT / "tests/apps/pagewatch"
SKIP = shutil.ignore_patterns(".git", "target", "node_modules", ".cello")


def measured(command):
    """Runs a command: seconds on the clock, seconds of processors, and the most memory in MB."""
    start = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):
        sys.exit(f"{command[0]} ended with {child.returncode}")
    return time.monotonic() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def survey(folder):
    """What the tool lists in a folder."""
    out = subprocess.run([TOOL, "survey", folder, "--format", "json"], capture_output=True, check=True)
    return json.loads(out.stdout)


def sites(listed, prefix=""):
    """Kind, file and line of everything in the applications called pagewatch."""
    found = set()
    for app in (app for app in listed["apps"] if app["package"] == "pagewatch"):
        for kind in ("frameworks", "routers", "identity", "signups", "stripe"):
            found |= {(kind, site["at"]["file"].removeprefix(prefix), site["at"]["line"]) for site in app[kind]}
    return found


def lines(folder):
    """Lines of Rust below a folder."""
    return sum(path.read_bytes().count(b"\n") for path in Path(folder).rglob("*.rs") if path.is_file())


def with_sample(checkout, folder):
    """A copy of a workspace with one more member."""
    shutil.copytree(checkout, folder, ignore=SKIP, symlinks=True)
    shutil.copytree(SAMPLE, folder / "pagewatch", ignore=SKIP)
    manifest = folder / "Cargo.toml"
    text, changed = re.subn(r"members\s*=\s*\[", 'members = ["pagewatch", ', manifest.read_text(), count=1)
    if not changed:
        sys.exit(f"{checkout} is no workspace with members")
    manifest.write_text(text)


def grown(checkout, folder, copies):
    """So many copies of a workspace's packages in one workspace."""
    for number in range(copies):
        shutil.copytree(checkout, folder / f"copy{number}", ignore=SKIP, symlinks=True)
    manifests = (path.parent.relative_to(folder) for path in folder.rglob("Cargo.toml"))
    members = ", ".join(f'"{path}"' for path in sorted(manifests))
    (folder / "Cargo.toml").write_text(f"[workspace]\nmembers = [{members}]\n")


def cut(checkout, folder, most):
    """One package with about so many lines of a checkout."""
    (folder / "src").mkdir(parents=True)
    (folder / "Cargo.toml").write_text('[package]\nname = "cut"\n[dependencies]\naxum = "0.8"\n')
    names, count = [], 0
    for path in sorted(Path(checkout).rglob("*.rs")):
        text = path.read_bytes()
        if count + text.count(b"\n") > most:
            continue
        count += text.count(b"\n")
        names.append(f"m{len(names)}")
        (folder / "src" / f"{names[-1]}.rs").write_bytes(text)
    (folder / "src/main.rs").write_text("".join(f"mod {name};\n" for name in names) + "fn main() {}\n")


def main():
    checkout = Path(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    with tempfile.TemporaryDirectory() as temporary:
        temporary = Path(temporary)
        npm = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", temporary / "npm", "@ast-grep/cli"]
        subprocess.run(npm, check=True)
        everything = temporary / "all"
        with_sample(checkout, everything)
        alone, among = sites(survey(SAMPLE)), sites(survey(everything), "pagewatch/")
        if not alone or alone != among:
            sys.exit(f"not found: {sorted(alone - among)}; only here: {sorted(among - alone)}")
        print(f"{lines(everything):,} lines; all {len(alone)} places of the sample are found in it")
        commands = {
            "cello-scaffold survey": [TOOL, "survey", everything, "--format", "json"],
            "ast-grep, one pattern": [
                temporary / "npm/node_modules/.bin/ast-grep", "run", "-l", "rust",
                "-p", "$A::create($$$)", everything,
            ],
            "rg, one word": ["rg", "--no-config", "-t", "rust", "Customer::create", everything],
        }
        figures = {name: [] for name in commands}
        for _ in range(rounds):
            for name, command in commands.items():
                figures[name].append(measured(command))
        print(f"{'median of ' + str(rounds):24}{'clock s':>9}{'CPU s':>8}{'MB':>7}")
        for name, runs in figures.items():
            clock, cpu, memory = (statistics.median(column) for column in zip(*runs))
            print(f"{name:24}{clock:9.2f}{cpu:8.2f}{memory:7.0f}")
        print("\ngrowth")
        trees = [(cut, 10_000), (cut, 100_000), (grown, 1), (grown, 5)]
        for number, (make, size) in enumerate(trees):
            folder = temporary / f"tree{number}"
            make(checkout, folder, size)
            clock, cpu, memory = measured([TOOL, "survey", folder, "--format", "json"])
            print(f"{lines(folder):12,} lines{clock:9.2f}{cpu:8.2f}{memory:7.0f}")
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
