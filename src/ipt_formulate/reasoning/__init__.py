"""Why, why not, and what to ask next: plain Python over the reference evaluator."""
