from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from knowledge_graph.outcome import with_outcome


class Gateway(HTTPServer):
    """Keeps what is pushed to it: a path and a text each."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Receiver)
        self.pushed: list[tuple[str, str]] = []


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Gateway)
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.pushed.append((self.path, body))
        self.send_response(202)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with Gateway() as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


class TestWithOutcome:
    @pytest.mark.parametrize(("code", "success"), [(0, "1.0"), (1, "0.0"), (2, "0.0")])
    def test_pushes_the_start_and_how_it_ended(self, gateway: Gateway, code: int, success: str) -> None:
        environment = {"PUSHGATEWAY_URL": f"http://127.0.0.1:{gateway.server_port}", "JOB_NAME": "a-job"}
        assert with_outcome(environment, lambda _: code) == code
        (path, start), (_, end) = gateway.pushed
        assert path == "/metrics/job/a-job"
        assert "job_last_run_start_timestamp_seconds 1." in start
        assert "success" not in start
        assert f"job_last_run_success {success}" in end
        assert "job_last_run_end_timestamp_seconds 1." in end
        assert "job_last_run_duration_seconds " in end

    def test_a_job_that_breaks_leaves_a_start_without_an_end(self, gateway: Gateway) -> None:
        def breaks(_: object) -> int:
            raise KeyboardInterrupt

        environment = {"PUSHGATEWAY_URL": f"http://127.0.0.1:{gateway.server_port}"}
        with pytest.raises(KeyboardInterrupt):
            with_outcome(environment, breaks)
        assert len(gateway.pushed) == 1

    def test_nobody_to_tell_is_no_failure(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert with_outcome({}, lambda _: 0) == 0
        assert with_outcome({"PUSHGATEWAY_URL": "http://127.0.0.1:1"}, lambda _: 0) == 0
        assert "the push gateway does not take the outcome" in capsys.readouterr().out
