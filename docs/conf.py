"""How the documentation is built: ``make docs``; warnings are errors."""

project = "Vendor Sim"
author = "The Vendor Sim engineers"
extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "Vendor Sim"
html_show_sphinx = False
exclude_patterns = ["_build"]
nitpicky = True
suppress_warnings = ["misc.highlighting_failure"]
