"""Servers of the legacy dialects, written only from the description of the wire format, with the
habits of such programs: one recv per request, header and content in one segment, no answers to
uploads.

usage: servers.py DIALECT FOLDER; prints its port, and "stored NAME" after each upload. Serves until
it is killed, ten minutes at most.
"""

import hashlib
import json
import os
import socket
import struct
import sys
import threading
import time


def content_of(folder, name):
    try:
        with open(os.path.join(folder, name), "rb") as f:
            return f.read()
    except OSError:
        return None


def line(c, folder):
    c.sendall(b"MSGS [SERVER]: welcome\n")
    while True:
        said = c.recv(1024).decode()
        if not said or said == "EXIT":
            return
        word, _, rest = said.partition(" ")
        if word.upper() == "MSGC":
            c.sendall(f"MSGS [SERVER]: you said {rest}\n".encode())
            continue
        content = content_of(folder, rest)
        if content is None:
            c.sendall(b"ERR File not found\n")
            continue
        digest = hashlib.sha256(content).hexdigest()
        c.sendall(f"OK {rest} {len(content)} {digest}\n".encode() + content)


def exactly(c, n):
    out = b""
    while len(out) < n:
        piece = c.recv(n - len(out))
        if not piece:
            raise EOFError
        out += piece
    return out


def send_frame(c, kind, payload=b""):
    c.sendall(struct.pack(">Q", len(payload)) + kind + payload)


def framed(c, folder):
    send_frame(c, b"CHAT", "[SERVIDOR]: olá".encode())
    while True:
        head = exactly(c, 12)
        payload = exactly(c, struct.unpack(">Q", head[:8])[0])
        if head[8:] == b"QUIT":
            return
        if head[8:] == b"CHAT":
            send_frame(c, b"CHAT", "[SERVIDOR]: você disse ".encode() + payload)
            continue
        name = payload.decode()
        content = content_of(folder, name)
        if content is None:
            send_frame(c, b"FERR", "Arquivo não encontrado".encode())
            continue
        send_frame(c, b"FROK")
        facts = struct.pack(">I", len(name.encode())) + name.encode()
        send_frame(c, b"FMTA", facts + struct.pack(">Q", len(content)))
        send_frame(c, b"FHSH", hashlib.sha256(content).digest())
        for at in range(0, len(content), 8192):
            send_frame(c, b"FDAT", content[at:at + 8192])


def oneshot(c, folder):
    (length,) = struct.unpack(">I", c.recv(4))
    name = c.recv(length).decode()
    content = content_of(folder, name)
    if content is None:
        c.sendall(b"ERROR" + f"File '{name}' not found on server".encode())
        return
    facts = struct.pack(">I", length) + name.encode() + struct.pack(">Q", len(content))
    c.sendall(b"OK" + facts + hashlib.md5(content).hexdigest().encode() + content)


def updown(c, folder):
    command = c.recv(1024).decode().strip()
    word, _, name = command.partition(" ")
    path = os.path.join(folder, name)
    if word == "DOWNLOAD":
        content = content_of(folder, name)
        c.sendall(b"ERROR: no such file" if content is None else content)
        return
    if os.path.exists(path):
        c.sendall(b"ERROR: file exists")
        while c.recv(65536):
            pass
        return
    with open(path, "wb") as f:
        while piece := c.recv(65536):
            f.write(piece)
    print("stored", name, flush=True)


def reply(c, status, response):
    body = json.dumps({"status": status, "response": response}).encode()
    c.send(struct.pack(">I", len(body)))
    c.send(body)


def json_(c, folder):
    while True:
        (length,) = struct.unpack(">I", exactly(c, 4))
        request = json.loads(exactly(c, length))
        command = request["command"]
        if command == "list":
            reply(c, "Success", "\n".join(sorted(os.listdir(os.path.join(folder, request["path"])))))
        elif command == "get":
            content = content_of(folder, request["fileName"])
            if content is None:
                reply(c, "Fail", "No such file")
            else:
                reply(c, "Success", content.decode())
        elif command == "put":
            with open(os.path.join(folder, request["fileName"]), "w", newline="") as f:
                f.write(request["fileContent"])
            print("stored", request["fileName"], flush=True)
            reply(c, "Success", "")
        else:
            reply(c, "Success", "bye")
            return


def serve(talk, c, folder):
    try:
        with c:
            talk(c, folder)
    except (OSError, EOFError, struct.error):
        pass


if __name__ == "__main__":
    talk = globals()[{"json": "json_"}.get(sys.argv[1], sys.argv[1])]
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)

    def accept():
        while True:
            c, _ = listener.accept()
            threading.Thread(target=serve, args=(talk, c, sys.argv[2]), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    time.sleep(600)
