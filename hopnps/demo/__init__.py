"""The demo: an invented company in a database of its own, and a mailbox that no mail leaves."""
