"""What lateness costs."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
import json
import math

from course.grading.model import GradingError


@dataclass(frozen=True)
class LatePolicy:
    """Points taken off for every day, begun days counting whole, after the due date."""

    due: datetime
    """With a time zone."""
    points_per_day: float = 0.0
    percent_per_day: float = 0.0
    """Of the lab's points, not of those reached."""
    most_percent: float = 100.0
    """The most that is taken off, of the lab's points."""
    grace_minutes: float = 0.0
    """So much later than due is not late. Beyond it, days count from the due date."""

    def __post_init__(self) -> None:
        if self.due.tzinfo is None:
            raise GradingError(
                f"the due date {self.due.isoformat()} has no time zone: write it as 2026-01-31T23:59+01:00, or with Z for UTC"
            )
        if min(self.points_per_day, self.percent_per_day, self.most_percent, self.grace_minutes) < 0:
            raise GradingError("lateness cannot earn points: what is taken off, and the grace time, cannot be below 0")

    def to_json(self) -> str:
        """Return the policy as text."""
        return json.dumps(asdict(self) | {"due": self.due.isoformat()}) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "LatePolicy":
        """Return the policy that `to_json` wrote."""
        values = json.loads(text)
        return cls(**values | {"due": datetime.fromisoformat(values["due"])})

    def days_late(self, submitted_at: datetime, extension: timedelta | None = None) -> int:
        """Return the days begun after the due date; 0 within the grace time."""
        late = submitted_at - self.due - (extension or timedelta())
        if late <= timedelta(minutes=self.grace_minutes):
            return 0
        return math.ceil(late / timedelta(days=1))

    def penalty(self, days: int, max_points: float) -> float:
        """Return the points that so many days cost."""
        cost = days * (self.points_per_day + self.percent_per_day / 100 * max_points)
        return round(min(cost, self.most_percent / 100 * max_points), 4)
