"""What the command line tells the program that called it."""

from enum import IntEnum


class ExitStatus(IntEnum):
    """How a command ended."""

    OK = 0
    FAILED = 1
    USAGE = 2
    INTERRUPTED = 130


MEANINGS = """\
exit status:
  0    what was asked for is done; the comic is complete
  1    the app refused or could not be heard, or something of the comic is missing
  2    the command is written wrong, or a file that it names can't be used
  130  interrupted by Ctrl-C; the generation goes on, unless the app had not answered the start yet"""
