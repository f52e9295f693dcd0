"""A small real IMAP server on 127.0.0.1: folders of messages, flags, a login; as much of RFC 3501 as one mailbox needs."""

from __future__ import annotations

import re
import socketserver
import ssl
import time
from dataclasses import dataclass, field
from threading import Thread


@dataclass
class Letter:
    """One message; `flags` such as \\Seen."""

    uid: int
    content: bytes
    flags: set[str] = field(default_factory=set)


class ImapRoom:
    """`folders` is what it holds; `heard` what clients said; `broken` makes it say NO to a command of this name,
    `pause` makes its messages drip."""

    def __init__(
        self,
        *,
        username: str = "bounces",
        password: str = "secret",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.username, self.password, self.tls = username, password, tls
        self.folders: dict[str, list[Letter]] = {"INBOX": []}
        self.heard: list[str] = []
        self.broken = ""
        self.pause = 0.0  # seconds between two bytes of a message
        self._uid = 0
        self._server = _Server(("127.0.0.1", 0), _Conversation)
        self._server.room = self
        self.port = self._server.server_address[1]
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def put(self, content: bytes, folder: str = "INBOX") -> Letter:
        self._uid += 1
        letter = Letter(self._uid, content)
        self.folders[folder].append(letter)
        return letter

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    room: ImapRoom

    def get_request(self):
        connection, address = super().get_request()
        if self.room.tls:
            connection = self.room.tls.wrap_socket(connection, server_side=True)
        return connection, address

    def handle_error(self, request, client_address):
        """A client that hangs up is no fault of ours."""


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self):
        self.room, self.folder = self.server.room, "INBOX"
        self.say("* OK ready")
        for line in self.rfile:
            tag, _, rest = line.decode().strip().partition(" ")
            self.room.heard.append(rest)
            verb, _, words = rest.partition(" ")
            if verb.upper() == "UID":
                verb, _, words = words.partition(" ")
            if verb.upper() == self.room.broken:
                self.say(f"{tag} NO not today, {words}")
                continue
            answer = getattr(self, f"do_{verb.lower()}", self.unknown)(words)
            self.say(f"{tag} {answer or 'OK done'}")
            if verb.upper() == "LOGOUT":
                return

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def unknown(self, words: str) -> str:
        return "BAD what"

    def do_capability(self, words: str) -> None:
        self.say("* CAPABILITY IMAP4rev1")

    def do_login(self, words: str) -> str | None:
        said = re.findall(r'"([^"]*)"|(\S+)', words)
        if [quoted or bare for quoted, bare in said] != [self.room.username, self.room.password]:
            return f"NO [AUTHENTICATIONFAILED] wrong: {words}"
        return None

    def do_select(self, words: str) -> str | None:
        self.folder = words.strip('"')
        if self.folder not in self.room.folders:
            return "NO no such folder"
        self.say(f"* {len(self.letters)} EXISTS")
        return "OK [READ-WRITE] done"

    def do_search(self, words: str) -> None:
        found = [one for one in self.letters if words != "UNSEEN" or "\\Seen" not in one.flags]
        self.say("* SEARCH " + " ".join(str(one.uid) for one in found))

    def do_fetch(self, words: str) -> None:
        uid, _, what = words.partition(" ")
        longest = int(re.search(r"<0\.(\d+)>", what)[1])
        for number, one in enumerate(self.letters, 1):
            if one.uid == int(uid):
                content = one.content[:longest]
                self.say(f"* {number} FETCH (UID {uid} BODY[]<0> {{{len(content)}}}")
                self.drip(content)
                self.say(")")

    def drip(self, content: bytes) -> None:
        if not self.room.pause:
            self.wfile.write(content)
            return
        for byte in content:
            self.wfile.write(bytes([byte]))
            time.sleep(self.room.pause)

    def do_store(self, words: str) -> None:
        uid, _, flags = words.partition(" ")
        for one in self.letters:
            if one.uid == int(uid):
                one.flags |= set(re.findall(r"\\\w+", flags))

    def do_list(self, words: str) -> None:
        for name in self.room.folders:
            if name in words:
                self.say(f'* LIST () "/" "{name}"')

    def do_create(self, words: str) -> None:
        self.room.folders[words.strip('"')] = []

    def do_copy(self, words: str) -> None:
        uid, _, name = words.partition(" ")
        copied = [one for one in self.letters if one.uid == int(uid)]
        self.room.folders[name.strip('"')].extend(copied)

    def do_expunge(self, words: str) -> None:
        self.room.folders[self.folder] = [
            one for one in self.letters if "\\Deleted" not in one.flags
        ]

    def do_noop(self, words: str) -> None:
        pass

    def do_logout(self, words: str) -> None:
        self.say("* BYE")

    @property
    def letters(self) -> list[Letter]:
        return self.room.folders[self.folder]
