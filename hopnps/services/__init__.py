"""The verbs of the house: plain functions (session, ..., *, now) that flush and never commit."""
