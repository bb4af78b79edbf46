"""The command line, read as clap reads bootc's: usage errors have exit code 2, and --help counts where it stands."""

from __future__ import annotations

from dataclasses import dataclass, field

from .output import err, out
from .versions import Version


@dataclass(frozen=True)
class Flag:
    """`kind`: `switch`; `value` takes one; `optional` takes one after `=` only. `since`: the feature it came with."""

    name: str
    kind: str = "switch"
    since: str | None = None
    hidden: bool = False
    values: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    help: str = ""

    def shown(self) -> str:
        """As clap spells it in its sentences."""
        return f"--{self.name}" + (f" <{self.name.upper().replace('-', '_')}>" if self.kind == "value" else "")


@dataclass(frozen=True)
class Verb:
    """A subcommand. `operand`: the name of its one positional argument, if it has one."""

    name: str
    about: str
    flags: tuple[Flag, ...] = ()
    operand: str | None = None
    aliases: tuple[str, ...] = ()
    short: dict[str, str] = field(default_factory=dict)

    def usage(self) -> str:
        """The one line."""
        return f"Usage: bootc {self.name} [OPTIONS]" + (f" <{self.operand}>" if self.operand else "")


class UsageError(Exception):
    """Told on stderr as it is; exit code 2."""


class HelpWanted(Exception):
    """`--help` was met before anything wrong."""


def parse(verb: Verb, arguments: list[str], version: Version) -> dict[str, str | bool]:
    """Flags by their names, and the operand by its. What was not given is not there."""
    flags = {flag.name: flag for flag in verb.flags if flag.since is None or version.has(flag.since)}
    found: dict[str, str | bool] = {}
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        name, equals, value = verb.short.get(word, word).partition("=")
        if word in ("--help", "-h"):
            raise HelpWanted
        if not word.startswith("-") and verb.operand and verb.operand not in found:
            found[verb.operand] = word
            continue
        flag = flags.get(name.removeprefix("--")) if name.startswith("-") else None
        if flag is None:
            raise UsageError(f"unexpected argument '{name if word.startswith('-') else word}' found\n\n{verb.usage()}")
        if flag.name in found:
            raise UsageError(f"the argument '{flag.shown()}' cannot be used multiple times\n\n{verb.usage()}")
        if flag.kind == "switch" and equals:
            raise UsageError(f"unexpected value '{value}' for '--{flag.name}' found; no more were expected\n\n{verb.usage()}")
        if flag.kind == "value" and not equals:
            if not rest or rest[0].startswith("--"):
                raise UsageError(f"a value is required for '{flag.shown()}' but none was supplied")
            value = rest.pop(0)
        check(flag, value)
        found[flag.name] = True if flag.kind == "switch" else value
    refuse_conflicts(verb, flags, found)
    return found


def check(flag: Flag, value: str) -> None:
    """Values that are no choice, and descriptors that cannot be."""
    if flag.values and value not in flag.values:
        choice = ", ".join(flag.values)
        raise UsageError(f"invalid value '{value}' for '{flag.shown()}'\n  [possible values: {choice}]")
    if flag.name in ("progress-fd", "format-version"):
        if not value.isdigit():
            raise UsageError(f"invalid value '{value}' for '{flag.shown()}': invalid digit found in string")
        if flag.name == "progress-fd" and int(value) <= 2:
            raise UsageError(f"invalid value '{value}' for '{flag.shown()}': Cannot use fd {value} for progress JSON")


def refuse_conflicts(verb: Verb, flags: dict[str, Flag], found: dict[str, str | bool]) -> None:
    """Flags that exclude one another; a positional argument that is missing."""
    for name in found:
        for other in flags[name].conflicts if name in flags else ():
            if other in found:
                raise UsageError(f"the argument '--{name}' cannot be used with '--{other}'\n\n{verb.usage()}")
    if verb.operand and verb.operand not in found:
        missing = f"the following required arguments were not provided:\n  <{verb.operand}>"
        raise UsageError(f"{missing}\n\n{verb.usage()}")


def print_help(verb: Verb, version: Version) -> None:
    """`bootc VERB --help`; hidden flags are hidden."""
    out(f"{verb.about}\n\n{verb.usage()}\n\nOptions:")
    for flag in verb.flags:
        if not flag.hidden and (flag.since is None or version.has(flag.since)):
            out(f"      {flag.shown()}\n          {flag.help}")
    out("  -h, --help\n          Print help")


def tell_usage(error: UsageError) -> int:
    """What clap prints; the exit code."""
    err(f"error: {error}\n\nFor more information, try '--help'.")
    return 2
