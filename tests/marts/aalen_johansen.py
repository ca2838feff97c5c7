"""The Aalen-Johansen estimator from its definition, in exact fractions: slow and plain."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt


@dataclass(frozen=True)
class Stay:
    """One stay, in whole days since entry; under observation from after `entry_day` on."""

    entry_day: int
    exit_day: int
    outcome: str


@dataclass(frozen=True)
class Point:
    """The estimate at the end of one day."""

    day: int
    at_risk: int
    estimate: float
    standard_error: float
    lost_estimate: float
    staying: float
    staying_standard_error: float


def first_unknown_day(stays: Sequence[Stay]) -> int | None:
    """The first day on which nobody was watched, or all who were left, while some stayed on."""
    for day in range(max(stay.exit_day for stay in stays) + 1):
        watched = [stay for stay in stays if stay.entry_day < day <= stay.exit_day]
        all_left = all(stay.exit_day == day and stay.outcome != "open" for stay in watched)
        if not watched or (all_left and any(stay.exit_day > day for stay in stays)):
            return day
    return None


def curve(stays: Sequence[Stay]) -> list[Point]:
    """One point per day on which somebody left; the sum S(u-) d_k(u) / n(u), term by term.

    It ends before the first day of which nothing is known.
    """
    staying = Fraction(1)
    terms: list[tuple[int, int, int, Fraction, Fraction]] = []
    lost_estimate = estimate = Fraction(0)
    points = []
    unknown = first_unknown_day(stays)
    for day in sorted({stay.exit_day for stay in stays if stay.outcome != "open"}):
        if unknown is not None and day >= unknown:
            break
        n = sum(stay.entry_day < day <= stay.exit_day for stay in stays)
        left = [stay.outcome for stay in stays if stay.exit_day == day and stay.outcome != "open"]
        d, converted = len(left), left.count("converted")
        estimate += staying * Fraction(converted, n)
        lost_estimate += staying * Fraction(left.count("lost"), n)
        terms.append((n, d, converted, staying, estimate))
        staying *= 1 - Fraction(d, n)
        points.append(
            Point(
                day, n, float(estimate), _standard_error(terms, estimate),
                float(lost_estimate), float(staying), _greenwood(terms, staying),
            )
        )  # fmt: skip
    return points


def _standard_error(
    terms: list[tuple[int, int, int, Fraction, Fraction]], estimate: Fraction
) -> float:
    """Marubini and Valsecchi (1995), formula 10.12, as the sum that it is."""
    variance = Fraction(0)
    for n, d, converted, staying, so_far in terms:
        if d < n:
            variance += (estimate - so_far) ** 2 * Fraction(d, n * (n - d))
        variance += staying**2 * Fraction(converted * (n - converted), n**3)
        variance -= 2 * (estimate - so_far) * staying * Fraction(converted, n**2)
    return sqrt(max(variance, Fraction(0)))


def _greenwood(terms: list[tuple[int, int, int, Fraction, Fraction]], staying: Fraction) -> float:
    if staying == 0:
        return 0.0
    return float(staying) * sqrt(sum(Fraction(d, n * (n - d)) for n, d, *_ in terms))
