"""One small tree of errors. Every message says what happened and what to do.

```
AvatanimeError
├── SettingError          an option or flag has a value it cannot have
├── PhotoError            the bytes are no picture that can be drawn from
├── EngineError           an engine cannot be built, loaded or run
│   ├── ModelError        a model file is missing, altered or of the wrong shape
│   └── DrawingError      this drawing did not come about
│       ├── ShedError     the queue was full and this drawing was the oldest waiting
│       └── PoisonedError this picture broke the engine before and is not tried again for now
├── StoreError            the portrait store cannot be opened or written
├── FetchError            a source picture cannot be fetched
├── SourceError           a list, capture or folder of avatars cannot be read
└── TrustError            a certificate cannot be made, read, trusted or un-trusted
```
"""


class AvatanimeError(Exception):
    """Root of all errors this project raises on purpose."""


class SettingError(AvatanimeError):
    """An option or flag has a value it cannot have."""


class PhotoError(AvatanimeError):
    """The bytes are no picture that can be drawn from: truncated, too large, of an unknown format."""


class EngineError(AvatanimeError):
    """An engine cannot be built, loaded or run."""


class ModelError(EngineError):
    """A model file is missing, altered or of the wrong shape."""


class DrawingError(EngineError):
    """A drawing did not come about."""


class ShedError(DrawingError):
    """The queue was full and this drawing was the one that had waited longest."""


class PoisonedError(DrawingError):
    """A picture that broke the engine before is not tried again for now."""


class StoreError(AvatanimeError):
    """The portrait store cannot be opened or written."""


class FetchError(AvatanimeError):
    """A source picture cannot be fetched."""


class SourceError(AvatanimeError):
    """A list, capture or folder of avatars cannot be read."""


class TrustError(AvatanimeError):
    """A certificate cannot be made, read, trusted or un-trusted."""
