"""Supervision groups as lists in order of keys: the members of one, those that a supervisor leads, those suspended."""

from __future__ import annotations

from cascadesim.engine.compiled.memory import address, compiled
from cascadesim.engine.compiled.nouns import group_at, worker_at


@compiled
def join_group(group, w):
    """One more member."""
    group.size += 1
    w.group = address(group)
    before, at = 0, group.members
    while at != 0 and worker_at(at).key < w.key:
        before, at = at, worker_at(at).after
    w.before, w.after = before, at
    if before == 0:
        group.members = address(w)
    else:
        worker_at(before).after = address(w)
    if at != 0:
        worker_at(at).before = address(w)


@compiled
def quit_group(group, w):
    """One less."""
    group.size -= 1
    w.group = 0
    if w.before == 0:
        group.members = w.after
    else:
        worker_at(w.before).after = w.after
    if w.after != 0:
        worker_at(w.after).before = w.before
    w.before = w.after = 0


@compiled
def lead(supervisor, group):
    """One more group led."""
    before, at = 0, supervisor.leads
    while at != 0 and group_at(at).key < group.key:
        before, at = at, group_at(at).after
    group.before, group.after = before, at
    if before == 0:
        supervisor.leads = address(group)
    else:
        group_at(before).after = address(group)
    if at != 0:
        group_at(at).before = address(group)


@compiled
def lead_no_longer(supervisor, group):
    """One less."""
    if group.before == 0:
        supervisor.leads = group.after
    else:
        group_at(group.before).after = group.after
    if group.after != 0:
        group_at(group.after).before = group.before
    group.before = group.after = 0


@compiled
def hold_group(circle, group):
    """One more group whose supervisor is away."""
    group.held_before, group.held_after = 0, circle.suspended
    if circle.suspended != 0:
        group_at(circle.suspended).held_before = address(group)
    circle.suspended = address(group)


@compiled
def hold_no_longer(circle, group):
    """One less."""
    if group.held_before == 0:
        circle.suspended = group.held_after
    else:
        group_at(group.held_before).held_after = group.held_after
    if group.held_after != 0:
        group_at(group.held_after).held_before = group.held_before
    group.held_before = group.held_after = 0
