"""A small real DNS server on 127.0.0.1: the records it is given, NXDOMAIN for the rest, or no answer at all."""

from __future__ import annotations

import socketserver
from threading import Thread

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


class NameServer:
    """`records`: (name, "TXT") -> texts as in a zone file; `asked` is what it heard."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], list[str]] = {}
        self.asked: list[str] = []
        self.silent = False
        self._server = socketserver.ThreadingUDPServer(("127.0.0.1", 0), _Question)
        self._server.room = self
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def answer(self, question: dns.message.Message) -> dns.message.Message:
        answer = dns.message.make_response(question)
        answer.flags |= dns.flags.RA
        asked = question.question[0]
        name, kind = str(asked.name).rstrip("."), asked.rdtype.name
        self.asked.append(f"{kind} {name}")
        known = {found for found, _kind in self.records}
        if name not in known:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        if texts := self.records.get((name, kind)):
            answer.answer.append(dns.rrset.from_text(asked.name, 60, "IN", kind, *texts))
        return answer

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Question(socketserver.BaseRequestHandler):
    def handle(self):
        raw, connection = self.request
        room = self.server.room
        if not room.silent:
            answer = room.answer(dns.message.from_wire(raw))
            connection.sendto(answer.to_wire(), self.client_address)
