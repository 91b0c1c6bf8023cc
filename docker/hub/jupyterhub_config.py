"""A class on one machine: JupyterHub with its own proxy, and for each student an account, a server and bounds. docker/hub/start reads it.

Before anybody but you may sign in, put another sign-in and another address into hub.py in the folder of your SETTINGS, which is read last:
README.md beside this file says how.
"""

import math
import os
import pwd
import shutil
import socket
import subprocess
import sys
import time
from contextlib import suppress
from grp import getgrnam
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from jupyterhub.auth import DummyAuthenticator
from jupyterhub.handlers.base import BaseHandler
from jupyterhub.roles import assign_default_roles
from jupyterhub.spawner import LocalProcessSpawner
from tornado.ioloop import PeriodicCallback
from tornado.web import HTTPError

COURSE = Path(__file__).resolve().parent.parent.parent
STATE = Path.cwd()  # docker/hub/start has gone to the folder of the hub's own files.
SETTINGS = Path(os.environ.get("COURSE_HUB_SETTINGS", "/etc/multithreading"))  # yours: no update touches it
ADDRESS = "http://127.0.0.1:8000"
GROUP = "students"  # the accounts that the hub may use
GLANCE = (SETTINGS / "glance").exists()  # docker/hub/class glance on

c = get_config()  # noqa: F821


# Who may sign in.


class TestSignIn(DummyAuthenticator):
    """Lets everybody in, under any name, with any password. So it serves this machine only, whatever address it is told."""

    def __init__(self, **options):
        super().__init__(**options)
        hub = self.parent
        for host in (urlsplit(hub.bind_url).hostname, urlsplit(hub.hub_bind_url).hostname if hub.hub_bind_url else hub.hub_ip):
            try:
                local = host == "localhost" or ip_address(host or "").is_loopback
            except ValueError:
                local = False
            if not local:
                sys.exit(
                    f"The test sign-in lets everybody in, so it must not listen on {host or 'every address'}: "
                    "set another authenticator_class first (docker/hub/README.md), or an address of this machine only, 127.0.0.1."
                )

    async def authenticate(self, handler, data):
        # Another proxy before the hub's own, as one for TLS is, may let strangers in.
        for host in handler.request.headers.get("X-Forwarded-For", "127.0.0.1").split(","):
            if not ip_address(host.strip()).is_loopback:
                raise HTTPError(403, "The test sign-in lets everybody in, so it serves this machine only.")
        return await super().authenticate(handler, data)


def class_list():
    """Who is on the list that docker/hub/class keeps, and whether as an administrator. None where there is no list."""
    try:
        lines = [line.split("#")[0].split() for line in (SETTINGS / "students").read_text().splitlines()]
    except FileNotFoundError:
        return None
    return {words[0]: "admin" in words[1:] for words in lines if words}


def only_the_class(authenticator, handler, model):
    """Called with who has proved to be somebody: where there is a list, only who is on it comes in, now and not at the next start."""
    students = class_list()
    if students is not None:
        if model["name"] not in students:
            raise HTTPError(403, f"{model['name']} is not on the list of this class: ask your teacher.")
        model["admin"] = students[model["name"]]
    return model


ask_the_sign_in = BaseHandler.refresh_auth


async def still_of_the_class(handler, user, force=False):
    """Called by the hub at each request of a student, with a cookie or a token, whatever the sign-in is: the list counts from now on.

    A sign-in's own refresh_user would do as well, but a former administrator's token would still count (auth_refresh_strict).
    """
    students = class_list()
    if students is not None:
        if user.name not in students:
            return None
        if user.admin != students[user.name]:
            user.admin = students[user.name]
            assign_default_roles(handler.db, entity=user)
            handler.db.commit()
    return await ask_the_sign_in(handler, user, force)


BaseHandler.refresh_auth = still_of_the_class

c.JupyterHub.authenticator_class = TestSignIn
c.TestSignIn.allow_all = True
if class_list() is not None:
    c.Authenticator.allow_all = True  # of whom the list has
c.Authenticator.post_auth_hook = only_the_class
# What useradd takes, and nothing that a shell or a path reads as something else.
c.Authenticator.username_pattern = "[a-z][a-z0-9-]{0,30}"
c.JupyterHub.bind_url = ADDRESS


# What a student gets.


class StudentSpawner(LocalProcessSpawner):
    """Starts a student's server as an account of this machine: in a control group, and with a /tmp of its own."""

    # As root, in a mount namespace of this server: its /tmp, and a /proc that shows a student no other's processes. Then as the student,
    # who can become nobody else.
    ISOLATED = (
        'cd "$HOME" && mount --bind "$1" /tmp && mount -t proc -o hidepid=invisible proc /proc && user=$2 group=$3 && shift 3 && '
        'exec setpriv --reuid "$user" --regid "$group" --init-groups --bounding-set=-all --inh-caps=-all --no-new-privs "$@"'
    )

    async def start(self):
        name = self.user.name
        account = self.account(name)
        scratch = STATE / "tmp" / name
        shutil.rmtree(scratch, ignore_errors=True)  # of the last time
        scratch.mkdir(parents=True)
        os.chown(scratch, account.pw_uid, account.pw_gid)
        scratch.chmod(0o700)
        self.cmd = [
            *("unshare", "--mount", "sh", "-c", self.ISOLATED, "sh", str(scratch), name, str(account.pw_gid)),
            *(str(COURSE / "docker" / "start"), "jupyterhub-singleuser"),
        ]
        self.environment = {
            **self.environment,
            # What the image sets too, for the same start script.
            "COURSE_WORK": account.pw_dir,
            "COURSE_STATE": "/tmp/course",
            "COURSE_CACHE": str(COURSE.parent / "go" / "cache"),
            "GOCACHE": "/tmp/course/go-cache",
            "GOMODCACHE": str(COURSE.parent / "go" / "mod"),
            "LANG": "C.UTF-8",
            # Verdicts on exercises are put beside the predictions in the student's browser, where the student may share them.
            **({"COURSE_GLANCE": "1"} if GLANCE else {}),
        }
        return await super().start()

    def account(self, name):
        """The student's account, which is made at the first sign-in. An account outside the group is none of the hub's."""
        students = class_list()
        if students is not None and name not in students:
            raise PermissionError(f"{name} is no longer on the list of this class")
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            subprocess.run(["groupadd", "--force", GROUP], check=True)
            subprocess.run(
                ["useradd", "--create-home", "--user-group", "--groups", GROUP, "--shell", "/bin/bash", "-K", "HOME_MODE=0700", name],
                check=True,
            )
            return pwd.getpwnam(name)
        if name not in getgrnam(GROUP).gr_mem:
            raise PermissionError(f"{name} is an account of this machine, and not of the group {GROUP}")
        return account

    def make_preexec_fn(self, name):
        """Called before the server becomes the student's: puts it into the control group. The command itself changes the user."""
        processes = control_group(name, self.mem_limit, PROCESSES)

        def join():
            for file in processes:
                file.write_text(str(os.getpid()))

        return join


CGROUPS = Path("/sys/fs/cgroup")
UNIFIED = (CGROUPS / "cgroup.controllers").exists()  # version 2 of Linux's interface


def control_group(name, memory, processes):
    """Make the control group of a student; return the files that take a process into it."""
    if UNIFIED:
        group = CGROUPS / "multithreading" / name
        group.mkdir(parents=True, exist_ok=True)
        for parent in (CGROUPS, group.parent):
            (parent / "cgroup.subtree_control").write_text("+cpu +memory +pids")
        limits = {group / "memory.max": memory, group / "memory.swap.max": 0, group / "pids.max": processes}
        files = [group / "cgroup.procs"]
    else:
        groups = {kind: CGROUPS / kind / "multithreading" / name for kind in ("cpu", "cpuacct", "memory", "pids")}
        for group in groups.values():
            group.mkdir(parents=True, exist_ok=True)
        limits = {groups["memory"] / "memory.limit_in_bytes": memory, groups["pids"] / "pids.max": processes}
        files = [group / "cgroup.procs" for group in groups.values()]
    for file, limit in limits.items():
        if file.exists():
            file.write_text(str(limit))
    return files


class Turns:
    """Who has had much of the processors lately lets the others go first, until that is past.

    Where nobody else wants them, everybody has all of them. With equal weights, one student who takes all there is would leave a half of
    two cores to the one other who runs a cell at that moment.
    """

    EVERY = 2  # seconds; when the hub is busy, two looks may be further apart, or close together
    MEMORY = 9  # seconds, after which a look counts for a third
    MUCH = 0.3  # of one core, on average over some ten seconds: a class at work takes a tenth a head, a long build this for some seconds
    LESS = 8  # such a group weighs a part of the others'

    def __init__(self):
        self.used = {}  # by group: seconds of the processor's time, and when that was
        self.average = {}  # by group: cores

    def look(self):
        for group in (CGROUPS / ("" if UNIFIED else "cpuacct") / "multithreading").glob("*/"):
            with suppress(OSError):  # it may have just been removed
                self.weigh(group)

    def weigh(self, group):
        if UNIFIED:
            file, usual = group / "cpu.weight", 100
            used = int((group / "cpu.stat").read_text().split()[1]) / 1e6
        else:
            file, usual = CGROUPS / "cpu" / "multithreading" / group.name / "cpu.shares", 1024
            used = int((group / "cpuacct.usage").read_text()) / 1e9
        now = time.monotonic()
        before, then = self.used.get(group, (used, now - self.EVERY))
        if now - then < 0.5:
            return
        old = self.average.get(group)  # None: of a former run of the hub, it may weigh anything
        part = 1 - math.exp((then - now) / self.MEMORY)
        new = (1 - part) * (old or 0) + part * (used - before) / (now - then)
        if old is None or (old > self.MUCH) != (new > self.MUCH):
            file.write_text(str(usual // self.LESS if new > self.MUCH else usual))
        self.used[group], self.average[group] = (used, now), new


turns = Turns()
PeriodicCallback(turns.look, turns.EVERY * 1000).start()


c.JupyterHub.spawner_class = StudentSpawner
c.Spawner.default_url = "/lab/tree/notebooks/01-multi-threading.ipynb"
c.Spawner.args = [
    # Over TCP, another student of this machine could read what a kernel puts out.
    "--KernelManager.transport=ipc",
    # What nobody uses for an hour ends: the kernel, and then the server. The files stay.
    "--MappingKernelManager.cull_idle_timeout=3600",
    "--ServerApp.shutdown_no_activity_timeout=3600",
]
# As docker/compose.yaml: the notebooks need 1 GB, the compiler of a large package some more; a cell that starts processes (or threads)
# without end stops there.
c.Spawner.mem_limit = "2G"
PROCESSES = 1024
# A whole class starts at once, and a start costs some seconds of processor time.
c.JupyterHub.concurrent_spawn_limit = 64
c.Spawner.http_timeout = 120
c.Spawner.start_timeout = 120
# A server that does not stop when asked is ended; what it started ends with it (docker/kernel).
c.LocalProcessSpawner.interrupt_timeout = 10


# The hub itself.
c.ConfigurableHTTPProxy.command = [str(COURSE / ".venv" / "hub" / "node_modules" / ".bin" / "configurable-http-proxy"), "--log-level=warn"]
c.JupyterHub.log_level = "WARN"

# The class at one glance (helpers/internal/glance): at a port that is free now, as an account that may do nothing.
if GLANCE:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    c.JupyterHub.services = [
        {
            "name": "glance",
            "url": f"http://127.0.0.1:{port}",
            "command": [str(COURSE / ".venv" / "hub" / "glance"), "-notebooks", str(COURSE / "notebooks")],
            "user": "nobody",
            "cwd": "/",
            "oauth_no_confirm": True,  # it asks for its own consent
        }
    ]
    c.JupyterHub.load_roles = [{"name": "user", "scopes": ["self", "access:services!service=glance"]}]

if (SETTINGS / "hub.py").exists():
    load_subconfig(str(SETTINGS / "hub.py"))  # noqa: F821
