"""What a person sees in a terminal, kept as text: python3 walks.py COMMAND [--accept] [NAME...].

COMMAND is the `quickrouter` binary. Each walk types into a
shell inside tmux and keeps what the screen shows in snapshots/NAME-WIDTH.txt. What differs from run to run
(ids, ports, times, the filled part of a bar) is replaced by words. With --accept the snapshots are written;
without, a difference fails. Read a snapshot before you accept it.
"""

import difflib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
SNAPSHOTS = HERE / "snapshots"
SOCKET = f"quickrouter-walks-{os.getpid()}"
PROMPT = "$"
SECONDS = 60

# (pattern, replacement), in this order. Ids wrap at the width of the screen.
REPLACED = [
    (re.compile(r"(request id:\s+)[a-z0-9\n]{20,21}"), r"\1REQUEST"),
    (re.compile(r"(?<![A-Za-z0-9])(?=[a-z0-9\n]*[0-9])[a-z0-9]{25,26}(?![A-Za-z0-9])"), "ID"),
    (re.compile(r"(?<![A-Za-z0-9])(?=[a-z\n]*[0-9])(?:[a-z0-9]\n?){25}[a-z0-9](?![A-Za-z0-9])"), "ID"),
    (re.compile(r"(127\.0\.0\.1|localhost):\d+"), r"\1:PORT"),
    (re.compile(r"\b\d{4}-\d\d-\d\dT[\d:.]+Z"), "TIME"),
    (re.compile(r"\d+(\.\d+)? (GiB|MiB|KiB|GB|MB|kB)"), "SIZE"),
]


def tmux(*arguments, check=True):
    command = ["tmux", "-L", SOCKET, "-f", "/dev/null", *arguments]
    return subprocess.run(command, check=check, capture_output=True, text=True).stdout


class Terminal:
    """A shell in tmux with nothing of the caller's environment."""

    def __init__(self, walk, width, **environment):
        self.walk, self.typed = walk, 0
        self.folder = FOLDER / f"{walk}-{width}"
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "home").mkdir(parents=True)
        settings = {
            "PATH": f"{COMMAND.parent}:/usr/bin:/bin",
            "HOME": str(self.folder / "home"),
            "LANG": "C.UTF-8",
            "TERM": "tmux-256color",
            "PS1": PROMPT + " ",
        }
        settings.update(environment)
        settings = [f"{name}={value}" for name, value in settings.items() if value is not None]
        size = ["-x", str(width), "-y", "200"]
        tmux("-u", "new-session", "-d", "-s", walk, *size, "-c", str(self.folder), "env", "-i", *settings, "sh", "-i")
        self.until(lambda screen: last(screen) == PROMPT, "the first prompt")

    def screen(self):
        return tmux("capture-pane", "-p", "-t", self.walk).rstrip("\n")

    def until(self, test, what):
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            screen = self.screen()
            if test(screen):
                return screen
            time.sleep(0.02)
        sys.exit(f"{self.walk}: {what} did not come in {SECONDS} s:\n{self.screen()}")

    def until_shown(self, pattern):
        return self.until(lambda screen: re.search(pattern, screen), f"/{pattern}/")

    def start(self, line):
        """Types a line, and waits until it is seen."""
        typed = self.typed + 1
        tmux("send-keys", "-t", self.walk, "-l", line)
        self.until(lambda screen: echoes(screen) >= typed, f"`{line}`")
        self.typed = typed
        tmux("send-keys", "-t", self.walk, "Enter")

    def finish(self, line):
        """Waits for the prompt: until the command writes or ends, the screen ends with what was typed."""
        return self.until(lambda screen: last(screen) == PROMPT, f"the end of `{line}`")

    def run(self, *lines):
        for line in lines:
            self.start(line)
            screen = self.finish(line)
        return screen

    def interrupt(self):
        tmux("send-keys", "-t", self.walk, "C-c")

    def close(self):
        tmux("kill-session", "-t", self.walk, check=False)

    def words(self, screen):
        """The screen without what differs from run to run."""
        # Long paths wrap at the width of the screen, so no line with one is kept: walks use short ones.
        for pattern, word in REPLACED:
            screen = pattern.sub(word, screen)
        return "\n".join(line.rstrip() for line in screen.splitlines()) + "\n"


def last(screen):
    lines = screen.splitlines()
    return lines[-1] if lines else ""


def echoes(screen):
    """How many lines have been typed."""
    return sum(line.startswith(PROMPT + " ") for line in screen.splitlines())


class Serving:
    """`quickrouter serve` beside a walk."""

    def __init__(self, *arguments):
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(FOLDER)}
        command = [COMMAND, "serve", "--key", "walks", *arguments]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
        )
        self.base_url = self.process.stdout.readline().strip().split("=", 1)[1]
        self.process.stdout.readline()

    def environment(self):
        return {"QUICKROUTER_BASE_URL": self.base_url, "QUICKROUTER_API_KEY": "walks"}

    def close(self):
        self.process.terminate()
        self.process.wait()


def first_contact(width, lang):
    terminal = Terminal(f"first-contact-{lang}", width, QUICKROUTER_LANG=lang)
    yield terminal, terminal.run("quickrouter", "quickrouter generate fox", "quickrouter -h")


def doctor(width, lang):
    """Five things are wrong: the key, the base URL, the proxy, the configuration and the folder."""
    wrong = {
        "QUICKROUTER_API_KEY": '"sk-quoted"',
        "QUICKROUTER_BASE_URL": "http://127.0.0.1:9/replicate/v1",
        "HTTPS_PROXY": "ftp://127.0.0.1:9",
        "QUICKROUTER_CONFIG": "wrong.toml",
        "QUICKROUTER_OUTPUT": "/proc/pictures",
    }
    terminal = Terminal(f"doctor-{lang}", width, QUICKROUTER_LANG=lang, **wrong)
    (terminal.folder / "wrong.toml").write_text('[profiles.a]\nbase-ulr = "https://a.example"\n')
    yield terminal, terminal.run("quickrouter doctor")


def generate(width, lang):
    """With the progress in between, and the picture in blocks."""
    serving = Serving("--time-scale", "2")
    terminal = Terminal(f"generate-{lang}", width, QUICKROUTER_LANG=lang, **serving.environment())
    line = 'quickrouter generate "a fox" --width 64 --height 64 --seed 7 --preview=blocks --open'
    terminal.start(line)
    during = terminal.until_shown(r"\d/50")
    bar = re.sub(r"\[=*>? *\]", "[BAR]", terminal.words(during))
    during = re.sub(r"[\u2800-\u28ff]", "*", re.sub(r"\d+(\.\d+)?", "N", bar))
    after = terminal.finish(line)
    serving.close()
    yield terminal, f"while it runs (numbers are N):\n{during}\nafter it:\n{after}"


def failure(width, lang):
    answer = '{"on": {"route": "create"}, "do": {"answer": {"status": 503}}}'
    serving = Serving("--fault", answer, "--personality", "gateway")
    terminal = Terminal(f"failure-{lang}", width, QUICKROUTER_LANG=lang, **serving.environment())
    screen = terminal.run(
        "quickrouter generate fox --width 7",
        "quickrouter generate fox --timeout 1s",
        "quickrouter predictions get nothing",
        "quickrouter explain model_not_found",
    )
    serving.close()
    yield terminal, screen


def interrupted(width, lang):
    serving = Serving()
    terminal = Terminal(f"interrupted-{lang}", width, QUICKROUTER_LANG=lang, **serving.environment())
    line = "quickrouter generate fox"
    terminal.start(line)
    terminal.until_shown(r"\d/50")
    terminal.interrupt()
    screen = terminal.finish(line)
    serving.close()
    # indicatif fills the line, so the terminal shows ^C on the next one, and the bar stays.
    yield terminal, re.sub(r"(?m)^.*\[=*>? *\].*$", "BAR", screen)


def dumb(width, lang):
    terminal = Terminal(f"dumb-{lang}", width, QUICKROUTER_LANG=lang, TERM="dumb")
    yield terminal, terminal.run("quickrouter generate fox --seed 7 --emulator --quiet", "quickrouter models")


def no_home(width, lang):
    """Of nobody, so that no home folder is found either."""
    terminal = Terminal(f"no-home-{lang}", width, QUICKROUTER_LANG=lang, HOME=None)
    nobody = "" if os.getuid() else "setpriv --reuid 64999 --clear-groups "
    yield terminal, terminal.run(
        f"{nobody}quickrouter auth status",
        f"echo key | {nobody}quickrouter auth login",
        f"{nobody}quickrouter models sdxl | head -n 2",
    )


def read_only_home(width, lang):
    terminal = Terminal(f"read-only-home-{lang}", width, QUICKROUTER_LANG=lang, HOME="/proc/1")
    yield terminal, terminal.run(
        "echo key | quickrouter auth login",
        "quickrouter generate fox --seed 7 --emulator --quiet",
        "quickrouter auth status",
    )


WALKS = [first_contact, doctor, generate, failure, interrupted, dumb, no_home, read_only_home]


def compare(name, words, accept):
    path = SNAPSHOTS / f"{name}.txt"
    kept = path.read_text() if path.exists() else ""
    if kept == words:
        print(f"walk {name}: as kept")
        return True
    if accept:
        path.write_text(words)
        print(f"walk {name}: written")
        return True
    print(f"walk {name}: other than kept")
    sys.stdout.writelines(difflib.unified_diff(kept.splitlines(True), words.splitlines(True), "kept", "now"))
    return False


def main():
    options = [option for option in sys.argv[2:] if option != "--accept"]
    accept = "--accept" in sys.argv
    same = True
    # The server ends with its last session.
    tmux("new-session", "-d", "-s", "keeper", "sleep", "3600")
    for walk in WALKS:
        if options and walk.__name__ not in options:
            continue
        for lang in ("en", "zh"):
            for width in (80, 40):
                for terminal, screen in walk(width, lang):
                    name = f"{terminal.walk}-{width}"
                    same &= compare(name, terminal.words(screen), accept)
                    terminal.close()
    tmux("kill-server", check=False)
    sys.exit(0 if same else 1)


COMMAND = pathlib.Path(sys.argv[1]).resolve()
# Paths are shown, and wrap by their length.
FOLDER = pathlib.Path("/tmp/quickrouter-walks")
main()
