"""Between this library and others: JSON Schema, FHIR, CDS Hooks, REDCap and CSV.

Plain dictionaries and text go out and come in. Nothing here reaches for a network, and no code of another system is
used that was not confirmed.
"""
