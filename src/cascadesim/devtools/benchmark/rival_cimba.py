"""M/M/20+M in Cimba (its C engine, with the model compiled by its Python package): a process for each client."""

# `cimba` reads the annotations of a model as it makes the class, so they must not be postponed: no __future__ import.
import cimba

from cascadesim.devtools.benchmark.reference_queue import (
    ARRIVALS_A_WEEK,
    PATIENCE_WEEKS,
    SERVERS,
    SERVICE_WEEKS,
    QueueRun,
    QueueSimulator,
)

_OUT_OF_PATIENCE = 42  # any signal that Cimba does not use itself
_GAP_WEEKS = 1 / ARRIVALS_A_WEEK


class Client(cimba.Model):
    queue: cimba.Ref["Queue"]

    @cimba.process
    def live(self) -> None:
        me = cimba.this_process()
        came = cimba.now()
        me.timer_set(cimba.random.exponential(PATIENCE_WEEKS), _OUT_OF_PATIENCE)
        signal = self.queue.servers.acquire(1)
        me.timers_clear()
        if signal == _OUT_OF_PATIENCE:
            self.queue.gone += 1
        else:
            self.queue.begun += 1
            self.queue.weeks += cimba.now() - came
            cimba.hold(cimba.random.exponential(SERVICE_WEEKS))
            self.queue.servers.release(1)
        cimba.release(self)


class Queue(cimba.Model):
    servers: cimba.Resource
    begun: int = 0
    gone: int = 0
    weeks: float = 0.0
    served: cimba.Output[int]
    reneged: cimba.Output[int]
    waited: cimba.Output[float]

    def __init__(self) -> None:
        self.servers = cimba.Resource(capacity=SERVERS)

    @cimba.process
    def arrivals(self) -> None:
        while True:
            cimba.hold(cimba.random.exponential(_GAP_WEEKS))
            cimba.spawn(Client, queue=self)

    @cimba.on_end
    def measure(self) -> None:
        self.served = self.begun
        self.reneged = self.gone
        self.waited = self.weeks


def prepare(weeks: float) -> QueueSimulator:
    """Runs of so many weeks, on one thread, as all yardsticks run."""
    queue = Queue()
    window = cimba.Window(duration=float(weeks))

    def run(seed: int) -> QueueRun:
        result = cimba.Experiment(queue, window=window, seed=seed).run(workers=1, on_failure="raise")[queue]
        served, reneged, waited = (samples.values[0, 0] for samples in (result.served, result.reneged, result.waited))
        return QueueRun(int(served), int(reneged), float(waited))

    return run
