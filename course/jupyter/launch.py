"""Becomes JupyterLab with the course's settings and kernel, and says where it can be opened: `launch.py FOLDER PAGE SETTINGS`.

It needs nothing but JupyterLab: hand-outs carry it, in their folder `jupyter`.
"""

import os
from pathlib import Path
import secrets
import sys
from urllib.parse import quote
import webbrowser

HERE = Path(__file__).resolve().parent
TEXT_BROWSERS = ("www-browser", "links", "elinks", "lynx", "w3m")
OWN_ACCESS = ("token", "password")
"""What an option for JupyterLab is named like that says who may open it."""


def options(folder: str, page: str, extra: list[str]) -> list[str]:
    """Return JupyterLab's options: what `extra` says, and what a user's own settings must not change.

    A password, an empty token or another address set in `~/.jupyter` would leave a student before a door without a key.

    Args:
        folder: what JupyterLab shows.
        page: what it opens, a path below the folder.
        extra: further options, such as `--port=8899` or `--no-browser`; they win.
    """
    found = [f"--LabApp.default_url=/lab/tree/{quote(page)}", "--FileContentsManager.preferred_dir="]
    found.append("--Application.log_level=WARN")
    # Others on the machine cannot listen, and kernels do not write to the terminal that they could.
    found.append("--KernelManager.transport_encryption=auto")
    named = {option.split("=")[0].lower() for option in extra}
    if not named & {"--notebook-dir", "--serverapp.root_dir", "--serverapp.notebook_dir"}:
        found.append(f"--ServerApp.root_dir={folder}")
    if not any(word in name for name in named for word in OWN_ACCESS):
        found.append(f"--IdentityProvider.token={secrets.token_hex(24)}")
        found.append("--PasswordIdentityProvider.hashed_password=")
    for trait, value in (("ip", "localhost"), ("port", "8888"), ("base_url", "/")):
        if not named & {f"--{trait}", f"--serverapp.{trait}"}:
            found.append(f"--ServerApp.{trait}={value}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        found.append("--allow-root")  # containers: JupyterLab refuses to run as root without it
    if not has_browser() and "--no-browser" not in extra:
        found.append("--no-browser")
    return found + extra


def has_browser() -> bool:
    """Tell whether there is a browser with windows."""
    try:
        return webbrowser.get().name not in TEXT_BROWSERS
    except webbrowser.Error:
        return False


def use_settings(settings: Path) -> None:
    """Let JupyterLab find the course's settings (labconfig) and kernels (cnn-labs) before the user's own."""
    for variable, first in (("JUPYTER_CONFIG_PATH", settings), ("JUPYTER_PATH", HERE)):
        os.environ[variable] = os.pathsep.join(filter(None, [str(first), os.environ.get(variable)]))
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"


def main(folder: str, page: str, settings: str, *extra: str) -> None:
    """Serve until Ctrl-C.

    Args:
        folder: what JupyterLab shows.
        page: what it opens, a path below the folder.
        settings: the folder that holds `labconfig`.
        extra: further options for JupyterLab.
    """
    use_settings(Path(settings).resolve())
    from jupyterlab.labapp import LabApp

    class ServerApp(LabApp.serverapp_class):
        """JupyterLab's server, which always says where it is."""

        def start_ioloop(self) -> None:
            """Print the address, which holds from now on, and serve."""
            scheme = "https" if self.certfile else "http"
            host = self.ip if self.ip not in ("", "*", "0.0.0.0", "::") else "localhost"
            token = self.identity_provider.token
            where = f"{scheme}://{host}:{self.port}{self.base_url.rstrip('/')}/lab/tree/{quote(page)}"
            print(f"Open {where}{f'?token={token}' if token else ''}\nCtrl-C, twice, ends JupyterLab.", flush=True)
            super().start_ioloop()

    LabApp.serverapp_class = ServerApp
    LabApp.launch_instance(options(folder, page, list(extra)))


if __name__ == "__main__":
    main(*sys.argv[1:])
