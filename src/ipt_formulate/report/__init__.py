"""A formulation for people to read."""
