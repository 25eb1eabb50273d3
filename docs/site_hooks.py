"""What is made while the site is built, and not kept: the whole page of each case of the gallery."""

from __future__ import annotations

import sys
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages to what the site copies."""
    sys.path.insert(0, str(Path(__file__).parent))
    try:
        from gallery import full_pages

        for path, text in full_pages():
            files.append(File.generated(config, path, content=text))
    finally:
        sys.path.pop(0)
    return files
