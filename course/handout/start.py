"""Sets up what is missing and opens the lab in JupyterLab: `python3 start.py`. It needs nothing but Python.

Packages go to a virtual environment in `~/.cnn-labs` (or where `CNN_LABS_HOME` says), which all labs of the course share;
data go to `~/tensorflow_datasets` (or where `TFDS_DATA_DIR` says). What is there already is not made again.
"""

import hashlib
import os
from pathlib import Path
import subprocess
import sys
import webbrowser

HERE = Path(__file__).resolve().parent
OLDEST, NEWEST = (3, 11), (3, 13)
USAGE = """python3 start.py [--setup-only] [options of JupyterLab, such as --port=8899 or --no-browser]

Sets up what is missing and opens the lab in JupyterLab. --setup-only: sets up what is missing, and stops there."""


def main(arguments: list) -> int:
    """Set up what is missing, then become JupyterLab; return the exit status where that fails."""
    if "-h" in arguments or "--help" in arguments:
        print(USAGE)
        return 0
    problem = unfit()
    if problem:
        print(problem, file=sys.stderr)
        return 1
    import tomllib  # an older Python gets as far as the message above

    lab = tomllib.loads((HERE / "lab.toml").read_text(encoding="utf-8"))
    python = environment()
    if python is None:
        return 1
    for step in lab["prepare"]:
        if subprocess.run([str(python), "-m", *step], cwd=HERE).returncode:
            print(
                "Step 3 of 3, data, failed: the reason is above. Call start.py again when it is mended: it carries on "
                "from here.",
                file=sys.stderr,
            )
            return 1
    if "--setup-only" in arguments:
        print("Everything is set up. `python3 start.py` opens the lab, without a connection as well.")
        return 0
    print("JupyterLab is starting. Its address follows; Ctrl-C, twice, ends it.", flush=True)
    os.chdir(HERE)  # nbgrader_config.py, the settings of Validate, is looked for here
    command, variables = jupyter(python, lab["notebook"])
    os.execve(command[0], command + arguments, variables)


def unfit() -> str:
    """Return why the lab cannot be set up with this Python, on this system; empty if it can."""
    if os.name != "posix":
        return "TensorFlow has no current version for Windows itself: install WSL2 (wsl --install) and start the lab there."
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        found, oldest, newest = (".".join(map(str, version)) for version in (sys.version_info[:2], OLDEST, NEWEST))
        return (
            f"Step 1 of 3, Python: this is {found}, {oldest} to {newest} is needed.\n"
            f"Install one and call it by name: python{newest} start.py"
        )
    return ""


def environment() -> "Path | None":
    """Return the Python of the virtual environment with the lab's packages, made where it is missing; None if that fails."""
    requirements = HERE / "requirements.txt"
    version = "python{}.{}".format(*sys.version_info)
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
    home = Path(os.environ.get("CNN_LABS_HOME") or Path.home() / ".cnn-labs")
    folder = home / f"{version}-{digest}"
    python, installed = folder / "bin" / "python", folder / ".installed"
    if installed.exists() and python.exists():
        return python
    print(f"Step 1 of 3: virtual environment in {folder}", flush=True)
    clear = [] if python.exists() else ["--clear"]
    if subprocess.run([sys.executable, "-m", "venv", *clear, str(folder)]).returncode:
        print(
            "Step 1 of 3, virtual environment, failed. On Debian and Ubuntu: sudo apt install python3-venv. "
            "Then call start.py again.",
            file=sys.stderr,
        )
        return None
    print("Step 2 of 3: packages (about 3 GB on disk; a few minutes the first time)", flush=True)
    install = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "-r", str(requirements)]
    if subprocess.run(install).returncode:
        print(
            "Step 2 of 3, packages, failed: pip says above why. Is there a connection, and room on the disk?\n"
            "Call start.py again when it is mended: it carries on from here.",
            file=sys.stderr,
        )
        return None
    installed.touch()
    return python


def jupyter(python: Path, notebook: str) -> tuple:
    """Return the command that opens the notebook in JupyterLab, and its environment variables."""
    variables = {
        **os.environ,
        # Where JupyterLab finds labconfig: no pop-up about news, Markdown shown as a page.
        "JUPYTER_CONFIG_PATH": os.pathsep.join(
            filter(None, [str(HERE / "jupyter"), os.environ.get("JUPYTER_CONFIG_PATH")])
        ),
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    command = [str(python), "-m", "jupyterlab", f"--ServerApp.root_dir={HERE}"]
    command += [f"--LabApp.default_url=/lab/tree/{notebook}", "--ServerApp.log_level=WARN"]
    if os.geteuid() == 0:
        command.append("--allow-root")  # containers: JupyterLab refuses to run as root without it
    try:
        browser = webbrowser.get().name
    except webbrowser.Error:
        browser = "none"
    if browser in ("none", "www-browser", "links", "elinks", "lynx", "w3m"):
        command.append("--no-browser")
    return command, variables


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
