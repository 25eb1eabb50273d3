"""Whether a formulation follows from its case: derived a second time, by code that shares none with the evaluators."""
