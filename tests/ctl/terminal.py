#!/usr/bin/env python3
"""Runs a command at a terminal of its own: types a line, prints what stands on the screen, without
what was overwritten.

    terminal.py LINE COMMAND [ARGUMENT…]        ends with the command's exit code
"""
import os
import pty
import re
import sys

line = sys.argv[1]
screen = bytearray()
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
typed = False
while True:
    try:
        piece = os.read(terminal, 4096)
    except OSError:  # the command has closed its side
        break
    if not piece:
        break
    screen += piece
    if not typed and screen.rstrip().endswith(b"to go on:"):
        os.write(terminal, line.encode() + b"\n")
        typed = True
screen = re.sub(rb"[^\n]*\r\x1b\[K", b"", screen.replace(b"\r\n", b"\n"))
sys.stdout.buffer.write(screen)
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
