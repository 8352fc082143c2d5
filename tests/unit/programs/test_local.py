"""A program runs once under its key, is watched over by a process that outlives drctl, and gives no secret away."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from drctl.ports.programs import Program, ProgramRequest, ProgramState
from drctl.programs.identity import identity_of
from drctl.programs.local import LocalPrograms
from drctl.programs.surroundings import NoAws

PATIENCE_S = 30.0
CANARY = 'canary-Zx9-t0psecret/+= "quoted"'
MACHINE = {
    "PATH": os.environ["PATH"],
    "HOME": "/nowhere",
    "AWS_PROFILE": "somebody",
    "AWS_ACCESS_KEY_ID": "AKIAABCDEFGHIJKLMNOP",
    "GITHUB_TOKEN": "gh-token",
    "HTTPS_PROXY": "http://192.0.2.1:3128",
}


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "run" / "programs"


@pytest.fixture
def programs(kept: Path) -> Iterator[LocalPrograms]:
    running = LocalPrograms(kept, NoAws(), MACHINE)
    yield running
    for folder in kept.glob("*"):
        running.stop(folder.name)


def script(text: str, key: str = "one", **more: Any) -> ProgramRequest:
    """A program in Python, which ends where `text` does."""
    return ProgramRequest(key=key, argv=(sys.executable, "-c", text), folder=more.pop("folder", Path("/")), **more)


def until(holds: Callable[[], Any]) -> Any:
    """What `holds` answers, once it is true of another process."""
    pause = threading.Event()
    for _ in range(int(PATIENCE_S / 0.02)):
        if found := holds():
            return found
        pause.wait(0.02)
    raise AssertionError("it never came about")


def ended(programs: LocalPrograms, key: str = "one") -> Program:
    def over() -> Program | None:
        found = programs.find(key)
        assert found is not None
        return None if found.state is ProgramState.RUNNING else found

    found: Program = until(over)
    return found


def ran(programs: LocalPrograms, request: ProgramRequest) -> Program:
    programs.start(request)
    return ended(programs, request.key)


WAITS = "import signal, sys; print('up', flush=True); signal.pause()"


def up(programs: LocalPrograms, kept: Path, key: str = "one") -> dict[str, Any]:
    """What is written down of a program that runs and has said so."""
    until(lambda: "up" in programs.find(key).output)  # type: ignore[union-attr]
    told: dict[str, Any] = until(lambda: json.loads((kept / key / "started.json").read_text()))
    return told


def test_it_ends_with_its_exit_code_and_the_end_of_what_it_said(programs: LocalPrograms) -> None:
    found = ran(programs, script("import sys; print('one', flush=True); print('two', file=sys.stderr); sys.exit(3)"))
    assert (found.state, found.exit_code, found.last_line) == (ProgramState.ENDED, 3, "two")
    assert "one" in found.output


def test_nothing_was_started_under_another_key(programs: LocalPrograms) -> None:
    programs.start(script("pass"))
    assert programs.find("two") is None


def test_one_key_runs_once_however_often_and_from_wherever_it_is_started(
    programs: LocalPrograms, kept: Path, tmp_path: Path
) -> None:
    """exactly once: two runners, many threads, and again when it has ended"""
    line = f"open({str(tmp_path / 'ran')!r}, 'a').write('x')"
    threads = [threading.Thread(target=programs.start, args=(script(line),)) for _ in range(8)]
    other = LocalPrograms(kept, NoAws(), MACHINE)
    threads += [threading.Thread(target=other.start, args=(script(line),)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ended(programs)
    programs.start(script(line))
    ended(programs)
    assert (tmp_path / "ran").read_text() == "x"


def test_a_program_that_was_just_started_is_found(programs: LocalPrograms) -> None:
    """never later than start returns"""
    programs.start(script(WAITS))
    found = programs.find("one")
    assert found is not None
    assert found.state is ProgramState.RUNNING


def test_it_goes_on_when_drctl_is_killed_and_its_answer_is_found_by_the_next(
    programs: LocalPrograms, kept: Path, tmp_path: Path
) -> None:
    """kill -9 of whoever started it"""
    go = tmp_path / "go"
    waits = f"import os, time\nwhile not os.path.exists({str(go)!r}): time.sleep(0.02)\nprint('after')"
    starter = (
        "import os, sys, signal; from pathlib import Path\n"
        "from drctl.ports.programs import ProgramRequest; from drctl.programs.local import LocalPrograms\n"
        "from drctl.programs.surroundings import NoAws\n"
        f"LocalPrograms(Path({str(kept)!r}), NoAws()).start(ProgramRequest(key='one', folder=Path('/'), "
        f"argv=(sys.executable, '-c', {waits!r})))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    here = str(Path(__file__).parents[3])
    done = subprocess.run(
        [sys.executable, "-c", starter], check=False, env={**MACHINE, "PYTHONPATH": here}, start_new_session=True
    )
    assert done.returncode == -signal.SIGKILL
    found = programs.find("one")
    assert found is not None
    assert found.state is ProgramState.RUNNING
    go.touch()
    assert ended(programs).last_line == "after"


def test_a_crash_before_it_was_started_leaves_it_lost_and_it_is_not_started_again(
    programs: LocalPrograms, monkeypatch: pytest.MonkeyPatch
) -> None:
    """lost, between the claim of the key and the start"""

    class Killed(BaseException):
        pass

    def killed(*_: Any, **__: Any) -> int:
        raise Killed

    with monkeypatch.context() as during:
        during.setattr(os, "posix_spawn", killed)
        with pytest.raises(Killed):
            programs.start(script("pass"))
    programs.start(script("pass"))
    found = programs.find("one")
    assert found is not None
    assert (found.state, found.exit_code) == (ProgramState.LOST, None)
    assert "not started" in found.detail


def test_without_its_watcher_it_runs_until_it_is_gone_and_is_lost_then(programs: LocalPrograms, kept: Path) -> None:
    """lost, because nobody was there to see its end"""
    programs.start(script(WAITS))
    told = up(programs, kept)
    os.kill(told["supervisor"], signal.SIGKILL)
    found = until(lambda: (p := programs.find("one")) and p.detail and p)
    assert found.state is ProgramState.RUNNING
    assert "nobody watches" in found.detail
    os.kill(told["pid"], signal.SIGKILL)
    assert ended(programs).state is ProgramState.LOST


def test_a_pid_that_was_given_to_another_process_is_not_taken_for_the_program(
    programs: LocalPrograms, kept: Path
) -> None:
    """after a restart of the machine: the pid is somebody else's"""
    programs.start(script(WAITS))
    told = up(programs, kept)
    for pid in (told["supervisor"], told["pid"]):
        os.kill(pid, signal.SIGKILL)
    until(lambda: identity_of(told["pid"]) is None)
    mine = {**told, "pid": os.getpid(), "supervisor": os.getpid()}
    (kept / "one" / "started.json").write_text(json.dumps(mine))
    programs.stop("one")
    assert ended(programs).state is ProgramState.LOST


def test_it_is_ended_at_its_limit_with_all_its_children(programs: LocalPrograms) -> None:
    """time limit: TERM for the whole group"""
    child = f"import subprocess, sys; c = subprocess.Popen([sys.executable, '-c', {WAITS!r}]); print(c.pid, flush=True)"
    found = ran(programs, script(f"{child}; c.wait()", limit=timedelta(seconds=0.5)))
    assert (found.state, found.exit_code) == (ProgramState.LATE, None)
    assert "limit" in found.detail
    pid = int(found.output.split()[0])
    until(lambda: identity_of(pid) is None)


def test_one_that_does_not_listen_is_killed(
    programs: LocalPrograms, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """time limit: KILL after the grace"""
    impatient = tmp_path / "impatient.py"
    impatient.write_text(
        "import os, sys; from pathlib import Path\n"
        f"sys.path.append({str(Path(__file__).parents[3])!r})\n"
        "from drctl.programs import supervise\n"
        "supervise.GRACE_S = 0.1\n"
        "supervise.Supervisor(Path(sys.argv[1]), os.umask(0o077)).run()\n"
    )
    monkeypatch.setattr("drctl.programs.supervise.__file__", str(impatient))
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True)"
    found = ran(programs, script(f"{deaf}\nwhile True: time.sleep(1)", limit=timedelta(seconds=0.5)))
    assert (found.state, found.last_line) == (ProgramState.LATE, "deaf")


def test_a_stopped_program_has_ended_by_the_signal(programs: LocalPrograms, kept: Path) -> None:
    programs.start(script(WAITS))
    up(programs, kept)
    programs.stop("one")
    found = ended(programs)
    assert (found.state, found.exit_code) == (ProgramState.ENDED, 128 + signal.SIGTERM)
    programs.stop("one")
    programs.stop("never-started")


def test_what_it_leaves_running_ends_with_it_and_is_not_waited_for(programs: LocalPrograms) -> None:
    child = f"import subprocess, sys; c = subprocess.Popen([sys.executable, '-c', {WAITS!r}]); print(c.pid, flush=True)"
    found = ran(programs, script(child))
    assert found.exit_code == 0
    pid = int(found.output.split()[0])
    until(lambda: identity_of(pid) is None)


@pytest.mark.parametrize(
    ("argv", "folder"),
    [(("no-such-program-anywhere",), "/"), (("/etc/passwd",), "/"), ((sys.executable, "-V"), "/no/such/folder")],
)
def test_what_cannot_be_started_says_why(programs: LocalPrograms, argv: tuple[str, ...], folder: str) -> None:
    found = ran(programs, ProgramRequest(key="one", argv=argv, folder=Path(folder)))
    assert found.state is ProgramState.UNSTARTABLE
    assert argv[0] in found.detail


def test_no_shell_reads_its_arguments(programs: LocalPrograms) -> None:
    words = ("$HOME", "`id`", "; exit 1", "*", "")
    request = ProgramRequest(
        key="one", argv=(sys.executable, "-c", "import sys; print(sys.argv[1:])", *words), folder=Path("/")
    )
    assert ran(programs, request).last_line == str(list(words))


def test_it_sees_nothing_of_the_caller_but_a_few_harmless_names(programs: LocalPrograms) -> None:
    given = {"MODE": "drill", "AWS_PROFILE": "given", "AWS_ENDPOINT_URL_S3": "https://elsewhere", "DRCTL_OUTPUT": "x"}
    shows = "import json, os; print(json.dumps(dict(os.environ)))"
    seen = json.loads(ran(programs, script(shows, environment=given, region="eu-west-1")).output)
    # Python sets the first by itself in the C locale.
    seen.pop("LC_CTYPE", None)
    assert set(seen) == {
        *("PATH", "HOME", "MODE", "DRCTL_PROGRAM_FOLDER", "DRCTL_OUTPUT", "AWS_REGION", "AWS_DEFAULT_REGION"),
        *("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_EC2_METADATA_DISABLED"),
    }
    assert seen["DRCTL_OUTPUT"].endswith("/one/output.json")


def test_it_runs_in_its_folder_reads_nothing_and_has_no_terminal(programs: LocalPrograms, tmp_path: Path) -> None:
    shows = "import os, sys; print(os.getcwd(), repr(sys.stdin.read()), os.getsid(0) == os.getpid())"
    assert ran(programs, script(shows, folder=tmp_path)).last_line == f"{tmp_path} '' True"


def test_no_secret_is_in_what_is_kept_or_shown_nor_in_any_process_arguments(
    programs: LocalPrograms, kept: Path, tmp_path: Path
) -> None:
    """canaries: plain, escaped, in base64, in an address, cut in two by the pipe, and in the file it leaves"""
    go = tmp_path / "go"
    says = f"""
import base64, json, os, sys, time, urllib.parse
secret = os.environ["TOKEN"]
print(secret); print(json.dumps({{"a": secret}})); print(base64.b64encode(secret.encode()).decode())
print("postgres://u:" + urllib.parse.quote(secret, safe="") + "@db", file=sys.stderr)
print("AKIA" + "ABCDEFGHIJKLMNOP"); print("wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY")
sys.stdout.flush()
os.write(1, b"x" * 70000 + secret[:9].encode()); time.sleep(0.05); os.write(1, secret[9:].encode() + b" end\\n")
json.dump({{"password": secret}}, open(os.environ["DRCTL_OUTPUT"], "w"))
while not os.path.exists({str(go)!r}): time.sleep(0.02)
print("over")
"""
    programs.start(script(says, secrets={"TOKEN": CANARY}))
    up_to = until(lambda: (p := kept / "one" / "started.json").exists() and json.loads(p.read_text()))
    for pid in (up_to["pid"], up_to["supervisor"]):
        told = subprocess.run(["ps", "-o", "args=", "-ww", "-p", str(pid)], capture_output=True, check=True).stdout
        assert b"canary" not in told
    go.touch()
    found = ended(programs)
    assert found.last_line == "over"
    assert "*** end" in found.output
    everything = b"".join(file.read_bytes() for file in kept.rglob("*") if file.is_file())
    for half in (b"canary", b"t0psecret", b"Zx9", b"Y2FuYXJ5", b"AKIAABCD", b"MDENG/bPxRfiCY"):
        assert half not in everything, half
    assert json.loads(programs.read("one", "output.json") or b"") == {"password": "***"}


def test_each_line_of_a_secret_of_several_lines_is_blacked_out(programs: LocalPrograms) -> None:
    """a program that shows a key indented"""
    secret = "-----BEGIN KEY-----\nAAAAcanaryAAAA\nBBBBcanaryBBBB\n-----END KEY-----\n"
    found = ran(
        programs,
        script("import os\nfor l in os.environ['KEY'].splitlines(): print('   ', l)", secrets={"KEY": secret}),
    )
    assert "canary" not in found.output


def test_however_much_it_says_only_the_end_is_kept(programs: LocalPrograms, kept: Path) -> None:
    found = ran(programs, script("for i in range(600_000): print(i)"))
    assert found.last_line == "599999"
    assert len(found.output) <= 8192
    assert sum(file.stat().st_size for file in (kept / "one").iterdir()) < 3 << 20


def test_an_answer_is_kept_whole_and_apart_from_what_it_complains_of(programs: LocalPrograms) -> None:
    says = "import sys; print('x' * 300_000); print('hm', file=sys.stderr)"
    found = ran(programs, script(says, answer="answer.json"))
    assert found.output == "hm\n"
    assert programs.read("one", "answer.json") == b"x" * 300_000 + b"\n"
    assert programs.read("one", "other.json") is None


def test_what_is_kept_is_for_its_owner_alone_and_what_it_makes_is_as_usual(
    programs: LocalPrograms, kept: Path, tmp_path: Path
) -> None:
    usual = os.umask(0o022)
    try:
        ran(programs, script("open('made', 'w')", folder=tmp_path))
    finally:
        os.umask(usual)
    assert (kept / "one").stat().st_mode & 0o077 == 0
    assert (tmp_path / "made").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("key", ["../up", "a/b", "", ".hidden"])
def test_no_key_leads_out_of_the_folder(programs: LocalPrograms, key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        programs.find(key)
    with pytest.raises(ValueError, match="key"):
        programs.read("one", key)


def test_a_shared_folder_is_read_by_its_name(programs: LocalPrograms) -> None:
    folder = programs.shared("together")
    assert programs.shared("together") == folder
    (folder / "plan.bin").write_bytes(b"plan")
    assert programs.read("together", "plan.bin") == b"plan"
    assert programs.find("together") is None
