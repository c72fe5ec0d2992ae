"""Exit statuses of the command line."""

from enum import IntEnum


class ExitStatus(IntEnum):
    """How a command ended."""

    OK = 0
    FAILED = 1
    USAGE = 2
    INTERRUPTED = 130


MEANINGS = """\
exit status:
  0    success; the comic is complete
  1    the app refused the request or can't be reached, parts of the comic are missing, or you declined the price
  2    the arguments are invalid, a file that they name can't be used, or nobody agreed to the price (--yes)
  130  interrupted by Ctrl-C; the generation continues, unless the app had not answered the start yet"""
