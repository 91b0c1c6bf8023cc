"""copies.py FROM TO: puts the course's notebooks, as students are to find them, from one folder into another.

A copy has no outputs: no answer stands on the screen before its cell has run, and whoever runs the first one sees something happen. A copy
whose text nobody has changed is made anew when the course has a newer one, and loses what it had printed. What a student has changed stays,
and the newer one is put beside it, which is said once. docker/start calls this, and the server where a notebook was deleted or renamed.
"""

import hashlib
import json
import sys
from pathlib import Path

PUT = ".copies.json"  # what this has put there: a digest by file


def without_outputs(text):
    """The text of a notebook as it is before any cell has run."""
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def digest(text):
    """What a student can change: of a notebook the text of its cells, of other files all."""
    try:
        cells = [[cell["cell_type"], "".join(cell["source"])] for cell in json.loads(text)["cells"]]
    except (ValueError, KeyError, TypeError):
        cells = text
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()


def digest_of(path):
    """The digest of a student's file, None where there is none. A folder of that name is the student's too."""
    if path.exists():
        return digest(path.read_text(encoding="utf-8", errors="replace") if path.is_file() else "")
    return None


def write(path, text):
    """All or nothing, also where this is stopped in the middle."""
    new = path.with_name(f".{path.name}.new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)


def beside(copy, known):
    """Where the newer one goes: "NAME (new)", or "(new 2)" and so on where the student works in that by now."""
    for number in range(1, 100):
        path = copy.with_name(f"{copy.stem} (new{f' {number}' if number > 1 else ''}){copy.suffix}")
        if digest_of(path) in (None, known.get(path.name)):
            break
    return path


def told(copies):
    """What a student is told in JupyterLab while a newer one lies beside a changed copy; None where none does."""
    names = sorted(path.name for path in Path(copies).glob("* (new*).*"))
    if not names:
        return None
    return f"The course has changed. What you have changed is as you left it; the new one lies beside yours: {', '.join(names)}"


def put(originals, copies):
    """Make the copies that are missing and those that are old, and return a sentence for each that is left alone."""
    originals, copies = Path(originals), Path(copies)
    copies.mkdir(parents=True, exist_ok=True)
    try:
        known = dict(json.loads((copies / PUT).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        known = {}
    said, before = [], dict(known)
    for original in sorted(originals.iterdir()):
        if not original.is_file() or original.name.startswith("."):
            continue
        text, copy = original.read_text(encoding="utf-8"), copies / original.name
        new, former = digest(text), known.get(original.name)
        there = digest_of(copy)
        fresh = without_outputs(text) if original.suffix == ".ipynb" else text
        if there is None or there == former != new:
            write(copy, fresh)
        elif there != new != former:
            newer = beside(copy, known)
            write(newer, fresh)
            known[newer.name] = new
            said.append(f"{copy} is as you left it. The course has a newer one, which lies beside it: {newer.name}")
        known[original.name] = new
    if known != before:
        write(copies / PUT, json.dumps(known, indent=1))
    return said


if __name__ == "__main__":
    try:
        sys.stderr.writelines(sentence + "\n" for sentence in put(*sys.argv[1:]))
    except OSError as problem:
        sys.exit(f"start: {sys.argv[2]}, where your notebooks would be, cannot be written: {problem.strerror}")
