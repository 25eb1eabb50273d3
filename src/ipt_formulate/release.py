"""Which release this is: read by the build and printed in every output."""

from typing import Final

VERSION: Final = "0.2.0"
