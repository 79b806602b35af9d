"""How Sphinx builds these pages: ``sphinx-build -W -b html docs docs/_build/html``; no network is used."""

from pyrdd.version import __version__

project = "pyrdd"
author = "the pyrdd authors"
copyright = "the pyrdd authors, Apache-2.0"
version = release = __version__

extensions = ["sphinx.ext.autodoc", "myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
myst_heading_anchors = 3

html_theme = "alabaster"
html_theme_options = {"page_width": "1100px", "description": "Spark's ideas in plain Python"}

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
default_role = "code"
