"""What follows: areas, selection, techniques, and the formulation a caller gets."""
