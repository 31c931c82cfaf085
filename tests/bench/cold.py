"""Starts one process as Lambda does: import `app` from a folder, answer one request, say what it took.

    python -S -s cold.py <folder> [count] < event.json

Prints {"cpu_ms", "import_ms", "process_ms", "wall_ms", "status", "sent"}; `sent` with `count` only. Run by
`rows/cold_start.py` with nothing on the path but the standard library and that folder.
"""

import json
import resource
import sys
import time


def spent() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return (used.ru_utime + used.ru_stime) * 1000


started = time.perf_counter()
sys.path[0] = sys.argv[1]
event = json.load(sys.stdin)
out, sys.stdout = sys.stdout, sys.stderr
sent = []
if sys.argv[2:]:  # not while measuring: this imports what the app might not
    import botocore.handlers

    def hear(request, event_name, **_):
        asked = json.loads(request.body or b"{}")
        sent.append(f"{event_name.partition('.')[2]} {json.dumps(asked.get('RequestItems', ''))}")

    botocore.handlers.BUILTIN_HANDLERS.append(("before-send", hear))
before = spent()
from app import app  # noqa: E402

imported = spent()
answer = app(event, None)
result = {
    "cpu_ms": spent() - before,
    "import_ms": imported - before,
    "process_ms": spent(),
    "wall_ms": (time.perf_counter() - started) * 1000,
    "status": answer["statusCode"],
    "sent": sent,
}
print(json.dumps(result), file=out)
