"""What decides how somebody's features are drawn."""

from dataclasses import dataclass

from engine.cel.geometry import ease


@dataclass(frozen=True, slots=True)
class Person:
    """`woman`, `child` and `old` are 0..1, and soft: nobody is drawn as a type by a network's near miss."""

    woman: float
    child: float
    old: float
    years: float

    @property
    def man(self) -> float:
        """0..1, soft as the others; a boy is none."""
        return (1 - self.woman) * (1 - self.child)

    @classmethod
    def of(cls, age: float, female: float) -> "Person":
        """From guesses of age in years and of how female (0..1) the face looks."""
        child = ease(age, 15, 7)
        return cls(woman=ease(female, 0.3, 0.7) * (1 - 0.3 * child), child=child, old=ease(age, 46, 66), years=age)
