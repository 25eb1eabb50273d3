"""Studies: how far raters, the library and the schools agree, and what hangs on a rule.

Needs the extra ``study``: ``pip install 'ipt_formulate[study]'``.
"""
