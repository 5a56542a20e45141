"""Between a client and a server: `wire.py FOLDER COMMAND...` runs the command and keeps every byte.

FOLDER gets `in`, `out` and `err`, what was written to the server's stdin, and by it; `pid`, its process;
and `exit`, its exit code, as soon as it has ended.
"""

import os
import pathlib
import signal
import subprocess
import sys
import threading


def copy(source, kept, target=None):
    """Copies until either end is closed, and closes the target then."""
    with kept.open("wb", buffering=0) as log:
        while chunk := os.read(source, 65536):
            log.write(chunk)
            try:
                left = memoryview(chunk)
                while target is not None and left:
                    left = left[os.write(target, left) :]
            except BrokenPipeError:
                target = None
    if target is not None:
        os.close(target)


def main(folder, *command):
    # A client's signals are for the server, which is in the same group and gets them itself.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    server = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        preexec_fn=lambda: signal.signal(signal.SIGTERM, signal.SIG_DFL),
    )
    folder = pathlib.Path(folder)
    (folder / "pid").write_text(str(server.pid))
    # It ends with the server, whether or not its own stdin ends.
    into = threading.Thread(target=copy, args=(0, folder / "in", os.dup(server.stdin.fileno())), daemon=True)
    server.stdin.close()
    into.start()
    threads = [
        threading.Thread(target=copy, args=(server.stdout.fileno(), folder / "out", os.dup(1))),
        threading.Thread(target=copy, args=(server.stderr.fileno(), folder / "err")),
    ]
    for thread in threads:
        thread.start()
    code = server.wait()
    for thread in threads:
        thread.join()
    # Moved into place, so that nobody reads half of it.
    (folder / "exit.new").write_text(str(code))
    (folder / "exit.new").rename(folder / "exit")
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
