"""A way to a server that a test can cut."""

import contextlib
import socket
import threading
from collections.abc import Iterator


class Cable:
    """Forwards a port of this machine to another one until it is cut."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._sockets: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.intact = True
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self.intact = False
        for end in self._sockets:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self.intact = True

    @contextlib.contextmanager
    def being_cut(self) -> Iterator[None]:
        """Cut it, and mend it even when what is tried meanwhile fails."""
        self.cut()
        try:
            yield
        finally:
            self.mend()

    def close(self) -> None:
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # the listener was closed
            while True:
                near, _ = self._listener.accept()
                if not self.intact:
                    near.close()
                    continue
                far = socket.create_connection(self._target)
                self._sockets += [near, far]
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    @staticmethod
    def _pump(source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_RDWR)
