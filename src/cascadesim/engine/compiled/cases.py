"""Clients as lists in order of keys: the open cases of a worker, the members of a group."""

from __future__ import annotations

from cascadesim.engine.compiled.memory import address, compiled
from cascadesim.engine.compiled.nouns import client_at


@compiled
def _insert(first, c):
    """Among those of a list; the first of them now."""
    before, at = 0, first
    while at != 0 and client_at(at).key < c.key:
        before, at = at, client_at(at).after
    c.before, c.after = before, at
    if at != 0:
        client_at(at).before = address(c)
    if before == 0:
        return address(c)
    client_at(before).after = address(c)
    return first


@compiled
def _remove(first, c):
    """Out of a list; the first of those left."""
    if c.after != 0:
        client_at(c.after).before = c.before
    if c.before == 0:
        first = c.after
    else:
        client_at(c.before).after = c.after
    c.before = c.after = 0
    return first


@compiled
def open_case(w, c):
    """One more open case of a worker."""
    w.clients = _insert(w.clients, c)


@compiled
def shut_case(w, c):
    """One less."""
    w.clients = _remove(w.clients, c)


@compiled
def join_members(group, c):
    """One more member of a group."""
    group.size += 1
    group.members = _insert(group.members, c)


@compiled
def quit_members(group, c):
    """One less."""
    group.size -= 1
    group.members = _remove(group.members, c)
