"""A host: somebody else's CRM that mounts hopnps. `make host` runs it."""
