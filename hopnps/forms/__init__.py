"""WTForms for pages and admin: what was typed, checked at its field."""
