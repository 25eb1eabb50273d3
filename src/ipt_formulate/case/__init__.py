"""What was observed: the assessment and the interpersonal inventory. No rules inside."""
