"""Tells over HTTP what the last round found: `GET /round`, `null` before the first has ended."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread


@contextmanager
def serving(port: int, report: Path) -> Iterator[int]:
    """Serves the file of the report; gives the port, which is a free one for 0."""
    server = ThreadingHTTPServer(("0.0.0.0", port), _handler(report))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def _handler(report: Path) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/round":
                self._answer(200, report.read_bytes() if report.exists() else b"null\n")
            else:
                self._answer(404, b"null\n")

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Who asks and how often is no news."""

    return Handler
