"""The settings of the Jupyter server, wherever the course runs: docker/start names this folder in JUPYTER_CONFIG_PATH."""

import contextlib
import logging
import os
import subprocess
import sys
from pathlib import Path

COURSE = Path(__file__).resolve().parent.parent.parent
# A student works on copies, below this folder. Without it the originals are served, to whoever writes the course.
COPIES = os.environ.get("COURSE_ROOT")
IN_IMAGE = bool(os.environ.get("COURSE_WORK")) and "COURSE_SHARED" not in os.environ

sys.path.append(str(COURSE / "docker" / "jupyter"))
import copies  # noqa: E402

c = get_config()  # noqa: F821

# In a container nobody reaches 127.0.0.1; who reaches the container, docker says.
c.ServerApp.ip = "0.0.0.0" if IN_IMAGE else "127.0.0.1"
c.ServerApp.open_browser = not IN_IMAGE
c.ServerApp.root_dir = COPIES or str(COURSE)
c.LabApp.default_url = "/lab/tree/notebooks/01-multi-threading.ipynb"
# Containers and CI have no other user.
c.ServerApp.allow_root = True
# The address and what goes wrong are still shown; what went well is not.
c.Application.log_level = "ERROR"

# No question at the first start, and nothing asked of the network: overrides.json beside this file answers the one about news, which
# Lab asks even where there is no address to get news from.
c.LabApp.app_settings_dir = str(COURSE / "docker" / "jupyter")
c.LabApp.news_url = None
# How text is shown: custom/custom.css. Where it lies is a setting of the server's that no configuration may set unless it is told so.
from jupyter_server.serverapp import ServerApp  # noqa: E402

ServerApp.static_custom_path.tag(config=True)
c.ServerApp.static_custom_path = [str(COURSE / "docker" / "jupyter" / "custom")]
c.LabApp.custom_css = True

from jupyterlab.handlers.announcements import CheckForUpdateABC  # noqa: E402


class NewerNotebooks(CheckForUpdateABC):
    """Where Lab would ask whether there is a newer Lab, it tells of newer notebooks."""

    async def __call__(self):
        return copies.told(Path(COPIES) / "notebooks") if COPIES else None


c.LabApp.check_for_updates_class = NewerNotebooks

# Language servers are for files beside notebooks; GoNB brings its own completion.
c.ServerApp.jpserver_extensions = {"jupyter_lsp": False}

# JupyterLab 4.5 and later show GoNB as "Unknown" until a first cell has run: the server waits for the answer to a message that GoNB
# does not answer (history_request), and has stopped to look at the answer to kernel_info_request. So look at that one again.
from jupyter_server.services.kernels.kernelmanager import MappingKernelManager  # noqa: E402

c.MappingKernelManager.untracked_message_types = [
    kind for kind in MappingKernelManager.untracked_message_types.default() if kind != "kernel_info_request"
]


def trust_notebooks_as_they_came():
    """Sign the notebooks as they were committed: a file that still equals its committed self is trusted, scripts and all.

    Of a student's copies it is what the course puts there: they have no outputs, so nothing that could run. In an archive, which has no
    commits, the originals are what the first start finds.
    """
    from jupyter_core.paths import jupyter_data_dir
    from nbformat import reads
    from nbformat.sign import NotebookNotary

    def git(*arguments):
        return subprocess.run(
            ["git", "-C", str(COURSE), *arguments], capture_output=True, check=True, env={**os.environ, "GIT_DIR": str(COURSE / ".git")}
        ).stdout.decode()

    def files():
        return [path.read_text() for path in (COURSE / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts]

    signed = Path(jupyter_data_dir()) / "signed-as-unpacked"
    try:
        if COPIES:
            texts = [copies.without_outputs(path.read_text(encoding="utf-8")) for path in (COURSE / "notebooks").glob("*.ipynb")]
        elif (COURSE / ".git").exists():
            paths = git("ls-tree", "-r", "--name-only", "HEAD", "notebooks").splitlines()
            texts = [git("show", f"HEAD:{path}") for path in paths if path.endswith(".ipynb")]
        else:
            texts = [] if signed.exists() else files()
        notary = NotebookNotary(log=logging.getLogger("trust"))  # not the terminal
        for text in texts:
            notary.sign(reads(text, as_version=4))
        if texts and not COPIES:
            signed.touch()
    except (OSError, subprocess.CalledProcessError):
        pass  # No git, or no commit: Lab then asks before it runs a recorded script. Pictures show all the same.


trust_notebooks_as_they_came()

if COPIES:
    from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

    class FreshCopies(AsyncLargeFileManager):
        """Files as ever, but where a notebook of the course was deleted or renamed, there is a fresh one at once."""

        def put_copies(self):
            with contextlib.suppress(OSError):  # A full disk is said elsewhere: nothing was lost.
                copies.put(COURSE / "notebooks", Path(COPIES) / "notebooks")

        async def delete_file(self, path):
            await super().delete_file(path)
            self.put_copies()

        async def rename_file(self, old_path, new_path):
            await super().rename_file(old_path, new_path)
            self.put_copies()

    c.ServerApp.contents_manager_class = FreshCopies


def forget_dead_servers():
    """Remove what servers that were killed left in the runtime folder: files with their address, named after their process."""
    from jupyter_core.paths import jupyter_runtime_dir

    for path in Path(jupyter_runtime_dir()).glob("jpserver-*"):
        try:
            os.kill(int(path.name.split("-")[1].split(".")[0]), 0)
        except ProcessLookupError:
            path.unlink(missing_ok=True)
        except (ValueError, OSError):
            pass  # not such a file, or somebody else's


forget_dead_servers()
