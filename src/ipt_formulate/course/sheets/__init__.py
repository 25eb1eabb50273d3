"""Work sheets of the sessions: one module a sheet, checked when built, with their texts in ``rules/course/sheets``."""
