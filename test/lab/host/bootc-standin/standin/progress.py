"""`--progress-fd`: JSON lines on a pipe (progress_jsonl.rs), and the order of the events of a pull and of staging."""

from __future__ import annotations

import fcntl
import json
import os
import select
import stat
import time

from .failures import Failure
from .images import Image, Layer
from .output import err

LOSSY_SECONDS = 0.2


class Progress:
    """Where progress is told; nowhere when there is no descriptor. A reader that has gone is told of on stderr, once."""

    def __init__(self, descriptor: int | None) -> None:
        self.descriptor = descriptor
        self.started = False
        self.last_lossy = 0.0
        if descriptor is None:
            return
        try:
            is_pipe = stat.S_ISFIFO(os.fstat(descriptor).st_mode)
        except OSError as error:
            raise Failure(f"{error.strerror} (os error {error.errno})") from error
        flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
        if not is_pipe or flags & os.O_ACCMODE == os.O_RDONLY:
            raise Failure("not a pipe" if not is_pipe else "not in O_WRONLY or O_RDWR access mode")
        os.set_inheritable(descriptor, False)
        fcntl.fcntl(descriptor, fcntl.F_SETFL, flags | os.O_NONBLOCK)

    def send(self, event: dict[str, object]) -> None:
        """An event that must arrive: a slow reader makes us wait."""
        if self.descriptor is None:
            return
        lines = [event] if self.started else [{"type": "Start", "version": "0.1.0"}, event]
        self.started = True
        try:
            for line in lines:
                self._write(json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n")
        except OSError as error:
            err(f"Failed to write to jsonl: {error.strerror} (os error {error.errno})")
            self.descriptor = None

    def send_lossy(self, event: dict[str, object]) -> None:
        """An event that may be left out: five a second at most."""
        now = time.monotonic()
        if now - self.last_lossy >= LOSSY_SECONDS:
            self.last_lossy = now
            self.send(event)

    def _write(self, line: str) -> None:
        rest = line.encode()
        assert self.descriptor is not None
        while rest:
            try:
                rest = rest[os.write(self.descriptor, rest) :]
            except BlockingIOError:
                select.select([], [self.descriptor], [])


class Pulling:
    """The events of a download: finished layers pile up in `subtasks`, the current one comes last."""

    def __init__(self, progress: Progress, image: Image, wanted: list[Layer]) -> None:
        self.progress = progress
        total = sum(layer.size for layer in image.layers)
        needed = sum(layer.size for layer in wanted)
        self.common: dict[str, object] = {
            "type": "ProgressBytes",
            "task": "pulling",
            "description": f"Pulling Image: {image.digest}",
            "id": image.digest,
            "bytesCached": total - needed,
            "bytesTotal": needed,
            "stepsCached": len(image.layers) - len(wanted),
            "stepsTotal": len(wanted),
        }
        self.done: list[dict[str, object]] = []
        self.bytes = 0

    def fetched(self, layer: Layer, count: int) -> None:
        """So much of a layer has arrived."""
        self.progress.send_lossy(self._event(self.bytes + count, [*self.done, self._subtask(layer, count)]))

    def finished(self, layer: Layer) -> None:
        """All of a layer has arrived."""
        self.bytes += layer.size
        self.done.append(self._subtask(layer, layer.size))
        self.progress.send(self._event(self.bytes, list(self.done)))

    def _event(self, count: int, subtasks: list[dict[str, object]]) -> dict[str, object]:
        return {**self.common, "bytes": count, "steps": len(self.done), "subtasks": subtasks}

    @staticmethod
    def _subtask(layer: Layer, count: int) -> dict[str, object]:
        short = layer.digest.removeprefix("sha256:")[:21]
        known = {"subtask": layer.kind, "description": f"{layer.kind}: {short}", "id": short}
        return {**known, "bytesCached": 0, "bytes": count, "bytesTotal": layer.size}


def importing(progress: Progress, digest: str, done: bool) -> None:
    """Before and after the content is put into the repository."""
    part = {"subtask": "importing", "description": "Importing Image", "id": "importing", "completed": done}
    progress.send(steps("importing", "Importing Image", digest, int(done), 1, [part]))


class Staging:
    """The five events of staging; what is shown as running is completed in the next event."""

    PARTS = (
        ("merging", "Merging Image", "fetching", 0),
        ("deploying", "Deploying Image", "deploying", 1),
        ("bound_images", "Pulling Bound Images", "bound_images", 1),
        ("cleanup", "Removing old images", "cleanup", 2),
    )

    def __init__(self, progress: Progress, digest: str) -> None:
        self.progress = progress
        self.digest = digest

    def begin(self, name: str) -> None:
        """The part of this name begins; all before it are done."""
        at = [part[0] for part in self.PARTS].index(name)
        subtasks = [self._part(index, completed=index < at) for index in range(at + 1)]
        self.progress.send(steps("staging", "Deploying Image", self.digest, self.PARTS[at][3], 3, subtasks))

    def end(self) -> None:
        """All is done; bootc lists the last part twice."""
        last = len(self.PARTS) - 1
        subtasks = [self._part(index, completed=True) for index in (*range(len(self.PARTS)), last)]
        self.progress.send(steps("staging", "Deploying Image", self.digest, 3, 3, subtasks))

    def _part(self, index: int, completed: bool) -> dict[str, object]:
        subtask, description, identity, _ = self.PARTS[index]
        return {"subtask": subtask, "description": description, "id": identity, "completed": completed}


def steps(task: str, description: str, identity: str, at: int, total: int, subtasks: list) -> dict[str, object]:
    """An event that counts steps."""
    count = {"stepsCached": 0, "steps": at, "stepsTotal": total, "subtasks": subtasks}
    return {"type": "ProgressSteps", "task": task, "description": description, "id": identity, **count}
