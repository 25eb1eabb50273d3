"""What holds of every possible case, proved with Z3 or refuted by a case. Needs ``pip install ipt_formulate[proof]``.

`values` and `lowered` make a symbolic lowered case, `meaning` and `areas` and `choosing` and `blocking` say what
follows from it, `theorems` say what must hold, and `prover` asks the solver. Nothing in here runs when a case is
formulated.
"""
