"""Clients of the legacy dialects, written only from the description of the wire format, with the
habits of such programs: one recv per field, two sends for a length and its body, or no reading.

usage: clients.py WHAT PORT [ARGUMENT...]; failures are exceptions.
"""

import hashlib
import json
import socket
import struct
import sys
import time


def connect(port):
    s = socket.create_connection(("127.0.0.1", int(port)), timeout=20)
    return s


def exactly(s, n):
    out = b""
    while len(out) < n:
        piece = s.recv(min(65536, n - len(out)))
        assert piece, f"closed after {len(out)} of {n}"
        out += piece
    return out


def until_end(s):
    out = b""
    while True:
        piece = s.recv(65536)
        if not piece:
            return out
        out += piece


def line(s):
    out = b""
    while not out.endswith(b"\n"):
        piece = s.recv(1)
        assert piece, f"closed after {out!r}"
        out += piece
    return out[:-1].decode()


def check(path, content):
    with open(path, "rb") as f:
        assert f.read() == content, "other content"


def line_get(port, name, path):
    s = connect(port)
    s.sendall(b"GET " + name.encode())
    head = line(s)
    assert head.startswith("OK "), head
    told, size, digest = head[3:].rsplit(" ", 2)
    assert told == name
    content = exactly(s, int(size))
    assert hashlib.sha256(content).hexdigest() == digest
    check(path, content)
    s.sendall(b"EXIT")
    assert s.recv(1) == b""


def line_two(port, first, second):
    """Two commands in one segment."""
    s = connect(port)
    s.sendall(f"GET {first}\nGET {second}\n".encode())
    assert line(s) == "ERR File not found"
    assert line(s) == "ERR File not found"


def line_listen(port):
    s = connect(port)
    print(line(s), flush=True)


def line_never_reads(port, name):
    s = connect(port)
    s.sendall(b"GET " + name.encode())
    print("sent", flush=True)
    time.sleep(600)


def frame(s):
    head = exactly(s, 12)
    return head[8:], exactly(s, struct.unpack(">Q", head[:8])[0])


def send_frame(s, kind, payload=b""):
    s.send(struct.pack(">Q", len(payload)) + kind)
    if payload:
        s.send(payload)


def framed_get(port, name, path):
    s = connect(port)
    send_frame(s, b"FILE", name.encode())
    kind, _ = frame(s)
    heard = 0
    while kind == b"CHAT":
        kind, _ = frame(s)
        heard += 1
    assert kind == b"FROK", kind
    kind, facts = frame(s)
    assert kind == b"FMTA", kind
    (length,) = struct.unpack(">I", facts[:4])
    assert facts[4:4 + length].decode() == name
    (size,) = struct.unpack(">Q", facts[4 + length:])
    kind, digest = frame(s)
    assert kind == b"FHSH" and len(digest) == 32
    content = b""
    parts = []
    got = 0
    while got < size:
        kind, piece = frame(s)
        assert kind == b"FDAT", kind
        parts.append(piece)
        got += len(piece)
        # A slow disk: broadcasts have time to come.
        time.sleep(0.002)
    content = b"".join(parts)
    assert hashlib.sha256(content).digest() == digest
    check(path, content)
    print("whole", flush=True)
    while heard < 3:
        kind, text = frame(s)
        assert kind == b"CHAT" and text.startswith("[SERVIDOR]: ".encode()), (kind, text)
        heard += 1
    send_frame(s, b"QUIT")


def oneshot_get(port, name, path, times):
    for _ in range(int(times)):
        s = connect(port)
        s.send(struct.pack(">I", len(name.encode())))
        s.send(name.encode())
        status = s.recv(5)
        assert status == b"OK", status
        (length,) = struct.unpack(">I", s.recv(4))
        assert s.recv(length).decode() == name
        (size,) = struct.unpack(">Q", s.recv(8))
        digest = s.recv(32).decode()
        content = until_end(s)
        assert len(content) == size
        assert hashlib.md5(content).hexdigest() == digest
        check(path, content)
        s.close()


def oneshot_missing(port, name):
    s = connect(port)
    s.sendall(struct.pack(">I", len(name.encode())) + name.encode())
    assert s.recv(5) == b"ERROR"
    assert until_end(s).decode() == f"File '{name}' not found on server"


def updown_put(port, name, path):
    """Never reads, closes when all is sent."""
    with open(path, "rb") as f:
        content = f.read()
    s = connect(port)
    s.send(b"UPLOAD " + name.encode())
    time.sleep(0.3)
    s.sendall(content)
    s.close()


def updown_glued(port, name, path):
    with open(path, "rb") as f:
        content = f.read()
    s = connect(port)
    s.sendall(b"UPLOAD " + name.encode() + content)
    s.close()


def updown_reset(port, name):
    """Gone in the middle, without a FIN."""
    s = connect(port)
    s.send(b"UPLOAD " + name.encode())
    time.sleep(0.3)
    s.sendall(b"half of it")
    time.sleep(0.1)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()


def updown_get(port, name, path):
    s = connect(port)
    s.send(b"DOWNLOAD " + name.encode())
    check(path, until_end(s))


def ask(s, request):
    body = json.dumps(request).encode()
    s.send(struct.pack(">I", len(body)))
    s.sendall(body)
    (length,) = struct.unpack(">I", s.recv(4))
    reply = exactly(s, length).decode("ascii")
    assert len(reply) == length
    return json.loads(reply)


def json_all(port, name, path):
    with open(path, encoding="utf-8", newline="") as f:
        text = f.read()
    s = connect(port)
    put = ask(s, {"command": "put", "fileName": name, "fileContent": text})
    assert put["status"] == "Success", put
    assert name in ask(s, {"command": "list", "path": "."})["response"].split("\n")
    got = ask(s, {"command": "get", "fileName": name})
    assert got == {"status": "Success", "response": text}
    assert ask(s, {"command": "get", "fileName": "nope"})["status"] == "Fail"
    assert ask(s, {"command": "exit"})["status"] == "Success"
    assert s.recv(1) == b""


if __name__ == "__main__":
    globals()[sys.argv[1].replace("-", "_")](*sys.argv[2:])
