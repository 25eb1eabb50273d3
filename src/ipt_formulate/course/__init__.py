"""From an agreed focus to a course of treatment that ends well: plan, statement, goals, sessions."""
