"""Ends well when the Jupyter server of this container answers, wherever it listens: docker asks every few seconds."""

import json
import os
from pathlib import Path
from urllib.request import urlopen

runtime = Path(os.environ["COURSE_STATE"], "runtime")
server = json.loads(max(runtime.glob("jpserver-*.json"), key=os.path.getmtime).read_text())
urlopen(f"http://127.0.0.1:{server['port']}{server['base_url']}api", timeout=4)  # Needs no token.
