"""What decides how somebody's features are drawn."""

from dataclasses import dataclass

from engine.cel.geometry import ease

INFANT = (8, 5)
"""From which age on, backwards, a child is drawn as a small one."""
_WHISKERS = (-0.2, 0.2)
"""Between which of the traits' guesses somebody has whiskers."""


@dataclass(frozen=True, slots=True)
class Person:
    """`woman`, `child` and `old` are 0..1, and soft: nobody is drawn as a type by a network's near miss."""

    woman: float
    child: float
    old: float
    years: float
    bearded: float = 0.0
    """0..1."""
    infant: float = 0.0
    """0..1: a small child, before school."""

    @property
    def man(self) -> float:
        """0..1, soft as the others; a boy is none."""
        return (1 - self.woman) * (1 - self.child)

    @classmethod
    def of(cls, age: float, female: float, whiskers: float = -1.0) -> "Person":
        """From guesses of age in years, of how female (0..1) a face is, and of how surely (over 0) it has whiskers."""
        child, woman = ease(age, 15, 7), ease(female, 0.3, 0.7)
        return cls(
            woman=woman * (1 - 0.3 * child),
            child=child,
            old=ease(age, 46, 66),
            years=age,
            infant=ease(age, *INFANT),
            bearded=ease(whiskers, *_WHISKERS) * (1 - woman),
        )
