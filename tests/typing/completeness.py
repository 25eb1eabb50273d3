"""How much of the library's types a user's type checker can see, as pyright counts them. Run by `make test-typing`.

No symbol may be of a type that is not known, and whatever a user meets first has all its types written out.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

LEAST = 0.97
WRITTEN_OUT = ("api", "case", "checking", "errors", "formulation", "interviews", "vocabulary")


def main() -> int:
    """1 where too little is known."""
    tool = Path(sys.executable).with_name("basedpyright")
    command = [tool, "--verifytypes", "ipt_formulate", "--ignoreexternal", "--outputjson"]
    found = {**os.environ, "PATH": f"{tool.parent}{os.pathsep}{os.environ['PATH']}"}  # it asks the first Python there
    done = subprocess.run(command, capture_output=True, text=True, env=found, check=False)
    told = json.loads(done.stdout)["typeCompleteness"]
    unknown = told["exportedSymbolCounts"]["withUnknownType"]
    open_ = sorted(
        each["name"]
        for each in told["symbols"]
        if not (each["isTypeKnown"] and not each["isTypeAmbiguous"])
        and each["isExported"]
        and each["name"].split(".")[1] in WRITTEN_OUT
    )
    print(f"{told['completenessScore']:.1%} of the exported symbols have a known type; {unknown} an unknown one")
    for name in open_:
        print(f"not written out: {name}")
    return int(told["completenessScore"] < LEAST or unknown > 0 or bool(open_))


if __name__ == "__main__":
    sys.exit(main())
