"""FHIR, R4 and R5, as plain dictionaries: formulations out, answers in. Nothing of it reaches for a network."""
