"""So that ``python -m ipt_formulate.cli`` is the command line."""

from ipt_formulate.cli import main

if __name__ == "__main__":
    main()
