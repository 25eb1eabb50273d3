"""Practice: teaching cases, what a trainee makes of one, and the library's reasoning beside it."""
