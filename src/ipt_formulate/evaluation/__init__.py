"""Who is met? The reference evaluator is the meaning; the durable engine must agree with it."""
