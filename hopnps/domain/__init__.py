"""The rules of NPS surveying, free of any framework, database or clock."""
