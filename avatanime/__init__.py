"""The ground floor: what every room stands on. The version, the error tree, and where the state lives.

`addon` may import `engine`, `cache` and `certs`, which do not know each other; all four may import this package,
which imports none of them.
"""

import os

__version__ = "0.1.0"

# onnxruntime's official packages send usage events to Microsoft and leave an identifier in ~/.cache, on Linux and macOS
# too since 2026, unless this is set before it is first imported (github.com/microsoft/onnxruntime/pull/27379).
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
