"""The trainees of a course, or the participants of a refresher: a list in order of keys."""

from __future__ import annotations

from cascadesim.engine.compiled.memory import address, compiled
from cascadesim.engine.compiled.nouns import worker_at


@compiled
def join(course, w):
    """One more."""
    course.n_trainees += 1
    before, at = 0, course.trainees
    while at != 0 and worker_at(at).key < w.key:
        before, at = at, worker_at(at).trainee_after
    w.trainee_before, w.trainee_after = before, at
    if before == 0:
        course.trainees = address(w)
    else:
        worker_at(before).trainee_after = address(w)
    if at != 0:
        worker_at(at).trainee_before = address(w)


@compiled
def quit_course(course, w):
    """One less."""
    course.n_trainees -= 1
    if w.trainee_before == 0:
        course.trainees = w.trainee_after
    else:
        worker_at(w.trainee_before).trainee_after = w.trainee_after
    if w.trainee_after != 0:
        worker_at(w.trainee_after).trainee_before = w.trainee_before
    w.trainee_before = w.trainee_after = 0
