"""seccomp: the rules for system calls as a program that the kernel runs before each call of this process.

The program is classic BPF (linux/filter.h): a list of instructions (code, jump if true, jump if false, constant) over
the call's number, architecture and six 64-bit arguments, of which it sees 32 bits at a time.
"""

from __future__ import annotations

import ctypes
import struct
from dataclasses import dataclass

from autograder.sandbox import linux, syscall_tables
from autograder.sandbox.syscall_policy import ALLOW, DENY, UNKNOWN, WHOLE, Bits, Rule, policy
from autograder.sandbox.syscall_tables import Architecture

Instruction = tuple[int, int, int, int]

# linux/bpf_common.h: what an instruction does with the accumulator A and its constant k.
LOAD = 0x20  # A = the 32 bits at offset k of the call's data
AND = 0x54  # A &= k
JUMP = 0x05  # by k
IF_EQUAL = 0x15
IF_AT_LEAST = 0x35
IF_ANY_BIT = 0x45
RETURN = 0x06

# linux/seccomp.h
KILL = 0x80000000
ERRNO = 0x00050000
ALLOWED = 0x7FFF0000
SET_MODE_FILTER = 1
FLAG_TSYNC = 1
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data

X32 = 0x40000000  # in a number on x86_64: the same calls once more, for 32-bit pointers
PID_TO_COME = 0x7FFFFFFF  # above every pid (at most 2^22, linux/threads.h), to be replaced by the worker's own


@dataclass(frozen=True)
class Filter:
    """A program that lacks only the worker's pid, so that it can be built once, before the fork.

    code: the instructions as the kernel wants them, 8 bytes each. pid_at: the indices of those whose constant is the
    pid.
    """

    code: bytes
    pid_at: tuple[int, ...]

    def for_pid(self, pid: int) -> bytes:
        code = bytearray(self.code)
        for index in self.pid_at:
            struct.pack_into("=I", code, 8 * index + 4, pid)
        return bytes(code)


def build(architecture: Architecture, read_only: bool) -> Filter:
    """The filter for this architecture; ``read_only`` as in the policy."""
    instructions = assemble(architecture, policy(PID_TO_COME, read_only))
    pid_at = tuple(index for index, (*_, constant) in enumerate(instructions) if constant == PID_TO_COME)
    return Filter(b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions), pid_at)


def install(filter_: Filter, pid: int) -> None:
    """Put all threads of this process under the filter, for good. Needs no_new_privs or CAP_SYS_ADMIN."""
    code = filter_.for_pid(pid)
    address = ctypes.cast(ctypes.c_char_p(code), ctypes.c_void_p).value
    # struct sock_fprog: the count of instructions, padding, their address.
    program = struct.pack("=HHIQ", len(code) // 8, 0, 0, address)
    thread = linux.syscall("seccomp", SET_MODE_FILTER, FLAG_TSYNC, program)
    if thread != 0:
        raise RuntimeError(f"thread {thread} could not be put under the filter")


def assemble(architecture: Architecture, rules: dict[str, Rule]) -> list[Instruction]:
    """The program: another architecture's calls kill the process, then the call's number finds its rule."""
    by_number = {number: rules.get(name, DENY) for name, number in architecture.numbers.items()}
    ranges: list[tuple[int, Rule]] = []  # (first number, the rule from there on)
    for number in range(syscall_tables.NEWEST + 1):
        rule = by_number.get(number, DENY)
        if not ranges or ranges[-1][1] != rule:
            ranges.append((number, rule))
    ranges.append((syscall_tables.NEWEST + 1, UNKNOWN))
    return [
        (LOAD, 0, 0, ARCHITECTURE),
        (IF_EQUAL, 1, 0, architecture.audit),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
        (IF_ANY_BIT, 0, 1, X32),  # on aarch64 no call has this bit
        (RETURN, 0, 0, KILL),
        *_search(ranges),
    ]


def _search(ranges: list[tuple[int, Rule]]) -> list[Instruction]:
    """A binary search for the range that the accumulator, the call's number, lies in."""
    if len(ranges) == 1:
        return _decide(ranges[0][1])
    middle = len(ranges) // 2
    below, above = _search(ranges[:middle]), _search(ranges[middle:])
    # A conditional jump reaches no further than 255, so the long way goes by an unconditional one.
    return [(IF_AT_LEAST, 0, 1, ranges[middle][0]), (JUMP, 0, 0, len(below)), *below, *above]


def _decide(rule: Rule) -> list[Instruction]:
    """The instructions that return this rule's verdict."""
    if rule == ALLOW:
        return [(RETURN, 0, 0, ALLOWED)]
    refuse = (RETURN, 0, 0, ERRNO | rule.otherwise)
    return [*(step for bits in rule.alternatives for step in _allow_if(bits)), refuse]


def _allow_if(conditions: tuple[Bits, ...]) -> list[Instruction]:
    """Return "allowed" if all of these hold, else fall through to what follows."""
    steps: list[Instruction] = [(RETURN, 0, 0, ALLOWED)]
    for bits in reversed(conditions):
        offset = ARGUMENTS + 8 * bits.argument + 4 * bits.high  # both architectures are little-endian
        mask: list[Instruction] = [] if bits.mask == WHOLE else [(AND, 0, 0, bits.mask)]
        steps = [(LOAD, 0, 0, offset), *mask, (IF_EQUAL, 0, len(steps), bits.value), *steps]
    return steps
