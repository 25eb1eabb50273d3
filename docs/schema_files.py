"""The JSON Schema files, one for each version of what is read and written."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ipt_formulate.interchange.schemas import file_name, schema, schema_names


def schema_files() -> Mapping[str, str]:
    """Each schema by its path."""
    return {f"schemas/{file_name(name)}": json.dumps(schema(name), indent=1) + "\n" for name in schema_names()}
