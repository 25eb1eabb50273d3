"""Changes a rule base by one small step at a time, to see whether anything would tell.

A changed rule base is a *mutant*. It is *killed* by what asserts something that no longer holds: the examples in the
rules, the decisions, the golden cases, the solver-made cases. It is *equivalent* if it is proved that every rule has
the same three-valued status as before for every case that can be recorded. Else it *survives*, and the case that would
tell is shown.
"""
