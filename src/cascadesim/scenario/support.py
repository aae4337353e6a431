"""What holds workers, wears them down and makes them able: competence, strain, engagement, absence, promotion."""

from __future__ import annotations

from cascadesim.scenario.base import PositiveWeeks, Table, Weeks
from cascadesim.scenario.quantity import NonNegative, Positive, Quantity, Share

ONE = Quantity(value=1.0)
NOTHING = Quantity(value=0.0)


class Competence(Table):
    """How able the workers of a tier are, as a share of the scale's maximum (ENACT and its like)."""

    course_level: Share
    baseline: Share = NOTHING
    ceiling: Share = ONE
    dilution: Share = NOTHING
    noise_sd: NonNegative = NOTHING
    gain_per_session: Share = NOTHING
    half_life_weeks: Positive | None = None
    idle_decay_after_weeks: PositiveWeeks | None = None
    refresher_gain: Share = NOTHING
    initial_competence: Share | None = None
    certification_threshold: Share = NOTHING
    min_trainer_competence: Share = NOTHING


class Strain(Table):
    """A load that is felt: it rises while the week is too full and recovers when it is not."""

    comfort_utilisation: Share
    strain_half_life_weeks: Positive
    recovery_half_life_weeks: Positive


class Engagement(Table):
    """A named measure to hold workers, such as a stipend: what it costs and what it does."""

    from_week: Weeks = 0.0
    until_week: PositiveWeeks | None = None
    week_cost: NonNegative = NOTHING
    leaving_ratio: Positive = ONE
    absence_ratio: Positive = ONE
    attendance_ratio: Positive = ONE


class Absence(Table):
    """What happens to cases, and to groups, while their worker is away."""

    hold_weeks: Weeks = 2.0


class Promotion(Table):
    """Vacancies of this tier are filled from the tier below before anybody is recruited."""

    min_tenure_weeks: Weeks = 0.0
    min_competence: Share = NOTHING
    promotion_weeks: PositiveWeeks = 8.0
