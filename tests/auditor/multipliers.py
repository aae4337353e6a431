"""What multiplies somebody's hazards (R5.8), and whose the draws are that decide when they are struck (R9.3, R11.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.clocks import gamma_quantile
from auditor.luck import FRAILTY, WORD, WORKER, Luck, named, stream_of
from auditor.people import Worker
from auditor.programme import Programme

if TYPE_CHECKING:
    from auditor.replay import Replay


def stream_of_worker(worker: Worker) -> int:
    """Level recruited into, way in, date or number, and place in that entry; the owner is the present tier and site."""
    level, _, entry, date, place = (int(part) for part in worker.order)
    who = ((level << 3 | entry) << 32 | date) << 20 | place
    return stream_of(WORKER, worker.tier.level + (named(worker.site) if worker.site else 0) & WORD, who)


def frailty_of(programme: Programme, worker: Worker, stream: int, luck: Luck) -> float:
    """A gamma draw of mean 1; of who has tenure, one of those who have survived so far (R5.10).

    Having survived a cumulative hazard H turns the rate 1 / v of the distribution into 1 / v + H (Vaupel, Manton and
    Stallard 1979); of what recurs only the share that ends in exits has been survived.
    """
    tier = worker.tier
    if not tier.frailty:
        return 1.0
    lived = 0.0
    for reason in tier.reasons.values() if worker.entry == "initial" else ():
        if not reason.external and not reason.clock.dated:
            lived += reason.clock.reached(tier.tenure) * (float(reason.exit) if reason.recurring else 1.0)
    shape = 1.0 / tier.frailty
    rate = shape + lived * programme.recognition.get("leaving_ratio", 1.0)
    return gamma_quantile(shape, luck.uniform(stream, FRAILTY)) / rate


def multipliers(replay: Replay, worker: Worker, frailty: float, minute: int) -> tuple[float, float]:
    """Of reasons to leave, and of those that only bring absence, from the end of the instant of this minute."""
    ratios, flags = worker.tier.ratios, {"unsupervised": worker.unsupervised_since >= 0}
    flags["missed_refresher"] = worker.missed_refresher
    product = frailty * replay.programme.recognition.get("leaving_ratio", 1.0)
    for name, ratio in ratios.items():
        if name in flags:
            product *= ratio if flags[name] else 1.0
        elif name == "strain":
            product *= ratio**worker.strain
        else:
            product *= ratio ** (1.0 - replay.organisation.published[name, worker.site])
    leaving = absence = product
    for measure in worker.tier.measures:
        if measure.start <= minute and (measure.end is None or minute < measure.end):
            leaving, absence = leaving * measure.leaving, absence * measure.absence
    return leaving, absence
