"""Who facilitates which group of clients: a list for each group in order of workers' keys, and one for each worker."""

from __future__ import annotations

from cascadesim.engine.compiled.memory import address, allocate, compiled
from cascadesim.engine.compiled.nouns import HELPER, client_group_at, helper_at

_HELPER_SIZE = HELPER.itemsize


@compiled
def helps(group, key):
    """Whether the worker with this key facilitates the group."""
    at = group.facilitators
    while at != 0:
        if helper_at(at).key == key:
            return True
        at = helper_at(at).after
    return False


@compiled
def join_helpers(S, group, w, rate, interpreted):
    """One more facilitator."""
    at = S.free_helper
    if at == 0:
        at = allocate(S, _HELPER_SIZE)
    else:
        S.free_helper = helper_at(at).after
    helper = helper_at(at)
    helper.group, helper.worker, helper.key = address(group), address(w), w.key
    helper.rate, helper.interpreted = rate, interpreted
    group.n_facilitators += 1
    before, after = 0, group.facilitators
    while after != 0 and helper_at(after).key < w.key:
        before, after = after, helper_at(after).after
    helper.after = after
    if before == 0:
        group.facilitators = at
    else:
        helper_at(before).after = at
    before, after = 0, w.groups
    while after != 0 and client_group_at(helper_at(after).group).key > group.key:
        before, after = after, helper_at(after).after_given
    helper.after_given = after
    if before == 0:
        w.groups = at
    else:
        helper_at(before).after_given = at


@compiled
def quit_helpers(S, group, w, at):
    """One less."""
    group.n_facilitators -= 1
    helper = helper_at(at)
    if group.facilitators == at:
        group.facilitators = helper.after
    else:
        before = helper_at(group.facilitators)
        while before.after != at:
            before = helper_at(before.after)
        before.after = helper.after
    if w.groups == at:
        w.groups = helper.after_given
    else:
        before = helper_at(w.groups)
        while before.after_given != at:
            before = helper_at(before.after_given)
        before.after_given = helper.after_given
    helper.after = S.free_helper
    S.free_helper = at
