#!/usr/bin/env python3
"""The example for nginx, with ports and a certificate of this test's own: TLS in front of `alexnet serve`, and slow and large
requests end at nginx.

nginx_test.py PROGRAM
"""

import json
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

from served import Served, free_port, skip

EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / "packaging" / "nginx" / "alexnet.conf"
MAIN = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/bodies;
  proxy_temp_path {folder}/answers;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  include {folder}/alexnet.conf;
}}
"""

PROGRAM = None
NGINX = None


def listens(port):
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def replaced(text, pattern, by, count):
    text, found = re.subn(pattern, by, text)
    assert found == count, f"{pattern} stands {found} times in the example"
    return text


class Nginx(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        folder = pathlib.Path(cls.temporary.name)
        folder.chmod(0o755)  # nginx changes its user where it is started by root
        cls.served = Served(PROGRAM, folder)
        cls.plain, cls.tls = free_port(), free_port()
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "key.pem", "-out",
                        folder / "certificate.pem"], check=True, capture_output=True)
        text = EXAMPLE.read_text()
        text = replaced(text, r"  listen \[::\]:.*\n", "", 2)
        text = replaced(text, r"listen 80;", f"listen 127.0.0.1:{cls.plain};", 1)
        text = replaced(text, r"listen 443 ", f"listen 127.0.0.1:{cls.tls} ", 1)
        text = replaced(text, r"flowers\.example\.org;", "localhost;", 2)
        text = replaced(text, r"/etc/ssl/certs/\S+;", f"{folder}/certificate.pem;", 1)
        text = replaced(text, r"/etc/ssl/private/\S+;", f"{folder}/key.pem;", 1)
        text = replaced(text, r"http://127\.0\.0\.1:8080;", f"http://127.0.0.1:{cls.served.port};", 1)
        text = replaced(text, r"(client_(?:header|body)_timeout) 10s;", r"\1 1s;", 2)
        (folder / "alexnet.conf").write_text(text)
        (folder / "nginx.conf").write_text(MAIN.format(folder=folder))
        command = [NGINX, "-c", folder / "nginx.conf", "-p", folder, "-e", folder / "error.log"]
        subprocess.run([*command, "-t", "-q"], check=True)
        cls.nginx = subprocess.Popen(command)
        cls.context = ssl.create_default_context(cafile=folder / "certificate.pem")
        end = time.monotonic() + 10
        while not listens(cls.tls):
            assert time.monotonic() < end and cls.nginx.poll() is None, (folder / "error.log").read_text()
            time.sleep(0.05)

    @classmethod
    def tearDownClass(cls):
        cls.nginx.terminate()
        cls.nginx.wait(10)
        cls.served.__exit__(None)
        cls.temporary.cleanup()

    def ask(self, path, body=None):
        request = urllib.request.Request(f"https://localhost:{self.tls}{path}", body, {"Content-Type": "image/png"})
        return urllib.request.urlopen(request, context=self.context, timeout=20)

    def connection(self):
        return self.context.wrap_socket(socket.create_connection(("127.0.0.1", self.tls), 10), server_hostname="localhost")

    def test_names_a_photo_as_the_service_itself_does(self):
        photo = self.served.photos[0]
        with self.ask("/v1/predict", photo) as answer:
            self.assertIn("max-age", answer.headers["Strict-Transport-Security"])
            self.assertRegex(answer.headers["X-Request-Id"], "^[0-9a-f]{32}$")
            through = json.load(answer)["predictions"]
        direct = urllib.request.Request(self.served.address + "v1/predict", photo, {"Content-Type": "image/png"})
        with urllib.request.urlopen(direct, timeout=20) as answer:
            self.assertEqual(through, json.load(answer)["predictions"])

    def test_gives_the_page_with_its_policy(self):
        with self.ask("/") as answer:
            self.assertIn("default-src 'none'", answer.headers["Content-Security-Policy"])
            self.assertIn(b"<main>", answer.read())

    def test_plain_http_is_sent_to_tls(self):
        with socket.create_connection(("127.0.0.1", self.plain), 10) as one:
            one.sendall(b"GET /docs HTTP/1.0\r\nHost: localhost\r\n\r\n")
            answer = one.recv(4096)
        self.assertIn(b" 301 ", answer)
        self.assertIn(b"Location: https://localhost/docs", answer)

    def test_the_counts_are_not_for_everyone(self):
        with self.assertRaises(urllib.error.HTTPError) as refused:
            self.ask("/metrics")
        self.assertEqual(refused.exception.code, 403)

    def test_a_body_that_is_too_large_ends_here(self):
        with self.connection() as one:
            one.sendall(b"POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 30000000\r\n\r\n")
            self.assertIn(b" 413 ", one.recv(4096))

    def test_a_slow_sender_ends_here(self):
        for start in (b"POST /v1/predict HTTP/1.1\r\nHost:",
                      b"POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc"):
            with self.connection() as one:
                one.sendall(start)
                begin = time.monotonic()
                answer = one.recv(4096)
                self.assertTrue(answer == b"" or b" 408 " in answer, answer)
                self.assertLess(time.monotonic() - begin, 5)


if __name__ == "__main__":
    PROGRAM = sys.argv[1]
    NGINX = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if NGINX is None:
        skip("nginx is not there (Debian's package nginx-light)")
    unittest.main(argv=sys.argv[:1])
