#!/usr/bin/python3
"""Receivers of webhooks behind TLS, each with another certificate of an authority made here.
Usage: tls_receivers.py FOLDER. Writes FOLDER/ca.pem, prints "NAME PORT" for each of them, then
"taken NAME" for each request that one of them was sent. Ends with its standard input."""

import http.server
import os
import ssl
import subprocess
import sys
import threading

CA_CONFIG = """[ca]
default_ca = it
[it]
database = {0}/index
serial = {0}/serial
new_certs_dir = {0}
certificate = {0}/ca.pem
private_key = {0}/ca.key
default_md = sha256
policy = any
copy_extensions = copy
[any]
commonName = supplied
"""

# Name: the name it is made out to, and the years in which it holds.
RECEIVERS = {
    "good": ("IP:127.0.0.1", "20200101000000Z", "20990101000000Z"),
    "other-name": ("DNS:receiver.invalid", "20200101000000Z", "20990101000000Z"),
    "expired": ("IP:127.0.0.1", "20200101000000Z", "20210101000000Z"),
    "self-signed": ("IP:127.0.0.1", None, None),
}
KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]


def openssl(*args):
    subprocess.run(["openssl", *args], check=True, stderr=subprocess.DEVNULL)


def make_authority(folder):
    openssl("req", "-x509", *KEY, "-subj", "/CN=authority of a test", "-days", "3650",
            "-keyout", f"{folder}/ca.key", "-out", f"{folder}/ca.pem")
    with open(f"{folder}/ca.conf", "w", encoding="ascii") as f:
        f.write(CA_CONFIG.format(folder))
    with open(f"{folder}/serial", "w", encoding="ascii") as f:
        f.write("01\n")
    with open(f"{folder}/index", "w", encoding="ascii"):
        pass


def make_certificate(folder, name, subject, since, until):
    cert, key, request = (f"{folder}/{name}.{ending}" for ending in ("pem", "key", "csr"))
    whom = ["-subj", f"/CN={name}", "-addext", f"subjectAltName={subject}", "-keyout", key]
    if since:
        openssl("req", "-new", *KEY, *whom, "-out", request)
        openssl("ca", "-batch", "-notext", "-config", f"{folder}/ca.conf", "-startdate", since,
                "-enddate", until, "-in", request, "-out", cert)
    else:
        openssl("req", "-x509", *KEY, *whom, "-out", cert)
    return cert, key


def serve(name, cert, key):
    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(204)
            self.end_headers()
            print("taken", name, flush=True)

        def log_message(self, *_):
            pass

    class Server(http.server.ThreadingHTTPServer):
        def handle_error(self, *_):
            """Handshakes that fail are what this is for."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    server = Server(("127.0.0.1", 0), Receiver)
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(name, server.server_address[1], flush=True)


def main():
    folder = sys.argv[1]
    make_authority(folder)
    for name, what in RECEIVERS.items():
        serve(name, *make_certificate(folder, name, *what))
    sys.stdin.read()
    os._exit(0)


main()
