"""Sphinx's settings for the course's site; `python -m course site` calls it on a copy of this folder with the generated pages."""

project = "Convolutional networks, hands on"
author = "the authors of this course"
copyright = "2026 the authors of this course; text and figures CC BY 4.0"
language = "en"
extensions = ["myst_parser", "sphinx_copybutton", "course.site.sphinx_ext"]
myst_enable_extensions = ["attrs_inline", "colon_fence", "dollarmath"]
myst_heading_anchors = 3
exclude_patterns = ["_build", "root"]
suppress_warnings = ["myst.strikethrough"]

html_theme = "sphinx_book_theme"
html_title = project
# Without the theme's logo, which stands outside of every landmark; the front page is the first entry of the list.
html_sidebars = {"**": ["search-button-field.html", "sbt-sidebar-nav.html"]}
html_static_path = ["_static"]
html_favicon = "_static/favicon.svg"
html_extra_path = ["root"]
html_css_files = ["course.css"]
html_js_files = [("course.js", {"defer": "defer"})]
highlight_language = "text"
html_context = {"default_mode": "auto"}
html_math_renderer = "mathml"
html_copy_source = False
html_show_search_summary = False  # excerpts are fetched page by page, which does not work from a disk
html_show_sourcelink = False
html_last_updated_fmt = None
html_theme_options = {
    "navbar_persistent": [],
    "use_download_button": False,
    "use_fullscreen_button": False,
    "max_navbar_depth": 1,  # the switches that open deeper levels have no name that a screen reader could say
    "search_as_you_type": False,  # it would load the index of all words with every page
    "show_toc_level": 2,
    "home_page_in_toc": True,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    "toc_title": "On this page",
}
copybutton_exclude = ".linenos, .gp, .go"
copybutton_selector = "div.highlight-python div.highlight pre"
