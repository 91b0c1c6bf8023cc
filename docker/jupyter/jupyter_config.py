"""How a notebook becomes a page, for every Jupyter program: `make handouts`, `jupyter nbconvert`, Lab's "Save and Export Notebook As"."""

import sys
from pathlib import Path

NOTEBOOKS = Path(__file__).resolve().parent.parent.parent / "notebooks"

c = get_config()  # noqa: F821

# notebooks/template/index.html.j2, which loads nothing from the network.
c.TemplateExporter.extra_template_basedirs = [str(NOTEBOOKS)]
c.HTMLExporter.template_name = "template"
c.SlidesExporter.template_name = "reveal"  # Slides are HTML too, and keep their own.

# Named and not imported: only an export needs them.
sys.path.append(str(NOTEBOOKS / "template"))
c.TemplateExporter.filters = {name: f"handout_filters.{name}" for name in ("highlight_code", "code_css", "markdown2html", "once")}
c.HTMLExporter.preprocessors = ["handout_filters.Settle"]
