"""What is planted in simulated pipelines, and the controls in which nothing is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scenario:
    """What is planted: `where` is one stage of one team, a whole stage or the whole pipeline.

    `slower` divides all hazards, `conversion` takes that share of the moves forward and makes the
    others losses, `capacity` caps the moves forward at that share of their number before.
    """

    name: str
    where: str | None = None
    slower: float = 1.0
    conversion: float = 1.0
    capacity: float | None = None
    volume: float = 1.0
    is_flat: bool = False

    @property
    def has_plant(self) -> bool:
        return self.where is not None


SCENARIOS = (
    Scenario("control"),
    Scenario("control, flat", is_flat=True),
    Scenario("control, volume x 0.4", volume=0.4),
    Scenario("control, volume x 3", volume=3),
    Scenario("slow x 1.5", "cell", slower=1.5),
    Scenario("slow x 2", "cell", slower=2),
    Scenario("slow x 3", "cell", slower=3),
    Scenario("conversion x 0.7", "cell", conversion=0.7),
    Scenario("conversion x 0.5", "cell", conversion=0.5),
    Scenario("capacity halved", "cell", capacity=0.5),
    Scenario("whole stage slow x 2", "stage", slower=2),
    Scenario("whole pipeline slow x 2", "pipeline", slower=2),
    Scenario("slow x 2, volume x 0.4", "cell", slower=2, volume=0.4),
    Scenario("slow x 2, volume x 3", "cell", slower=2, volume=3),
)
