"""Settings of formgrader and nbgrader, which lie in the grading folder because both look for them there."""

import hashlib
from pathlib import Path

from course import notebooks
from course.grading.record.folder import write_if_changed

_CONFIG = '''"""Settings of formgrader and nbgrader for this folder, which `python -m course grade` made."""

from pathlib import Path

from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.server_extensions.formgrader import handlers


class NotHere(NbGraderPreprocessor):
    """Refuses what nbgrader would do without a sandbox, or what would show hidden checks to students."""

    def preprocess(self, nb, resources):
        raise RuntimeError("Submissions of this folder are graded, and feedback is written, by `python -m course grade`.")


c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "{course_id}"
c.Autograde.sanitize_preprocessors = [NotHere]
c.GenerateFeedback.preprocessors = [NotHere]
# In .formgrader/ is what a student's page loads in place of a MathJax from the internet.
c.HTMLExporter.extra_template_basedirs = [str(Path(__file__).parent / ".formgrader"), handlers.template_path]
'''
_EARLIER = ("16646c10b3cff150dd299b9e8319b9940407d58a6e921570af4bf30ab4ba5595",)
"""SHA-256 of the settings that earlier versions made: these are replaced, those that a human has changed are not."""
_MATHJAX = """{#- In place of nbconvert's, which loads MathJax from the internet. -#}
{%- macro mathjax(url="../../../static/jupyter_server_mathjax/MathJax.js?config=TeX-AMS-MML_HTMLorMML-full,Safe") -%}
    <meta http-equiv="Content-Security-Policy" content="default-src 'self' 'unsafe-inline' 'unsafe-eval' data:; form-action 'self'">
    <meta name="referrer" content="no-referrer">
    <script type="text/x-mathjax-config">
    MathJax.Hub.Config({
        TeX: {equationNumbers: {autoNumber: "AMS", useLabelIds: true}},
        tex2jax: {
            inlineMath: [["$", "$"], ["\\\\(", "\\\\)"]],
            displayMath: [["$$", "$$"], ["\\\\[", "\\\\]"]],
            processEscapes: true,
            processEnvironments: true
        },
        Safe: {allow: {URLs: "none", classes: "none", cssIDs: "none", styles: "none", fontsize: "none", require: "none"}},
        showMathMenu: false,
        messageStyle: "none"
    });
    </script>
    <script src="{{ url }}"></script>
{%- endmacro %}
"""


def write_settings(folder: Path, course_id: str) -> None:
    """Write what formgrader and nbgrader need to know into a grading folder; what a human has changed there stays."""
    config, text = folder / "nbgrader_config.py", _CONFIG.replace("{course_id}", course_id).encode()
    if not config.exists() or hashlib.sha256(config.read_bytes()).hexdigest() in _EARLIER:
        notebooks.write(config, text)
    write_if_changed(folder / ".formgrader" / "formgrade" / "mathjax.html.j2", _MATHJAX.encode())
